"""A document as a renderer sees it: the tags of its HTML, and the addresses that they hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

import pyromark

_ADDRESSES = {"src", "href", "srcset", "poster"}


@dataclass
class Seen:
    shape: list[tuple[object, ...]] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)


class _Walk(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen = Seen()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        plain = [(name, "" if name in _ADDRESSES else value) for name, value in attrs]
        self.seen.shape.append(("start", tag, *plain))
        for name, value in attrs:
            if name == "srcset":
                self.seen.addresses += [
                    part.split()[0] for part in (value or "").split(", ") if part.split()
                ]
            elif name in _ADDRESSES:
                self.seen.addresses.append(value or "")

    def handle_endtag(self, tag: str) -> None:
        self.seen.shape.append(("end", tag))

    def handle_data(self, data: str) -> None:
        self.seen.shape.append(("text", data))

    def handle_comment(self, data: str) -> None:
        self.seen.shape.append(("comment", data))


def seen(html: str) -> Seen:
    walk = _Walk()
    walk.feed(
        html.replace("<![", "&lt;![")
    )  # HTMLParser raises for sections that HTML does not have
    walk.close()
    return walk.seen


def rendered(markdown: str) -> Seen:
    options = pyromark.Options
    return seen(
        pyromark.html(
            markdown,
            options=options.ENABLE_TABLES
            | options.ENABLE_FOOTNOTES
            | options.ENABLE_STRIKETHROUGH
            | options.ENABLE_TASKLISTS
            | options.ENABLE_GFM,
        )
    )
