"""Fixes the lines of a changelog that have one certain correction; every other line stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factorio_release.edits.repeated_entries import without_repeated_entries
from factorio_release.parsers.changelog.categories import is_category
from factorio_release.parsers.changelog.dates import is_placeholder
from factorio_release.parsers.changelog.lines import (
    COLONS,
    CONTINUATION_START,
    ENTRY_START,
    SEPARATOR,
    LineKind,
    correct_line,
    read_line,
)
from factorio_release.parsers.foreign_text import is_web_page, read_conflict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.parsers.changelog.model import Changelog
    from factorio_release.parsers.version import Version

_TAB_WIDTH: Final = 4
_CONTENT: Final = (LineKind.ENTRY, LineKind.CONTINUATION)
_HEADS: Final = frozenset({LineKind.CATEGORY, LineKind.VERSION, LineKind.SEPARATOR})


def fixed_changelog(changelog: Changelog, version: Version | None, date: str = "") -> str:
    """Return the text of the changelog with what is certain corrected; line endings stay.

    The section of `version` gets the `date`, when that is given and it has none or a placeholder.
    """
    if is_web_page(changelog.text) or read_conflict(changelog.text):
        return changelog.text
    lines = [_Line(raw) for raw in changelog.text.split("\n")]
    section = changelog.section(version) if version and date else None
    if section and not section.date_line:
        head = lines[section.line - 1]
        lines.insert(section.line, _Line(f"Date: {date}{head.carriage_return}"))
    elif section and is_placeholder(section.date):
        lines[section.date_line - 1].replace(f"Date: {date}")
    _remove_last_separators(lines)
    return without_repeated_entries("\n".join(_ChangelogFixer(lines).fixed()))


class _Line:
    """A line: its text, the carriage return behind it if there is one, and what it is."""

    __slots__ = ("carriage_return", "parsed", "raw")

    def __init__(self, raw: str) -> None:
        self.raw = raw.removesuffix("\r")
        self.carriage_return = raw[len(self.raw) :]
        self.parsed = read_line(self.raw)

    def replace(self, raw: str) -> None:
        self.raw = raw
        self.parsed = read_line(raw)

    @property
    def kind(self) -> LineKind:
        return self.parsed.kind

    @property
    def is_version(self) -> bool:
        """Whether it begins a section; "Version history" does not."""
        return self.kind is LineKind.VERSION and self.parsed.text[:1].isdigit()


def _remove_last_separators(lines: list[_Line]) -> None:
    """Remove dashes at the end of the file, which no version follows; those of a changelog only."""
    if not any(line.is_version for line in lines):
        return
    for index in range(len(lines) - 1, -1, -1):
        if lines[index].kind is LineKind.SEPARATOR:
            del lines[index]
        elif lines[index].kind is not LineKind.BLANK:
            return


class _ChangelogFixer:
    """One pass over the lines, with what came before each."""

    def __init__(self, lines: list[_Line]) -> None:
        self.lines = lines
        self.after_first_version = False  # text above the first version is no changelog
        self.previous = LineKind.OTHER  # of the last line that is not blank, as fixed
        self.entry_width = -1  # the original indentation of the category's first entry, in columns
        self.lifts_bullets = (
            False  # the category's first entry is a continuation that became an entry
        )

    def fixed(self) -> Iterator[str]:
        """Yield the lines, with carriage returns."""
        following_kinds = self._following_kinds()
        for line, following in zip(self.lines, following_kinds, strict=True):
            if line.kind is LineKind.BLANK:
                between_dashes_and_version = (
                    self.previous is LineKind.SEPARATOR and following is LineKind.VERSION
                )
                if not between_dashes_and_version:
                    yield line.carriage_return
                continue
            if line.is_version and self.previous is not LineKind.SEPARATOR:
                yield SEPARATOR + line.carriage_return
            text = self._fixed_line(line, following)
            yield text + line.carriage_return
            self._remember(line, text)

    def _following_kinds(self) -> list[LineKind]:
        """Return for each line the kind of the next one that is not blank."""
        kinds: list[LineKind] = []
        following = LineKind.OTHER
        for line in reversed(self.lines):
            kinds.append(following)
            if line.kind is not LineKind.BLANK:
                following = line.kind
        return kinds[::-1]

    def _remember(self, line: _Line, text: str) -> None:
        fixed = line.parsed if text == line.raw else read_line(text)
        self.previous = fixed.kind
        self.below_category = fixed.kind is LineKind.CATEGORY and not fixed.code
        if fixed.code and fixed.kind in _CONTENT:
            self.previous = LineKind.OTHER
        if self.previous in _HEADS:
            self.entry_width = -1
            self.lifts_bullets = False
        if self.previous is LineKind.VERSION:
            self.after_first_version = True
        if self.previous is LineKind.ENTRY and self.entry_width < 0:
            self.entry_width = _indentation_width(line.raw)

    def _fixed_line(self, line: _Line, following: LineKind) -> str:
        parsed, raw = line.parsed, line.raw
        is_continuation = parsed.kind is LineKind.CONTINUATION and not parsed.code
        if is_continuation and self._begins_entry(parsed.text):
            return f"{ENTRY_START}{parsed.text.removeprefix('- ').strip()}"
        if not parsed.code:
            return _without_trailing_space(raw)
        if not self._is_certain(line, following):
            return raw
        if parsed.kind is LineKind.ENTRY and self._is_nested(raw):
            return f"{CONTINUATION_START}- {parsed.text}"
        return correct_line(parsed).rstrip()

    def _begins_entry(self, text: str) -> bool:
        """Return whether a line indented as a continuation is an entry, because no entry is above it.

        If the first such line of a category has a dash, each of the next ones with a dash is an entry too.
        """
        is_bullet = text.startswith("- ")
        if self.below_category:
            self.lifts_bullets = is_bullet
            return bool(text.strip(" -"))
        return is_bullet and self.lifts_bullets

    def _is_certain(self, line: _Line, following: LineKind) -> bool:
        """Return whether a line that breaks the grammar can only have been meant as its kind."""
        kind = line.kind
        if kind is LineKind.SEPARATOR:
            return following is LineKind.VERSION
        if kind is LineKind.VERSION:
            return line.is_version
        if kind is LineKind.OTHER or not self.after_first_version:
            return False
        if kind is LineKind.DATE:
            return bool(line.parsed.text) and self.previous is LineKind.VERSION
        if kind is LineKind.CATEGORY:
            return self._is_certain_category(line, following)
        return self._is_certain_content(line)

    def _is_certain_content(self, line: _Line) -> bool:
        """Return whether a line is an entry, or text with an entry above that it goes on."""
        if line.raw.lstrip().startswith("--"):  # below an entry it may be a point of that entry
            return self.previous is LineKind.CATEGORY
        return line.kind is LineKind.ENTRY or self.previous in _CONTENT

    def _is_certain_category(self, line: _Line, following: LineKind) -> bool:
        if not line.parsed.text or following is not LineKind.ENTRY:
            return False
        looks_like_heading = line.raw.rstrip().endswith(COLONS) or is_category(line.parsed.text)
        return looks_like_heading or self.previous not in _CONTENT

    def _is_nested(self, raw: str) -> bool:
        """Return whether an entry indented by tabs is a point of the entry above it."""
        has_tab = "\t" in raw[: len(raw) - len(raw.lstrip())]
        is_first = self.entry_width < 0
        return (
            has_tab
            and not is_first
            and _indentation_width(raw) > max(self.entry_width, len(ENTRY_START))
        )


def _without_trailing_space(raw: str) -> str:
    bare = raw.rstrip()
    if bare == raw or read_line(bare).code:  # "    - " without its space is no entry
        return raw
    return bare


def _indentation_width(raw: str) -> int:
    indentation = raw[: len(raw) - len(raw.lstrip())]
    return len(indentation.expandtabs(_TAB_WIDTH))
