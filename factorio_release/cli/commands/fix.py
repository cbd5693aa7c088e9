"""`check --fix`: fixes what can be fixed safely, and shows the changes as a diff."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factorio_release.cli.arguments import date_of_section
from factorio_release.cli.path_patterns import shown
from factorio_release.cli.targets import read_targets
from factorio_release.cli.written_files import replace_files
from factorio_release.disk.replace_rules import replaces_exactly
from factorio_release.edits.fix import fixes, locale_fixes, unified_diff
from factorio_release.git.release_tags import tag_of_release
from factorio_release.git.repository import find_repository
from factorio_release.mod.mod import load_mod, read_description
from factorio_release.pipeline.job import package_rules

if TYPE_CHECKING:
    from pathlib import Path

    from factorio_release.cli.command_line import Arguments
    from factorio_release.cli.session import Session
    from factorio_release.parsers.info import Info


def fix(session: Session, arguments: Arguments) -> None:
    """Fix every mod that PATH names; the check that follows reports what is left.

    With `--date` the section of each mod's version gets the date, unless the version is tagged: what is
    public stays as it is. Raises ModError when a file of a mod cannot be written; then no file of that mod
    is changed.
    """
    date = date_of_section(arguments)
    for target in read_targets(session, arguments):
        path = target.path
        if path.is_file():
            continue  # a finished zip is not edited
        description = read_description(path)
        date_to_set = date
        if date and (tag := _tag(path, description.info)):
            session.say(f"{shown(path)}: no date is set, because {tag} is a tag of this version")
            date_to_set = ""
        mod = load_mod(path, package_rules(target.settings, path))
        changed = (*fixes(description, date_to_set), *locale_fixes(mod))
        # A file that another program changes in between is not overwritten.
        replace_files(
            path, {path / one.path: (one.after, replaces_exactly(one.before)) for one in changed}
        )
        for one in changed:
            session.say(f"fixed {shown(path / one.path)}")
            session.show_diff(unified_diff(one))


def _tag(path: Path, info: Info) -> str:
    """Return the tag of info.json's version, empty where there is none."""
    repository = find_repository(path)
    if repository is None or info.version is None:
        return ""
    tag = tag_of_release(repository, info.name, info.version)
    return tag.tag if tag else ""
