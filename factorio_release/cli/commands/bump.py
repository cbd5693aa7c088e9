"""`factorio-release bump`: the next version in info.json and in the changelog, shown as a diff."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from factorio_release.cli.arguments import one_path
from factorio_release.cli.declared import DATE, NEXT_VERSION, SET_LOWER, SHOW_PLAN
from factorio_release.cli.targets import shown
from factorio_release.cli.written_files import replace_files
from factorio_release.disk.atomic_write import replaces_exactly
from factorio_release.edits.changelog_section import VersionStep, with_section
from factorio_release.edits.fix import FileFix, unified_diff
from factorio_release.edits.info_version import with_version
from factorio_release.errors import ExitCode, UsageError
from factorio_release.git.release_tags import tag_of_release
from factorio_release.git.repository import find_repository
from factorio_release.mod.mod import read_description
from factorio_release.parsers.changelog.model import CHANGELOG_FILE
from factorio_release.parsers.info import INFO_FILE
from factorio_release.parsers.suggestion import did_you_mean
from factorio_release.parsers.version import next_version, parse_version
from factorio_release.report.escape import terminal_lines

if TYPE_CHECKING:
    from pathlib import Path

    from factorio_release.cli.command_line import Arguments
    from factorio_release.cli.session import Session
    from factorio_release.parsers.info import Info
    from factorio_release.parsers.version import Version

PARTS: Final = ("major", "minor", "patch")


def bump(session: Session, arguments: Arguments) -> int:
    """Write both files, or with `--plan` only show them; the version is printed for scripts.

    Raises UsageError for a version that cannot follow, ModError for files that cannot be edited.
    """
    path = one_path(session, arguments)
    if path.is_file():
        raise UsageError(f"path: {shown(path)} is a finished package; give the mod's folder")
    described = read_description(path)
    date = _date(arguments)
    following = _following(arguments, described.info)
    step = VersionStep(described.info.version, following, _is_released(path, described.info), date)
    changelog = described.changelog_bytes or b""
    fixes = (
        FileFix(INFO_FILE, described.info_bytes, with_version(described.info_bytes, following)),
        FileFix(CHANGELOG_FILE, changelog, with_section(changelog, step)),
    )
    changed = [fix for fix in fixes if fix.after != fix.before]
    if not arguments.has(SHOW_PLAN):
        replace_files(path, {path / fix.path: (fix.after, replaces_exactly(fix.before)) for fix in changed})
    for fix in changed:
        session.err.write(terminal_lines(unified_diff(fix)))
    session.out.write(f"{following}\n")
    return ExitCode.FINE


def _date(arguments: Arguments) -> str:
    given = arguments.value(DATE)
    if given is None:
        return ""
    text = " ".join(given.split()) or f"{datetime.now(UTC).date()}"
    if not text.isprintable():
        raise UsageError(f"--date: {text!r} has characters that no date has")
    return text


def _following(arguments: Arguments, info: Info) -> Version:
    present, force = info.version, arguments.has(SET_LOWER)
    try:
        following = _wanted(arguments.value(NEXT_VERSION) or "", present)
    except ValueError as error:
        raise UsageError(str(error)) from None
    if present and following <= present and not force:
        raise UsageError(f"{following} is not higher than {present} in info.json; --force sets it anyway")
    return following


def _wanted(text: str, present: Version | None) -> Version:
    if text not in PARTS:
        return _given(text)
    if present is None:
        raise ValueError(f"info.json has no version of which to raise the {text} number; give X.Y.Z")
    return next_version(present, text)


def _given(text: str) -> Version:
    if not text[:1].isdigit():
        near = did_you_mean(text, PARTS)
        raise ValueError(f"{text!r} is neither {', '.join(PARTS)} nor a version such as 1.2.0{near}")
    version = parse_version(text)
    if not any(version.key):
        raise ValueError("0.0.0 is a version that the game refuses; begin with 0.0.1")
    return version


def _is_released(path: Path, info: Info) -> bool:
    repository = find_repository(path) if info.version else None
    if repository is None or info.version is None:
        return False
    return tag_of_release(repository, info.name, info.version) is not None
