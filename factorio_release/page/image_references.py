"""References to gallery images in a page's texts, until the portal has given the images their addresses.

Only the portal knows the address of a gallery image, and only after the upload. Until then a text has
`portal-image:` and the SHA-1 of the image's bytes in its place.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from factorio_release.errors import AnswerUnclear

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from factorio_release.mod_page import GalleryImage

_PREFIX: Final = "portal-image:"
_REFERENCES: Final = re.compile(_PREFIX + r"([0-9a-f]{40})")
MAX_IMAGE_URL_CHARACTERS: Final = 2000
# The address comes from the portal and is put into Markdown. Only characters that mean nothing in Markdown
# and HTML are allowed, so that it cannot end the link and begin another. `_` has a meaning only between
# words, `~` only in pairs.
_PLAIN_URL: Final = re.compile(
    r"(?:https://[0-9A-Za-z.-]+|http://(?:localhost|127\.0\.0\.1))(?::[0-9]{1,5})?/[0-9A-Za-z._~/%-]+"
)


def image_reference(image: str) -> str:
    """Return the reference to the image with this SHA-1, in lower-case hex."""
    return f"{_PREFIX}{image}"


def has_image_reference(text: str) -> bool:
    """Return whether a text still refers to an image whose address is not known."""
    return bool(_REFERENCES.search(text))


def image_urls(live: Iterable[GalleryImage], given_ids: Mapping[str, str]) -> dict[str, str]:
    """Return the addresses of live images by their ids, and by the SHA-1 of what was sent for them.

    `given_ids` are the ids that the portal gave to images, by the SHA-1 of what was sent: they differ where
    the portal encodes images anew.
    """
    urls = {image.id: image.url for image in live if image.url}
    for sent, given in given_ids.items():
        if given in urls:
            urls[sent] = urls[given]
    return urls


def with_image_urls(text: str, urls: Mapping[str, str]) -> str:
    """Replace the references in a text with the addresses in `urls`, by image id; unknown ids stay.

    Raises AnswerUnclear for an address that is not plain https, or plain http on this machine.
    """

    def address(found: re.Match[str]) -> str:
        image = found[1]
        url = urls.get(image)
        if url is None:
            return found[0]
        if len(url) > MAX_IMAGE_URL_CHARACTERS or not _PLAIN_URL.fullmatch(url):
            raise AnswerUnclear(
                f"the portal gives the gallery's image {image} the address {url[:200]!r}; "
                "it is not a plain https address, so no text can show the image",
                "look at the gallery on the mod's page, or use `markdown-images: url`",
            )
        return url

    return _REFERENCES.sub(address, text)
