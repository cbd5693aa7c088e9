"""Reads a changelog.txt by the game's grammar, and says of each line that breaks it what is wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from factorio_release.parsers.changelog.draft import CategoryDraft, SectionDraft
from factorio_release.parsers.changelog.lines import LineKind, read_line
from factorio_release.parsers.changelog.model import CHANGELOG_FILE, Changelog
from factorio_release.parsers.problem import Problem, ProblemList
from factorio_release.parsers.text import decode, numbered_lines
from factorio_release.parsers.version import parse_version

if TYPE_CHECKING:
    from factorio_release.parsers.changelog.lines import ChangelogLine
    from factorio_release.parsers.changelog.model import ChangelogSection
    from factorio_release.parsers.version import Version

_NUMBER: Final = re.compile(r"\s*([0-9]+\.[0-9]+(?:\.[0-9]+)?)")
_VERSION_HINT: Final = "Write Version, a colon, a space and the version right below the dashes."
_FIX_HINT: Final = "factorio-release check --fix removes it."


def read_changelog(data: bytes) -> Changelog:
    """Read a changelog; never raises, whatever the bytes."""
    text, problems = decode(data, CHANGELOG_FILE, "changelog")
    reader = _Reader(ProblemList(problems))
    for number, line in numbered_lines(text):
        reader.take(number, line)
    return Changelog(text, reader.finish(), reader.problems.result())


@dataclass(slots=True)
class _Places:
    """The first of several places, and how many there are."""

    line: int = 0
    column: int = 0
    number: int = 0

    def add(self, line: int, column: int) -> None:
        if not self.number:
            self.line, self.column = line, column
        self.number += 1


@dataclass(slots=True)
class _Reader:
    problems: ProblemList
    sections: list[SectionDraft] = field(default_factory=list)
    dashes: int = 0  # the line of dashes whose version is still to come
    gap: int = 0  # the first empty line below it
    faulty: bool = False  # something was said of these dashes already
    preamble: bool = False  # text before the first dashes was reported
    versions: dict[tuple[int, int, int], int] = field(default_factory=dict)  # by key: no hashing of objects
    trailing: _Places = field(default_factory=_Places)
    tabs: _Places = field(default_factory=_Places)

    def take(self, number: int, raw: str) -> None:
        """Take the next line, without its line break."""
        if not raw:
            self.gap = self.gap or number
            return
        line = read_line(raw)
        if line.kind is LineKind.BLANK:
            self._blank(number, line)
        elif line.kind is LineKind.SEPARATOR:
            self._expect_version(number)
            self._fault(number, line)
            self.dashes, self.gap, self.faulty = number, 0, bool(line.code)
        elif line.kind is LineKind.VERSION:
            self._version(number, line, raw)
        elif self._expect_version(number) and line.kind is LineKind.OTHER:
            pass  # the line in place of the version is one defect, said once
        elif section := self._section(number):
            section.last = number
            self._content(section, number, line)
        if not line.code and line.kind is not LineKind.BLANK:
            self._white_space(number, raw)

    def finish(self) -> tuple[ChangelogSection, ...]:
        """Return the sections, when all lines are taken."""
        if self.dashes and not self.faulty:
            self._problem("version", self.dashes, 1, "no version follows these dashes", _VERSION_HINT)
        if not self.sections and not self.preamble and not self.dashes:
            self._problem("empty", 1, 1, "the changelog is empty", "Add a section, or remove the file.")
        self._gathered("trailing-space", self.trailing, "white space at the end of", _FIX_HINT)
        self._gathered("tab", self.tabs, "a tab inside", "Write spaces instead.")
        return tuple(section.closed() for section in self.sections)

    def _problem(self, code: str, line: int, column: int, message: str, hint: str) -> None:
        code = f"changelog-{code}"
        if not self.problems.counts(code):
            self.problems.add(Problem(message, CHANGELOG_FILE, line, column, hint, code))

    def _fault(self, number: int, line: ChangelogLine) -> None:
        if line.code:
            self._problem(line.code, number, line.column, line.message, line.hint)

    def _gathered(self, code: str, places: _Places, what: str, hint: str) -> None:
        if places.number:
            more = f" and {places.number - 1} more" if places.number > 1 else ""
            self._problem(code, places.line, places.column, f"{what} line {places.line}{more}", hint)

    def _white_space(self, number: int, raw: str) -> None:
        bare = raw.rstrip()
        if bare != raw:
            self.trailing.add(number, len(bare) + 1)
        if "\t" in bare:
            self.tabs.add(number, bare.index("\t") + 1)

    def _blank(self, number: int, line: ChangelogLine) -> None:
        self._fault(number, line)
        self.gap = self.gap or number

    def _expect_version(self, number: int) -> bool:
        """Report a version that is missing below its dashes; whether it was."""
        missing = bool(self.dashes) and not self.faulty
        if missing:
            message = "the line below the dashes does not begin with Version"
            self._problem("version", number, 1, message, _VERSION_HINT)
            self.sections.append(SectionDraft(self.dashes, number, last=number))
        self.dashes = 0
        return missing

    def _version(self, number: int, line: ChangelogLine, raw: str) -> None:
        if not self.dashes:
            message = "no line of 99 dashes above this version"
            self._problem("separator", number, 1, message, "Write exactly 99 dashes on the line above.")
        elif self.gap:
            message = "an empty line between the dashes and the version"
            self._problem("version", self.gap, 1, message, "Remove the empty line.")
        self._fault(number, line)
        section = SectionDraft(self.dashes or number, number, line.text, last=number)
        section.version = self._number(number, line.text, len(raw.rstrip()) - len(line.text) + 1)
        self.sections.append(section)
        self.dashes = 0

    def _number(self, number: int, text: str, column: int) -> Version | None:
        found = _NUMBER.match(text)
        try:
            version = parse_version(found.group(1) if found else text, (2, 3))
        except ValueError as error:
            self._problem("version", number, column, str(error), "Write three numbers of 0 to 65535.")
            return None
        key = version.key
        if key == (0, 0, 0):
            self._problem("version", number, column, "0.0.0 is not a version", "Begin with 0.0.1.")
        elif len(version.numbers) == 2:  # noqa: PLR2004 major and minor alone
            message = f"version {version} has two numbers where a mod's version has three"
            self._problem("version-form", number, column, message, "Write all three numbers.")
        elif key in self.versions:
            message = f"version {version} has a section already, in line {self.versions[key]}"
            self._problem("version-twice", number, column, message, "Merge the two sections.")
        else:
            self.versions[key] = number
        return version

    def _section(self, number: int) -> SectionDraft | None:
        if not self.sections and not self.preamble:
            self.preamble = True
            message = "text before the first line of 99 dashes"
            self._problem("separator", number, 1, message, "Begin the file with exactly 99 dashes.")
        return self.sections[-1] if self.sections else None

    def _content(self, section: SectionDraft, number: int, line: ChangelogLine) -> None:
        self._fault(number, line)
        if line.kind is LineKind.DATE:
            self._date(section, number, line)
        elif line.kind is LineKind.CATEGORY:
            section.categories.append(CategoryDraft(line.text, number))
        elif line.kind is LineKind.ENTRY:
            self._category(section, number).entries.append((number, [line.text]))
            self._once(section, number, line.text)
        elif line.kind is LineKind.CONTINUATION:
            self._continuation(section, number, line)

    def _date(self, section: SectionDraft, number: int, line: ChangelogLine) -> None:
        if section.date_line:
            message = f"a second date in this section, first in line {section.date_line}"
            self._problem("date", number, 1, message, "Remove one of the two lines.")
            return
        if section.categories:
            message = "the date does not stand right below the version"
            self._problem("date-place", number, 1, message, "Move it there.")
        section.date, section.date_line = line.text, number

    def _category(self, section: SectionDraft, number: int) -> CategoryDraft:
        if not section.categories:
            message = "an entry before any category of its version"
            self._problem("category", number, 1, message, "Write a category such as Changes: above it.")
            section.categories.append(CategoryDraft("", number))
        return section.categories[-1]

    def _continuation(self, section: SectionDraft, number: int, line: ChangelogLine) -> None:
        if section.categories and section.categories[-1].entries:
            section.categories[-1].entries[-1][1].append(line.text)
            self._once(section, number, line.text)
            return
        if not line.code:
            hint = "Begin an entry with four spaces, a dash and a space."
            self._problem("continuation", number, 1, "six spaces of indentation without an entry above", hint)
        if section.categories:
            section.categories[-1].entries.append((number, [line.text]))

    def _once(self, section: SectionDraft, number: int, text: str) -> None:
        first = section.written.setdefault((section.categories[-1].name, text), number)
        if first != number:
            message = f"the same entry as in line {first}, in one version and category"
            self._problem("entry-twice", number, 7, message, "Remove it, or word it differently.")
