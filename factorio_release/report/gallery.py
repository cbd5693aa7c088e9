"""The gallery before and after a plan, as pictures in Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from factorio_release.amounts import counted
from factorio_release.report.escape import markdown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from factorio_release.mod_page import GalleryImage
    from factorio_release.plan import Gallery

_MAX_PICTURES: Final = 24
_WIDTH: Final = 160
_ID_CHARACTERS: Final = 8
_SAFE: Final = ":/?=#%+,;~@"


def gallery_block(gallery: Gallery) -> str:
    """Return two rows of pictures; one whose address is not known is named alone.

    A picture that is to be uploaded is shown from the repository: it is seen once its commit is pushed, and
    by whom the forge shows the repository.
    """
    before = frozenset(image.id for image in gallery.before)
    after = frozenset(image.id for image in gallery.after)
    rows = [
        ("Before", gallery.before, after, "removed"),
        ("After", gallery.after, before, "new"),
    ]
    lines = [_row(name, images, others, mark) for name, images, others, mark in rows if images]
    return "#### Gallery\n\n<table>\n" + "\n".join(lines) + "\n</table>"


def _row(name: str, images: Sequence[GalleryImage], others: frozenset[str], mark: str) -> str:
    cells = "".join(_cells(images, others, mark))
    return f"<tr><th>{name}</th>{cells}</tr>"


def _cells(images: Sequence[GalleryImage], others: frozenset[str], mark: str) -> Iterator[str]:
    for image in images[:_MAX_PICTURES]:
        name = markdown(image.name or image.id[:_ID_CHARACTERS])
        note = "" if image.id in others else f" <b>({mark})</b>"
        yield f"<td>{_picture(image.url)}{name}{note}</td>"
    if len(images) > _MAX_PICTURES:
        yield f"<td>{counted(len(images) - _MAX_PICTURES, 'more image')}</td>"


def _picture(url: str) -> str:
    if not url.startswith("https://"):
        return ""
    # The name stands beside it. Quoted, no character of the address has a meaning in HTML or Markdown.
    address = quote(url, safe=_SAFE, errors="backslashreplace")
    return f'<img src="{address}" width="{_WIDTH}" alt=""><br>'
