"""GET of the game's releases: lists, and archives into a file; repeated with backoff, without any secret."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, BinaryIO, Final
from urllib.parse import urljoin, urlsplit

from factorio_release.errors import AnswerUnclear, ModError, PortalUnreachable, RunTimeOver
from factorio_release.limits import MAX_HEADLESS_ARCHIVE_BYTES, MAX_RELEASE_LIST_BYTES
from factorio_release.portal.retry import TEMPORARY_STATUSES, Retries, TryAgain, repeat
from factorio_release.portal.transport import LOOPBACK, PortalRequest

if TYPE_CHECKING:
    from factorio_release.portal.transport import PortalAnswer, Transport

# Documented: no login is needed for the headless build. https://wiki.factorio.com/Download_API
GAME_URL: Final = "https://factorio.com"
_REPEATS: Final = 3
_MAX_SECONDS: Final = 1800.0  # for an archive
_MAX_REDIRECTS: Final = 5
_OK: Final = 200
_GONE: Final = (404, 410)
_REDIRECTS: Final = (301, 302, 303, 307, 308)


class ReleaseClient:
    """Asks one address, or what it redirects to, for the game's releases."""

    def __init__(self, transport: Transport, url: str = GAME_URL) -> None:
        self._transport = transport
        self._url = url.rstrip("/")

    def text(self, path: str) -> str:
        """Return a list as text; raises PortalUnreachable when there is none."""
        answer = self._ask(path, None, MAX_RELEASE_LIST_BYTES)
        if answer is None:
            raise PortalUnreachable(
                f"GET {self._url}{path}: there is nothing", "see what it answers"
            )
        if len(answer.body) > MAX_RELEASE_LIST_BYTES:
            raise PortalUnreachable(
                f"GET {self._url}{path}: it is too large", "see what it answers"
            )
        return answer.body.decode(errors="replace")

    def save(self, path: str, into: BinaryIO) -> bool:
        """Write a file into a stream; False where the host has no such file.

        Raises PortalUnreachable for no answer, an unusual one, a redirect to a login or to a place in plain
        text, and ModError where it cannot be written.
        """
        return self._ask(path, into, MAX_HEADLESS_ARCHIVE_BYTES) is not None

    def _ask(self, path: str, into: BinaryIO | None, max_bytes: int) -> PortalAnswer | None:
        return repeat(
            lambda: self._follow(f"{self._url}{path}", into, max_bytes),
            Retries(_REPEATS, self._transport.run_time),
        )

    def _follow(self, url: str, into: BinaryIO | None, max_bytes: int) -> PortalAnswer | None:
        first = url
        for _ in range(_MAX_REDIRECTS):
            answer = self._send(first, url, into, max_bytes)
            if answer.status not in _REDIRECTS:
                break
            target = urljoin(url, str(answer.headers.get("Location", "")))
            refusal = self._refusal(target, is_archive=into is not None)
            if refusal:
                raise PortalUnreachable(
                    f"GET {first}: {refusal}", "see in a browser what the address answers"
                )
            url = target
        if answer.status == _OK:
            return answer
        if answer.status in _GONE:
            return None
        raise PortalUnreachable(
            f"GET {first}: status {answer.status}", "run again later, or see what it answers"
        )

    def _send(self, first: str, url: str, into: BinaryIO | None, max_bytes: int) -> PortalAnswer:
        if into is not None:
            into.seek(0)
            into.truncate()
        # What a redirect leads to is a signed address: only the one that was asked for is shown.
        request = PortalRequest("GET", url, first)
        if into is not None:
            request = PortalRequest(
                "GET",
                url,
                first,
                sink=partial(_keep, into),
                max_bytes=max_bytes,
                max_seconds=_MAX_SECONDS,
            )
        try:
            answer = self._transport.send(request)
        except RunTimeOver:
            raise
        except (PortalUnreachable, AnswerUnclear) as error:
            raise TryAgain(error) from None
        if answer.status in TEMPORARY_STATUSES:
            raise TryAgain(
                PortalUnreachable(f"GET {first}: status {answer.status}", "run again later")
            )
        return answer

    def _refusal(self, target: str, *, is_archive: bool) -> str:
        """Return why a redirect is not followed, empty where it is.

        An archive may come from any host: its sum is compared. A list, which has the sums, may not.
        """
        here, there = urlsplit(self._url), urlsplit(target)
        if "login" in there.path.strip("/").split("/"):
            return "it asks for a login, which no headless build needs"
        if here.hostname in LOOPBACK:
            is_safe = there.hostname in LOOPBACK
        else:
            is_safe = there.scheme == "https" and (
                is_archive or _domain(there.hostname) == _domain(here.hostname)
            )
        return "" if is_safe else "a redirect to another place"


def _keep(into: BinaryIO, block: bytes) -> None:
    try:
        into.write(block)
    except OSError as error:  # would be taken for a failure of the exchange
        raise ModError(
            f"what is downloaded cannot be written: {error.strerror}",
            "make room on the disk, or name another folder with cache-dir",
        ) from None


def _domain(host: str | None) -> tuple[str, ...]:
    return tuple((host or "").split(".")[-2:])
