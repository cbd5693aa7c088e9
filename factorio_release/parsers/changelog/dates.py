"""Dates as authors of changelogs write them."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

_PLACEHOLDER: Final = re.compile(
    r"\W*|.*\?.*|[xydm]+(?:\W+[xydm]+)*|tb[adc]|todo|wip|unreleased|not (?:yet )?released|in progress"
    r"|coming soon|soon|next|future|pending|(?:to be )?determined|date",
    re.IGNORECASE,
)
_NUMBERS: Final = re.compile(r"\s*([0-9]{1,4})\s*([-./])\s*([0-9]{1,2})\s*\2\s*([0-9]{1,4})(?![0-9])")


def is_placeholder(text: str) -> bool:
    """Whether a date waits to be written: `????`, `TBD`, `Unreleased`, `xx.xx.xxxx`, nothing."""
    return bool(_PLACEHOLDER.fullmatch(text.strip()))


def readings(text: str) -> tuple[date, ...]:
    """Return the dates that a text in numbers may mean: year first, else day or month first."""
    found = _NUMBERS.match(text)
    if not found:
        return ()
    first, middle, last = int(found.group(1)), int(found.group(3)), int(found.group(4))
    if len(found.group(1)) == len("2026"):
        candidates = [(first, middle, last)]
    elif len(found.group(4)) == len("2026"):
        candidates = [(last, middle, first), (last, first, middle)]
    else:
        return ()
    dates = (_date(*candidate) for candidate in candidates)
    return tuple(date for date in dates if date)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
