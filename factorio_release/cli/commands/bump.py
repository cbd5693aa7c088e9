"""`factorio-release bump`: sets the next version in info.json and in the changelog."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factorio_release.cli.arguments import date_of_section, one_path
from factorio_release.cli.declared import (
    COMMIT,
    MESSAGE,
    NEXT_VERSION,
    RENAME,
    SET_LOWER,
    SET_TAG,
    SHOW_PLAN,
)
from factorio_release.cli.next_version import asked_version, refuse_lower
from factorio_release.cli.path_patterns import shown
from factorio_release.cli.version_edits import kept_sentence, version_edits
from factorio_release.cli.written_files import replace_files
from factorio_release.disk.replace_rules import replaces_exactly
from factorio_release.edits.fix import unified_diff
from factorio_release.errors import ExitCode, UsageError
from factorio_release.mod.mod import read_description
from factorio_release.parsers.changelog.model import CHANGELOG_FILE

if TYPE_CHECKING:
    from pathlib import Path

    from factorio_release.cli.command_line import Arguments
    from factorio_release.cli.session import Session
    from factorio_release.cli.version_edits import VersionEdits
    from factorio_release.edits.changelog_section import VersionStep
    from factorio_release.mod.mod import ModDescription
    from factorio_release.parsers.version import Version


def bump(session: Session, arguments: Arguments) -> int:
    """Change both files and show the changes as a diff; with `--plan` only show them.

    With `--commit` the two files are committed, with `--tag` the commit gets a tag.
    Standard output gets the new version alone, for scripts.
    Raises UsageError for a version that cannot come next, ModError for files that cannot be edited.
    """
    path = one_path(session, arguments)
    if path.is_file():
        raise UsageError(f"path: {shown(path)} is a built zip; give the mod's folder")
    description = read_description(path)
    version = _new_version(arguments, description)
    date, rename = date_of_section(arguments), arguments.has(RENAME)
    edits = version_edits(path, description, version, date, rename=rename)
    if arguments.has(COMMIT) or arguments.has(SET_TAG):
        from factorio_release.cli.committed_bump import commit_bump  # noqa: PLC0415 start-up: only to commit

        commit_bump(session, arguments, path, edits)
    elif arguments.value(MESSAGE) is not None:
        raise UsageError("--message is that of the commit; give --commit as well")
    elif not edits.changed:
        raise UsageError(_nothing_to_do(edits.step, path))
    else:
        _write(session, arguments, path, edits)
    if edits.kept:
        session.say(kept_sentence(edits.kept))
    session.out.write(f"{version}\n")
    return ExitCode.FINE


def _write(session: Session, arguments: Arguments, path: Path, edits: VersionEdits) -> None:
    if not arguments.has(SHOW_PLAN):
        # A file that another program changes in between is not overwritten.
        replace_files(
            path,
            {path / fix.path: (fix.after, replaces_exactly(fix.before)) for fix in edits.changed},
        )
    for fix in edits.changed:
        session.show_diff(unified_diff(fix))


def _new_version(arguments: Arguments, description: ModDescription) -> Version:
    version = asked_version(arguments.value(NEXT_VERSION) or "", description)
    refuse_lower(version, description.info.version, allowed=arguments.has(SET_LOWER))
    return version


def _nothing_to_do(step: VersionStep, path: Path) -> str:
    """Return why neither of the files would change."""
    message = f"{shown(path)} has the version {step.following} already, with a section in {CHANGELOG_FILE}"
    if step.date:
        return f"{message} that has a date"
    return f"{message}; --date gives it a date"
