"""Which version `ship` releases, with its tag and the changes of its files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factorio_release.checks.rules.open_section import is_open
from factorio_release.cli.arguments import date_of_section
from factorio_release.cli.committed_bump import message_of, repository_around
from factorio_release.cli.declared import DATE, LEVEL, RENAME, SET_LOWER
from factorio_release.cli.next_version import asked_version, changelog_version, refuse_lower
from factorio_release.cli.release_commit import committed_files
from factorio_release.cli.ship_preview import Shipped
from factorio_release.cli.version_edits import version_edits
from factorio_release.errors import ModError, UsageError
from factorio_release.mod.mod import read_description
from factorio_release.parsers.changelog.model import CHANGELOG_FILE
from factorio_release.parsers.changelog.reader import read_changelog

if TYPE_CHECKING:
    from pathlib import Path

    from factorio_release.cli.command_line import Arguments
    from factorio_release.cli.ship_preview import ShipRun
    from factorio_release.edits.fix import FileFix
    from factorio_release.mod.mod import ModDescription
    from factorio_release.parsers.version import Version


def shipped_version(run: ShipRun, path: Path) -> Shipped:
    """Return the release of the mod at `path`.

    Raises UsageError where the version is released already, ModError where its changelog is not finished.
    """
    repository = repository_around(path)
    description = read_description(path)
    name = description.info.name
    version = _version(run.arguments, description)
    there_too = run.target.tags if run.target else {}
    mods = run.mods._replace(tags=(*run.mods.tags, *there_too))  # a shallow clone has none
    tag = mods.tag_for_version(name, str(version))
    message = message_of(run.arguments, name, str(version), tag)
    # An earlier run was stopped between tag and push: go on there.
    is_tagged = (
        run.git.object_id(f"refs/tags/{tag}^{{commit}}") == run.commit.checkout.head
        and tag not in there_too
        and description.info.version == version
        and not committed_files(repository, ())
    )
    if is_tagged:
        return Shipped(path, repository, name, version, tag, message, (), None, is_tagged)
    for there in mods.release_tags(name):
        if there.version == version:
            place = f" on {run.target.remote}" if run.target and there.tag in there_too else ""
            raise UsageError(
                f"{version} is released, as the tag {there.tag}{place} says; "
                "give major, minor, patch or a version for the next release"
            )
    date = date_of_section(run.arguments) or date_of_section(
        run.arguments._replace(values={DATE.name: "today"})
    )
    edits = version_edits(path, description, version, date, rename=run.arguments.has(RENAME))
    changed = _finished(edits.changed, description, version)
    return Shipped(path, repository, name, version, tag, message, changed, edits.kept, is_tagged)


def _finished(
    changed: tuple[FileFix, ...], description: ModDescription, version: Version
) -> tuple[FileFix, ...]:
    """Return the changes without a first changelog: a mod that has none gets none.

    Raises ModError where the changelog would be released with nothing about the version, or is still open.
    """
    if description.changelog_bytes is None:
        return tuple(fix for fix in changed if fix.path != CHANGELOG_FILE)
    after = {fix.path: fix.after for fix in changed}.get(CHANGELOG_FILE)
    changelog = read_changelog(after or description.changelog_bytes)
    section = changelog.section(version)
    if after is not None and section is not None and section.is_empty:
        raise ModError(
            f"{CHANGELOG_FILE} says nothing about {version}",
            f"write what changed first: `factorio-release bump {version}` opens its section",
        )
    if is_open(changelog, version):
        raise ModError(
            f"{CHANGELOG_FILE} is not finished: one of its sections has no version",
            "remove that section, or give it a version",
        )
    return changed


def _version(arguments: Arguments, description: ModDescription) -> Version:
    """Return the version that is asked for; without one, the higher of info.json's and the changelog's."""
    present = description.info.version
    word = arguments.value(LEVEL)
    if word is None:
        written = changelog_version(description)
        if present is None:
            raise UsageError("info.json has no version; give X.Y.Z")
        return written if written and written > present else present
    version = asked_version(word, description)
    refuse_lower(version, present, allowed=arguments.has(SET_LOWER))
    return version
