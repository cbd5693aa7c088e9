"""Markdown read with a parser that knows GFM and says where everything stands; nothing is re-serialised.

The parser's ranges are offsets into the UTF-8 bytes, so all sources here are bytes.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from factorio_release.page.markdown.destinations import definition_destination, inline_destination
from factorio_release.page.markdown.events import Reading, folded
from factorio_release.page.markdown.html import html_targets
from factorio_release.page.markdown.target import Target, TargetKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.page.markdown.events import Markup, WrittenLink


class Document:
    """A Markdown source and what stands where in it."""

    def __init__(self, source: bytes) -> None:
        self.source = source

    @cached_property
    def _text(self) -> str:
        return self.source.decode()

    @cached_property
    def _events(self) -> tuple[tuple[Any, int, int], ...]:
        import pyromark  # noqa: PLC0415 start-up: only when there is a page

        pairs = pyromark.events_with_range(self._text, options=_options())
        return tuple((event, span["start"], span["end"]) for event, span in pairs)

    @property
    def markups(self) -> tuple[Markup, ...]:
        """All raw HTML, a block or an inline tag at a time, in order."""
        return tuple(self._reading.markups)

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

    def targets(self) -> tuple[Target, ...]:
        """Return every target that a renderer would use, in order of the source.

        A reference definition is an image if one of its uses is, else a link.
        """
        found = (*self.inline_targets(), *self.definition_targets(), *self._html_targets())
        return tuple(sorted(found, key=lambda target: target.start))

    @cached_property
    def _reading(self) -> Reading:
        reading = Reading(self.source)
        for event, start, end in self._events:
            reading.see(event, start, end)
        return reading

    @property
    def written_links(self) -> tuple[WrittenLink, ...]:
        """All links and images of the form `[label](destination)`."""
        return tuple(self._reading.inline)

    def inline_targets(self) -> Iterator[Target]:
        """Yield the targets of `written_links`."""
        for link in self.written_links:
            place = inline_destination(self.source, link.label_end, link.url)
            if place and place.end < link.end:
                yield Target(place.start, place.end, link.url, link.kind)

    @cached_property
    def definitions(self) -> dict[str, Any]:
        """The reference definitions by label, as the parser gives them."""
        import pyromark  # noqa: PLC0415 start-up: only when there is a page

        return dict(pyromark.reference_definitions(self._text, options=_options()))

    def definition_targets(self) -> Iterator[Target]:
        """Yield the targets of `definitions`."""
        for label, definition in self.definitions.items():
            place = definition_destination(self.source, definition["span"]["start"], definition["dest"])
            if place:
                kind = self._reading.references.get(folded(label), TargetKind.LINK)
                yield Target(place.start, place.end, definition["dest"], kind)

    def _html_targets(self) -> Iterator[Target]:
        for markup in self.markups:
            for target in html_targets(markup.text):
                place = markup.source_range(target.start, target.end)
                if place:
                    yield target.moved(*place)


def _options() -> Any:
    from pyromark import Options  # noqa: PLC0415 start-up: only when there is a page

    return (
        Options.ENABLE_TABLES
        | Options.ENABLE_FOOTNOTES
        | Options.ENABLE_STRIKETHROUGH
        | Options.ENABLE_TASKLISTS
        | Options.ENABLE_GFM
    )
