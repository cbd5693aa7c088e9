"""Rules on changelog.txt beyond its grammar: is the release described, dated, in order?"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from factorio_release.limits import MAX_FINDINGS_PER_CODE
from factorio_release.parsers.changelog.categories import CATEGORIES, category_meant
from factorio_release.parsers.changelog.dates import is_placeholder, readings
from factorio_release.parsers.changelog.model import CHANGELOG_FILE
from factorio_release.parsers.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from factorio_release.checks.rule import CheckContext
    from factorio_release.parsers.changelog.model import Changelog, ChangelogSection
    from factorio_release.parsers.info import Info

_TIME_ZONES: Final = timedelta(days=1)


def stated(code: str) -> Callable[..., Iterable[Problem]]:
    """Return a rule that passes on what the reading of the changelog stated under this code."""

    def find(changelog: Changelog | None) -> Iterator[Problem]:
        return (problem for problem in changelog.problems if problem.code == code) if changelog else iter(())

    return find


def undescribed_version(info: Info, changelog: Changelog | None) -> Iterator[Problem]:
    """Report a version without a section, wherever in the file; one still open on top is fine."""
    if changelog is None or info.version is None or changelog.section(info.version):
        return
    first = changelog.sections[0].line if changelog.sections else 1
    message = f"the changelog has no section for version {info.version}"
    yield Problem(message, CHANGELOG_FILE, first, 1, "Describe this version in a section of its own.")


def empty_section(info: Info, changelog: Changelog | None) -> Iterator[Problem]:
    """Report a release whose section says nothing."""
    section = _released(info, changelog)
    if section and not any(category.entries for category in section.categories):
        message = f"the section of version {section.version} has no entry"
        yield Problem(message, CHANGELOG_FILE, section.line, 1, "Say what the release brings.")


def placeholder_date(info: Info, changelog: Changelog | None) -> Iterator[Problem]:
    """Report a release whose date still waits to be written."""
    section = _released(info, changelog)
    if section and section.date_line and is_placeholder(section.date):
        message = f"the date of version {section.version} is still {section.date!r}"
        hint = "Write the date; factorio-release check --fix does it."
        yield Problem(message, CHANGELOG_FILE, section.date_line, len("Date: ") + 1, hint)


def future_date(info: Info, changelog: Changelog | None, context: CheckContext) -> Iterator[Problem]:
    """Report dates after today in the released section and those below it, however they may be read."""
    if changelog is None or context.today is None or info.version is None:
        return
    latest = context.today + _TIME_ZONES
    for section in changelog.sections:
        dates = readings(section.date) if section.version and section.version <= info.version else ()
        if dates and min(dates) > latest:
            message = f"the date {section.date} lies in the future"
            yield Problem(message, CHANGELOG_FILE, section.date_line, len("Date: ") + 1, "Correct the date.")


def ascending(changelog: Changelog | None) -> Iterator[Problem]:
    """Report the first section that stands below a lower version."""
    above: ChangelogSection | None = None
    for section in changelog.sections if changelog else ():
        if section.version is None:
            continue
        if above and above.version and section.version > above.version:
            message = f"version {section.version} stands below {above.version}"
            yield Problem(
                message,
                CHANGELOG_FILE,
                section.line,
                1,
                "The game shows sections as they stand: newest first.",
            )
            return
        above = section


def misnamed_categories(changelog: Changelog | None) -> Iterator[Problem]:
    """Report category names that look like one the game sorts; once for each name."""
    seen = set(CATEGORIES)
    for section in changelog.sections if changelog else ():
        for category in section.categories:
            if category.name in seen:
                continue
            seen.add(category.name)
            if len(seen) > len(CATEGORIES) + MAX_FINDINGS_PER_CODE:
                return  # so many names are no slips
            if near := category_meant(category.name):
                message = f"the game sorts no category {category.name!r}, and shows it last"
                yield Problem(message, CHANGELOG_FILE, category.line, 3, f"Did you mean {near}?")


def _released(info: Info, changelog: Changelog | None) -> ChangelogSection | None:
    return changelog.section(info.version) if changelog and info.version else None
