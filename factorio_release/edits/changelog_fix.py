"""A changelog as its author meant it, where the lines leave no doubt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factorio_release.parsers.changelog.categories import is_category
from factorio_release.parsers.changelog.dates import is_placeholder
from factorio_release.parsers.changelog.lines import (
    CONTINUATION_START,
    ENTRY_START,
    SEPARATOR,
    LineKind,
    correct_line,
    read_line,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from factorio_release.parsers.changelog.lines import ChangelogLine
    from factorio_release.parsers.changelog.model import Changelog
    from factorio_release.parsers.version import Version

_TAB: Final = 4
_CONTENT: Final = (LineKind.ENTRY, LineKind.CONTINUATION)


def mended_changelog(changelog: Changelog, version: Version | None, today: date | None) -> str:
    """Return the text of the changelog, mended; its line endings stay.

    The section of `version` is dated `today`, when that is given and its date is a placeholder.
    """
    section = changelog.section(version) if version else None
    dated = section.date_line if section and today and is_placeholder(section.date) else 0
    lines = [_Line(raw) for raw in changelog.text.split("\n")]
    if dated:
        lines[dated - 1].replace(f"Date: {today}")
    return "\n".join(_Mender(lines).mended())


class _Line:
    """A line, what it is, and the line break's carriage return."""

    __slots__ = ("end", "line", "raw")

    def __init__(self, raw: str) -> None:
        self.raw = raw.removesuffix("\r")
        self.end = raw[len(self.raw) :]
        self.line = read_line(self.raw)

    def replace(self, raw: str) -> None:
        self.raw = raw
        self.line = read_line(raw)

    @property
    def kind(self) -> LineKind:
        return self.line.kind


class _Mender:
    def __init__(self, lines: list[_Line]) -> None:
        self.lines = lines
        self.begun = False  # past the first version: what stands above is no changelog yet
        self.before = LineKind.OTHER  # the last line that was not blank
        self.width = -1  # the indentation of the category's first entry, as it was found

    def mended(self) -> Iterator[str]:
        following = self._kinds_that_follow()
        for number, here in enumerate(self.lines):
            after = following[number]
            if here.kind is LineKind.BLANK:
                if not (self.before is LineKind.SEPARATOR and after is LineKind.VERSION):
                    yield here.end
                continue
            if (
                here.kind is LineKind.VERSION
                and self._is_version(here.line)
                and self.before is not LineKind.SEPARATOR
            ):
                yield SEPARATOR + here.end
            text = self._mended(here, after)
            yield text + here.end
            self._remember(here, text)

    def _kinds_that_follow(self) -> list[LineKind]:
        """Return for each line the kind of the next that is not blank."""
        kinds: list[LineKind] = []
        following = LineKind.OTHER
        for here in reversed(self.lines):
            kinds.append(following)
            following = following if here.kind is LineKind.BLANK else here.kind
        return kinds[::-1]

    def _remember(self, here: _Line, text: str) -> None:
        now = read_line(text)
        self.before = LineKind.OTHER if now.code and now.kind in _CONTENT else now.kind
        if self.before in {LineKind.CATEGORY, LineKind.VERSION, LineKind.SEPARATOR}:
            self.width = -1
            self.begun = self.begun or self.before is LineKind.VERSION
        elif self.before is LineKind.ENTRY and self.width < 0:
            self.width = _width(here.raw)

    def _is_version(self, line: ChangelogLine) -> bool:
        return line.text[:1].isdigit()

    def _mended(self, here: _Line, after: LineKind) -> str:
        line, raw = here.line, here.raw
        if not line.code:
            bare = raw.rstrip()
            return raw if read_line(bare).code else bare
        if line.kind is LineKind.OTHER or not self._leaves_no_doubt(here, after):
            return raw
        if line.kind is LineKind.ENTRY and self.width >= 0 and self._is_nested(raw):
            return f"{CONTINUATION_START}- {line.text}"
        return correct_line(line).rstrip()

    def _leaves_no_doubt(self, here: _Line, after: LineKind) -> bool:
        line = here.line
        if line.kind is LineKind.SEPARATOR:
            return after is LineKind.VERSION
        if line.kind is LineKind.VERSION:
            return self._is_version(line)
        if not self.begun:
            return False
        if line.kind is LineKind.DATE:
            return bool(line.text) and self.before is LineKind.VERSION
        if line.kind is LineKind.CATEGORY:
            marked = here.raw.rstrip().endswith((":", "\uff1a")) or is_category(line.text)
            return bool(line.text) and after is LineKind.ENTRY and (marked or self.before not in _CONTENT)
        return line.kind is LineKind.ENTRY or self.before in _CONTENT

    def _is_nested(self, raw: str) -> bool:
        """Whether an entry indented by tabs is a point of the entry above."""
        return raw[: len(raw) - len(raw.lstrip())].count("\t") > 0 and _width(raw) > max(
            self.width, len(ENTRY_START)
        )


def _width(raw: str) -> int:
    indentation = raw[: len(raw) - len(raw.lstrip())]
    return len(indentation.expandtabs(_TAB))
