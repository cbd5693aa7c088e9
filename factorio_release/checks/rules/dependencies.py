"""Rules on the dependencies in info.json that need nothing but the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factorio_release.checks.dependency_entries import at_entry, parsed_entries
from factorio_release.parsers.unseen import quoted
from factorio_release.parsers.version import MAX_VERSION_NUMBER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.checks.context import CheckContext
    from factorio_release.parsers.dependency import Dependency, DependencyEntry
    from factorio_release.parsers.info import Info
    from factorio_release.parsers.problem import Problem

_RECOMMENDED_SINCE: Final = (2, 1)  # documented: the prefix + came with Factorio 2.1
_Key = tuple[int, int, int]
_LOWEST: Final = (0, 0, 0)
_HIGHEST: Final = (MAX_VERSION_NUMBER, MAX_VERSION_NUMBER, MAX_VERSION_NUMBER)


def bad_strings(info: Info) -> Iterator[Problem]:
    """Report entries that are not a dependency, at the character that is wrong."""
    for entry in info.dependencies:
        if entry.error:
            name = (
                f"dependency {quoted(entry.text)}"
                if entry.text
                else f"dependency number {entry.position + 1}"
            )
            hint = 'Write it as "[prefix] name [operator version]", such as "? flib >= 0.16.0".'
            yield at_entry(entry, f"{name}: {entry.error}", hint)


def itself(info: Info) -> Iterator[Problem]:
    """Report a mod that depends on itself."""
    for entry, dependency in parsed_entries(info):
        if dependency.name == info.name:
            yield at_entry(
                entry, f"the mod depends on itself: {quoted(entry.text)}", "Remove the entry."
            )


def circle(info: Info, context: CheckContext) -> Iterator[Problem]:
    """Report a mod of a run of several that depends on itself through others of them."""
    if not context.circle:
        return
    ways = zip(context.circle, (*context.circle[1:], context.circle[0]), strict=True)
    message = ", ".join(f"{mod} depends on {needed}" for mod, needed in ways)
    hint = "Remove one of the dependencies, or write it with ~ if the load order does not matter to it."
    for entry, dependency in parsed_entries(info):
        if dependency.name == context.circle[1] and not dependency.prefix.endswith("~"):
            yield at_entry(entry, f"a circle of dependencies: {message}", hint)
            return


def contradictions(info: Info) -> Iterator[Problem]:
    """Report entries for one mod that no version of it can satisfy together."""
    for entries in _by_name(info).values():
        first = entries[0][0]
        last = entries[-1][0]
        if _excludes_and_uses(entries):
            message = (
                f"{quoted(last.text)} contradicts {quoted(first.text)}: "
                "one excludes the mod, the other does not"
            )
            yield at_entry(last, message, "Keep only the entry that you mean.")
            continue
        used = [dependency for _, dependency in entries if dependency.prefix != "!"]
        if _is_unsatisfiable(used):
            texts = " and ".join(repr(dependency.text) for dependency in used)
            yield at_entry(last, f"no version satisfies {texts}", "Correct the versions.")


def repeated(info: Info) -> Iterator[Problem]:
    """Report a mod with two entries that do not contradict each other."""
    for entries in _by_name(info).values():
        first, dependency = entries[0]
        if len(entries) == 1 or _excludes_and_uses(entries):
            continue
        if _is_unsatisfiable([one for _, one in entries]):
            continue
        message = (
            f"{dependency.name} already has an entry in line {first.line}: {quoted(first.text)}"
        )
        yield at_entry(entries[-1][0], message, "Keep one entry for each mod.")


def base_against_game(info: Info) -> Iterator[Problem]:
    """Report a condition on `base` that no game of this factorio_version satisfies."""
    game = info.game
    if game is None:
        return
    major, minor = game
    lowest, highest = (major, minor, 0), (major, minor, MAX_VERSION_NUMBER)
    if game == (0, 18):  # documented: Factorio 1.0 loads mods made for 0.18
        highest = (1, 0, MAX_VERSION_NUMBER)
    for entry, dependency in parsed_entries(info):
        if dependency.name != "base" or dependency.prefix == "!" or dependency.version is None:
            continue
        if _is_unsatisfiable([dependency], lowest, highest):
            message = f"{quoted(entry.text)} contradicts factorio_version {info.factorio_version}"
            hint = f'Change one of them, for instance to "base >= {info.factorio_version}.0".'
            yield at_entry(entry, message, hint)


def recommended_too_early(info: Info) -> Iterator[Problem]:
    """Report the prefix `+` for a game that does not support it."""
    game = info.game
    if game is None or game >= _RECOMMENDED_SINCE:
        return
    for entry, dependency in parsed_entries(info):
        if dependency.prefix in {"+", "+~"}:
            message = (
                f"{quoted(entry.text)}: the prefix + needs Factorio 2.1, but the mod is for "
                f"{game[0]}.{game[1]}"
            )
            yield at_entry(entry, message, "Write ? instead of +.")


def ignored_version(info: Info) -> Iterator[Problem]:
    """Report a version after `!`: the game excludes every version (documented)."""
    for entry, dependency in parsed_entries(info):
        if dependency.prefix == "!" and dependency.version is not None:
            message = (
                f"{quoted(entry.text)} excludes every version of {dependency.name}: "
                "the game ignores the version"
            )
            yield at_entry(entry, message, "Remove the version, or the whole entry.")


def _by_name(info: Info) -> dict[str, list[tuple[DependencyEntry, Dependency]]]:
    found: dict[str, list[tuple[DependencyEntry, Dependency]]] = {}
    for entry, dependency in parsed_entries(info):
        found.setdefault(dependency.name, []).append((entry, dependency))
    return found


def _excludes_and_uses(entries: list[tuple[DependencyEntry, Dependency]]) -> bool:
    excluding = {dependency.prefix == "!" for _, dependency in entries}
    return len(excluding) == 2  # noqa: PLR2004 both True and False


def _is_unsatisfiable(
    conditions: list[Dependency], low: _Key = _LOWEST, high: _Key = _HIGHEST
) -> bool:
    """Return whether no version from `low` to `high`, both included, satisfies every condition.

    Versions are three whole numbers, so `> 1.0.0` and `< 1.0.1` exclude each other.
    """
    for condition in conditions:
        if condition.version is None or condition.prefix == "!":
            continue
        bound = condition.version.key
        if condition.operator in {"=", ">="}:
            low = max(low, bound)
        if condition.operator in {"=", "<="}:
            high = min(high, bound)
        if condition.operator == ">":
            if bound == _HIGHEST:
                return True
            low = max(low, _next(bound))
        if condition.operator == "<":
            if bound == _LOWEST:
                return True
            high = min(high, _previous(bound))
    return low > high


def _next(version: _Key) -> _Key:
    """Return the lowest version above this one, which is not the highest of all."""
    major, minor, patch = version
    if patch < MAX_VERSION_NUMBER:
        return (major, minor, patch + 1)
    if minor < MAX_VERSION_NUMBER:
        return (major, minor + 1, 0)
    return (major + 1, 0, 0)


def _previous(version: _Key) -> _Key:
    """Return the highest version below this one, which is not 0.0.0."""
    major, minor, patch = version
    if patch:
        return (major, minor, patch - 1)
    if minor:
        return (major, minor - 1, MAX_VERSION_NUMBER)
    return (major - 1, MAX_VERSION_NUMBER, MAX_VERSION_NUMBER)
