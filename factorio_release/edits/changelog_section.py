"""The changelog section of a new version, every other byte kept."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING, Final

from factorio_release.errors import ModError
from factorio_release.parsers.changelog.dates import is_placeholder
from factorio_release.parsers.changelog.lines import SEPARATOR
from factorio_release.parsers.changelog.model import CHANGELOG_FILE
from factorio_release.parsers.changelog.reader import read_changelog
from factorio_release.parsers.text import UTF8_BOM

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.parsers.changelog.model import Changelog, ChangelogSection
    from factorio_release.parsers.version import Version

OPEN: Final = "????"  # documented: marks a section that is not released yet
_PUT_UP_WITH: Final = frozenset(
    f"changelog-{code}"
    for code in ("bom", "version-form", "date-place", "continuation", "tab", "trailing-space", "empty")
)


@dataclass(frozen=True, slots=True)
class VersionStep:
    """From one version to the next; `released` is whether the present one is public, as its tag says.

    `date` is what the section's date becomes; where it is empty, the section stays open.
    """

    present: Version | None
    following: Version
    released: bool = False
    date: str = ""


def with_section(data: bytes, step: VersionStep) -> bytes:
    """Return the changelog, `b""` where there is none, with a section for the following version.

    One that is there already stays; an open one (`Date: ????`, `Version: Unreleased`) that is for
    no version above becomes it; else a new one is put above all lower ones. ModError, with the
    line, for a changelog that the game would drop.
    """
    changelog = read_changelog(data)
    there = changelog.section(step.following) or _open_section(changelog, step)
    _refuse_broken(changelog, there)
    lines = changelog.text.split("\n")
    end = "\r" if lines[0].endswith("\r") else ""
    if there is None:
        _insert(lines, changelog, step, end)
    else:
        _turn(lines, there, step, end)
    return (UTF8_BOM if data.startswith(UTF8_BOM) else b"") + "\n".join(lines).encode()


def _is_open(section: ChangelogSection) -> bool:
    unnumbered = section.version is None and is_placeholder(section.version_text)
    return unnumbered or (bool(section.date_line) and is_placeholder(section.date))


def _open_section(changelog: Changelog, step: VersionStep) -> ChangelogSection | None:
    present = step.present
    opened = [section for section in changelog.sections if _is_open(section)]
    # Who left an earlier version undated may have released this one so, too.
    earlier = any(present and section.version and section.version < present for section in opened)
    for section in takewhile(_is_open, changelog.sections):
        number = section.version
        if number is None:
            return section
        if present and (number < present or (number == present and (step.released or earlier))):
            return None
        if number < step.following or number == present:
            return section
    return None


def _refuse_broken(changelog: Changelog, turned: ChangelogSection | None) -> None:
    for problem in changelog.problems:
        replaced = turned is not None and turned.version is None and problem.line == turned.line
        if problem.code not in _PUT_UP_WITH and not (replaced and problem.code == "changelog-version"):
            hint = "mend it first; `factorio-release check --fix` mends what has one right answer"
            raise ModError(f"{CHANGELOG_FILE}:{problem.line}:{problem.column}: {problem.message}", hint)


def _insert(lines: list[str], changelog: Changelog, step: VersionStep, end: str) -> None:
    new = [f"{line}{end}" for line in _section(step)]
    lower = (one for one in changelog.sections if one.version is None or one.version < step.following)
    below = next(lower, None)
    if below is not None:
        lines[below.first - 1 : below.first - 1] = new
    elif changelog.sections and not lines[-1]:
        lines[-1:] = [*new, ""]
    elif changelog.sections:
        lines[-1] += end
        lines += [*new, ""]
    else:
        lines[:0] = new


def _section(step: VersionStep) -> Iterator[str]:
    yield SEPARATOR
    yield f"Version: {step.following}"
    yield f"Date: {step.date or OPEN}"


def _turn(lines: list[str], section: ChangelogSection, step: VersionStep, end: str) -> None:
    if section.version != step.following:
        at = section.line - 1
        lines[at] = f"Version: {step.following}" + ("\r" if lines[at].endswith("\r") else "")
    if not step.date:
        return
    if not section.date_line:
        lines.insert(section.line, f"Date: {step.date}{end}")
    elif is_placeholder(section.date):
        at = section.date_line - 1
        lines[at] = f"Date: {step.date}" + ("\r" if lines[at].endswith("\r") else "")
