"""The dates of changelogs: free text, often in numbers."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

_PLACEHOLDER: Final = re.compile(
    r"\W*|.*\?.*|[xydm]+(?:\W+[xydm]+)*|tb[adc]|todo|wip|unreleased|not (?:yet )?released|in progress"
    r"|coming soon|soon|next|future|pending|(?:to be )?determined|date",
    re.IGNORECASE,
)
_YEAR_DIGITS: Final = 4
_NUMBERS: Final = re.compile(
    r"\s*([0-9]{1,4})\s*([-./])\s*([0-9]{1,2})\s*\2\s*([0-9]{1,4})(?![0-9])"
)


def is_placeholder(text: str) -> bool:
    """Return whether a text is in place of a date: `????`, `TBD`, `Unreleased`, `xx.xx.xxxx`, nothing."""
    return bool(_PLACEHOLDER.fullmatch(text.strip()))


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


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
