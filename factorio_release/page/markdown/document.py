"""A Markdown source and the places of its links, images and raw HTML; the source is never written anew.

The parser (pyromark) reads CommonMark and GitHub's extensions. Its ranges are offsets into the UTF-8 bytes,
so all sources here are bytes.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from factorio_release.limits import MAX_MARKDOWN_DEPTH
from factorio_release.page.markdown.destinations import definition_destination, inline_destination
from factorio_release.page.markdown.events import Reading, folded
from factorio_release.page.markdown.html import html_targets
from factorio_release.page.markdown.target import MarkdownTarget, TargetKind
from factorio_release.parsers.positions import line_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.page.markdown.events import Markup, WrittenLink

# The mark of a block quote or list item, at the beginning of a line or directly behind another such mark
# (CommonMark 0.31.2, sections 5.1 "Block quotes" and 5.2 "List items").
_CONTAINER_MARK: Final = rb"[ \t]*+(?:>|[-+*](?=[ \t])|[0-9]{1,9}[.)](?=[ \t]))"
_TOO_DEEP: Final = re.compile(
    rb"^(?:%b){%d}" % (_CONTAINER_MARK, MAX_MARKDOWN_DEPTH + 1), re.MULTILINE
)


def too_deep(source: bytes) -> int:
    """Return the first line, from 1, with more than MAX_MARKDOWN_DEPTH container marks; 0 when there is none.

    It is called before the parser, which needs hundreds of bytes of memory for each mark.
    """
    found = _TOO_DEEP.search(source)
    if found is None:
        return 0
    return line_of(source, found.start())


class Document:
    """A Markdown source, parsed when it is first asked about."""

    def __init__(self, source: bytes) -> None:
        self.source = source

    @property
    def first_heading(self) -> tuple[int, int] | None:
        """The range of the heading of level 1 with which the document begins, else None."""
        if not self._events:
            return None
        event, start, end = self._events[0]
        match event:
            case {"Start": {"Heading": {"level": "H1"}}}:
                return start, end
        return None

    @property
    def markups(self) -> tuple[Markup, ...]:
        """All raw HTML in order: each block, and each inline tag."""
        return tuple(self._reading.markups)

    @property
    def written_links(self) -> tuple[WrittenLink, ...]:
        """All links and images of the form `[label](destination)`."""
        return tuple(self._reading.inline)

    @cached_property
    def definitions(self) -> dict[str, Any]:
        """The reference definitions by label, as the parser gives them: `dest` and `span`."""
        import pyromark  # noqa: PLC0415 start-up: only when there is a page

        return dict(pyromark.reference_definitions(self._text, options=_options()))

    def targets(self) -> tuple[MarkdownTarget, ...]:
        """Return every target that a renderer would use, in order of the source.

        A reference definition is an image if one of its uses is, else a link.
        """
        found = [*self.inline_targets(), *self.definition_targets(), *self._html_targets()]
        found.sort(key=lambda target: target.start)
        return tuple(found)

    def inline_targets(self) -> Iterator[MarkdownTarget]:
        """Yield the targets of `written_links`."""
        for link in self.written_links:
            place = inline_destination(self.source, link.label_end, link.url)
            if place and place.end < link.end:
                yield MarkdownTarget(place.start, place.end, link.url, link.kind)

    def definition_targets(self) -> Iterator[MarkdownTarget]:
        """Yield the targets of `definitions`."""
        for label, definition in self.definitions.items():
            url = definition["dest"]
            place = definition_destination(self.source, definition["span"]["start"], url)
            if place:
                kind = self._reading.references.get(folded(label), TargetKind.LINK)
                yield MarkdownTarget(place.start, place.end, url, kind)

    def _html_targets(self) -> Iterator[MarkdownTarget]:
        for markup in self.markups:
            for target in html_targets(markup.text):
                place = markup.source_range(target.start, target.end)
                if place:
                    yield target.moved(*place)

    @cached_property
    def _text(self) -> str:
        return self.source.decode()

    @cached_property
    def _events(self) -> tuple[tuple[Any, int, int], ...]:
        import pyromark  # noqa: PLC0415 start-up: only when there is a page

        pairs = pyromark.events_with_range(self._text, options=_options())
        return tuple((event, span["start"], span["end"]) for event, span in pairs)

    @cached_property
    def _reading(self) -> Reading:
        reading = Reading(self.source)
        for event, start, end in self._events:
            reading.see(event, start, end)
        return reading


def _options() -> Any:
    """Return the extensions that forges and the portal read; no other syntax may change what a link is."""
    from pyromark import Options  # noqa: PLC0415 start-up: only when there is a page

    return (
        Options.ENABLE_TABLES
        | Options.ENABLE_FOOTNOTES
        | Options.ENABLE_STRIKETHROUGH
        | Options.ENABLE_TASKLISTS
        | Options.ENABLE_GFM
    )
