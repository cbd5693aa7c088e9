"""What somebody probably meant by a word that is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_MAX_WORD_CHARACTERS: Final = (
    100  # comparing takes time quadratic in the length, and no known word is longer
)
# The ratio of difflib: at 0.6, its own default, "scripts" is taken for "description".
_MIN_SIMILARITY: Final = 0.75
LOW_SIMILARITY: Final = 0.6  # for few words that differ much from each other


def suggest(word: str, known: Iterable[str], min_similarity: float = _MIN_SIMILARITY) -> str:
    """Return the known word that is most similar to this one, whatever its case; "" when none is similar.

    `min_similarity` is difflib's ratio, from 0 to 1: twice the matching characters by the
    characters of both words.
    """
    from difflib import get_close_matches  # noqa: PLC0415 start-up: only for a word that is not known

    if len(word) > _MAX_WORD_CHARACTERS:
        return ""
    by_lower = {candidate.lower(): candidate for candidate in known}
    similar = get_close_matches(word.lower(), list(by_lower), n=1, cutoff=min_similarity)
    return by_lower[similar[0]] if similar else ""


def did_you_mean(word: str, known: Iterable[str], min_similarity: float = LOW_SIMILARITY) -> str:
    """Return ` (did you mean …?)` to append to a message; "" when no known word is similar."""
    suggestion = suggest(word, known, min_similarity)
    return f" (did you mean {suggestion}?)" if suggestion else ""
