"""One HTTP exchange with the portal; the only sockets of the program that lead out of the machine.

Nothing is repeated here and no redirect is followed: a redirect of a write would send it somewhere else, and
one of a read would let any site answer for the portal. An exchange fails in one of two ways: the request
cannot have arrived (PortalUnreachable), or that is not known (AnswerUnclear).
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from factorio_release.errors import AnswerUnclear, PortalUnreachable
from factorio_release.portal.run_time import RunTime
from factorio_release.project import user_agent

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import requests

    from factorio_release.portal.upload_body import UploadBody

MAX_ANSWER_BYTES: Final = 32 * 1024 * 1024
CONNECT_SECONDS: Final = 15.0
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
MIN_UPLOAD_BYTES_PER_SECOND: Final = 64 * 1024
_CHUNK_BYTES: Final = 64 * 1024
_MAX_SHOWN_TYPE: Final = 60  # characters of a Content-Type in a message
_REDIRECTS: Final = range(300, 400)
_OK: Final = 200
_MAX_LENGTH_DIGITS: Final = 15


@dataclass(frozen=True, slots=True)
class PortalRequest:
    """A request to send.

    `shown` stands for the URL wherever a person reads, because an upload URL is a secret. `key` goes into
    the Authorization header. `body` is form fields, in order, or an upload. `patience` is a shorter bound
    on the exchange than the transport's, in seconds.

    `sink` takes the body of an answer with status 200, of at most `max_bytes`, in place of the answer's
    `body`; the exchange may then take `max_seconds`. What `sink` raises, unless it is an OSError, ends the
    exchange as it is. `progress` gets the bytes done and their total, where the answer announces it.
    """

    method: str
    url: str = field(repr=False)
    shown: str
    key: str = field(default="", repr=False)
    body: list[tuple[str, str]] | UploadBody | None = None
    patience: float | None = None
    sink: Callable[[bytes], None] | None = field(default=None, repr=False)
    max_bytes: int = MAX_ANSWER_BYTES
    max_seconds: float = 0.0
    progress: Callable[[int, int], None] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class PortalAnswer:
    """What came back; `body` is at most 32 MiB, and untrusted."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    def json(self) -> dict[str, Any]:
        """Return the JSON object that the portal promises; raise ValueError for anything else."""
        try:
            value = json.loads(self.body)
        except (ValueError, RecursionError):
            raise ValueError(f"{self.status} {self._kind()} instead of JSON") from None
        if not isinstance(value, dict):
            kind = type(value).__name__
            raise ValueError(f"{self.status} with a JSON {kind} instead of an object")  # noqa: TRY004 a bad answer
        return value

    def _kind(self) -> str:
        """Return what came instead of JSON, without quoting it: a page may hold anything."""
        if not self.body:
            return "with an empty body"
        if self.status in _REDIRECTS:
            return "with a redirect"
        kind = self.headers.get("Content-Type", "").partition(";")[0].strip()
        if not kind:
            return "with text"
        return f"with {kind[:_MAX_SHOWN_TYPE]}"


class Transport:
    """Sends one request and returns its answer.

    `timeout` bounds a whole exchange, in seconds; an upload gets a second more for every 64 KiB. `observe`
    is called after each exchange with its request, status (0 if none came) and seconds.

    Exchanges count in `run_time`, without the time that an upload may take for its size. None begins once
    that is over, except a read with a `patience` of its own: a run that is stopped still looks once.
    """

    def __init__(
        self,
        timeout: float = 60.0,
        observe: Callable[[PortalRequest, int, float], None] | None = None,
        run_time: RunTime | None = None,
    ) -> None:
        self.timeout = timeout
        self.run_time = run_time or RunTime()
        self._observe = observe or (lambda _request, _status, _seconds: None)

    def send(self, request: PortalRequest) -> PortalAnswer:
        """Send the request once and return the answer, whatever its status.

        Raises PortalUnreachable if it cannot have arrived, RunTimeOver if the run has no time left, and
        AnswerUnclear if it may have arrived.
        """
        from factorio_release.portal.deadline import Deadline  # noqa: PLC0415 imports requests
        from factorio_release.portal.failures import FAILURES, never_arrived, reason_of  # noqa: PLC0415 likewise

        if request.patience is None:
            self.run_time.check()
        began = time.monotonic()
        status = 0
        allowed = self._allowed(request)
        where = f"{request.method} {request.shown}"
        too_late = f"{where}: no answer within {allowed:.0f} s"
        with Deadline(allowed) as deadline:
            try:
                answer = self._exchange(request, allowed)
                status = answer.status
            except FAILURES as error:
                message = too_late
                if not deadline.passed:
                    message = f"{where}: {reason_of(error)}"
                # `from None`: the library's errors contain the URL.
                if never_arrived(error):
                    raise PortalUnreachable(message, _remedy(request)) from None
                raise AnswerUnclear(message, _remedy(request)) from None
            finally:
                seconds = time.monotonic() - began
                self.run_time.spend(max(seconds - _upload_seconds(request), 0.0))
                self._observe(request, status, seconds)
        # An answer without an announced length that the deadline cut off looks as if it were complete.
        if deadline.passed:
            raise AnswerUnclear(too_late, _remedy(request))
        return answer

    def _allowed(self, request: PortalRequest) -> float:
        """Return the bound on the whole exchange, in seconds."""
        if request.patience is not None:
            return min(request.patience, self.timeout)
        if request.sink:
            return max(self.timeout, request.max_seconds)
        return self.timeout + _upload_seconds(request)

    def _exchange(self, request: PortalRequest, allowed: float) -> PortalAnswer:
        proxies = None  # those of the environment
        if urlsplit(request.url).hostname in LOOPBACK:
            # A proxy cannot reach this machine's loopback, and would see the key in plain text.
            proxies = {"http": "", "https": ""}
        with (
            _session(request) as session,
            session.request(
                request.method,
                request.url,
                data=request.body,
                headers=_headers(request),
                auth=_Bearer(request.key),
                allow_redirects=False,
                stream=True,
                timeout=(min(CONNECT_SECONDS, allowed), min(self.timeout, allowed)),
                proxies=proxies,
            ) as response,
        ):
            return PortalAnswer(response.status_code, response.headers, _body(request, response))


def _upload_seconds(request: PortalRequest) -> float:
    """Return the seconds that a body may take for its size; form fields take none."""
    if not request.body or isinstance(request.body, list):
        return 0.0
    return len(request.body) / MIN_UPLOAD_BYTES_PER_SECOND


class _Bearer:
    """Sets the key, or nothing.

    An `auth` is always given: without one, requests takes user and password for the host from ~/.netrc,
    and replaces the Authorization header with them.
    """

    def __init__(self, key: str) -> None:
        self._key = key

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._key:
            request.headers["Authorization"] = f"Bearer {self._key}"
        return request


def _session(request: PortalRequest) -> requests.Session:
    """Return a session for one exchange.

    It has no cookies, and no connection from before: the portal may have closed such a one, and a write on it
    would end without anybody knowing whether it arrived.
    """
    import requests  # noqa: PLC0415 start-up: only with a portal

    from factorio_release.portal.deadline import DeadlineAdapter  # noqa: PLC0415 imports requests

    session = requests.Session()
    session.mount(f"{urlsplit(request.url).scheme}://", DeadlineAdapter())
    return session


def _headers(request: PortalRequest) -> dict[str, str]:
    # The operator asks tools for an honest User-Agent (documented).
    headers = {"User-Agent": user_agent(), "Accept": "application/json"}
    content_type = getattr(request.body, "content_type", "")
    if content_type:
        headers["Content-Type"] = content_type
    return headers


def _body(request: PortalRequest, response: requests.Response) -> bytes:
    """Return the body of a response, or hand it to the sink; an error for one beyond its bound."""
    import requests  # noqa: PLC0415 start-up: only with a portal

    body = bytearray()
    sink: Callable[[bytes], None] = body.extend
    max_bytes = MAX_ANSWER_BYTES  # a larger one could fill the memory
    if request.sink and response.status_code == _OK:
        sink, max_bytes = request.sink, request.max_bytes
    progress = request.progress or (lambda _done, _total: None)
    done, total = 0, _announced(response)
    for chunk in response.iter_content(_CHUNK_BYTES):
        done += len(chunk)
        if done > max_bytes:
            raise requests.exceptions.ContentDecodingError("the answer is too large")
        sink(chunk)
        if total:
            progress(min(done, total), total)
    return bytes(body)


def _announced(response: requests.Response) -> int:
    """Return the length of the body that the answer announces, 0 where it does not or packs it."""
    length = response.headers.get("Content-Length", "")
    is_plain = "Content-Encoding" not in response.headers
    is_number = length.isascii() and length.isdigit() and len(length) <= _MAX_LENGTH_DIGITS
    return int(length) if is_plain and is_number else 0


def _remedy(request: PortalRequest) -> str:
    """Return what to check; the host of an upload is part of a secret URL and not named."""
    host = urlsplit(request.url).hostname
    if request.shown != request.url and request.method != "GET":
        host = "the portal's upload host"
    return (
        f"check the network, proxy and CA settings, and that {host} can be reached; then run again"
    )
