"""What a failed exchange means: whether the request can have arrived, and a reason without its URL."""

from __future__ import annotations

import ssl

import requests
from urllib3.exceptions import MaxRetryError, NewConnectionError
from urllib3.exceptions import SSLError as TlsError


def never_arrived(error: requests.RequestException) -> bool:
    """Tell whether the request cannot have reached the portal: it failed before a byte was sent."""
    # A ProxyError is raised only until the proxy has passed the connection on.
    before = requests.ConnectTimeout | requests.exceptions.ProxyError | requests.exceptions.InvalidURL
    if isinstance(error, before | requests.exceptions.InvalidHeader):
        return True
    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else None
    untrusted = isinstance(reason, TlsError) and isinstance(reason.args[0], ssl.SSLCertVerificationError)
    return untrusted or isinstance(reason, NewConnectionError)


def reason_of(error: requests.RequestException) -> str:
    """Say what failed without quoting the library, whose texts contain the URL."""
    known: tuple[tuple[type[Exception], str], ...] = (
        (requests.ConnectTimeout, "the host does not answer"),
        (requests.exceptions.SSLError, "the TLS certificate or handshake was not accepted"),
        (requests.exceptions.ProxyError, "the proxy cannot be used"),
        (requests.Timeout, "no answer in time"),
        (requests.exceptions.ContentDecodingError, "the answer cannot be read or is too large"),
        (requests.exceptions.InvalidURL, "the URL is not valid"),
        (requests.exceptions.InvalidHeader, "the key has characters that no header may carry"),
    )
    for kind, sentence in known:
        if isinstance(error, kind):
            return sentence
    return "the connection cannot be made" if never_arrived(error) else "the connection broke off"
