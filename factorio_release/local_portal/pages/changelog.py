"""A changelog as the portal shows it, line by line as it was uploaded, with marks that make it readable."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_DASHES = re.compile(r"-{20,}\s*")
_VERSION = re.compile(r"Version:.*")
_DATE = re.compile(r"Date:.*", re.IGNORECASE)
_CATEGORY = re.compile(r"  \S.*:\s*")
# An entry and the lines that continue it, to be wrapped under its own indent.
_ENTRY = re.compile(r" {4,}\S.*")


def changelog_html(changelog: str) -> str:
    """Return the whole text; a line of a known kind has its class, every other line is as it is."""
    return f'<div class="changelog">{"".join(_lines(changelog))}</div>'


def _lines(changelog: str) -> Iterator[str]:
    for line in changelog.splitlines():
        if _DASHES.fullmatch(line):
            yield "<hr>"
        else:
            yield f'<p class="{_kind(line)}">{escape(line.strip()) or "&nbsp;"}</p>'


def _kind(line: str) -> str:
    for kind, form in (
        ("version", _VERSION),
        ("date", _DATE),
        ("category", _CATEGORY),
        ("entry" if line.lstrip().startswith("- ") else "more", _ENTRY),
    ):
        if form.fullmatch(line):
            return kind
    return "line"
