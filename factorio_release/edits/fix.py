"""Mends what has one right answer, and keeps every other byte; writes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from factorio_release.edits.changelog_fix import mended_changelog
from factorio_release.limits import MAX_DIFF_LINES
from factorio_release.parsers.changelog.model import CHANGELOG_FILE
from factorio_release.parsers.info import INFO_FILE
from factorio_release.parsers.text import UTF8_BOM

if TYPE_CHECKING:
    from datetime import date

    from factorio_release.mod.mod import Mod
    from factorio_release.parsers.info import Info


@dataclass(frozen=True, slots=True)
class FileFix:
    """A file of the mod folder as it is and as it should be; `path` is relative to the folder."""

    path: str
    before: bytes
    after: bytes


def fixes(mod: Mod, today: date | None = None) -> tuple[FileFix, ...]:
    """Return the files that would change: none for a finished zip, none for bytes that are not UTF-8.

    In info.json trailing commas and a byte order mark go. In the changelog separators,
    indentation, colons and white space are put right, and the section of info.json's version gets
    `today` where its date is a placeholder.
    """
    if mod.is_zip:
        return ()
    codes = {problem.code for problem in mod.info.problems}
    found = [_fix(INFO_FILE, mod.info.text, mended_info(mod.info), bom="json-bom" in codes)]
    if mod.changelog:
        codes |= {problem.code for problem in mod.changelog.problems}
        after = mended_changelog(mod.changelog, mod.version, today)
        found.append(_fix(CHANGELOG_FILE, mod.changelog.text, after, bom="changelog-bom" in codes))
    unreadable = {INFO_FILE: "json-encoding", CHANGELOG_FILE: "changelog-encoding"}
    return tuple(fix for fix in found if fix.after != fix.before and unreadable[fix.path] not in codes)


def mended_info(info: Info) -> str:
    """Return the text without trailing commas, unchanged where other slips leave doubt."""
    if any(problem.code in {"json-syntax", "json-encoding"} for problem in info.problems):
        return info.text
    lines = info.text.split("\n")
    for problem in reversed(info.problems):
        if problem.code == "json-trailing-comma":
            line = lines[problem.line - 1]
            lines[problem.line - 1] = line[: problem.column - 1] + line[problem.column :]
    return "\n".join(lines)


def unified_diff(fix: FileFix) -> str:
    """Return a fix as a unified diff; the lines are the mod's own and not escaped."""
    from difflib import unified_diff as lines_of_diff  # noqa: PLC0415 start-up: only when something is mended

    before, after = (content.decode("utf-8").splitlines(keepends=True) for content in (fix.before, fix.after))
    if max(len(before), len(after)) > MAX_DIFF_LINES:
        return f"{fix.path}: {len(before):,} lines become {len(after):,}: too many to show\n"
    lines = lines_of_diff(before, after, f"a/{fix.path}", f"b/{fix.path}")
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    )


def _fix(path: str, text: str, after: str, *, bom: bool) -> FileFix:
    return FileFix(path, (UTF8_BOM if bom else b"") + text.encode(), after.encode())
