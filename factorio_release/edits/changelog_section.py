"""The changelog section of a new version, every other byte kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from factorio_release.errors import ModError
from factorio_release.parsers.changelog.dates import is_placeholder
from factorio_release.parsers.changelog.lines import SEPARATOR
from factorio_release.parsers.changelog.model import CHANGELOG_FILE
from factorio_release.parsers.changelog.reader import read_changelog
from factorio_release.parsers.text import UTF8_BOM

if TYPE_CHECKING:
    from factorio_release.parsers.changelog.model import Changelog, ChangelogSection
    from factorio_release.parsers.problem import Problem
    from factorio_release.parsers.version import Version

UNRELEASED_DATE: Final = "????"  # documented: marks a section that is not released yet
# With these, the game may drop the changelog, but the places of its sections are certain.
_ACCEPTED_CODES: Final = frozenset(
    {
        "changelog-bom",
        "changelog-continuation",
        "changelog-date-place",
        "changelog-empty",
        "changelog-tab",
        "changelog-trailing-space",
        "changelog-version-form",
    }
)


@dataclass(frozen=True, slots=True)
class VersionStep:
    """From one version to the next; `released` is True when a tag says that the present one is public.

    `date` is the section's new date; when it is empty, the section stays open.
    """

    present: Version | None
    following: Version
    released: bool = False
    date: str = ""


def with_section(data: bytes, step: VersionStep) -> bytes:
    """Return the changelog with a section for the following version; `data` is empty without a changelog.

    - A section of that version exists: it stays, and gets the date if it has none.
    - There is an open section (`Date: ????`, `Version: Unreleased`) on top: it gets the version.
    - Otherwise a new section is put above all lower versions.

    Raises ModError, with the line, for a changelog that the game would drop.
    """
    changelog = read_changelog(data)
    section = changelog.section(step.following) or _open_section(changelog, step)
    _refuse_broken(changelog, section)
    lines = changelog.text.split("\n")
    carriage_return = "\r" if lines[0].endswith("\r") else ""
    if section is None:
        _insert_section(lines, changelog, step, carriage_return)
    else:
        _release_section(lines, section, step, carriage_return)
    after = "\n".join(lines).encode()
    if data.startswith(UTF8_BOM):
        return UTF8_BOM + after
    return after


def _is_open(section: ChangelogSection) -> bool:
    if section.version is None and is_placeholder(section.version_text):
        return True
    return bool(section.date_line) and is_placeholder(section.date)


def _open_section(changelog: Changelog, step: VersionStep) -> ChangelogSection | None:
    """Return the open section on top that becomes the following version; None when there is none."""
    for section in changelog.sections:
        if not _is_open(section):
            return None
        number = section.version
        if number is None:
            return section
        if _is_released(number, changelog, step):
            return None
        if number < step.following or number == step.present:
            return section
    return None


def _is_released(number: Version, changelog: Changelog, step: VersionStep) -> bool:
    """Return whether an open section is of a public version, whose author left out the date."""
    present = step.present
    if present is None or number > present:
        return False
    if number < present or step.released:
        return True
    # Who left an earlier version undated may have released this one undated too.
    return any(
        _is_open(one) and one.version and one.version < present for one in changelog.sections
    )


def _refuse_broken(changelog: Changelog, section: ChangelogSection | None) -> None:
    for problem in changelog.problems:
        if problem.code in _ACCEPTED_CODES or _is_replaced(problem, section):
            continue
        message = f"{CHANGELOG_FILE}:{problem.line}:{problem.column}: {problem.message}"
        raise ModError(
            message, "fix it first; `factorio-release check --fix` fixes what can be fixed safely"
        )


def _is_replaced(problem: Problem, section: ChangelogSection | None) -> bool:
    """Return whether the problem is that an open section has no number yet."""
    is_unnumbered = section is not None and section.version is None and section.line == problem.line
    return is_unnumbered and problem.code == "changelog-version"


def _insert_section(
    lines: list[str], changelog: Changelog, step: VersionStep, carriage_return: str
) -> None:
    section = [SEPARATOR, f"Version: {step.following}", f"Date: {step.date or UNRELEASED_DATE}"]
    new = [line + carriage_return for line in section]
    for below in changelog.sections:
        if below.version is None or below.version < step.following:
            at = below.first - 1
            lines[at:at] = new
            return
    if not changelog.sections:
        lines[:0] = new
        return
    # The version is lower than all others: the section is the last one.
    if lines[-1]:
        lines[-1] += carriage_return
        lines.append("")
    lines[-1:] = [*new, ""]


def _release_section(
    lines: list[str], section: ChangelogSection, step: VersionStep, carriage_return: str
) -> None:
    """Give a section the following version, and the date if there is one to give."""
    if section.version != step.following:
        _replace_line(lines, section.line, f"Version: {step.following}")
    if not step.date:
        return
    if not section.date_line:
        lines.insert(section.line, f"Date: {step.date}{carriage_return}")
    elif is_placeholder(section.date):
        _replace_line(lines, section.date_line, f"Date: {step.date}")


def _replace_line(lines: list[str], number: int, text: str) -> None:
    carriage_return = "\r" if lines[number - 1].endswith("\r") else ""
    lines[number - 1] = text + carriage_return
