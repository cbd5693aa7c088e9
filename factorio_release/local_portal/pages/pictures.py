"""Pictures of other servers: a page loads none of them, unless that was asked for."""

from __future__ import annotations

import re
from html import escape, unescape
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable

# The address of a picture that the portal has itself, with its SHA-1 and its ending.
OWN_PICTURE = re.compile(
    r"(?:https?://127\.0\.0\.1:\d+)?/assets/([0-9a-f]{40})(?:\.thumb)?\.([a-z]+)"
)
# The sanitiser writes every attribute with double quotes, and escapes what is between them.
_PICTURE = re.compile(r"<img\b[^>]*>")
_SOURCE = re.compile(r'\ssrc="([^"]*)"')
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_WORDS = re.compile(r'\salt="([^"]*)"')


def replace_sources(html: str, find: Callable[[str], str | None]) -> str:
    """Put another address in place of each picture's; None from `find` leaves it as it is."""

    def replaced(picture: re.Match[str]) -> str:
        source = _SOURCE.search(picture[0])
        address = find(unescape(source[1])) if source else None
        if source is None or address is None:
            return picture[0]
        begin, end = source.span(1)
        return f"{picture[0][:begin]}{escape(address)}{picture[0][end:]}"

    return _PICTURE.sub(replaced, html)


def with_own_paths(html: str) -> str:
    """Take the server out of the addresses of the portal's own pictures."""
    return replace_sources(
        html, lambda url: urlsplit(url).path if OWN_PICTURE.fullmatch(url) else None
    )


def without_remote(html: str) -> str:
    """Put a box with the server's name in place of each picture that another server has."""

    def replaced(picture: re.Match[str]) -> str:
        source, words = _SOURCE.search(picture[0]), _WORDS.search(picture[0])
        url = unescape(source[1]) if source else ""
        if not _is_remote(url):
            return picture[0]
        text = unescape(words[1]) if words else ""
        label = f"picture on {_host(url)}: {text}" if text else f"picture on {_host(url)}"
        return f'<span class="remote" title="{escape(url)}">{escape(label)}</span>'

    return _PICTURE.sub(replaced, html)


def _is_remote(url: str) -> bool:
    """Return whether an address leads elsewhere, read as browsers do (WHATWG "URL Standard").

    They drop white space around it and line ends in it, and take a backslash for a slash.
    """
    read = re.sub(r"[\t\r\n]", "", url).strip("".join(map(chr, range(33)))).replace("\\", "/")
    return read.startswith("//") or (
        _SCHEME.match(read) is not None and not read.lower().startswith("data:")
    )


def _host(url: str) -> str:
    """Return the server that an address names."""
    try:
        return urlsplit(url).netloc or "another server"
    except ValueError:
        return "another server"
