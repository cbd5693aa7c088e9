"""A place in a Markdown source that names another resource."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum


class TargetKind(StrEnum):
    """An image is shown where it stands, as are media, which no gallery has; a link is followed."""

    IMAGE = "image"
    MEDIA = "media"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Target:
    """The bytes `start` to `end` of the source mean `url`, all escapes undone."""

    start: int
    end: int
    url: str
    kind: TargetKind

    def moved(self, start: int, end: int) -> Target:
        """Return the same target at other offsets."""
        return replace(self, start=start, end=end)
