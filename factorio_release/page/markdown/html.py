"""Targets inside raw HTML: `<img src>`, `<a href>` and the like, by byte offset."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Final

from factorio_release.page.markdown.target import Target, TargetKind

if TYPE_CHECKING:
    from collections.abc import Iterator

_IMAGE, _MEDIA, _LINK = TargetKind.IMAGE, TargetKind.MEDIA, TargetKind.LINK
_ATTRIBUTES: Final = {
    b"a": {b"href": _LINK},
    b"area": {b"href": _LINK},
    b"img": {b"src": _IMAGE, b"srcset": _IMAGE},
    b"source": {b"src": _MEDIA, b"srcset": _IMAGE},
    b"video": {b"src": _MEDIA, b"poster": _IMAGE},
    b"audio": {b"src": _MEDIA},
}
_VALUE: Final = rb"(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>][^\s>]*))"
_ATTRIBUTE: Final = re.compile(rb"[\s/]*+([^\s/>=]++)(?:\s*+=\s*+" + _VALUE + rb")?+")
# A comment, content that is no markup, a start tag, or the start of one that never ends: whichever
# begins first is taken whole, as browsers do. No quantifier gives back, so time grows with length alone.
_PIECE: Final = re.compile(
    rb"<!--[\s\S]*?(?:-->|\Z)"
    rb"|<(script|style|textarea|title)\b[\s\S]*?(?:</\1\s*>|\Z)"
    rb"|<([A-Za-z][^\s/>]*+)((?:" + _ATTRIBUTE.pattern + rb")*+)[\s/]*+>"
    rb"|<[A-Za-z][\s\S]*+",
    re.IGNORECASE,
)
_CANDIDATE: Final = re.compile(rb"([^\s,](?:[^\s]*[^\s,])?)(?:\s+[^,]*)?")


def html_targets(markup: bytes) -> Iterator[Target]:
    """Yield the targets of all start tags in `markup`; comments and scripts have none."""
    for piece in _PIECE.finditer(markup):
        wanted = _ATTRIBUTES.get((piece[2] or b"").lower())
        if not wanted:
            continue
        for attribute in _ATTRIBUTE.finditer(markup, piece.start(3), piece.end(3)):
            name = attribute[1].lower()
            if name in wanted:
                yield from _targets(markup, name, attribute, wanted[name])


def _targets(markup: bytes, name: bytes, attribute: re.Match[bytes], kind: TargetKind) -> Iterator[Target]:
    group = next((number for number in (2, 3, 4) if attribute[number] is not None), None)
    if group is None or b"<" in attribute[group]:  # no value, or one that no address has
        return
    start, end = attribute.span(group)
    if name == b"srcset":
        for candidate in _CANDIDATE.finditer(markup, start, end):
            yield _target(markup, *candidate.span(1), kind)
    else:
        yield _target(markup, start, end, kind)


def _target(markup: bytes, start: int, end: int, kind: TargetKind) -> Target:
    value = markup[start:end]
    start += len(value) - len(value.lstrip())
    value = value.strip()
    return Target(start, start + len(value), html.unescape(value.decode(errors="replace")), kind)
