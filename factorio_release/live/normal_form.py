"""The normal forms in which values of a page are compared.

A portal may change a value without changing its meaning. What it gives back for a text with CRLF, an address
without a slash at its end or tags in another order is not documented. Two values with the same normal form
count as the same value: a difference between them is never sent, because it could appear again in every run.
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
    """Return a Markdown text without CR, blanks at the end of lines and blank lines around it.

    Two blanks at the end of a line are a line break in Markdown, so that an edit of these alone is not sent.
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
        _ = parts.port  # raises ValueError where it is no number
    except ValueError:
        return url
    if parts.scheme not in _DEFAULT_PORTS or not parts.netloc:
        return url
    user, at, host = parts.netloc.rpartition("@")
    host = host.lower().removesuffix(_DEFAULT_PORTS[parts.scheme])
    path = parts.path.rstrip()
    # Slashes and white space can alternate. The normal form of a normal form must be itself.
    while path.endswith("/"):
        path = path.rstrip("/").rstrip()
    return urlunsplit(
        (parts.scheme, user + at + host, path, parts.query.rstrip(), parts.fragment.rstrip())
    )


def normal_category(category: str) -> str:
    """Return a category in lower case, `no-category` as an empty one."""
    word = normal_word(category)
    if word == "no-category":
        return ""
    return word


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
    """Return the SHA-256 of the normal form of a field's value, in hex, to remember the value by."""
    return _sha256(normal_form(name, value))


def digest_of_order(ids: Sequence[str]) -> str:
    """Return the SHA-256 of a gallery's image ids in order, in hex, to remember the order by."""
    return _sha256(list(ids))


def _sha256(value: object) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()
