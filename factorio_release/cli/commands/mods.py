"""`factorio-release mods`: lists the mods of a repository in dependency order."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from factorio_release.cli.arguments import chosen
from factorio_release.cli.declared import LIST_FORMAT, UNRELEASED
from factorio_release.cli.path_patterns import is_pattern, matching_paths, shown
from factorio_release.cli.targets import settings_of
from factorio_release.errors import ExitCode, UsageError
from factorio_release.git.repository import find_repository
from factorio_release.mod.release_order import in_dependency_order
from factorio_release.mod.repository_mods import find_mods_below
from factorio_release.report.mod_list import render_mod_list

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from factorio_release.cli.command_line import Arguments
    from factorio_release.cli.session import Session
    from factorio_release.parsers.info import Info
    from factorio_release.settings.options import Settings


def mods(session: Session, arguments: Arguments) -> int:
    """Print the mods below PATH; with `--unreleased` only those whose version is not on the portal.

    Raises UsageError where there is no mod at all.
    """
    form = chosen(arguments, LIST_FORMAT)
    if not form:
        form = "text" if session.out.isatty() else "json"
    settings = settings_of(session.sources(arguments), Path())
    found, tags = _mods_below(session, settings.path)
    listed = list(in_dependency_order(found))
    if arguments.has(UNRELEASED):
        listed = _unreleased(session, settings, {path: found[path] for path in listed})
    session.out.write(
        render_mod_list([_record(path, found[path], tags[path]) for path in listed], form)
    )
    return ExitCode.FINE


def _mods_below(session: Session, paths: Sequence[str]) -> tuple[dict[Path, Info], dict[Path, str]]:
    """Return the mods by folder, and the tag for the version of each."""
    found: dict[Path, Info] = {}
    tags: dict[Path, str] = {}
    find_once = cache(find_mods_below)  # several folders can lie in one repository
    for folder in _folders(paths):
        below = find_once(folder)
        for path in below.unreadable:
            session.say(
                f"warning: {shown(path / 'info.json')} has no name and version that can be read"
            )
        # The form of the tags depends on all mods of the repository.
        repository = find_repository(folder) if below.mods else None
        all_mods = find_once(repository.root) if repository else below
        found |= below.mods
        tags |= {path: all_mods.tag_for(info) for path, info in below.mods.items()}
    if not found:
        raise UsageError(f"path: {', '.join(paths)}: git tracks no mod's info.json there")
    return found, tags


def _folders(paths: Sequence[str]) -> Iterator[Path]:
    for text in paths:
        named = matching_paths(text) if is_pattern(text) else [Path(text)]
        folders = [path for path in named if path.is_dir()]
        if not folders:
            raise UsageError(f"path: {text} is not a folder; give one that holds mods")
        yield from folders


def _unreleased(session: Session, settings: Settings, mods: Mapping[Path, Info]) -> list[Path]:
    from factorio_release.cli.commands.pipeline import portal_clients, run_time_of  # noqa: PLC0415 start-up: only with the portal

    reader, _ = portal_clients(session, settings, "", run_time_of(session, settings))
    live = reader.fetch_many(info.name for info in mods.values())
    unreleased = []
    for path, info in mods.items():
        live_mod = live.get(info.name)
        if live_mod is None or info.version is None or live_mod.release(info.version) is None:
            unreleased.append(path)
    return unreleased


def _record(path: Path, info: Info, tag: str) -> dict[str, str]:
    return {
        "mod": info.name,
        "version": str(info.version),
        "path": shown(path),
        "factorio_version": info.factorio_version,
        "tag": tag,
    }
