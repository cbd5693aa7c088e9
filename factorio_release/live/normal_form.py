"""Forms in which values of a page compare: what a portal may change without changing the meaning.

What a portal gives back for a text with CRLF, an address without its slash or tags in another order is
not documented. Two values with the same normal form are one value: a difference between them is never
sent, since it could come back in every run.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit, urlunsplit

from factorio_release.mod_page import PAGE_FIELDS, FieldKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Value = str | bool | tuple[str, ...]

_DEFAULT_PORTS: Final = {"http": ":80", "https": ":443"}


def normal_text(text: str) -> str:
    """Return a Markdown text without what is often lost: CR, blanks at the end of lines, outer blank lines.

    Blanks at the end of a line are a line break in Markdown; an edit of these alone is not sent.
    """
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip(" \t") for line in lines).strip()


def normal_line(text: str) -> str:
    """Return a title or summary with single blanks between its words and none around it."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def normal_url(url: str) -> str:
    """Return an address with scheme and host in lower case, no default port, no slash at its path's end."""
    url = url.strip()
    try:
        parts = urlsplit(url)
        _ = parts.port  # read to be judged: it raises where it is no number
    except ValueError:
        return url
    if parts.scheme not in _DEFAULT_PORTS or not parts.netloc:
        return url
    user, at, host = parts.netloc.rpartition("@")
    host = host.lower().removesuffix(_DEFAULT_PORTS[parts.scheme])
    path, shorter = "", parts.path.rstrip()
    while path != shorter:
        path, shorter = shorter, shorter.rstrip("/").rstrip()
    return urlunsplit((parts.scheme, user + at + host, path, parts.query.rstrip(), parts.fragment.rstrip()))


def normal_category(category: str) -> str:
    """Return a category in lower case, `no-category` as none."""
    word = category.strip().casefold()
    return "" if word == "no-category" else word


def normal_word(word: str) -> str:
    """Return an id or a tag in lower case, without white space around it."""
    return word.strip().casefold()


# A value of another kind (tags, images, flags) is no text.
_OF_TEXT: Final[dict[FieldKind, Callable[[str], str]]] = {
    FieldKind.LINE: normal_line,
    FieldKind.DOCUMENT: normal_text,
    FieldKind.CATEGORY: normal_category,
    FieldKind.LICENSE: normal_word,
    FieldKind.URL: normal_url,
}


def normal_form(name: str, value: Value) -> Value:
    """Return the value of the page field `name` in the form in which it is compared; tags are sorted."""
    if isinstance(value, tuple):
        return tuple(sorted({normal_word(tag) for tag in value}))
    if isinstance(value, str):
        return _OF_TEXT[PAGE_FIELDS[name].kind](value)
    return value


def digest(name: str, value: Value) -> str:
    """Return what a field's value is remembered by: its normal form's SHA-256 in hex."""
    return _sha256(normal_form(name, value))


def digest_of_order(ids: Sequence[str]) -> str:
    """Return what the order of a gallery is remembered by."""
    return _sha256(list(ids))


def _sha256(value: object) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()
