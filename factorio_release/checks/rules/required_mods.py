"""Rules on the mods that this one requires, as the portal has them; they run only in a plan.

`required` maps each name that was requested to what the portal has, None when it has no such mod. A
required mod that was not requested is not judged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from factorio_release.checks.dependency_entries import at_entry
from factorio_release.parsers.unseen import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from factorio_release.live.models import LiveMod, LiveRelease
    from factorio_release.parsers.dependency import Dependency, DependencyEntry
    from factorio_release.parsers.info import Info
    from factorio_release.parsers.problem import Problem
    from factorio_release.parsers.version import Version


def required_dependencies(info: Info) -> dict[str, list[Dependency]]:
    """Return the dependencies on all required mods that do not come with the game, by name, sorted."""
    by_name: dict[str, list[Dependency]] = {}
    for _, dependency in _required_entries(info):
        by_name.setdefault(dependency.name, []).append(dependency)
    return dict(sorted(by_name.items()))


def unknown_mods(
    info: Info, required: Mapping[str, LiveMod | None], together: Mapping[str, tuple[Version, ...]]
) -> Iterator[Problem]:
    """Report required mods that are not on the portal: no player could load this mod."""
    for entry, dependency in _required_entries(info):
        if dependency.name in required and required[dependency.name] is None:
            if dependency.name in together:
                yield _not_this_version(entry, dependency.name, together[dependency.name])
                continue
            message = f"the required mod {dependency.name} is not on the portal"
            hint = (
                "Correct the name, publish that mod first, or make the dependency optional with ?."
            )
            yield at_entry(entry, message, hint)


def deprecated_mods(info: Info, required: Mapping[str, LiveMod | None]) -> Iterator[Problem]:
    """Report required mods that their authors have marked as deprecated."""
    for entry, _, live in _found(info, required):
        if live.deprecated:
            message = f"the required mod {live.name} is deprecated"
            yield at_entry(entry, message, "Look for a successor on its page.")


def missing_releases(info: Info, required: Mapping[str, LiveMod | None]) -> Iterator[Problem]:
    """Report required mods of which no release satisfies the required version."""
    for entry, dependency, live in _found(info, required):
        if _satisfying_releases(dependency, live):
            continue
        message = f"no release of {live.name} on the portal satisfies {quoted(entry.text)}"
        if live.highest:
            message += f"; the highest is {live.highest}"
        yield at_entry(entry, message, "Correct the version, or wait for the release.")


def releases_for_other_games(
    info: Info, required: Mapping[str, LiveMod | None]
) -> Iterator[Problem]:
    """Report required mods whose satisfying releases are all for another version of the game."""
    game = info.factorio_version
    for entry, dependency, live in _found(info, required):
        games = {release.factorio_version for release in _satisfying_releases(dependency, live)}
        games.discard("")
        if game and games and game not in games:
            message = (
                f"no release of {live.name} that satisfies {quoted(entry.text)} is for Factorio {game}, "
                f"only for {', '.join(sorted(games))}"
            )
            yield at_entry(
                entry, message, "Check that the game loads both, or require another version."
            )


def _not_this_version(entry: DependencyEntry, name: str, versions: tuple[Version, ...]) -> Problem:
    numbers = " and ".join(str(version) for version in versions)
    message = (
        f"{name} {numbers}, which the same run releases, does not satisfy {quoted(entry.text)}"
    )
    return at_entry(entry, message, "Correct the version on one of the two sides.")


def _required_entries(info: Info) -> Iterator[tuple[DependencyEntry, Dependency]]:
    for entry in info.dependencies:
        dependency = entry.dependency
        if dependency and dependency.required and not dependency.built_in:
            yield entry, dependency


def _found(
    info: Info, required: Mapping[str, LiveMod | None]
) -> Iterator[tuple[DependencyEntry, Dependency, LiveMod]]:
    for entry, dependency in _required_entries(info):
        live = required.get(dependency.name)
        if live is not None:
            yield entry, dependency, live


def _satisfying_releases(dependency: Dependency, live: LiveMod) -> list[LiveRelease]:
    return [
        release
        for release in live.releases
        if release.number and dependency.accepts(release.number)
    ]
