"""One walk over a parser's events: links by the end of their label, references by use, raw HTML by piece."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import Any, Final

from factorio_release.page.markdown.target import TargetKind

_BY_REFERENCE: Final = ("Reference", "Collapsed", "Shortcut")
_BEYOND: Final = 1 << 62


@dataclass(frozen=True, slots=True)
class Markup:
    """Raw HTML: its bytes without the marks of the containers around it, and where each piece stands."""

    text: bytes
    places: tuple[tuple[int, int], ...]  # (offset in text, offset in the source), ascending

    def source_range(self, start: int, end: int) -> tuple[int, int] | None:
        """Return where the bytes of `text` stand in the source; None when a container's mark cuts them."""
        first, last = self.source_ends(start, end)
        return (first, last) if last - first == end - start else None

    def source_ends(self, start: int, end: int) -> tuple[int, int]:
        """Return the source's range of these bytes, container marks between them included."""
        first = start + self._shift(start)
        return first, max(first, end + self._shift(end - 1))

    def _shift(self, offset: int) -> int:
        at = bisect_right(self.places, (max(offset, 0), _BEYOND)) - 1
        return self.places[at][1] - self.places[at][0]


@dataclass(slots=True)
class WrittenLink:
    """A link or image as it is written: where its label ends, and `end` once that is known.

    `reference` is the label it goes by, empty for an inline or automatic link.
    """

    kind: TargetKind
    url: str
    label_end: int
    inline: bool
    reference: str
    end: int = 0


class Reading:
    """What one walk over the events gathers; `see` takes them in order."""

    def __init__(self, source: bytes) -> None:
        self.inline: list[WrittenLink] = []
        self.references: dict[str, TargetKind] = {}
        self.markups: list[Markup] = []
        self._source = source
        self._open: list[WrittenLink] = []
        self._block: list[tuple[int, int]] = []

    def see(self, event: Any, start: int, end: int) -> None:
        """Take the next event and its range."""
        match event:
            case {"Start": {"Link": data}}:
                self._open.append(_written(data, TargetKind.LINK, start + 1))
                return
            case {"Start": {"Image": data}}:
                self._open.append(_written(data, TargetKind.IMAGE, start + 2))
                return
            case {"Start": _}:
                return
            case {"End": "Link" | "Image"}:
                self._close(self._open.pop(), end)
            case {"InlineHtml": _}:
                self.markups.append(_markup(self._source, [(start, end)]))
            case {"Html": _}:
                self._block.append((start, end))
            case {"End": "HtmlBlock"}:
                self.markups.append(_markup(self._source, self._block))
                self._block = []
        if self._open:
            self._open[-1].label_end = max(self._open[-1].label_end, end)

    def _close(self, link: WrittenLink, end: int) -> None:
        link.end = end
        if link.inline:
            self.inline.append(link)
        elif link.reference and self.references.get(folded(link.reference)) is not TargetKind.IMAGE:
            self.references[folded(link.reference)] = link.kind


def _written(data: dict[str, Any], kind: TargetKind, label_start: int) -> WrittenLink:
    how = data["link_type"]
    label = data["id"] if how in _BY_REFERENCE else ""
    return WrittenLink(kind, data["dest_url"], label_start, how == "Inline", label)


def _markup(source: bytes, spans: list[tuple[int, int]]) -> Markup:
    places: list[tuple[int, int]] = []
    size = 0
    for start, end in spans:
        places.append((size, start))
        size += end - start
    return Markup(b"".join(source[start:end] for start, end in spans), tuple(places))


def folded(label: str) -> str:
    """Return a label as references match it: white space is one space, case does not count."""
    return " ".join(label.split()).casefold()
