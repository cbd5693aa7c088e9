"""Rules on a section that is still open: its date is a placeholder, it is empty, or it has no number.

Such a section is normal until its version is released, so it is a hint. A release never publishes one: what
is in git is what was checked and what is sent, and a tag's content must not change in a job. So the release
stops, and the author sets the date.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factorio_release.parsers.changelog.dates import is_placeholder
from factorio_release.parsers.changelog.model import CHANGELOG_FILE
from factorio_release.parsers.problem import Problem
from factorio_release.parsers.unseen import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.checks.context import CheckContext
    from factorio_release.live.models import LiveMod
    from factorio_release.parsers.changelog.model import Changelog, ChangelogSection
    from factorio_release.parsers.info import Info
    from factorio_release.parsers.version import Version

_DATE_COLUMN: Final = len("Date: ") + 1
_VERSION_COLUMN: Final = len("Version: ") + 1


def empty_section(info: Info, changelog: Changelog | None) -> Iterator[Problem]:
    """Report a dated section of this version that has no entry."""
    section = _section(info, changelog)
    if section and section.is_empty and _is_dated(section):
        yield _empty(section)


def open_section(info: Info, changelog: Changelog | None) -> Iterator[Problem]:
    """Report a section of this version that has neither a date nor an entry."""
    section = _section(info, changelog)
    if section and section.is_empty and not _is_dated(section):
        yield _empty(section)


def placeholder_date(info: Info, changelog: Changelog | None) -> Iterator[Problem]:
    """Report that the date of this version is a placeholder."""
    section = _section(info, changelog)
    if section and _has_placeholder(section):
        yield _placeholder(section, "Before the release, " + _set_date(section.version))


def unfinished_release(
    info: Info,
    changelog: Changelog | None,
    context: CheckContext,
    live: LiveMod | None,
    releases: bool,  # noqa: FBT001 rules get their facts by position and name
) -> Iterator[Problem]:
    """Report what is still open in the changelog of a version that this run makes public.

    A version that is public already is left alone: its changelog cannot change any more.
    """
    section = _section(info, changelog)
    if changelog is None or not releases or info.version is None:
        return
    if live is not None and live.release(info.version):
        return
    then = " Then commit."
    if context.tag:
        then = f" Then commit, and set the tag {context.tag} on that commit."
    for one in changelog.sections:
        if one.is_unnumbered:
            message = (
                f"the section {quoted(one.version_text)} has no version: "
                "the game drops such a changelog"
            )
            hint = (
                f"`factorio-release bump {info.version} --date` gives it this version and today's "
                "date."
            )
            yield Problem(message, CHANGELOG_FILE, one.line, _VERSION_COLUMN, hint + then)
    if section is None:
        return
    if _has_placeholder(section):
        yield _placeholder(section, _set_date(section.version).capitalize() + then)
    if section.is_empty and not _is_dated(section):
        yield _empty(section)


def is_open(changelog: Changelog | None, version: Version) -> bool:
    """Return whether the author has not finished the changelog of this version."""
    if changelog is None:
        return False
    if any(one.is_unnumbered for one in changelog.sections):
        return True
    section = changelog.section(version)
    if section is None:
        return False
    return _has_placeholder(section) or (section.is_empty and not _is_dated(section))


def _section(info: Info, changelog: Changelog | None) -> ChangelogSection | None:
    if changelog is None or info.version is None:
        return None
    return changelog.section(info.version)


def _has_placeholder(section: ChangelogSection) -> bool:
    return bool(section.date_line) and is_placeholder(section.date)


def _is_dated(section: ChangelogSection) -> bool:
    return bool(section.date_line) and not is_placeholder(section.date)


def _set_date(version: Version | None) -> str:
    return f"set it: `factorio-release bump {version} --date` writes today's."


def _placeholder(section: ChangelogSection, hint: str) -> Problem:
    message = f"the date of version {section.version} is still {quoted(section.date)}"
    return Problem(message, CHANGELOG_FILE, section.date_line, _DATE_COLUMN, hint)


def _empty(section: ChangelogSection) -> Problem:
    message = f"the section of version {section.version} has no entry"
    return Problem(message, CHANGELOG_FILE, section.line, 1, "Describe what has changed.")
