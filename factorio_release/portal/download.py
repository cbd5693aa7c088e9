"""GET of what is public or belongs to an account: through the one transport, with repeats and few redirects.

A redirect may lead to another host only where the caller allows it, never from https to http, and is asked
for without anything that was in the first address.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit

from factorio_release.errors import PortalUnreachable, RunTimeOver
from factorio_release.portal.retry import (
    TEMPORARY_STATUSES,
    Retries,
    TryAgain,
    repeat,
    retry_after,
)
from factorio_release.portal.transport import LOOPBACK, PortalRequest

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from factorio_release.portal.transport import PortalAnswer, Transport

    # Opened for each attempt; what it gives takes the bytes.
    OpenSink = Callable[[], AbstractContextManager[Callable[[bytes], None]]]

# Observed: github.com answers for an archive with a redirect to this host.
_HOSTS_OF: Final = {
    "github.com": frozenset({"codeload.github.com"}),
    "factorio.com": frozenset({"www.factorio.com"}),
}
MAX_DOWNLOAD_SECONDS: Final = 1800.0
_MAX_REDIRECTS: Final = 3
_OK: Final = 200
_REFUSED: Final = frozenset({401, 403})
_GONE: Final = frozenset({404, 410})
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_SEE: Final = "run again later, or see what the address answers"


class LoginRequired(Exception):
    """The host wants another account: it refuses, or leads to a page for logging in."""


class Downloader:
    """Downloads, each repeated after what may pass: no answer, a cut one, a status that says "not now".

    `new_progress` returns for each file what gets the bytes done and their total.
    """

    def __init__(
        self,
        transport: Transport,
        retries: int,
        new_progress: Callable[[], Callable[[int, int], None]] | None = None,
    ) -> None:
        self._transport = transport
        self._retries = retries
        self._new_progress = new_progress

    def get(self, url: str) -> bytes | None:
        """Return the body at an address, at most 32 MiB; None where the host has nothing there.

        Raises PortalUnreachable for no answer, any other status, and a redirect to a host that is not known
        to belong to the first.
        """
        request = PortalRequest("GET", url, url)
        try:
            answer = self._repeated(lambda: self._attempt(request, _known_host))
        except LoginRequired:
            raise PortalUnreachable(f"GET {url}: it asks for a login", _SEE) from None
        return answer.body if answer else None

    def get_file(
        self,
        url: str,
        shown: str,
        open_sink: OpenSink,
        max_bytes: int,
        may_follow: Callable[[str, str], bool] | None = None,
    ) -> bool:
        """Write the body at an address to a sink, a new one for each attempt; False where there is nothing.

        `shown` stands for the address in messages. A redirect may lead to any host unless `may_follow`, which
        gets both addresses, says less: the caller compares a sum. Raises what `get` does, and
        LoginRequired.
        """
        progress = self._new_progress() if self._new_progress else None

        def attempt() -> PortalAnswer | None:
            with open_sink() as sink:
                request = PortalRequest(
                    "GET",
                    url,
                    shown,
                    sink=sink,
                    max_bytes=max_bytes,
                    max_seconds=MAX_DOWNLOAD_SECONDS,
                    progress=progress,
                )
                answer = self._attempt(request, may_follow or _any_host)
                if answer is None:
                    raise _NothingThere
                return answer

        try:
            self._repeated(attempt)
        except _NothingThere:
            return False
        return True

    def _repeated(self, attempt: Callable[[], PortalAnswer | None]) -> PortalAnswer | None:
        return repeat(attempt, Retries(self._retries, self._transport.run_time))

    def _attempt(
        self, request: PortalRequest, may_follow: Callable[[str, str], bool]
    ) -> PortalAnswer | None:
        for _ in range(_MAX_REDIRECTS + 1):
            answer = self._send(request)
            if answer.status not in _REDIRECTS:
                return _judged(request, answer)
            request = _followed(request, answer, may_follow)
        raise PortalUnreachable(f"GET {request.shown}: more than {_MAX_REDIRECTS} redirects", _SEE)

    def _send(self, request: PortalRequest) -> PortalAnswer:
        try:
            return self._transport.send(request)
        except RunTimeOver:
            raise
        except PortalUnreachable as error:
            raise TryAgain(error) from None


class _NothingThere(Exception):
    """Leaves the sink without keeping what was written."""


def _judged(request: PortalRequest, answer: PortalAnswer) -> PortalAnswer | None:
    if answer.status == _OK:
        return answer
    if answer.status in _GONE:
        return None
    if answer.status in _REFUSED:
        raise LoginRequired
    message = f"GET {request.shown}: status {answer.status}"
    wait = retry_after(answer.headers, time.time())
    failure = PortalUnreachable(message, _SEE, retry_after=wait)
    if answer.status in TEMPORARY_STATUSES:
        raise TryAgain(failure)
    raise failure


def _followed(
    request: PortalRequest, answer: PortalAnswer, may_follow: Callable[[str, str], bool]
) -> PortalRequest:
    """Return the request for the place of a redirect."""
    here = urlsplit(request.url)
    try:
        target = urljoin(request.url, str(answer.headers.get("Location", "")))
        there = urlsplit(target)
        host = there.hostname
    except ValueError:
        target, there, host = "", urlsplit(""), None
    if there.path.rstrip("/") == "/login" and here.netloc == there.netloc:
        raise LoginRequired
    is_plain = there.scheme == "http" and here.scheme == "http" and host in LOOPBACK
    if not (host and (there.scheme == "https" or is_plain) and may_follow(request.url, target)):
        raise PortalUnreachable(
            f"GET {request.shown}: a redirect to another place",
            "see in a browser what the address answers",
        )
    # The place may have a signature in its query, which is a secret for as long as it is valid.
    shown = f"{there.scheme}://{there.netloc.rpartition('@')[2]}{there.path}"
    return PortalRequest(
        "GET",
        target,
        shown,
        sink=request.sink,
        max_bytes=request.max_bytes,
        max_seconds=request.max_seconds,
        progress=request.progress,
    )


def _known_host(url: str, target: str) -> bool:
    here, there = urlsplit(url), urlsplit(target)
    if (here.scheme, here.netloc) == (there.scheme, there.netloc):
        return True
    return there.hostname in _HOSTS_OF.get(here.hostname or "", frozenset())


def _any_host(_url: str, _target: str) -> bool:
    return True
