"""One HTTP exchange with the portal; `requests` lives here, and the only socket outwards.

Nothing is repeated here and no redirect is followed. A failure is one of two: the request cannot
have arrived (`PortalUnreachable`), or nobody knows (`AnswerUnclear`).
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
MIN_UPLOAD_BYTES_PER_SECOND: Final = 64 * 1024  # bytes a second of an upload
_CHUNK: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class PortalRequest:
    """A request to be sent.

    `shown` stands for the URL wherever a person reads; an upload URL is a secret. `key` goes into
    the Authorization header. `body` is either form fields, in order, or an upload. `patience` is a
    shorter bound on the exchange than the transport's, in seconds.
    """

    method: str
    url: str = field(repr=False)
    shown: str
    key: str = field(default="", repr=False)
    body: list[tuple[str, str]] | UploadBody | None = None
    patience: float | None = None


@dataclass(frozen=True, slots=True)
class PortalAnswer:
    """What came back: `body` is at most 32 MiB."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    def json(self) -> dict[str, Any]:
        """Return the JSON object that the portal promises; ValueError when it is something else."""
        try:
            value = json.loads(self.body)
        except (ValueError, RecursionError):
            raise ValueError(f"{self.status} {self._kind()} instead of JSON") from None
        if not isinstance(value, dict):
            raise ValueError(f"{self.status} with a JSON {type(value).__name__} instead of an object")  # noqa: TRY004 a bad answer
        return value

    def _kind(self) -> str:
        if not self.body:
            return "with an empty body"
        if self.status in range(300, 400):
            return "with a redirect"
        kind = self.headers.get("Content-Type", "").partition(";")[0].strip()
        return f"with {kind[:60]}" if kind else "with text"


class Transport:
    """Sends one call and returns its answer.

    `timeout` is the bound in seconds on a whole exchange; an upload gets a second more for every
    64 KiB. `observe` sees every exchange with its status (0 for none) and its seconds. Exchanges are
    counted in `run_time`, without the time that an upload may take for its size; none begins when it
    is over, except a short look with a `patience` of its own.
    """

    def __init__(
        self,
        timeout: float = 60.0,
        observe: Callable[[PortalRequest, int, float], None] | None = None,
        run_time: RunTime | None = None,
    ) -> None:
        self.timeout = timeout
        self.run_time = run_time or RunTime()
        self._observe = observe or (lambda _call, _status, _seconds: None)

    def send(self, call: PortalRequest) -> PortalAnswer:
        """Send once. Raises PortalUnreachable, also RunTimeOver, or AnswerUnclear."""
        from factorio_release.portal.deadline import Deadline  # noqa: PLC0415 imports requests
        from factorio_release.portal.failures import FAILURES, never_arrived, reason_of  # noqa: PLC0415 likewise

        if call.patience is None:
            self.run_time.check()
        began = time.monotonic()
        status = 0
        allowed = self._allowed(call)
        with Deadline(allowed) as deadline:
            try:
                answer = self._exchange(call, allowed)
                status = answer.status
            except FAILURES as error:
                reason = f"no answer within {allowed:.0f} s" if deadline.passed else reason_of(error)
                kind = PortalUnreachable if never_arrived(error) else AnswerUnclear
                raise kind(f"{call.method} {call.shown}: {reason}", _remedy(call)) from None
            finally:
                seconds = time.monotonic() - began
                self.run_time.spend(max(seconds - _upload_seconds(call), 0.0))
                self._observe(call, status, seconds)
        if deadline.passed:
            raise AnswerUnclear(
                f"{call.method} {call.shown}: no answer within {allowed:.0f} s", _remedy(call)
            )
        return answer

    def _allowed(self, call: PortalRequest) -> float:
        if call.patience is not None:
            return min(call.patience, self.timeout)
        return self.timeout + _upload_seconds(call)

    def _exchange(self, call: PortalRequest, allowed: float) -> PortalAnswer:
        with (
            _session(call) as session,
            session.request(
                call.method,
                call.url,
                data=call.body,
                headers=_headers(call),
                auth=_Bearer(call.key),
                allow_redirects=False,
                stream=True,
                timeout=(min(CONNECT_SECONDS, allowed), min(self.timeout, allowed)),
                proxies={"http": "", "https": ""} if urlsplit(call.url).hostname in LOOPBACK else None,
            ) as response,
        ):
            return PortalAnswer(response.status_code, response.headers, _bounded(response))


def _upload_seconds(call: PortalRequest) -> float:
    """Return the seconds that a body may take for its size; form fields take none."""
    return (
        len(call.body) / MIN_UPLOAD_BYTES_PER_SECOND if call.body and not isinstance(call.body, list) else 0.0
    )


class _Bearer:
    """Sets the key, or nothing: without an `auth` of ours a .netrc would add its own."""

    def __init__(self, key: str) -> None:
        self._key = key

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._key:
            request.headers["Authorization"] = f"Bearer {self._key}"
        return request


def _session(call: PortalRequest) -> requests.Session:
    """Return a session for one exchange: no cookies, and never a stale connection for a write."""
    import requests  # noqa: PLC0415 start-up: only with a portal

    from factorio_release.portal.deadline import DeadlineAdapter  # noqa: PLC0415 imports requests

    session = requests.Session()
    session.mount(f"{urlsplit(call.url).scheme}://", DeadlineAdapter())
    return session


def _headers(call: PortalRequest) -> dict[str, str]:
    headers = {"User-Agent": user_agent(), "Accept": "application/json"}
    content_type = getattr(call.body, "content_type", "")
    return headers | ({"Content-Type": content_type} if content_type else {})


def _bounded(response: requests.Response) -> bytes:
    import requests  # noqa: PLC0415 start-up: only with a portal

    body = bytearray()
    for chunk in response.iter_content(_CHUNK):
        body += chunk
        if len(body) > MAX_ANSWER_BYTES:
            raise requests.exceptions.ContentDecodingError("the answer is larger than 32 MiB")
    return bytes(body)


def _remedy(call: PortalRequest) -> str:
    host = urlsplit(call.url).hostname if call.key or call.method == "GET" else "the portal's upload host"
    return f"check the network, proxy and CA settings, and that {host} can be reached; then run again"
