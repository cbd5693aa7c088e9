"""`factorio-release notes`: what the changelog says of a version, or of several."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from factorio_release.cli.arguments import chosen, one_path
from factorio_release.cli.declared import NOTES_FORMAT, SINCE, VERSION
from factorio_release.cli.targets import shown
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
    from factorio_release.settings.option import Raw

NAMED = 5


def notes(session: Session, arguments: Arguments) -> int:
    """Print the sections asked for; ModError where the changelog has none of them."""
    form = chosen(arguments, NOTES_FORMAT) or "text"
    arguments = _sorted_out(arguments)
    path = one_path(session, arguments)
    described = read_description(path)
    place = shown(path / CHANGELOG_FILE)
    if described.changelog is None:
        raise ModError(f"{place} does not exist", "`factorio-release bump` begins one")
    wanted = _wanted(arguments, described.info, path)
    sections = wanted.sections(described.changelog)
    if not sections:
        raise _missing(place, wanted, described.changelog)
    if described.changelog.problems:
        session.say(f"warning: {place} is not as the game wants it; `factorio-release check` says where")
    session.out.write(render_notes(described.info.name, sections, form, headed=not wanted.is_single))
    return ExitCode.FINE


def _sorted_out(arguments: Arguments) -> Arguments:
    """Take a lone word for PATH where it is one."""
    word = arguments.value(VERSION)
    if word is None or arguments.options.get("path") or not _is_path(word):
        return arguments
    options: dict[str, Raw] = {**arguments.options, "path": [word]}
    return replace(
        arguments,
        options=options,
        values={name: value for name, value in arguments.values.items() if name != VERSION.name},
    )


def _is_path(word: str) -> bool:
    """Tell a path that exists from a version or range, which begins with a digit (`./1.0` is a path)."""
    return not word.removeprefix("..")[:1].isdigit() and Path(word).exists()


def _wanted(arguments: Arguments, info: Info, path: Path) -> VersionRange:
    text, since = arguments.value(VERSION), arguments.value(SINCE)
    if text is None and info.version is None:
        raise ModError(
            f"{shown(path / 'info.json')} has no version of three numbers", "name the version that is wanted"
        )
    try:
        wanted = read_range(text, info.name) if text is not None else VersionRange(info.version, info.version)
        if since is None:
            return wanted
        if text is not None and ".." in text:
            raise ValueError(f"{text!r} has a beginning of its own; give --since or the range")  # noqa: TRY301 one place that tells problems
        return VersionRange(_since(since, info, path), wanted.last, after_first=True)
    except ValueError as error:
        raise UsageError(str(error)) from None


def _since(text: str, info: Info, path: Path) -> Version:
    """Return the version that --since names: itself, or what info.json said at a tag."""
    try:
        return named_version(text, info.name)
    except ValueError:
        repository = find_repository(path) if path.is_dir() else None
        content = repository.file_at(f"refs/tags/{text}", "info.json") if repository else None
        if content is None or (version := read_info(content).version) is None:
            raise ValueError(
                f"--since: {text!r} is neither a version nor a tag whose commit has one in info.json"
            ) from None
        return version


def _missing(place: str, wanted: VersionRange, changelog: Changelog) -> ModError:
    there = [str(section.version) for section in changelog.sections if section.version]
    hint = "describe the version there" + (f", or ask for {', '.join(there[:NAMED])}" if there else "")
    if wanted.is_single:
        return ModError(f"{place} has no section for version {wanted.first}", hint)
    ends = " ".join(
        f"{word} {end}"
        for word, end in (("after" if wanted.after_first else "from", wanted.first), ("up to", wanted.last))
        if end
    )
    return ModError(f"{place} has no section of a version {ends}", hint)
