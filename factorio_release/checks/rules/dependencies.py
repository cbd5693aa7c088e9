"""Rules on the dependencies in info.json that need nothing but the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factorio_release.parsers.info import INFO_FILE
from factorio_release.parsers.problem import Problem
from factorio_release.parsers.version import MAX_VERSION_NUMBER, parse_version

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.parsers.dependency import Dependency, DependencyEntry
    from factorio_release.parsers.info import Info

_RECOMMENDED_SINCE: Final = (2, 1)
_HIGHEST: Final = (MAX_VERSION_NUMBER, MAX_VERSION_NUMBER, MAX_VERSION_NUMBER)
_Bound = tuple[tuple[int, int, int], bool]  # a version and whether it is allowed itself


def bad_strings(info: Info) -> Iterator[Problem]:
    """Report entries that are no dependency, at the character that is wrong."""
    for entry in info.dependencies:
        if entry.error:
            shown = f"dependency {entry.text!r}" if entry.text else f"dependency number {entry.index + 1}"
            hint = "Write [! ? (?) ~ +] name [operator version], such as ? flib >= 0.16.0."
            yield _at(entry, f"{shown}: {entry.error}", hint)


def itself(info: Info) -> Iterator[Problem]:
    """Report a mod that depends on itself."""
    for entry, dependency in _read(info):
        if dependency.name == info.name:
            yield _at(entry, f"the mod depends on itself: {entry.text!r}", "Remove the entry.")


def contradictions(info: Info) -> Iterator[Problem]:
    """Report entries for one mod that no version of it can satisfy together."""
    for entries in _by_name(info).values():
        (first, _), *rest = entries
        excluded = [one.prefix == "!" for _, one in entries]
        asked = [one for _, one in entries if one.prefix != "!"]
        if rest and any(excluded) and not all(excluded):
            last = entries[-1][0]
            message = f"{last.text!r} contradicts {first.text!r}: one asks for the mod, the other excludes it"
            yield _at(last, message, "Keep the one that you mean.")
        elif _is_empty(asked):
            last = entries[-1][0]
            texts = " and ".join(repr(one.text) for one in asked)
            yield _at(last, f"no version satisfies {texts}", "Correct the versions.")


def repeated(info: Info) -> Iterator[Problem]:
    """Report a mod that has two entries, where they do not contradict each other."""
    for entries in _by_name(info).values():
        (first, one), *rest = entries
        prefixes = {other.prefix == "!" for _, other in entries}
        if rest and len(prefixes) == 1 and not _is_empty([other for _, other in entries]):
            last, _ = rest[-1]
            message = f"{one.name} has an entry already, in line {first.line}: {first.text!r}"
            yield _at(last, message, "Keep one entry for each mod.")


def base_against_game(info: Info) -> Iterator[Problem]:
    """Report a condition on `base` that no game of the given factorio_version meets."""
    try:
        game = parse_version(info.factorio_version, (2,))
    except ValueError:
        return
    major, minor = game.numbers
    lowest, highest = (major, minor, 0), (major, minor, MAX_VERSION_NUMBER)
    if lowest == (0, 18, 0):  # documented: Factorio 1.0 loads mods made for 0.18
        highest = (1, 0, MAX_VERSION_NUMBER)
    for entry, dependency in _read(info):
        if dependency.name != "base" or dependency.prefix == "!" or dependency.version is None:
            continue
        if _is_empty([dependency], ((lowest, True), (highest, True))):
            message = f"{entry.text!r} contradicts factorio_version {info.factorio_version}"
            yield _at(entry, message, "Raise or lower one of the two: such a game does not exist.")


def recommended_too_early(info: Info) -> Iterator[Problem]:
    """Report `+` for a game that does not know it: recommended dependencies came with 2.1."""
    try:
        game = parse_version(info.factorio_version, (2,))
    except ValueError:
        return
    for entry, dependency in _read(info):
        if dependency.prefix in {"+", "+~"} and game.numbers < _RECOMMENDED_SINCE:
            message = f"{entry.text!r}: the prefix + is known since Factorio 2.1, and this mod is for {game}"
            yield _at(entry, message, "Use ? for this game.")


def ignored_version(info: Info) -> Iterator[Problem]:
    """Report a version after `!`: the game excludes every version."""
    for entry, dependency in _read(info):
        if dependency.prefix == "!" and dependency.version is not None:
            message = f"{entry.text!r} excludes every version of {dependency.name}, not only those it names"
            yield _at(entry, message, "Remove the version, or the entry.")


def _read(info: Info) -> Iterator[tuple[DependencyEntry, Dependency]]:
    return ((entry, entry.dependency) for entry in info.dependencies if entry.dependency)


def _by_name(info: Info) -> dict[str, list[tuple[DependencyEntry, Dependency]]]:
    found: dict[str, list[tuple[DependencyEntry, Dependency]]] = {}
    for entry, dependency in _read(info):
        found.setdefault(dependency.name, []).append((entry, dependency))
    return found


def _is_empty(
    conditions: list[Dependency],
    range_: tuple[_Bound, _Bound] = (((0, 0, 0), True), (_HIGHEST, True)),
) -> bool:
    """Whether no version lies in the range and satisfies every condition."""
    (low, low_included), (high, high_included) = range_
    for condition in conditions:
        if condition.version is None or condition.prefix == "!":
            continue
        bound, included = condition.version.key, "=" in condition.operator
        if condition.operator in {"=", ">", ">="} and (bound, not included) > (low, not low_included):
            low, low_included = bound, included
        if condition.operator in {"=", "<", "<="} and (bound, included) < (high, high_included):
            high, high_included = bound, included
    first = low if low_included else _next(low)
    last = high if high_included else _previous(high)
    return first is None or last is None or first > last


def _next(key: tuple[int, int, int]) -> tuple[int, int, int] | None:
    major, minor, patch = key
    if patch < MAX_VERSION_NUMBER:
        return (major, minor, patch + 1)
    if minor < MAX_VERSION_NUMBER:
        return (major, minor + 1, 0)
    return (major + 1, 0, 0) if major < MAX_VERSION_NUMBER else None


def _previous(key: tuple[int, int, int]) -> tuple[int, int, int] | None:
    major, minor, patch = key
    if patch:
        return (major, minor, patch - 1)
    if minor:
        return (major, minor - 1, MAX_VERSION_NUMBER)
    return (major - 1, MAX_VERSION_NUMBER, MAX_VERSION_NUMBER) if major else None


def _at(entry: DependencyEntry, message: str, hint: str) -> Problem:
    return Problem(message, INFO_FILE, entry.line, entry.column, hint)
