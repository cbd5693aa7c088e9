"""`factorio-release notes`: prints the changelog of a version, or of several versions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from factorio_release.cli.arguments import chosen, one_path
from factorio_release.cli.declared import NOTES_FORMAT, SINCE, VERSION
from factorio_release.cli.path_patterns import shown
from factorio_release.errors import ExitCode, ModError, UsageError
from factorio_release.git.repository import find_repository
from factorio_release.mod.changelog_range import VersionRange, named_version, read_range
from factorio_release.mod.mod import read_description
from factorio_release.parsers.changelog.model import CHANGELOG_FILE
from factorio_release.parsers.info import read_info
from factorio_release.report.notes import render_notes

if TYPE_CHECKING:
    from factorio_release.cli.command_line import Arguments
    from factorio_release.cli.session import Session
    from factorio_release.parsers.changelog.model import Changelog
    from factorio_release.parsers.info import Info
    from factorio_release.parsers.version import Version
    from factorio_release.settings.kinds import Raw

_MAX_SUGGESTED_VERSIONS: Final = 5


def notes(session: Session, arguments: Arguments) -> int:
    """Print the sections of the versions that are named; raises ModError where there is none."""
    form = chosen(arguments, NOTES_FORMAT) or "text"
    arguments = _with_path(arguments)
    path = one_path(session, arguments)
    description = read_description(path)
    place = shown(path / CHANGELOG_FILE)
    if description.changelog is None:
        raise ModError(f"{place} does not exist", "`factorio-release bump` creates it")
    versions = _versions(arguments, description.info, path)
    sections = versions.sections(description.changelog)
    if not sections:
        raise _missing(place, versions, description.changelog)
    if description.changelog.problems:
        session.say(f"warning: {place} has problems; `factorio-release check` lists them")
    session.out.write(
        render_notes(description.info.name, sections, form, headed=not versions.is_single)
    )
    return ExitCode.FINE


def _with_path(arguments: Arguments) -> Arguments:
    """Return the arguments with a single word as PATH where it is a path: `notes mods/big-mod`."""
    word = arguments.value(VERSION)
    if word is None or arguments.options.get("path") or not _is_path(word):
        return arguments
    options: dict[str, Raw] = {**arguments.options, "path": [word]}
    values = {name: value for name, value in arguments.values.items() if name != VERSION.name}
    return arguments._replace(options=options, values=values)


def _is_path(word: str) -> bool:
    """Return whether a word is a path that exists; a version or a range begins with a digit.

    `./1.0` is a path, `..1.0.0` is a range.
    """
    return not word.removeprefix("..")[:1].isdigit() and Path(word).exists()


def _versions(arguments: Arguments, info: Info, path: Path) -> VersionRange:
    text, since = arguments.value(VERSION), arguments.value(SINCE)
    if text is None and info.version is None:
        raise ModError(
            f"{shown(path / 'info.json')} has no version of three numbers", "name the version"
        )
    if since is not None and text is not None and ".." in text:
        raise UsageError(f"{text!r} has a first version of its own; give --since or the range")
    try:
        versions = VersionRange(info.version, info.version)
        if text is not None:
            versions = read_range(text, info.name)
        if since is not None:
            versions = VersionRange(_since(since, info, path), versions.last, after_first=True)
    except ValueError as error:
        raise UsageError(str(error)) from None
    return versions


def _since(text: str, info: Info, path: Path) -> Version:
    """Return the version that --since names: directly, or as a tag of any name.

    For a tag it is the version in info.json at the tagged commit. Raises ValueError for neither.
    """
    try:
        return named_version(text, info.name)
    except ValueError:
        version = _version_at_tag(text, path)
    if version is None:
        raise ValueError(
            f"--since: {text!r} is neither a version nor a tag whose commit has one in info.json"
        )
    return version


def _version_at_tag(tag: str, path: Path) -> Version | None:
    repository = None
    if path.is_dir():
        repository = find_repository(path)
    if repository is None:
        return None
    content = repository.file_at(f"refs/tags/{tag}", "info.json")
    if content is None:
        return None
    return read_info(content).version


def _missing(place: str, versions: VersionRange, changelog: Changelog) -> ModError:
    """Return the error for versions without a section."""
    hint = "add a section for the version"
    known = [str(section.version) for section in changelog.sections if section.version]
    if known:
        hint += f", or name another version: {', '.join(known[:_MAX_SUGGESTED_VERSIONS])}"
    if versions.is_single:
        return ModError(f"{place} has no section for version {versions.first}", hint)
    ends = []
    if versions.first and versions.after_first:
        ends.append(f"after {versions.first}")
    elif versions.first:
        ends.append(f"from {versions.first}")
    if versions.last:
        ends.append(f"up to {versions.last}")
    return ModError(f"{place} has no section for a version {' '.join(ends)}", hint)
