"""The files of a mod in which problems can be fixed safely, before and after; writes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from factorio_release.edits.changelog_fix import fixed_changelog
from factorio_release.edits.locale_fix import fixed_locale
from factorio_release.limits import MAX_DIFF_LINES, MAX_TEXT_BYTES
from factorio_release.package.file_set import DiskFile
from factorio_release.package.game_files import LOCALE_PATH
from factorio_release.parsers.changelog.model import CHANGELOG_FILE
from factorio_release.parsers.foreign_text import with_line_feeds
from factorio_release.parsers.info import INFO_FILE
from factorio_release.parsers.text import UTF8_BOM, decode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from factorio_release.mod.mod import Mod, ModDescription
    from factorio_release.package.file_set import PackageFile
    from factorio_release.parsers.info import Info
    from factorio_release.parsers.problem import Problem


class FileFix(NamedTuple):
    """A file of the mod folder as it is and as it should be; `path` is relative to the folder."""

    path: str
    before: bytes
    after: bytes


def fixes(description: ModDescription, date: str = "") -> tuple[FileFix, ...]:
    """Return how info.json and the changelog would change; neither where it is not UTF-8.

    In info.json trailing commas and the byte order mark are removed. In the changelog separators,
    indentation, colons and white space are corrected, and the section of info.json's version gets
    the `date`, if given, where it has none or a placeholder. `before` is what is on disk.
    """
    found: list[FileFix] = []
    info, changelog = description.info, description.changelog
    if "json-encoding" not in _codes(info.problems):
        found.append(FileFix(INFO_FILE, description.info_bytes, fixed_info(info).encode()))
    if changelog and "changelog-encoding" not in _codes(changelog.problems):
        after = fixed_changelog(changelog, info.version, date)
        found.append(FileFix(CHANGELOG_FILE, description.changelog_bytes or b"", after.encode()))
    return tuple(fix for fix in found if fix.after != fix.before)


def locale_fixes(mod: Mod, files: Iterable[PackageFile] | None = None) -> tuple[FileFix, ...]:
    """Return how the translations among these files would change: white space is removed from the keys.

    `files` are all files of the mod by default.
    """
    found: list[FileFix] = []
    for file in mod.files.files if files is None else files:
        if not LOCALE_PATH.fullmatch(file.path) or file.size > MAX_TEXT_BYTES:
            continue
        if isinstance(file, DiskFile) and file.source != mod.path / file.path:
            continue  # it comes from elsewhere, by a link or by `include`
        data = file.read_from_disk() if isinstance(file, DiskFile) else file.read()
        text, problems = decode(with_line_feeds(data)[0], file.path, "locale")
        if "locale-encoding" not in _codes(problems):
            bom = UTF8_BOM if "locale-bom" in _codes(problems) else b""
            found.append(FileFix(file.path, data, bom + fixed_locale(text).encode()))
    return tuple(fix for fix in found if fix.after != fix.before)


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
