"""`factorio-release bump`: sets the next version in info.json and in the changelog."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from factorio_release.cli.arguments import date_of_section, one_path
from factorio_release.cli.declared import NEXT_VERSION, RENAME, SET_LOWER, SHOW_PLAN
from factorio_release.cli.next_version import asked_version
from factorio_release.cli.path_patterns import shown
from factorio_release.cli.written_files import replace_files
from factorio_release.disk.replace_rules import replaces_exactly
from factorio_release.edits.changelog_section import (
    VersionStep,
    kept_version,
    open_versions,
    with_section,
)
from factorio_release.edits.fix import FileFix, unified_diff
from factorio_release.edits.info_version import with_version
from factorio_release.errors import ExitCode, UsageError
from factorio_release.git.release_tags import tag_of_release
from factorio_release.git.repository import find_repository
from factorio_release.git.version_history import versions_in_history
from factorio_release.mod.mod import read_description
from factorio_release.parsers.changelog.model import CHANGELOG_FILE
from factorio_release.parsers.info import INFO_FILE
from factorio_release.report.escape import terminal_lines

if TYPE_CHECKING:
    from pathlib import Path

    from factorio_release.cli.command_line import Arguments
    from factorio_release.cli.session import Session
    from factorio_release.mod.mod import ModDescription
    from factorio_release.parsers.info import Info
    from factorio_release.parsers.version import Version


def bump(session: Session, arguments: Arguments) -> int:
    """Change both files and show the changes as a diff; with `--plan` only show them.

    Standard output gets the new version alone, for scripts.
    Raises UsageError for a version that cannot come next, ModError for files that cannot be edited.
    """
    path = one_path(session, arguments)
    if path.is_file():
        raise UsageError(f"path: {shown(path)} is a built zip; give the mod's folder")
    description = read_description(path)
    info, changelog = description.info, description.changelog_bytes or b""
    version = _new_version(arguments, description)
    step = _step(arguments, path, info, version, open_versions(changelog))
    fixes = (
        FileFix(INFO_FILE, description.info_bytes, with_version(description.info_bytes, version)),
        FileFix(CHANGELOG_FILE, changelog, with_section(changelog, step)),
    )
    changed = [fix for fix in fixes if fix.after != fix.before]
    if not changed:
        raise UsageError(_nothing_to_do(step, path))
    if not arguments.has(SHOW_PLAN):
        # A file that another program changes in between is not overwritten.
        replace_files(
            path, {path / fix.path: (fix.after, replaces_exactly(fix.before)) for fix in changed}
        )
    for fix in changed:
        session.err.write(terminal_lines(unified_diff(fix)))
    kept = kept_version(changelog, step)
    if kept:
        session.say(
            f"the section of {kept} stays open: {kept} was committed, so it may be public; "
            "if it is not, `--rename` gives its section the new version"
        )
    session.out.write(f"{version}\n")
    return ExitCode.FINE


def _new_version(arguments: Arguments, description: ModDescription) -> Version:
    present = description.info.version
    version = asked_version(arguments.value(NEXT_VERSION) or "", description)
    if present and version < present and not arguments.has(SET_LOWER):
        raise UsageError(f"{version} is lower than {present} in info.json; --force sets it anyway")
    return version


def _step(
    arguments: Arguments, path: Path, info: Info, version: Version, open_: tuple[Version, ...]
) -> VersionStep:
    """Return the step with what git knows of the versions whose sections are open, and of the new one.

    Raises UsageError for the present version if it is tagged: what is public stays as it is.
    """
    step = VersionStep(
        info.version, version, date_of_section(arguments), rename=arguments.has(RENAME)
    )
    repository = find_repository(path)
    if repository is None:
        # Whether the present version was published is not known.
        return replace(step, committed=frozenset([info.version] if info.version else []))
    tags = {
        one: tag for one in {*open_, version} if (tag := tag_of_release(repository, info.name, one))
    }
    if version == info.version and version in tags:
        raise UsageError(
            f"{version} is released, as the tag {tags[version].tag} says; its section stays as it is"
        )
    committed = versions_in_history(repository, info.name) if open_ else frozenset()
    return replace(step, tagged=frozenset(tags), committed=committed)


def _nothing_to_do(step: VersionStep, path: Path) -> str:
    """Return why neither of the files would change."""
    message = f"{shown(path)} has the version {step.following} already, with a section in {CHANGELOG_FILE}"
    if step.date:
        return f"{message} that has a date"
    return f"{message}; --date gives it a date"
