"""GET of the game's public data: through the one transport, with one redirect, without any secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from factorio_release.errors import PortalUnreachable
from factorio_release.portal.transport import PortalRequest

if TYPE_CHECKING:
    from factorio_release.portal.transport import Transport

# Observed: github.com answers for an archive with a redirect to this host.
_ARCHIVE_HOST: Final = "codeload.github.com"
_OK: Final = 200
_GONE: Final = (404, 410)
_REDIRECTS: Final = (301, 302, 303, 307, 308)


def download(transport: Transport, url: str) -> bytes | None:
    """Return the body at an address, None where the host has nothing there.

    Raises PortalUnreachable for no answer, any other status, and a redirect to another host.
    """
    answer = transport.send(PortalRequest("GET", url, url))
    if answer.status in _REDIRECTS:
        target = str(answer.headers.get("Location", ""))
        if not _may_follow(url, target):
            raise PortalUnreachable(
                f"GET {url}: a redirect to another place",
                "see in a browser what the address answers",
            )
        answer = transport.send(PortalRequest("GET", target, target))
    if answer.status == _OK:
        return answer.body
    if answer.status in _GONE:
        return None
    raise PortalUnreachable(
        f"GET {url}: status {answer.status}", "run again later, or see what the address answers"
    )


def _may_follow(url: str, target: str) -> bool:
    here, there = urlsplit(url), urlsplit(target)
    if there.scheme == "https" and there.hostname == _ARCHIVE_HOST:
        return here.scheme == "https"
    return (here.scheme, here.netloc) == (there.scheme, there.netloc)
