"""Versions of mods and of the game: numbers with dots, not semantic versions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import total_ordering
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import semver

MAX_VERSION_NUMBER: Final = 65535
_FORM: Final = re.compile(r"[0-9]+(?:\.[0-9]+)*", re.ASCII)
_DIGITS_AT_MOST: Final = 20


@total_ordering
@dataclass(frozen=True, slots=True, eq=False)
class Version:
    """Two or three numbers of 0 to 65535; `text` is as its author wrote it (`0.1.01`).

    Versions compare by their numbers, a missing third one counting as 0, so that `0.1.01`
    equals `0.1.1`: the portal treats them alike.
    """

    text: str
    numbers: tuple[int, ...]

    def __str__(self) -> str:
        return self.text

    @property
    def key(self) -> tuple[int, int, int]:
        """The three numbers that order it."""
        major, minor, *patch = self.numbers
        return (major, minor, patch[0] if patch else 0)

    def __eq__(self, other: object) -> bool:
        return self.key == other.key if isinstance(other, Version) else NotImplemented

    def __lt__(self, other: Version) -> bool:
        return self.key < other.key

    def __hash__(self) -> int:
        return hash(self.key)

    def semantic(self) -> semver.Version:
        """Return the numbers as a `semver.Version`, to bump and to compare."""
        import semver  # noqa: PLC0415 start-up: only where a version is bumped

        return semver.Version(*self.key)


def parse_version(text: str, parts: tuple[int, ...] = (3,)) -> Version:
    """Read a version of as many numbers as `parts` allows: (3,) for a mod, (2, 3) in a dependency.

    Documented for info.json: `number.number.number`, each 0 to 65535. Leading zeros occur in
    released mods and stay. Raises ValueError with a sentence that says what is wrong.
    """
    if not _FORM.fullmatch(text):
        raise ValueError(f"{text!r} is not numbers separated by dots")
    pieces = text.split(".")
    if len(pieces) not in parts:
        wanted = " or ".join({2: "two", 3: "three"}[part] for part in parts)
        raise ValueError(f"{text!r} has {len(pieces)} numbers where {wanted} are wanted")
    numbers = [piece.lstrip("0") or "0" for piece in pieces]
    too_large = next((n for n in numbers if len(n) > _DIGITS_AT_MOST or int(n) > MAX_VERSION_NUMBER), None)
    if too_large is not None:
        raise ValueError(f"{too_large} in {text!r} is larger than {MAX_VERSION_NUMBER}")
    return Version(text, tuple(map(int, numbers)))


def next_version(version: Version, part: str) -> Version:
    """Return the next `major`, `minor` or `patch` version; ValueError past 65535."""
    raised = getattr(version.semantic(), f"bump_{part}")()
    return parse_version(str(raised))
