"""What somebody probably meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST: Final = 100  # letters
_NEAR: Final = 0.75  # difflib's ratio; at 0.6, its own default, "scripts" is taken for "description"


def suggest(word: str, known: Iterable[str], near_enough: float = _NEAR) -> str:
    """Return the known word that is nearest to this one, whatever its case; empty when none is near."""
    from difflib import get_close_matches  # noqa: PLC0415 start-up: only for a word that is not known

    if len(word) > _LONGEST:  # comparing takes time, and no known word is near
        return ""
    by_lower = {one.lower(): one for one in known}
    near = get_close_matches(word.lower(), list(by_lower), n=1, cutoff=near_enough)
    return by_lower[near[0]] if near else ""
