"""Targets inside raw HTML: `<img src>`, `<a href>` and the like, by byte offset."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Final

from factorio_release.page.markdown.target import MarkdownTarget, TargetKind

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
_VALUE_GROUPS: Final = (2, 3, 4)  # of _ATTRIBUTE: a value in "", in '', or without quotes
_ATTRIBUTE: Final = re.compile(rb"[\s/]*+([^\s/>=]++)(?:\s*+=\s*+" + _VALUE + rb")?+")
# A comment; an element whose content is no markup; a start tag; a start tag that never ends. Whichever begins
# first is taken as a whole, as browsers do (HTML standard, section 13.2.5 "Tokenization"). The quantifiers
# are possessive, so that the time grows with the length alone.
_PIECE: Final = re.compile(
    rb"<!--[\s\S]*?(?:-->|\Z)"
    rb"|<(script|style|textarea|title)\b[\s\S]*?(?:</\1\s*>|\Z)"
    rb"|<([A-Za-z][^\s/>]*+)((?:" + _ATTRIBUTE.pattern + rb")*+)[\s/]*+>"
    rb"|<[A-Za-z][\s\S]*+",
    re.IGNORECASE,
)
_TAG_NAME, _TAG_ATTRIBUTES = 2, 3  # groups of _PIECE
# One of the images of a `srcset`, before its width or density.
_CANDIDATE: Final = re.compile(rb"([^\s,](?:[^\s]*[^\s,])?)(?:\s+[^,]*)?")


def html_targets(markup: bytes) -> Iterator[MarkdownTarget]:
    """Yield the targets of all start tags in `markup`; comments, scripts and the like have none."""
    for piece in _PIECE.finditer(markup):
        tag = (piece[_TAG_NAME] or b"").lower()
        kinds = _ATTRIBUTES.get(tag)
        if not kinds:
            continue
        for attribute in _ATTRIBUTE.finditer(markup, *piece.span(_TAG_ATTRIBUTES)):
            name = attribute[1].lower()
            if name in kinds:
                yield from _targets(markup, name, attribute, kinds[name])


def _targets(
    markup: bytes, name: bytes, attribute: re.Match[bytes], kind: TargetKind
) -> Iterator[MarkdownTarget]:
    """Yield the target of an attribute, or each image of a `srcset`."""
    for group in _VALUE_GROUPS:
        if attribute[group] is not None:
            start, end = attribute.span(group)
            break
    else:
        return  # an attribute without a value
    if b"<" in markup[start:end]:  # no address has one: a quote is probably missing
        return
    if name == b"srcset":
        for candidate in _CANDIDATE.finditer(markup, start, end):
            yield _target(markup, *candidate.span(1), kind)
    else:
        yield _target(markup, start, end, kind)


def _target(markup: bytes, start: int, end: int, kind: TargetKind) -> MarkdownTarget:
    """Return the target without the white space around it, which browsers ignore."""
    value = markup[start:end]
    start += len(value) - len(value.lstrip())
    value = value.strip()
    return MarkdownTarget(
        start, start + len(value), html.unescape(value.decode(errors="replace")), kind
    )
