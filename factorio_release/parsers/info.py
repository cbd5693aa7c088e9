"""info.json: the fields of a mod, with the place of every value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from factorio_release.limits import MAX_DEPENDENCIES
from factorio_release.parsers.dependency import DependencyEntry, DependencyError, parse_dependency
from factorio_release.parsers.json.document import read_json
from factorio_release.parsers.problem import Problem
from factorio_release.parsers.version import parse_version

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factorio_release.parsers.dependency import Dependency
    from factorio_release.parsers.json.document import JsonDocument
    from factorio_release.parsers.json.reader import JsonPath
    from factorio_release.parsers.version import Version

INFO_FILE: Final = "info.json"


class Info(NamedTuple):
    """The object of an info.json, `{}` when there is none, and the places of its parts.

    A place is line and column, from 1. `places` and `key_places` map the path of a value
    (`("dependencies", 0)`) to its place and to that of its key. `complete` is False when a syntax
    error hid the rest of the file. `version` is None when it is absent or malformed.
    """

    text: str
    value: Mapping[str, Any]
    places: Mapping[JsonPath, tuple[int, int]]
    key_places: Mapping[JsonPath, tuple[int, int]]
    problems: tuple[Problem, ...]
    version: Version | None
    dependencies: tuple[DependencyEntry, ...]
    complete: bool

    def string(self, key: str) -> str:
        """Return a field of text; "" when it is absent or has another type."""
        value = self.value.get(key)
        return value if isinstance(value, str) else ""

    @property
    def name(self) -> str:
        """The mod's name, by which the portal and other mods refer to it."""
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
    def game(self) -> tuple[int, int] | None:
        """The game's version as two numbers; None when `factorio_version` is not two numbers."""
        try:
            major, minor = parse_version(self.factorio_version, (2,)).numbers
        except ValueError:
            return None
        return major, minor

    @property
    def summary(self) -> str:
        """The field `description`, which the portal calls summary."""
        return self.string("description")

    @property
    def parsed_dependencies(self) -> list[Dependency]:
        """The dependencies that can be read, in their order."""
        return [one.dependency for one in self.dependencies if one.dependency]

    @property
    def package(self) -> Mapping[str, Any]:
        """FMTK's settings; an empty object without any."""
        value = self.value.get("package")
        return value if isinstance(value, dict) else {}

    def place(self, *path: str | int) -> tuple[int, int]:
        """Return the place of a value, or of the innermost value around it that exists."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, (1, 1))

    def key_place(self, *path: str | int) -> tuple[int, int]:
        """Return the place of a key, or of the value around it."""
        return self.key_places.get(path) or self.place(*path)


def read_info(data: bytes) -> Info:
    """Read an info.json; never raises."""
    document = read_json(data, INFO_FILE)
    value: Mapping[str, Any] = {}
    problems = document.problems
    is_object = isinstance(document.value, dict)
    if is_object:
        value = document.value
    elif document.complete:
        message = "the file does not hold an object"
        problems += (
            Problem(message, INFO_FILE, 1, 1, "Write { … } around its fields.", "json-syntax"),
        )
    return Info(
        document.text,
        value,
        document.places,
        document.key_places,
        problems,
        _version(value.get("version")),
        _dependencies(document, value.get("dependencies")),
        document.complete and is_object,
    )


def _version(value: Any) -> Version | None:
    if not isinstance(value, str):
        return None
    try:
        return parse_version(value)
    except ValueError:
        return None


def _dependencies(document: JsonDocument, value: Any) -> tuple[DependencyEntry, ...]:
    """Read at most MAX_DEPENDENCIES entries; an error takes the place of the next one."""
    if not isinstance(value, list):
        return ()
    places = document.places if value else {}
    found = [
        _entry(document, places["dependencies", index], index, element)
        for index, element in enumerate(value[: MAX_DEPENDENCIES + 1])
    ]
    if len(found) > MAX_DEPENDENCIES:
        error = DependencyError(
            f"there are {len(value):,}, and at most {MAX_DEPENDENCIES:,} are read", 1
        )
        found[-1] = found[-1]._replace(dependency=None, error=error)
    return tuple(found)


def _entry(
    document: JsonDocument, place: tuple[int, int], index: int, element: Any
) -> DependencyEntry:
    if not isinstance(element, str):
        return DependencyEntry(index, "", None, DependencyError("not a string", 1), *place)
    try:
        return DependencyEntry(index, element, parse_dependency(element), None, *place)
    except DependencyError as error:
        error_place = document.place_inside(("dependencies", index), error.column - 1)
        return DependencyEntry(index, element, None, error, *error_place)
