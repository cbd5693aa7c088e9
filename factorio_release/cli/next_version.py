"""The version that the user asks for: a number to raise, a version, or that of the changelog."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from factorio_release.errors import UsageError
from factorio_release.parsers.changelog.model import CHANGELOG_FILE
from factorio_release.parsers.suggestion import did_you_mean
from factorio_release.parsers.version import next_version, parse_version

if TYPE_CHECKING:
    from factorio_release.mod.mod import ModDescription
    from factorio_release.parsers.version import Version

PARTS: Final = ("major", "minor", "patch")
CHANGELOG: Final = "changelog"
_TWO_NUMBERS: Final = 2


def asked_version(text: str, description: ModDescription) -> Version:
    """Return the version that `minor`, `1.2.0`, `v1.2.0`, `1.2` (which is 1.2.0) or `changelog` gives.

    Raises UsageError for any other text, and where info.json or the changelog does not have what it needs.
    """
    try:
        return _read(text, description)
    except ValueError as error:
        raise UsageError(str(error)) from None


def refuse_lower(version: Version, present: Version | None, *, allowed: bool) -> None:
    """Raise UsageError for a version that is lower than the present one, unless that is `allowed`."""
    if present and version < present and not allowed:
        raise UsageError(f"{version} is lower than {present} in info.json; --force sets it anyway")


def changelog_version(description: ModDescription) -> Version | None:
    """Return the version of the changelog's top section; None without one, or without a number in it."""
    changelog = description.changelog
    return changelog.sections[0].version if changelog and changelog.sections else None


def _read(text: str, description: ModDescription) -> Version:
    if text in PARTS:
        present = description.info.version
        if present is None:
            raise ValueError(
                f"info.json has no version whose {text} number could be raised; give X.Y.Z"
            )
        return next_version(present, text)
    if text == CHANGELOG:
        version = changelog_version(description)
        if version is None:
            raise ValueError(
                f"the top section of {CHANGELOG_FILE} has no version; "
                "write one (`Version: 1.2.0`), or give X.Y.Z"
            )
        return version
    number = re.sub(r"^[vV](?=[0-9])", "", text)  # as a tag has it
    if not number[:1].isdigit():
        words = (*PARTS, CHANGELOG)
        raise ValueError(
            f"{text!r} is neither {', '.join(words)} nor a version such as 1.2.0"
            f"{did_you_mean(text, words)}"
        )
    version = parse_version(number, (2, 3))
    if len(version.numbers) == _TWO_NUMBERS:
        version = parse_version(f"{number}.0")
    if not any(version.key):
        raise ValueError("the game refuses the version 0.0.0; begin with 0.0.1")
    return version
