"""The log of every request, without its secrets: the log is printed and compared in tests."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from factorio_release.local_portal.endpoints import Host

HIDDEN = "***"
_TOKEN_PATH = re.compile(r"(/upload/\w+/)[^/?]+")
_TOKEN_QUERY = re.compile(r"([?&](?:token|password|key)=)[^&]*", re.IGNORECASE)


@dataclass(slots=True)
class FileRecord:
    """An uploaded file as it arrived."""

    filename: str
    size: int
    sha1: str


@dataclass(slots=True)
class RequestRecord:
    """One request and its outcome.

    `status` is None while the request is under way, and 0 when its connection was dropped. `index` counts
    from 1 over both hosts. `time` is epoch seconds of the portal's clock. `path` includes the query, with
    upload tokens and account tokens replaced. `had_key` is whether there was an Authorization header.
    `mod` is the name of the mod, empty for a search. `late` is whether a read hid a write.
    """

    index: int
    host: Host
    method: str
    path: str
    time: float
    had_key: bool
    user_agent: str = ""
    endpoint: str = ""
    mod: str = ""
    status: int | None = None
    fault: str = ""
    acted: bool = False
    cached: bool = False
    late: bool = False
    code: str = ""
    request_size: int = 0
    response_size: int = 0
    seconds: float = 0.0
    fields: dict[str, list[str]] = field(default_factory=dict)
    files: dict[str, FileRecord] = field(default_factory=dict)


def hide_tokens(path: str) -> str:
    """Replace the tokens in a path and its query; each of them gives access by itself."""
    without_upload_token = _TOKEN_PATH.sub(rf"\g<1>{HIDDEN}", path)
    return _TOKEN_QUERY.sub(rf"\g<1>{HIDDEN}", without_upload_token)


class RequestLog:
    """The records of all requests in the order of arrival; `observer` is called with each finished one."""

    def __init__(
        self, secrets: Iterable[str], observer: Callable[[RequestRecord], object] | None
    ) -> None:
        self.entries: list[RequestRecord] = []
        self._secrets = tuple(secrets)
        self._observer = observer
        self._changed = threading.Condition()

    def open(
        self, host: Host, method: str, path: str, time: float, *, had_key: bool, agent: str
    ) -> RequestRecord:
        """Add a request whose head has arrived and return its record."""
        with self._changed:
            shown = self.hide(hide_tokens(path))
            record = RequestRecord(
                len(self.entries) + 1, host, method, shown, time, had_key, self.hide(agent)
            )
            self.entries.append(record)
            self._changed.notify_all()
            return record

    def close(self, record: RequestRecord, status: int, seconds: float) -> None:
        """Note the outcome of a request."""
        with self._changed:
            record.status, record.seconds = status, seconds
            self._changed.notify_all()
        # Called without the lock: an observer may itself wait for requests.
        if self._observer is not None:
            self._observer(record)

    def wait_for(self, count: int, timeout: float, *, answered: bool) -> RequestRecord:
        """Wait until `count` requests have come (or were answered) and return the last of them.

        Raises:
            TimeoutError: when they did not come.
        """
        with self._changed:
            if not self._changed.wait_for(lambda: self._has(count, answered=answered), timeout):
                raise TimeoutError(f"request {count} did not come in {timeout:g} s")
            return self.entries[count - 1]

    def wait_until_idle(self, timeout: float) -> None:
        """Wait until every request has its outcome.

        Raises:
            TimeoutError: when one stays under way.
        """
        with self._changed:
            if not self._changed.wait_for(self._idle, timeout):
                raise TimeoutError(f"a request is still under way after {timeout:g} s")

    def _idle(self) -> bool:
        return all(record.status is not None for record in self.entries)

    def _has(self, count: int, *, answered: bool) -> bool:
        if len(self.entries) < count:
            return False
        return not answered or self.entries[count - 1].status is not None

    def hide(self, text: str) -> str:
        """Replace the portal's own secrets in a text."""
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        return text
