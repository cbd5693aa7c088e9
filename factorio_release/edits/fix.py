"""The files of a mod in which problems can be fixed safely, before and after; writes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from factorio_release.edits.changelog_fix import fixed_changelog
from factorio_release.edits.locale_fix import fixed_locale
from factorio_release.limits import MAX_DIFF_LINES, MAX_TEXT_BYTES
from factorio_release.package.file_set import DiskFile
from factorio_release.package.game_files import LOCALE_PATH
from factorio_release.parsers.changelog.model import CHANGELOG_FILE
from factorio_release.parsers.info import INFO_FILE
from factorio_release.parsers.text import UTF8_BOM, decode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from factorio_release.mod.mod import Mod
    from factorio_release.parsers.info import Info
    from factorio_release.parsers.problem import Problem


@dataclass(frozen=True, slots=True)
class FileFix:
    """A file of the mod folder as it is and as it should be; `path` is relative to the folder."""

    path: str
    before: bytes
    after: bytes


def fixes(mod: Mod, today: date | None = None) -> tuple[FileFix, ...]:
    """Return the files that would change: none of a finished zip, and none that is not UTF-8.

    In info.json trailing commas and the byte order mark are removed. In the changelog separators,
    indentation, colons and white space are corrected, and the section of info.json's version gets
    the date `today`, if given, where its date is a placeholder. In translations white space is removed
    from the keys.
    """
    if mod.is_zip:
        return ()
    found: list[FileFix] = []
    codes = _codes(mod.info.problems)
    if "json-encoding" not in codes:
        found.append(
            _fix(INFO_FILE, mod.info.text, fixed_info(mod.info), had_bom="json-bom" in codes)
        )
    if mod.changelog:
        codes = _codes(mod.changelog.problems)
        if "changelog-encoding" not in codes:
            after = fixed_changelog(mod.changelog, mod.version, today)
            had_bom = "changelog-bom" in codes
            found.append(_fix(CHANGELOG_FILE, mod.changelog.text, after, had_bom=had_bom))
    found.extend(_locale_fixes(mod))
    return tuple(fix for fix in found if fix.after != fix.before)


def _locale_fixes(mod: Mod) -> Iterator[FileFix]:
    for file in mod.files.files:
        if not LOCALE_PATH.fullmatch(file.path) or file.size > MAX_TEXT_BYTES:
            continue
        if isinstance(file, DiskFile) and file.source != mod.path / file.path:
            continue  # it comes from elsewhere, by a link or by `include`
        data = file.read()
        text, problems = decode(data, file.path, "locale")
        if "locale-encoding" not in _codes(problems):
            had_bom = "locale-bom" in _codes(problems)
            yield _fix(file.path, text, fixed_locale(text), had_bom=had_bom, keeps_bom=True)


def fixed_info(info: Info) -> str:
    """Return the text without trailing commas; unchanged where other errors leave doubt."""
    if _codes(info.problems) & {"json-syntax", "json-encoding"}:
        return info.text
    lines = info.text.split("\n")
    for problem in reversed(info.problems):
        if problem.code == "json-trailing-comma":
            line = lines[problem.line - 1]
            lines[problem.line - 1] = line[: problem.column - 1] + line[problem.column :]
    return "\n".join(lines)


def unified_diff(fix: FileFix) -> str:
    """Return a fix as a unified diff; the lines are the mod's own and not escaped."""
    from difflib import unified_diff as lines_of_diff  # noqa: PLC0415 start-up: only when something changes

    before = fix.before.decode().splitlines(keepends=True)
    after = fix.after.decode().splitlines(keepends=True)
    if max(len(before), len(after)) > MAX_DIFF_LINES:
        return f"{fix.path}: {len(before):,} lines become {len(after):,}: too many to show\n"
    diff = []
    for line in lines_of_diff(before, after, f"a/{fix.path}", f"b/{fix.path}"):
        diff.append(line)
        if not line.endswith("\n"):
            diff.append("\n\\ No newline at end of file\n")
    return "".join(diff)


def _codes(problems: Iterable[Problem]) -> set[str]:
    return {problem.code for problem in problems}


def _fix(path: str, text: str, after: str, *, had_bom: bool, keeps_bom: bool = False) -> FileFix:
    bom = UTF8_BOM if had_bom else b""
    return FileFix(path, bom + text.encode(), (bom if keeps_bom else b"") + after.encode())
