"""The changelog section of a new version, every other byte kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
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
    """From one version to the next.

    `date` is the section's new date; when it is empty, the section stays open. `tagged` are the versions with
    a tag: they are public. `committed` are those that info.json had in a commit: they may be public, also
    without a tag. Their open sections are not renamed, except with `rename` for those without a tag.
    """

    present: Version | None
    following: Version
    date: str = ""
    tagged: frozenset[Version] = frozenset()
    committed: frozenset[Version] = frozenset()
    rename: bool = False

    def is_kept(self, version: Version) -> bool:
        """Return whether the open section of a version keeps it, because the version may be public."""
        if version in self.tagged:
            return True
        is_earlier = self.present is not None and version < self.present
        return is_earlier or (version in self.committed and not self.rename)


def with_section(data: bytes, step: VersionStep) -> bytes:
    """Return the changelog with a section for the following version; `data` is empty without a changelog.

    - A section of that version exists: it stays, and gets the date if it has none. That of a tagged version
      stays as it is.
    - There is an open section (`Date: ????`, `Version: Unreleased`) on top: it gets the version.
    - Otherwise a new section is put above all lower versions.

    Raises ModError, with the line, for a changelog that the game would drop.
    """
    changelog = read_changelog(data)
    section = _section_to_edit(changelog, step)
    _refuse_broken(changelog, section)
    lines = changelog.text.split("\n")
    carriage_return = "\r" if lines[0].endswith("\r") else ""
    if section is None:
        _insert_section(lines, changelog, step, carriage_return)
    elif step.following not in step.tagged:
        _release_section(lines, section, step, carriage_return)
    after = "\n".join(lines).encode()
    if data.startswith(UTF8_BOM):
        return UTF8_BOM + after
    return after


def open_versions(data: bytes) -> tuple[Version, ...]:
    """Return the versions of the sections that are open, above the first one that is not."""
    versions = []
    for section in read_changelog(data).sections:
        if not is_open(section):
            break
        if section.version:
            versions.append(section.version)
    return tuple(versions)


def kept_version(data: bytes, step: VersionStep) -> Version | None:
    """Return the version on top whose open section `rename` would rename; None where that changes nothing."""
    changelog = read_changelog(data)
    renamed = _section_to_edit(changelog, replace(step, rename=True))
    if renamed is None or _section_to_edit(changelog, step) is not None:
        return None
    return renamed.version


def is_open(section: ChangelogSection) -> bool:
    """Return whether a section is not released yet: it has a placeholder as version or as date."""
    if section.is_unnumbered:
        return True
    return bool(section.date_line) and is_placeholder(section.date)


def _section_to_edit(changelog: Changelog, step: VersionStep) -> ChangelogSection | None:
    """Return the section that is, or becomes, that of the following version; None when there is none."""
    section = changelog.section(step.following)
    if section:
        return section
    for section in changelog.sections:
        if not is_open(section):
            return None
        number = section.version
        if number is None:
            return section
        if step.is_kept(number):
            return None
        if number < step.following or number == step.present:
            return section
    return None


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
    return (
        section is not None
        and section.line == problem.line
        and problem.code == "changelog-unreleased"
    )


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
