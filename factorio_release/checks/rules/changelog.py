"""Rules on changelog.txt beyond its grammar: is the release described, are dates and order right?"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from factorio_release.limits import MAX_FINDINGS_PER_CODE
from factorio_release.parsers.changelog.categories import CATEGORIES, category_meant
from factorio_release.parsers.changelog.dates import is_impossible, readings
from factorio_release.parsers.changelog.model import CHANGELOG_FILE
from factorio_release.parsers.problem import Problem
from factorio_release.parsers.unseen import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.checks.context import CheckContext
    from factorio_release.parsers.changelog.model import Changelog
    from factorio_release.parsers.info import Info
    from factorio_release.parsers.version import Version

_TIME_ZONES: Final = timedelta(days=1)  # it may be tomorrow where the author lives
_DATE_COLUMN: Final = len("Date: ") + 1


def undescribed_version(info: Info, changelog: Changelog | None) -> Iterator[Problem]:
    """Report a version that has no section anywhere in the file.

    The section need not be the first: one for the next version may be open above it.
    """
    if changelog is None or info.version is None or changelog.section(info.version):
        return
    if not changelog.sections:
        return  # the reason is reported already
    newest = _newest_version(changelog)
    if newest is not None and newest[0] > info.version:
        version, line = newest
        message = (
            f"info.json says {info.version}, which the changelog does not describe; "
            f"its newest version is {version}"
        )
        hint = f"Set the version in info.json to {version}, or add a section for {info.version}."
        yield Problem(message, CHANGELOG_FILE, line, 1, hint)
        return
    line = changelog.sections[0].line
    message = f"the changelog has no section for version {info.version}"
    hint = f"Add a section that begins with Version: {info.version}, below a line of 99 dashes."
    yield Problem(message, CHANGELOG_FILE, line, 1, hint)


def _newest_version(changelog: Changelog) -> tuple[Version, int] | None:
    """Return the highest version of a changelog, and the line of its section."""
    versions = [
        (section.version, section.line) for section in changelog.sections if section.version
    ]
    return max(versions, default=None)


def future_date(
    info: Info, changelog: Changelog | None, context: CheckContext
) -> Iterator[Problem]:
    """Report future dates in the released section and in those of lower versions.

    The form of a date is free (documented). One that can be read in two ways counts as the earlier.
    """
    if changelog is None or context.today is None or info.version is None:
        return
    latest = context.today + _TIME_ZONES
    for section in changelog.sections:
        if section.version is None or section.version > info.version:
            continue
        dates = readings(section.date)
        if dates and min(dates) > latest:
            message = f"the date {section.date} is in the future"
            hint = f"Correct the date. Today is {context.today.isoformat()}."
            yield Problem(message, CHANGELOG_FILE, section.date_line, _DATE_COLUMN, hint)


def impossible_date(changelog: Changelog | None) -> Iterator[Problem]:
    """Report dates in numbers that no calendar has; the game shows any text."""
    for section in changelog.sections if changelog else ():
        if is_impossible(section.date):
            message = f"{section.date} is not a date that exists"
            hint = "Write year, month and day, such as 2026-01-31."
            yield Problem(message, CHANGELOG_FILE, section.date_line, _DATE_COLUMN, hint)


def ascending(changelog: Changelog | None) -> Iterator[Problem]:
    """Report the first section that is below a lower version."""
    if changelog is None:
        return
    above = None
    for section in changelog.sections:
        if section.version is None:
            continue
        if above is not None and section.version > above:
            message = f"the section of version {section.version} is below that of {above}"
            hint = "Sort the sections, newest first: the game shows them in this order."
            yield Problem(message, CHANGELOG_FILE, section.line, 1, hint)
            return
        above = section.version


def misnamed_categories(changelog: Changelog | None) -> Iterator[Problem]:
    """Report category names that look like one of the game's; once for each name."""
    if changelog is None:
        return
    seen = set(CATEGORIES)
    for section in changelog.sections:
        for category in section.categories:
            if category.name in seen:
                continue
            seen.add(category.name)
            if len(seen) > len(CATEGORIES) + MAX_FINDINGS_PER_CODE:
                return  # comparing takes time, and nobody misspells so many names
            if not category.name.strip():
                is_written = not category.entries or category.entries[0].line != category.line
                if is_written:  # else the entries have no line of a category above them
                    message = "a category without a name"
                    hint = "Write its name in front of the colon, such as Changes."
                    yield Problem(message, CHANGELOG_FILE, category.line, 3, hint)
                continue
            near = category_meant(category.name)
            if near:
                message = (
                    f"{quoted(category.name)} is not a category of the game: "
                    "it is shown below all others"
                )
                yield Problem(message, CHANGELOG_FILE, category.line, 3, f"Did you mean {near}?")
