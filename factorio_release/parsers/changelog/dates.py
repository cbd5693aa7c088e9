"""The dates of changelogs: free text, often in numbers."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from factorio_release.lazy_pattern import lazy_pattern

# Seen in released mods and in their repositories: `????`, `???`, `xx.xx.xxxx`, `XX. XX. 2025`, `2022-xx-xx`,
# `YYYY-MM-DD`, `TBD`, `Unreleased`. `N/A` is none: its authors give no date on purpose.
_PLACEHOLDER: Final = lazy_pattern(
    r"\W*|.*\?.*|t\.?b\.?[adc]\.?|todo|wip|not (?:yet )?released(?: yet)?|in (?:progress|development)"
    r"|(?:un|to be )(?:released|determined|decided|announced)(?: yet)?|coming soon|soon|upcoming|next|future"
    r"|pending|draft|when (?:it(?:'s| is) )?(?:done|ready)|(?:insert )?date|未定|待定|未发布|未公開",
    re.IGNORECASE,
)
_BRACKETS: Final = "[]<>(){} "
_PARTS: Final = lazy_pattern(r"\W+")
_DIGITS_ALONE: Final = lazy_pattern(r"[0-9]*[1-9][0-9]*")
# A part of a date in numbers that has none: `XX`, `yyyy`, `00`, `20XX`. A single letter between numbers may
# be a Roman month, as in 10 X 2025.
_MISSING_PART: Final = lazy_pattern(r"[xydm_]{2,}|0+|[0-9]+x+", re.IGNORECASE)
_SINGLE_LETTERS: Final = frozenset("xydmXYDM")
_YEAR_DIGITS: Final = 4
_NUMBERS: Final = lazy_pattern(
    r"\s*([0-9]{1,4})\s*([-./])\s*([0-9]{1,2})\s*\2\s*([0-9]{1,4})(?![0-9])"
)


def is_placeholder(text: str) -> bool:
    """Return whether a text is in place of a date: `????`, `TBD`, `Unreleased`, `XX. XX. 2025`, nothing."""
    text = text.strip(_BRACKETS)
    return bool(_PLACEHOLDER.fullmatch(text)) or _has_missing_parts(text)


def _has_missing_parts(text: str) -> bool:
    """Return whether a text is a date in numbers of which at least one part is not filled in."""
    missing = single_letters = numbers = 0
    for part in _PARTS.split(text):
        if _MISSING_PART.fullmatch(part):
            missing += 1
        elif part in _SINGLE_LETTERS:
            single_letters += 1
        elif _DIGITS_ALONE.fullmatch(part):
            numbers += 1
        elif part:
            return False
    return missing > 0 or single_letters > 1 or (single_letters == 1 and not numbers)


def readings(text: str) -> tuple[date, ...]:
    """Return the dates that a text in numbers may mean: one with the year first, else day or month first."""
    found = _NUMBERS.match(text)
    if not found:
        return ()
    first_text, _, middle_text, last_text = found.groups()
    first, middle, last = int(first_text), int(middle_text), int(last_text)
    if len(first_text) == _YEAR_DIGITS:
        candidates = [_date(first, middle, last)]
    elif len(last_text) == _YEAR_DIGITS:
        candidates = [_date(last, middle, first), _date(last, first, middle)]
    else:
        return ()
    return tuple(candidate for candidate in candidates if candidate)


def is_impossible(text: str) -> bool:
    """Return whether a text is three numbers as in a date, and no calendar has it: `2025-19-12`."""
    found = _NUMBERS.match(text)
    if not found or _YEAR_DIGITS not in {len(found[1]), len(found[4])}:
        return False  # such as 31/12/25, whose year has two digits
    return not readings(text) and not is_placeholder(text)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
