"""Pictures of a mod's page, read from where the portal keeps them, without a key, and from nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from factorio_release.errors import AnswerUnclear, PortalUnreachable
from factorio_release.portal.transport import PortalRequest

if TYPE_CHECKING:
    from factorio_release.portal.transport import Transport

# Observed: the public portal keeps pictures on a server of their own, to which thumbnails are relative.
_PICTURES_OF: Final = {"https://mods.factorio.com": "https://assets-mod.factorio.com"}
# Pictures of one run; what comes later is left out.
MAX_PICTURE_BYTES: Final = 64 * 1024 * 1024
MAX_PICTURES: Final = 100
_PATIENCE_SECONDS: Final = 20.0
_OK: Final = 200


class PictureReader:
    """Reads at most so many pictures, of so many bytes together.

    `base_url` is what a relative address belongs to.
    """

    def __init__(
        self,
        transport: Transport,
        portal_url: str,
        *,
        pictures: int = MAX_PICTURES,
        size: int = MAX_PICTURE_BYTES,
    ) -> None:
        self.base_url = _PICTURES_OF.get(portal_url, portal_url)
        self._transport = transport
        self._servers = {_server(portal_url), _server(self.base_url)}
        self._bytes_left = size
        self._left = pictures

    def read(self, url: str) -> bytes | None:
        """Return the picture, None where it cannot be had; whether it is one, the caller looks."""
        if _server(url) not in self._servers or self._left <= 0:
            return None
        self._left -= 1
        try:
            answer = self._transport.send(
                PortalRequest("GET", url, url, patience=_PATIENCE_SECONDS)
            )
        except (PortalUnreachable, AnswerUnclear):
            self._left = 0  # the server is away: each further picture would wait as long
            return None
        if answer.status != _OK or len(answer.body) > self._bytes_left:
            return None
        self._bytes_left -= len(answer.body)
        return answer.body


def _server(url: str) -> tuple[str, str]:
    """Return scheme and host of an address; nothing of what else it says decides where it leads."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", url
    return parts.scheme, parts.netloc
