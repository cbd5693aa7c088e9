"""Reads a changelog.txt by the game's grammar and reports each line that breaks it.

Observed: the game drops a changelog that breaks a rule, whole and silently. The reader goes on after an
error, so that one run reports all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factorio_release.lazy_pattern import lazy_pattern
from factorio_release.parsers.changelog.dates import is_placeholder
from factorio_release.parsers.changelog.lines import ENTRY_START, LineKind, read_line
from factorio_release.parsers.changelog.model import (
    CHANGELOG_FILE,
    Changelog,
    ChangelogCategory,
    ChangelogEntry,
    ChangelogSection,
)
from factorio_release.parsers.foreign_text import (
    CONFLICT_HINT,
    WEB_PAGE_HINT,
    is_web_page,
    read_conflict,
    with_line_feeds,
)
from factorio_release.parsers.problem import Problem, ProblemList
from factorio_release.parsers.text import decode, numbered_lines
from factorio_release.parsers.unseen import quoted
from factorio_release.parsers.version import parse_version

if TYPE_CHECKING:
    from factorio_release.parsers.changelog.lines import ChangelogLine
    from factorio_release.parsers.version import Version

_NUMBER: Final = lazy_pattern(
    r"\s*([0-9]+\.[0-9]+(?:\.[0-9]+)?)(?P<tail>\.[0-9]\S*|[-+_~]?[A-Za-z]\S*|[\u00a0\u200b-\u200f\ufeff].*)?"
)
_VERSION_HINT: Final = "Write a version right below the dashes, such as Version: 1.2.0."
_NOT_INDENTED: Final = 'the game says "not indented/bullet pointed properly"'
_TWICE_HINT: Final = "Remove it, or word it differently."
_MAX_PROBLEMS_WITHOUT_SEPARATOR: Final = 3
_FORM_HINT: Final = "Begin with 99 dashes, then write Version: 1.0.0, categories and entries below."
_LINE_ENDS_HINT: Final = "Save the file with LF or CRLF line ends."


def read_changelog(data: bytes) -> Changelog:
    """Read a changelog; never raises, whatever the bytes.

    The problems have codes that begin with `changelog-`. Where git left a conflict, the side above
    `=======` is read.
    """
    data, had_carriage_returns = with_line_feeds(data)
    text, problems = decode(data, CHANGELOG_FILE, "changelog")
    if is_web_page(text):
        message = "the file is a web page, not a changelog"
        return Changelog(text, (), (_problem("separator", 1, message, WEB_PAGE_HINT),))
    reader = _Reader(ProblemList(problems))
    lines = numbered_lines(text)
    if had_carriage_returns:
        message = "the lines end with CR alone, so that the game reads one line"
        reader.problems.add(_problem("line-ends", 1, message, _LINE_ENDS_HINT))
    conflict = read_conflict(text)
    if conflict:
        message = "conflict marks of git are in the file"
        reader.problems.add(_problem("entry", conflict.line, message, CONFLICT_HINT))
        lines = iter(conflict.ours)
    for number, line in lines:
        reader.take(number, line)
    sections = reader.finish()
    problems = _of_one_cause(reader, reader.problems.result())
    return Changelog(text, sections, problems)


def _of_one_cause(reader: _Reader, problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """Return one problem for a file that lacks all dashes, or all versions: it has another form."""
    if reader.has_separators and reader.has_versions:
        return problems
    if len(problems) <= (_MAX_PROBLEMS_WITHOUT_SEPARATOR if not reader.has_separators else 1):
        return problems
    message = (
        "the file has another form than a changelog of the game: no version is below 99 dashes"
    )
    return (_problem("separator", problems[0].line, message, _FORM_HINT),)


def _problem(code: str, line: int, message: str, hint: str) -> Problem:
    return Problem(message, CHANGELOG_FILE, line, 1, hint, f"changelog-{code}")


class _OpenCategory:
    """A category that is being read; each entry has its line and the texts of its lines."""

    def __init__(self, name: str, line: int) -> None:
        self.name = name
        self.line = line
        self.entries: list[tuple[int, list[str]]] = []

    def closed(self) -> ChangelogCategory:
        entries = tuple(ChangelogEntry(line, "\n".join(texts)) for line, texts in self.entries)
        return ChangelogCategory(self.name, self.line, entries)


class _OpenSection:
    """A section that is being read; the fields are those of ChangelogSection."""

    def __init__(self, first: int, line: int, last: int = 0) -> None:
        self.first = first
        self.line = line
        self.version_text = ""
        self.version: Version | None = None
        self.date = ""
        self.date_line = 0
        self.last = last
        self.categories: list[_OpenCategory] = []
        self.first_lines: dict[tuple[str, str], int] = {}  # by category and text

    def closed(self) -> ChangelogSection:
        return ChangelogSection(
            self.version_text,
            self.version,
            self.line,
            self.date,
            self.date_line,
            tuple(category.closed() for category in self.categories),
            self.first,
            self.last,
        )


class _Occurrences:
    """The first of several places, and how many there are."""

    def __init__(self) -> None:
        self.line = 0
        self.column = 0
        self.number = 0

    def add(self, line: int, column: int) -> None:
        if not self.number:
            self.line, self.column = line, column
        self.number += 1


class _Reader:
    """One pass over the lines; line numbers are 0 where there is no such line."""

    def __init__(self, problems: ProblemList) -> None:
        self.problems = problems
        self.sections: list[_OpenSection] = []
        self.separator = 0  # the line of dashes whose version is still to come
        self.separator_reported = False  # an error was already reported for this separator
        self.gap = 0  # the first empty line after it
        self.preamble_reported = False
        self.version_lines: dict[tuple[int, int, int], int] = {}  # by the version's key
        self.trailing_spaces = _Occurrences()
        self.tabs = _Occurrences()
        self.has_separators = False
        self.has_versions = False

    def take(self, number: int, raw: str) -> None:
        """Take the next line, without its line break."""
        if not raw:
            self.gap = self.gap or number
            return
        line = read_line(raw)
        if line.kind is LineKind.BLANK:
            self._report_line(number, line)
            self.gap = self.gap or number
            return
        if line.kind is LineKind.SEPARATOR:
            self._take_separator(number, line)
        elif line.kind is LineKind.VERSION:
            self._take_version(number, line, raw)
        else:
            self._take_content(number, line)
        if not line.code:
            self._count_white_space(number, raw)

    def finish(self) -> tuple[ChangelogSection, ...]:
        """Return the sections, when all lines are taken."""
        if self.separator and not self.separator_reported:
            message = "no version follows these dashes at the end of the file"
            self._report("end", self.separator, 1, message, "Remove the dashes.")
        if not self.sections and not self.preamble_reported and not self.separator:
            self._report(
                "empty", 1, 1, "the changelog is empty", "Add a section, or remove the file."
            )
        self._report_occurrences(
            "trailing-space", self.trailing_spaces, "white space at the end of", "Remove it."
        )
        self._report_occurrences("tab", self.tabs, "a tab inside", "Write spaces instead.")
        return tuple(section.closed() for section in self.sections)

    def _report(self, code: str, line: int, column: int, message: str, hint: str) -> None:
        code = f"changelog-{code}"
        if not self.problems.counts(code):
            self.problems.add(Problem(message, CHANGELOG_FILE, line, column, hint, code))

    def _report_line(self, number: int, line: ChangelogLine) -> None:
        if line.code:
            self._report(line.code, number, line.column, line.message, line.hint)

    def _report_occurrences(self, code: str, found: _Occurrences, what: str, hint: str) -> None:
        if not found.number:
            return
        message = f"{what} line {found.line}"
        if found.number > 1:
            more = found.number - 1
            message += f" and {more} more line{'s' if more > 1 else ''}"
        self._report(code, found.line, found.column, message, hint)

    def _count_white_space(self, number: int, raw: str) -> None:
        bare = raw.rstrip()
        if bare != raw:
            self.trailing_spaces.add(number, len(bare) + 1)
        if "\t" in bare:
            self.tabs.add(number, bare.index("\t") + 1)

    def _take_separator(self, number: int, line: ChangelogLine) -> None:
        self.has_separators = True
        self._report_missing_version(number)
        self._report_line(number, line)
        self.separator, self.separator_reported, self.gap = number, bool(line.code), 0

    def _report_missing_version(self, number: int) -> bool:
        """Report that the version below the last dashes is missing; return whether it is."""
        is_missing = bool(self.separator) and not self.separator_reported
        if is_missing:
            message = "the line below the dashes does not begin with Version"
            self._report("version", number, 1, message, _VERSION_HINT)
            self.sections.append(_OpenSection(self.separator, number, last=number))
        self.separator = 0
        return is_missing

    def _take_version(self, number: int, line: ChangelogLine, raw: str) -> None:
        self.has_versions = True
        if not self.separator:
            message = "no line of 99 dashes above this version"
            self._report(
                "separator", number, 1, message, "Write exactly 99 dashes on the line above."
            )
        elif self.gap:
            message = "an empty line between the dashes and the version"
            self._report("version", self.gap, 1, message, "Remove the empty line.")
        self._report_line(number, line)
        column = len(raw.rstrip()) - len(line.text) + 1
        section = _OpenSection(self.separator or number, number, last=number)
        section.version_text = line.text
        section.version = self._version(number, column, line.text)
        self.sections.append(section)
        self.separator = 0

    def _version(self, number: int, column: int, text: str) -> Version | None:
        """Return the version that a text begins with; report it when the game refuses or repeats it."""
        found = _NUMBER.match(text)
        if text and not found and is_placeholder(text):
            message = (
                f"the section {quoted(text)} has no version yet; the game drops such a changelog"
            )
            hint = "`factorio-release bump` gives it one before the release."
            self._report("unreleased", number, column, message, hint)
            return None
        try:
            version = parse_version(found.group(1) if found else text, (2, 3))
        except ValueError as error:
            self._report(
                "version",
                number,
                column,
                str(error),
                "Write three numbers of 0 to 65535, such as 1.2.0.",
            )
            return None
        key = version.key  # a tuple hashes faster than the object
        if key == (0, 0, 0):
            self._report("version", number, column, "0.0.0 is not a version", "Begin with 0.0.1.")
        elif len(version.numbers) == len(("major", "minor")):
            message = f"version {version} has two numbers where a mod's version has three"
            self._report("version-form", number, column, message, "Write all three numbers.")
        elif found and found["tail"]:
            message = (
                f"{quoted(found['tail'])} directly behind the three numbers of version {version}"
            )
            hint = f"Write {version} alone, or a space behind it: a mod's version has nothing else."
            self._report("version-form", number, column + found.start("tail"), message, hint)
        elif key in self.version_lines:
            message = f"version {version} already has a section, in line {self.version_lines[key]}"
            self._report("version-twice", number, column, message, "Merge the two sections.")
        else:
            self.version_lines[key] = number
        return version

    def _take_content(self, number: int, line: ChangelogLine) -> None:
        """Take a line that belongs into a section."""
        if self._report_missing_version(number) and line.kind is LineKind.OTHER:
            return  # the line is in the place of the version: one error is enough
        if not self.sections:
            self._report_preamble(number)
            return
        section = self.sections[-1]
        section.last = number
        self._report_line(number, line)
        if line.kind is LineKind.DATE:
            self._take_date(section, number, line.text)
        elif line.kind is LineKind.CATEGORY:
            section.categories.append(_OpenCategory(line.text, number))
        elif line.kind is LineKind.ENTRY:
            self._category_for_entry(section, number).entries.append((number, [line.text]))
            self._report_repeated(section, number, line.text)
        elif line.kind is LineKind.CONTINUATION:
            self._take_continuation(section, number, line)

    def _report_preamble(self, number: int) -> None:
        if not self.preamble_reported:
            self.preamble_reported = True
            message = "text before the first line of 99 dashes"
            self._report("separator", number, 1, message, "Begin the file with exactly 99 dashes.")

    def _take_date(self, section: _OpenSection, number: int, text: str) -> None:
        if section.date_line:
            message = f"a second date in this section, first in line {section.date_line}"
            self._report("date", number, 1, message, "Remove one of the two lines.")
            return
        if section.categories:
            message = "the date is not right below the version"
            self._report("date-place", number, 1, message, "Move it there.")
        section.date, section.date_line = text, number

    def _category_for_entry(self, section: _OpenSection, number: int) -> _OpenCategory:
        if not section.categories:
            message = "an entry before any category of its version"
            self._report(
                "category", number, 1, message, "Write a category such as Changes: above it."
            )
            section.categories.append(_OpenCategory("", number))
        return section.categories[-1]

    def _take_continuation(self, section: _OpenSection, number: int, line: ChangelogLine) -> None:
        if section.categories and section.categories[-1].entries:
            _, texts = section.categories[-1].entries[-1]
            texts.append(line.text)
            self._report_repeated(section, number, line.text)
            return
        if not line.code:
            message = f"six spaces of indentation without an entry above; {_NOT_INDENTED}"
            hint = "Begin an entry with four spaces, a dash and a space."
            self._report("continuation", number, 1, message, hint)
        if section.categories:
            section.categories[-1].entries.append((number, [line.text]))

    def _report_repeated(self, section: _OpenSection, number: int, text: str) -> None:
        first = section.first_lines.setdefault((section.categories[-1].name, text), number)
        if first != number:
            message = f"the same entry as in line {first}, in one version and category"
            column = len(ENTRY_START) + 1
            self._report("entry-twice", number, column, message, _TWICE_HINT)
