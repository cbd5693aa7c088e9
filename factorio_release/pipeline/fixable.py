"""Says in the hints which findings `check --fix` mends, by doing in memory what it would do."""

from __future__ import annotations

import io
from collections import Counter
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple

from factorio_release.checks.engine import run_rules
from factorio_release.mod.mod import ModDescription
from factorio_release.package.file_set import FileSet
from factorio_release.package.game_files import LOCALE_PATH
from factorio_release.parsers.changelog.model import CHANGELOG_FILE
from factorio_release.parsers.changelog.reader import read_changelog
from factorio_release.parsers.info import INFO_FILE, read_info
from factorio_release.parsers.text import decode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from factorio_release.checks import CheckContext
    from factorio_release.findings import Finding
    from factorio_release.mod.mod import Mod

# The codes of which `check --fix` mends some findings: only for these it is tried what it would do.
FIXABLE_CODES: Final = frozenset(
    {
        "json-bom",
        "json-trailing-comma",
        "changelog-blank-line",
        "changelog-bom",
        "changelog-category",
        "changelog-continuation",
        "changelog-date",
        "changelog-end",
        "changelog-entry",
        "changelog-entry-space",
        "changelog-entry-twice",
        "changelog-line-ends",
        "changelog-separator",
        "changelog-trailing-space",
        "changelog-version",
        "changelog-version-form",
        "locale-key",
        "locale-line-ends",
    }
)
_HINT: Final = "`factorio-release check --fix` does it."


def with_fixes_named(
    mod: Mod, context: CheckContext, findings: tuple[Finding, ...]
) -> tuple[tuple[Finding, ...], int]:
    """Return the findings, with a hint at those that `check --fix` mends, and how many these are.

    Raises ModError where a file of the mod cannot be read, or changed meanwhile.
    """
    concerned = {finding.file for finding in findings if finding.code in FIXABLE_CODES}
    if mod.is_zip or not concerned:
        return findings, 0
    from factorio_release.edits.fix import fixes, locale_fixes  # noqa: PLC0415 start-up: only for these

    # No other file is read and fixed again: a mod may have hundreds of translations.
    concerned.add(INFO_FILE)
    files = [file for file in mod.files.files if file.path in concerned and _is_edited(file.path)]
    before = {file.path: file.read() for file in files}
    if INFO_FILE not in before:
        return findings, 0
    after = dict(before)
    description = ModDescription(before[INFO_FILE], before.get(CHANGELOG_FILE))
    description.info = (
        mod.info
    )  # read from these bytes: a file that changed since then is an error above
    if CHANGELOG_FILE in before:
        description.changelog = mod.changelog
    for fix in (*fixes(description), *locale_fixes(mod, files)):
        after[fix.path] = fix.after
    if after == before:
        return findings, 0
    left = _groups(run_rules(_with_files(mod, after), context, FIXABLE_CODES))
    fixed = {
        index
        for group, found in _groups(findings).items()
        if group[0] in FIXABLE_CODES
        for index in _fixed(found, left.get(group, {}), _Lines(before), _Lines(after))
    }
    named = tuple(
        finding._replace(hint=f"{finding.hint} {_HINT}".lstrip()) if index in fixed else finding
        for index, finding in enumerate(findings)
    )
    return named, len(fixed)


def _is_edited(path: str) -> bool:
    return path in {INFO_FILE, CHANGELOG_FILE} or LOCALE_PATH.fullmatch(path) is not None


def _groups(findings: Iterable[Finding]) -> dict[tuple[str, str], dict[int, Finding]]:
    """Return the findings, by their index, of each code in each file."""
    groups: dict[tuple[str, str], dict[int, Finding]] = {}
    for index, finding in enumerate(findings):
        groups.setdefault((finding.code, finding.file), {})[index] = finding
    return groups


def _fixed(
    found: dict[int, Finding], left: dict[int, Finding], before: _Lines, after: _Lines
) -> list[int]:
    """Return the indices of those that are not left: a finding is left if one is left with its line's text.

    White space around the text does not count: a line may be indented anew and still be wrong. None where
    that does not explain all that are left.
    """
    texts = Counter(after.of(finding) for finding in left.values())
    fixed = []
    for index, finding in found.items():
        text = before.of(finding)
        if texts[text]:
            texts[text] -= 1
        else:
            fixed.append(index)
    return [] if texts.total() else fixed


class _Lines:
    """The lines of some files."""

    def __init__(self, contents: Mapping[str, bytes]) -> None:
        self._contents = contents
        self._lines: dict[str, list[str]] = {}

    def of(self, finding: Finding) -> str:
        """Return the text of a finding's line, empty where it has none."""
        if finding.file not in self._lines:
            text, _ = decode(self._contents.get(finding.file, b""), finding.file, "text")
            self._lines[finding.file] = text.split("\n")
        lines = self._lines[finding.file]
        return lines[finding.line - 1].strip() if 0 < finding.line <= len(lines) else ""


class _MemoryFile(NamedTuple):
    """A file as it would be."""

    path: str
    data: bytes

    @property
    def size(self) -> int:
        return len(self.data)

    def open(self) -> BinaryIO:
        return io.BytesIO(self.data)

    def read(self) -> bytes:
        return self.data

    def blocks(self, size: int) -> Iterator[bytes]:
        for start in range(0, self.size, size):
            yield self.data[start : start + size]

    def ends(self, first: int, last: int) -> tuple[bytes, bytes]:
        return self.data[:first], self.data[-last:]


def _with_files(mod: Mod, contents: Mapping[str, bytes]) -> Mod:
    """Return the mod with these files alone: what `check --fix` edits, and no rule about it needs more."""
    files = FileSet(tuple(_MemoryFile(path, contents[path]) for path in sorted(contents)))
    changelog = contents.get(CHANGELOG_FILE)
    return mod._replace(
        info=read_info(contents[INFO_FILE]),
        changelog=None if changelog is None else read_changelog(changelog),
        files=files,
    )
