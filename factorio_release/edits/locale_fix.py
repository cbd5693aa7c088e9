"""Removes from the keys of a translation what cannot be seen; every other byte stays."""

from __future__ import annotations

from collections import Counter

from factorio_release.parsers.foreign_text import (
    is_web_page,
    read_conflict,
)
from factorio_release.parsers.locale import read_locale


def fixed_locale(text: str) -> str:
    """Return the text of a .cfg with what is certain corrected.

    White space in front of `=` and characters that cannot be seen are removed from a key, unless its
    section has the key twice, before or afterwards.
    """
    if is_web_page(text) or read_conflict(text):
        return text
    lines = text.split("\n")
    entries = read_locale(text.encode()).entries
    present = Counter((entry.section, entry.key) for entry in entries)
    for entry in entries:
        corrected = (entry.section, entry.name)
        is_twice = corrected in present or present[entry.section, entry.key] > 1
        if entry.key == entry.name or not entry.name or is_twice:
            continue
        present[corrected] = 1
        raw = lines[entry.line - 1]
        start = len(raw) - len(entry.key) - 1 - len(raw.partition("=")[2])
        lines[entry.line - 1] = raw[:start] + entry.name + raw[start + len(entry.key) :]
    return "\n".join(lines)
