"""What a failed exchange means: whether the request can have arrived, and a reason without its URL."""

from __future__ import annotations

import ssl
from typing import Final

import requests
from requests import exceptions
from urllib3.exceptions import HTTPError, LocationValueError, MaxRetryError, NewConnectionError
from urllib3.exceptions import SSLError as TlsError

# Beside its own errors the library lets some of urllib3, of the system and of its parsers through.
FAILURES: Final = (requests.RequestException, HTTPError, OSError, ValueError)
# A ProxyError is raised only until the proxy has passed the connection on.
_BEFORE: Final = (
    requests.ConnectTimeout,
    exceptions.ProxyError,
    exceptions.InvalidURL,
    exceptions.InvalidSchema,
    LocationValueError,
)


def never_arrived(error: Exception) -> bool:
    """Tell whether the request cannot have reached the portal: it failed before a byte was sent."""
    if isinstance(error, _BEFORE):
        return True
    if isinstance(error, exceptions.InvalidHeader):
        return error.request is None  # else it is a header of the answer
    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else None
    untrusted = isinstance(reason, TlsError) and isinstance(reason.args[0], ssl.SSLCertVerificationError)
    return untrusted or isinstance(reason, NewConnectionError) or _is_about_ca(error)


def _is_about_ca(error: Exception) -> bool:
    # The library looks for the CA file itself, before it connects, and raises the system's error.
    return isinstance(error, OSError) and not isinstance(error, requests.RequestException)


def reason_of(error: Exception) -> str:
    """Say what failed without quoting the library, whose texts contain the URL."""
    known: tuple[tuple[type[Exception], str], ...] = (
        (requests.ConnectTimeout, "the host does not answer"),
        (exceptions.SSLError, "the TLS certificate or handshake was not accepted"),
        (exceptions.ProxyError, "the proxy cannot be used"),
        (requests.Timeout, "no answer in time"),
        (exceptions.ContentDecodingError, "the answer cannot be read or is too large"),
        (exceptions.InvalidURL, "the URL is not valid"),
        (exceptions.InvalidSchema, "the address or the proxy's is of a kind that is not supported"),
        (LocationValueError, "the URL is not valid"),
    )
    for kind, sentence in known:
        if isinstance(error, kind):
            return sentence
    if isinstance(error, exceptions.InvalidHeader):
        ours = error.request is None
        return "the key has characters that no header may carry" if ours else "the answer is not HTTP"
    if _is_about_ca(error):
        return "the CA file that REQUESTS_CA_BUNDLE names cannot be used"
    return "the connection cannot be made" if never_arrived(error) else "the connection broke off"
