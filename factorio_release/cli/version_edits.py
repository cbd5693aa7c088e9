"""How info.json and the changelog change for the next version; writes nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from factorio_release.edits.changelog_section import (
    VersionStep,
    kept_version,
    open_versions,
    with_section,
)
from factorio_release.edits.fix import FileFix
from factorio_release.edits.info_version import with_version
from factorio_release.errors import UsageError
from factorio_release.git.release_tags import tag_of_release
from factorio_release.git.repository import find_repository
from factorio_release.git.version_history import versions_in_history
from factorio_release.parsers.changelog.model import CHANGELOG_FILE
from factorio_release.parsers.info import INFO_FILE

if TYPE_CHECKING:
    from pathlib import Path

    from factorio_release.mod.mod import ModDescription
    from factorio_release.parsers.info import Info
    from factorio_release.parsers.version import Version


class VersionEdits(NamedTuple):
    """The files that change. `kept` is the version whose open section stays as it is, None without one."""

    step: VersionStep
    changed: tuple[FileFix, ...]
    kept: Version | None


def version_edits(
    path: Path, description: ModDescription, version: Version, date: str, *, rename: bool = False
) -> VersionEdits:
    """Return how the mod at `path` gets a version; without `date` its section stays open.

    Raises UsageError for a version that is tagged, ModError for files that cannot be edited.
    """
    info, changelog = description.info, description.changelog_bytes or b""
    step = VersionStep(info.version, version, date, rename=rename)
    step = _with_known_versions(step, path, info, open_versions(changelog))
    fixes = (
        FileFix(INFO_FILE, description.info_bytes, with_version(description.info_bytes, version)),
        FileFix(CHANGELOG_FILE, changelog, with_section(changelog, step)),
    )
    changed = tuple(fix for fix in fixes if fix.after != fix.before)
    return VersionEdits(step, changed, kept_version(changelog, step))


def kept_sentence(kept: Version) -> str:
    """Return what is said of a section that stays open."""
    return (
        f"the section of {kept} stays open: {kept} was committed, so it may be public; "
        "if it is not, `--rename` gives its section the new version"
    )


def _with_known_versions(
    step: VersionStep, path: Path, info: Info, open_: tuple[Version, ...]
) -> VersionStep:
    """Return the step with what git knows of the versions whose sections are open, and of the new one.

    Raises UsageError for the present version if it is tagged: what is public stays as it is.
    """
    repository = find_repository(path)
    if repository is None:
        # Whether the present version was published is not known.
        return replace(step, committed=frozenset([info.version] if info.version else []))
    version = step.following
    tags = {
        one: tag for one in {*open_, version} if (tag := tag_of_release(repository, info.name, one))
    }
    if version == info.version and version in tags:
        raise UsageError(
            f"{version} is released, as the tag {tags[version].tag} says; its section stays as it is"
        )
    committed = versions_in_history(repository, info.name) if open_ else frozenset()
    return replace(step, tagged=frozenset(tags), committed=committed)
