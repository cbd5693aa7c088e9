"""Versions of mods and of the game: numbers with dots, not semantic versions."""

from __future__ import annotations

import re
from functools import total_ordering
from typing import Final

MAX_VERSION_NUMBER: Final = 65535  # documented
_FORM: Final = re.compile(r"[0-9]+(?:\.[0-9]+)*", re.ASCII)
_MAX_DIGITS: Final = 20  # int() takes time quadratic in the digits


@total_ordering
class Version:
    """Two or three numbers of 0 to 65535; `text` is as its author wrote it (`0.1.01`).

    Versions compare by their numbers, where a missing third one is 0: `0.1.01` equals `0.1.1`,
    since the portal does not distinguish them.
    """

    def __init__(self, text: str, numbers: tuple[int, ...]) -> None:
        self.text = text
        self.numbers = numbers

    def __str__(self) -> str:
        return self.text

    @property
    def key(self) -> tuple[int, int, int]:
        """Three numbers to compare by."""
        major, minor, *patch = self.numbers
        return (major, minor, patch[0] if patch else 0)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Version):
            return NotImplemented
        return self.key == other.key

    def __lt__(self, other: Version) -> bool:
        return self.key < other.key

    def __hash__(self) -> int:
        return hash(self.key)


def parse_version(text: str, counts: tuple[int, ...] = (3,)) -> Version:
    """Read a version of as many numbers as `counts` allows: (3,) for a mod, (2, 3) in a dependency.

    Documented for info.json: `number.number.number`, each 0 to 65535. Leading zeros occur in
    released mods and are kept. Raises ValueError with a sentence that says what is wrong.
    """
    if not _FORM.fullmatch(text):
        raise ValueError(f"'{text}' is not numbers separated by dots")
    parts = text.split(".")
    if len(parts) not in counts:
        names = {2: "two", 3: "three"}
        allowed = " or ".join(names[count] for count in counts)
        raise ValueError(f"'{text}' has {len(parts)} numbers where {allowed} are needed")
    numbers = []
    for part in parts:
        digits = part.lstrip("0") or "0"
        if len(digits) > _MAX_DIGITS or int(digits) > MAX_VERSION_NUMBER:
            raise ValueError(f"{digits} in '{text}' is larger than {MAX_VERSION_NUMBER}")
        numbers.append(int(digits))
    return Version(text, tuple(numbers))


def next_version(version: Version, part: str) -> Version:
    """Return the next `major`, `minor` or `patch` version; raises ValueError past 65535."""
    import semver  # noqa: PLC0415 start-up: only where a version is bumped

    present = semver.Version(*version.key)
    raised = {"major": present.bump_major, "minor": present.bump_minor, "patch": present.bump_patch}
    return parse_version(str(raised[part]()))
