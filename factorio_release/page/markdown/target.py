"""A target: the destination of a link or image, or the value of an HTML attribute that names a resource."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class TargetKind(StrEnum):
    """What a reader gets: a link is followed; an image or other media is shown inside the page.

    A gallery can have images, but no other media.
    """

    IMAGE = "image"
    MEDIA = "media"
    LINK = "link"


class MarkdownTarget(NamedTuple):
    """The bytes `start` to `end` of the source, which mean `url` once all escapes are undone."""

    start: int
    end: int
    url: str
    kind: TargetKind

    def moved(self, start: int, end: int) -> MarkdownTarget:
        """Return the same target at other offsets."""
        return self._replace(start=start, end=end)
