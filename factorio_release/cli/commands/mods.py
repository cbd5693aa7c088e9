"""`factorio-release mods`: lists the mods of a repository in dependency order."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from factorio_release.cli.arguments import chosen
from factorio_release.cli.declared import CHANGED, LIST_FORMAT, PUBLISHED, UNRELEASED
from factorio_release.cli.path_patterns import is_pattern, matching_paths, shown
from factorio_release.cli.targets import settings_of
from factorio_release.edits.changelog_section import is_open
from factorio_release.errors import ExitCode, UsageError
from factorio_release.git.repository import find_repository
from factorio_release.mod.mod import load_mod, read_description
from factorio_release.mod.package_changes import changes_since_last_release
from factorio_release.mod.release_order import in_dependency_order
from factorio_release.mod.repository_mods import find_mods_below
from factorio_release.pipeline.job import package_rules
from factorio_release.report.mod_list import render_mod_list

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from factorio_release.cli.command_line import Arguments
    from factorio_release.cli.session import Session
    from factorio_release.live.models import LiveMod
    from factorio_release.package.rules import PackageRules
    from factorio_release.parsers.info import Info
    from factorio_release.settings.options import Settings
    from factorio_release.settings.sources import Sources


def mods(session: Session, arguments: Arguments) -> int:
    """Print the mods below PATH; with switches only those that all of these select.

    The portal is asked only for `--unreleased` and `--published`, git about earlier files only for
    `--changed`. A mod without an earlier tag counts as changed. Raises UsageError where there is no mod at
    all.
    """
    form = chosen(arguments, LIST_FORMAT)
    if not form:
        form = "text" if session.out.isatty() else "json"
    sources = session.sources(arguments)
    settings = settings_of(sources, Path())
    found, tags = _mods_below(session, settings.path)
    listed = {path: found[path] for path in in_dependency_order(found)}
    live: dict[str, LiveMod] | None = None
    if arguments.has(UNRELEASED) or arguments.has(PUBLISHED):
        live = _live(session, settings, listed.values())
        if arguments.has(UNRELEASED):
            listed = {path: info for path, info in listed.items() if not _is_out(info, live)}
        if arguments.has(PUBLISHED):
            listed = {path: info for path, info in listed.items() if info.name in live}
    records = []
    for path, info in listed.items():
        record = _record(path, info, tags[path])
        if live is not None:
            record["published"] = info.name in live
        if arguments.has(CHANGED):
            changes = changes_since_last_release(load_mod(path, _rules(sources, path)))
            if changes is not None and not changes.changes:
                continue
            record["last_tag"] = changes.tag if changes else ""
        records.append(record)
    session.out.write(render_mod_list(records, form))
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


def _live(session: Session, settings: Settings, mods: Iterable[Info]) -> dict[str, LiveMod]:
    from factorio_release.cli.portal_clients import portal_clients, run_time_of  # noqa: PLC0415 start-up: only with the portal

    reader, _ = portal_clients(session, settings, "", run_time_of(session, settings))
    return reader.fetch_many((info.name for info in mods), with_deprecated=False)


def _is_out(info: Info, live: Mapping[str, LiveMod]) -> bool:
    mod = live.get(info.name)
    return bool(mod and info.version and mod.release(info.version))


def _rules(sources: Sources, path: Path) -> PackageRules:
    return package_rules(settings_of(sources, path), path)


def _record(path: Path, info: Info, tag: str) -> dict[str, str | bool]:
    changelog = read_description(path).changelog
    return {
        "mod": info.name,
        "version": str(info.version),
        "path": shown(path),
        "factorio_version": info.factorio_version,
        "tag": tag,
        "open": bool(changelog and changelog.sections and is_open(changelog.sections[0])),
    }
