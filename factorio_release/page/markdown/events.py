"""One pass over the parser's events: links by the end of their label, references by their uses, raw HTML."""

from __future__ import annotations

from bisect import bisect_right
from typing import Any, Final, NamedTuple

from factorio_release.page.markdown.target import TargetKind

# The parser's names of links that refer to a definition: `[text][label]`, `[label][]`, `[label]`.
_BY_REFERENCE: Final = ("Reference", "Collapsed", "Shortcut")
_LARGER_THAN_ANY_OFFSET: Final = 1 << 62


class Markup(NamedTuple):
    """Raw HTML without the marks of the block quotes and lists around it.

    `pieces` are the offsets at which each piece begins, first in `text`, then in the source, ascending.
    """

    text: bytes
    pieces: tuple[tuple[int, int], ...]

    def source_range(self, start: int, end: int) -> tuple[int, int] | None:
        """Return where the bytes of `text` are in the source; None when a container's mark is inside them."""
        source_start, source_end = self.source_ends(start, end)
        if source_end - source_start != end - start:
            return None
        return source_start, source_end

    def source_ends(self, start: int, end: int) -> tuple[int, int]:
        """Return the source's range of these bytes, container marks between them included."""
        source_start = start + self._shift(start)
        source_end = end + self._shift(end - 1)
        return source_start, max(source_start, source_end)

    def _shift(self, offset: int) -> int:
        """Return how much further in the source a byte is than in `text`."""
        piece = bisect_right(self.pieces, (max(offset, 0), _LARGER_THAN_ANY_OFFSET)) - 1
        in_text, in_source = self.pieces[piece]
        return in_source - in_text


class WrittenLink:
    """A link or image as it is written; the label ends at `label_end`, the link at `end`.

    Both offsets grow while events are read. `reference` is the label of the definition that the link refers
    to, empty for an inline or automatic link.
    """

    def __init__(
        self, kind: TargetKind, url: str, label_end: int, *, inline: bool, reference: str
    ) -> None:
        self.kind = kind
        self.url = url
        self.label_end = label_end
        self.inline = inline
        self.reference = reference
        self.end = 0


class Reading:
    """What one pass over the events collects; `see` takes them in order.

    `references` has the kind of target by label, as `folded` returns it.
    """

    def __init__(self, source: bytes) -> None:
        self.inline: list[WrittenLink] = []
        self.references: dict[str, TargetKind] = {}
        self.markups: list[Markup] = []
        self._source = source
        self._open: list[WrittenLink] = []
        self._html_block: list[tuple[int, int]] = []

    def see(self, event: Any, start: int, end: int) -> None:
        """Take the next event and its byte range, as pyromark gives them."""
        match event:
            case {"Start": {"Link": data}}:
                self._open.append(_written_link(data, TargetKind.LINK, start + len("[")))
                return
            case {"Start": {"Image": data}}:
                self._open.append(_written_link(data, TargetKind.IMAGE, start + len("![")))
                return
            case {"Start": _}:
                return  # its range goes up to its end, so that it says nothing of the label's end
            case {"End": "Link" | "Image"}:
                self._close(self._open.pop(), end)
            case {"InlineHtml": _}:
                self.markups.append(_markup(self._source, [(start, end)]))
            case {"Html": _}:
                # A line of a block. The marks of block quotes before it are not in its range.
                self._html_block.append((start, end))
            case {"End": "HtmlBlock"}:
                self.markups.append(_markup(self._source, self._html_block))
                self._html_block = []
        if self._open:
            innermost = self._open[-1]
            innermost.label_end = max(innermost.label_end, end)

    def _close(self, link: WrittenLink, end: int) -> None:
        link.end = end
        if link.inline:
            self.inline.append(link)
            return
        if not link.reference:
            return
        # A definition with several uses is an image if one use is: an image must have its raw bytes.
        label = folded(link.reference)
        if self.references.get(label) is not TargetKind.IMAGE:
            self.references[label] = link.kind


def _written_link(data: dict[str, Any], kind: TargetKind, label_start: int) -> WrittenLink:
    link_type = data["link_type"]
    reference = data["id"] if link_type in _BY_REFERENCE else ""
    return WrittenLink(
        kind, data["dest_url"], label_start, inline=link_type == "Inline", reference=reference
    )


def _markup(source: bytes, ranges: list[tuple[int, int]]) -> Markup:
    pieces: list[tuple[int, int]] = []
    size = 0
    for start, end in ranges:
        pieces.append((size, start))
        size += end - start
    return Markup(b"".join(source[start:end] for start, end in ranges), tuple(pieces))


def folded(label: str) -> str:
    """Return a label in the form in which labels match.

    CommonMark 0.31.2, section 6.3 "Links": case is folded, and runs of white space are one space.
    """
    return " ".join(label.split()).casefold()
