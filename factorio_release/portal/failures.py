"""What a failed exchange means: whether the request can have arrived, and a reason without its URL."""

from __future__ import annotations

import ssl
from typing import Final

import requests
from requests import exceptions
from urllib3.exceptions import HTTPError, LocationValueError, MaxRetryError, NewConnectionError
from urllib3.exceptions import SSLError as TlsError

# Besides its own errors, requests lets through some of urllib3's, the system's and its parsers'.
FAILURES: Final = (requests.RequestException, HTTPError, OSError, ValueError)
# Errors that occur only before a connection to the portal exists. requests raises ProxyError only until
# the proxy has passed the connection on.
_BEFORE_SENDING: Final = (
    requests.ConnectTimeout,
    exceptions.ProxyError,
    exceptions.InvalidURL,
    exceptions.InvalidSchema,
    LocationValueError,
)
# The special kind first: a ConnectTimeout is also a Timeout.
_REASONS: Final[tuple[tuple[type[Exception], str], ...]] = (
    (requests.ConnectTimeout, "the host does not answer"),
    (exceptions.SSLError, "the TLS certificate or handshake was not accepted"),
    (exceptions.ProxyError, "the proxy cannot be used"),
    (requests.Timeout, "no answer in time"),
    (exceptions.ContentDecodingError, "the answer cannot be read or is too large"),
    (exceptions.InvalidURL, "the URL is not valid"),
    (exceptions.InvalidSchema, "the address or the proxy's is of a kind that is not supported"),
    (LocationValueError, "the URL is not valid"),
)


def never_arrived(error: Exception) -> bool:
    """Return whether the request failed before a byte was sent, so that it cannot have arrived."""
    if isinstance(error, _BEFORE_SENDING) or _is_about_ca_file(error):
        return True
    if isinstance(error, exceptions.InvalidHeader):
        # A header of ours is refused before a request is made; with a request, it is one of the answer.
        return error.request is None
    # urllib3 wraps the cause, since it could repeat a request (which it is told not to).
    if not error.args or not isinstance(error.args[0], MaxRetryError):
        return False
    reason = error.args[0].reason
    if isinstance(reason, TlsError):
        # Other TLS errors may also occur later, in the middle of the exchange.
        return isinstance(reason.args[0], ssl.SSLCertVerificationError)
    return isinstance(reason, NewConnectionError)


def _is_about_ca_file(error: Exception) -> bool:
    # requests opens the CA file itself, before it connects, and lets the system's error through.
    return isinstance(error, OSError) and not isinstance(error, requests.RequestException)


def reason_of(error: Exception) -> str:
    """Return what failed, without the library's own words: they contain the URL, which may be secret."""
    for kind, reason in _REASONS:
        if isinstance(error, kind):
            return reason
    if isinstance(error, exceptions.InvalidHeader):
        if error.request is None:
            return "the key has characters that no header may carry"
        return "the answer is not HTTP"
    if _is_about_ca_file(error):
        return "the CA file that REQUESTS_CA_BUNDLE names cannot be used"
    if never_arrived(error):
        return "the connection cannot be made"
    return "the connection broke off"
