"""Pictures of other servers: a page asks nobody for anything, unless that was wished for."""

from __future__ import annotations

import re
from html import escape, unescape
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable

# The sanitiser writes every attribute with double quotes, and escapes what is between them.
_PICTURE = re.compile(r"<img\b[^>]*>")
_SOURCE = re.compile(r'\ssrc="([^"]*)"')
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


def without_remote(html: str) -> str:
    """Put a box with the server's name in place of each picture that another server has."""

    def replaced(picture: re.Match[str]) -> str:
        source, words = _SOURCE.search(picture[0]), _WORDS.search(picture[0])
        url = unescape(source[1]) if source else ""
        host = _host(url)
        if not host:
            return picture[0]
        text = unescape(words[1]) if words else ""
        label = f"picture on {host}: {text}" if text else f"picture on {host}"
        return f'<span class="remote" title="{escape(url)}">{escape(label)}</span>'

    return _PICTURE.sub(replaced, html)


def _host(url: str) -> str:
    """Return the server of an absolute address, empty for a relative one and for `data:`."""
    try:
        return urlsplit(url).netloc
    except ValueError:
        return "an unreadable address"
