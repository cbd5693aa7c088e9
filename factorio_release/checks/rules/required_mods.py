"""Rules on the mods that this one cannot do without, as the portal knows them; they run in a plan.

`required` maps the names that were asked for to what the portal has, None where it has nothing.
A name that was not asked for is not judged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from factorio_release.parsers.info import INFO_FILE
from factorio_release.parsers.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from factorio_release.live.models import LiveMod, LiveRelease
    from factorio_release.parsers.dependency import Dependency, DependencyEntry
    from factorio_release.parsers.info import Info


def unknown_mods(info: Info, required: Mapping[str, LiveMod | None]) -> Iterator[Problem]:
    """Report required mods that are not on the portal: no player could load this one."""
    for entry, dependency in _asked(info, required):
        if required[dependency.name] is None:
            hint = "Correct the name, publish that mod first, or make the dependency optional with ?."
            yield _at(entry, f"the required mod {dependency.name} is not on the portal", hint)


def deprecated_mods(info: Info, required: Mapping[str, LiveMod | None]) -> Iterator[Problem]:
    """Report required mods that their authors have marked as deprecated."""
    for entry, _, live in _found(info, required):
        if live.deprecated:
            yield _at(entry, f"the required mod {live.name} is deprecated", "Look for its successor.")


def missing_releases(info: Info, required: Mapping[str, LiveMod | None]) -> Iterator[Problem]:
    """Report required mods none of whose releases satisfies the version asked for."""
    for entry, dependency, live in _found(info, required):
        if not _accepted(dependency, live):
            known = f"; its highest is {live.highest}" if live.highest else ""
            message = f"no release of {live.name} on the portal satisfies {entry.text!r}{known}"
            yield _at(entry, message, "Correct the version.")


def releases_for_other_games(info: Info, required: Mapping[str, LiveMod | None]) -> Iterator[Problem]:
    """Report required mods whose fitting releases are all for another game than this mod."""
    game = info.factorio_version
    for entry, dependency, live in _found(info, required):
        games = {release.factorio_version for release in _accepted(dependency, live)} - {""}
        if game and games and game not in games:
            shown = ", ".join(sorted(games))
            message = (
                f"no release of {live.name} that satisfies {entry.text!r} is for {game}, only for {shown}"
            )
            yield _at(entry, message, "Check that the game loads it.")


def _asked(
    info: Info, required: Mapping[str, LiveMod | None]
) -> Iterator[tuple[DependencyEntry, Dependency]]:
    for entry in info.dependencies:
        dependency = entry.dependency
        if dependency and dependency.required and not dependency.built_in and dependency.name in required:
            yield entry, dependency


def _found(
    info: Info, required: Mapping[str, LiveMod | None]
) -> Iterator[tuple[DependencyEntry, Dependency, LiveMod]]:
    for entry, dependency in _asked(info, required):
        if live := required[dependency.name]:
            yield entry, dependency, live


def _accepted(dependency: Dependency, live: LiveMod) -> tuple[LiveRelease, ...]:
    return tuple(
        release for release in live.releases if release.number and dependency.accepts(release.number)
    )


def _at(entry: DependencyEntry, message: str, hint: str) -> Problem:
    return Problem(message, INFO_FILE, entry.line, entry.column, hint)
