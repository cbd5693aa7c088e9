"""info.json: what the mod says of itself, with the place of every word."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from factorio_release.limits import MAX_DEPENDENCIES
from factorio_release.parsers.dependency import DependencyEntry, DependencyError, parse_dependency
from factorio_release.parsers.json.document import read_json
from factorio_release.parsers.problem import Problem
from factorio_release.parsers.version import parse_version

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factorio_release.parsers.json.document import JsonDocument
    from factorio_release.parsers.json.reader import JsonPath
    from factorio_release.parsers.version import Version

INFO_FILE: Final = "info.json"


@dataclass(frozen=True, slots=True)
class Info:
    """The object of an info.json, `{}` when there is none, and where its parts stand.

    `places` and `key_places` map the path of a value (`("dependencies", 0)`) to its line and
    column and to those of its key. `complete` is False when a syntax error hid the rest of the
    file. `version` is None when it is absent or malformed.
    """

    text: str
    value: Mapping[str, Any]
    places: Mapping[JsonPath, tuple[int, int]]
    key_places: Mapping[JsonPath, tuple[int, int]]
    problems: tuple[Problem, ...]
    version: Version | None
    dependencies: tuple[DependencyEntry, ...]
    complete: bool = field(default=True)

    def string(self, key: str) -> str:
        """Return a field that should be text: empty when it is absent or something else."""
        value = self.value.get(key)
        return value if isinstance(value, str) else ""

    @property
    def name(self) -> str:
        """The mod's name, as the portal and other mods know it."""
        return self.string("name")

    @property
    def title(self) -> str:
        """The name that players see."""
        return self.string("title")

    @property
    def factorio_version(self) -> str:
        """The game's version in two numbers, as written."""
        return self.string("factorio_version")

    @property
    def summary(self) -> str:
        """The field `description`, which the portal calls summary."""
        return self.string("description")

    @property
    def package(self) -> Mapping[str, Any]:
        """FMTK's settings, or an empty object."""
        value = self.value.get("package")
        return value if isinstance(value, dict) else {}

    def place(self, *path: str | int) -> tuple[int, int]:
        """Line and column of a value, or of the nearest thing around it that exists."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, (1, 1))

    def key_place(self, *path: str | int) -> tuple[int, int]:
        """Line and column of a key, or of the value around it."""
        return self.key_places.get(path) or self.place(*path)


def read_info(data: bytes) -> Info:
    """Read an info.json; never raises."""
    read = read_json(data, INFO_FILE)
    value: Mapping[str, Any] = read.value if isinstance(read.value, dict) else {}
    problems = read.problems
    if read.complete and not isinstance(read.value, dict):
        message = "the file does not hold an object"
        problems += (Problem(message, INFO_FILE, 1, 1, "Write { … } around its fields.", "json-syntax"),)
    return Info(
        read.text,
        value,
        read.places,
        read.key_places,
        problems,
        _version(value.get("version")),
        _dependencies(read, value.get("dependencies")),
        read.complete and isinstance(read.value, dict),
    )


def _version(value: Any) -> Version | None:
    try:
        return parse_version(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _dependencies(read: JsonDocument, value: Any) -> tuple[DependencyEntry, ...]:
    entries = value[: MAX_DEPENDENCIES + 1] if isinstance(value, list) else []
    places = read.places if entries else {}
    found = [_entry(read, places, index, text) for index, text in enumerate(entries)]
    if len(found) > MAX_DEPENDENCIES:
        error = DependencyError(f"there are {len(value):,}, and at most {MAX_DEPENDENCIES:,} are read", 1)
        found[-1] = replace(found[-1], dependency=None, error=error)
    return tuple(found)


def _entry(
    read: JsonDocument, places: Mapping[JsonPath, tuple[int, int]], index: int, value: Any
) -> DependencyEntry:
    path: JsonPath = ("dependencies", index)
    line, column = places[path]
    if not isinstance(value, str):
        error = DependencyError("not a string", 1)
        return DependencyEntry(index, "", None, error, line, column)
    try:
        return DependencyEntry(index, value, parse_dependency(value), None, line, column)
    except DependencyError as error:
        line, column = read.place_inside(path, error.column - 1)
        return DependencyEntry(index, value, None, error, line, column)
