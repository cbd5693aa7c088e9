"""The names and files that prototypes refer to, found by the game's own types."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from factorio_release.load.api import FILE_TYPE
from factorio_release.load.union_types import fitting_types, union_option

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from factorio_release.load.api import Property, PrototypeApi
    from factorio_release.load.game_data import GameData
    from factorio_release.load.union_types import UnionOption

    # Keys to the value, its type, the value; the name of the struct or class that has it, and that itself.
    Found = Iterator[tuple[tuple[str, ...], str, str, str, Mapping[str, Any] | None]]

_MAX_DEPTH: Final = 60
_MAX_FOUND: Final = 50_000
# The public mod Pacifist removes entities that the settings of a planet's map go on naming (observed).
_LENIENT: Final = frozenset({"MapGenSettings", "PlanetPrototypeMapGenSettings"})


class Reference(NamedTuple):
    """A value that names a prototype: `id_type` is a type `…ID`, `path` the keys to the value."""

    kind: str
    name: str
    path: tuple[str, ...]
    id_type: str
    value: str


class NamedFile(NamedTuple):
    """A file that a prototype names: `value` at `path` in it.

    `holder` is the table that has it, `owner` the type or class of that table; empty where it may be one of
    several.
    """

    kind: str
    name: str
    path: tuple[str, ...]
    value: str
    owner: str
    holder: Mapping[str, Any]


def id_names(data: GameData, api: PrototypeApi) -> dict[str, frozenset[str]]:
    """Return the names that each type `…ID` may have.

    With an `api` that is older than the data, every name of a type that it does not know counts for each:
    the newer game may allow it there.
    """
    unknown = data.names(set(data.prototypes) - api.typenames)
    return {name: data.names(kinds) | unknown for name, kinds in api.id_types.items()}


def broken_references(data: GameData, api: PrototypeApi) -> tuple[Reference, ...]:
    """Return the references to prototypes that do not exist."""
    names = id_names(data, api)
    walk = _Walk(api, frozenset(names), lambda kind, value: value not in names[kind])
    return tuple(
        Reference(kind, name, path, id_type, value)
        for kind, name, (path, id_type, value, _, _) in walk.search(data, "")
    )


def named_files(data: GameData, api: PrototypeApi, mod: str) -> tuple[NamedFile, ...]:
    """Return the files of a mod that prototypes name, where the game's types say that they do."""
    prefix = f"__{mod}__/"
    walk = _Walk(api, frozenset({FILE_TYPE}), lambda _, value: value.startswith(prefix))
    return tuple(
        NamedFile(kind, name, path, value, owner, holder or {})
        for kind, name, (path, _, value, owner, holder) in walk.search(data, prefix)
    )


def paths_in_data(data: GameData, mod: str) -> frozenset[str]:
    """Return the paths in a mod that stand anywhere in the finished data, whatever they are for."""
    path = re.compile(rf'"__{re.escape(mod)}__/((?:[^"\\]|\\.)*)"')
    return frozenset(
        found[1]
        for named in (*data.prototypes.values(), *data.settings.values())
        for prototype in named.values()
        for found in path.finditer(json.dumps(prototype, ensure_ascii=False))
    )


class _Walk:
    """Yields the values of some named types of strings that a condition selects."""

    def __init__(
        self, api: PrototypeApi, types: frozenset[str], wants: Callable[[str, str], bool]
    ) -> None:
        self._api = api
        self._types = types
        self._wants = wants
        self._leading = _leading_names(api, types) - _LENIENT
        self._followed: dict[str, dict[str, Property]] = {}
        self._options: dict[tuple[int, str], list[UnionOption]] = {}
        self._led: dict[int, bool] = {}

    def search(self, data: GameData, text: str) -> Iterator[tuple[str, str, Any]]:
        """Yield type, name and what is found, of the prototypes that have `text` somewhere."""
        found = 0
        # Lua has no order: sorted, a finding names the same prototype in each run.
        for kind, named in sorted(data.prototypes.items()):
            cls = self._api.class_of(kind)
            if not cls or not self._properties(cls):
                continue
            for name, prototype in sorted(named.items()):
                if text and text not in json.dumps(prototype, ensure_ascii=False):
                    continue  # five times as fast as a walk
                for one in self._in_struct(prototype, cls, 0):
                    yield kind, name, one
                    found += 1
                if found >= _MAX_FOUND:
                    return

    def _properties(self, owner: str) -> dict[str, Property]:
        """Return the properties of a class or a struct that can have something in them."""
        if owner not in self._followed:
            self._followed[owner] = {
                key: one
                for key, one in self._api.properties(owner).items()
                if not one.conditional and _mentions(one.type, self._leading)
            }
        return self._followed[owner]

    def _in_struct(self, value: Mapping[str, Any], owner: str, depth: int) -> Found:
        for key, one in self._properties(owner).items():
            if key in value and not (one.unless and one.unless in value):
                for path, id_type, text, inner, holder in self._below(
                    key, value[key], one.type, owner, depth
                ):
                    # The innermost table is the holder.
                    if holder is None:
                        yield path, id_type, text, owner, value
                    else:
                        yield path, id_type, text, inner, holder

    def _below(self, key: str, value: Any, kind: Any, owner: str, depth: int) -> Found:
        for path, *rest in self._in_value(value, kind, owner, depth + 1):
            yield ((key, *path), *rest)  # type: ignore[misc]

    def _in_value(self, value: Any, kind: Any, owner: str, depth: int) -> Found:
        if depth > _MAX_DEPTH:
            return
        if isinstance(kind, str):
            yield from self._in_named(value, kind, depth)
        elif isinstance(kind, dict) and self._leads(kind):
            yield from self._in_complex(value, kind, owner, depth)

    def _leads(self, kind: Mapping[str, Any]) -> bool:
        """Return whether a value of a complex type can have one of the types inside."""
        if id(kind) not in self._led:
            self._led[id(kind)] = kind.get("complex_type") == "struct" or _mentions(
                kind, self._leading
            )
        return self._led[id(kind)]

    def _in_named(self, value: Any, kind: str, depth: int) -> Found:
        if kind in self._types:
            # An empty name stands for none.
            if isinstance(value, str) and value and self._wants(kind, value):
                yield (), kind, value, "", None
        elif kind in self._leading:
            yield from self._in_value(value, self._api.type(kind), kind, depth + 1)

    def _in_complex(self, value: Any, kind: Mapping[str, Any], owner: str, depth: int) -> Found:
        form = kind["complex_type"]
        if form == "struct" and isinstance(value, dict):
            yield from self._in_struct(value, owner, depth)
        elif form == "type":
            yield from self._in_value(value, kind["value"], owner, depth + 1)
        elif form == "array" and isinstance(value, list):
            for index, one in enumerate(value, 1):
                yield from self._below(str(index), one, kind["value"], owner, depth)
        elif form == "tuple" and isinstance(value, list):
            for index, (one, inner) in enumerate(zip(value, kind["values"], strict=False), 1):
                yield from self._below(str(index), one, inner, owner, depth)
        elif form == "dictionary" and isinstance(value, dict):
            for key, one in value.items():
                yield from self._in_value(key, kind["key"], owner, depth + 1)
                yield from self._below(key, one, kind["value"], owner, depth)
        elif form == "union":
            yield from self._in_union(value, kind["options"], owner, depth)

    def _in_union(self, value: Any, options: list[Any], owner: str, depth: int) -> Found:
        """Yield what is found whichever of the fitting options the game takes."""
        key = (id(options), owner)  # lists of the document, which stay as they are
        if key not in self._options:
            self._options[key] = [union_option(self._api, one, owner) for one in options]
        fitting = fitting_types(self._api, value, self._options[key])
        if not fitting:
            return
        found = [list(self._in_value(value, one, owner, depth + 1)) for one in fitting]
        for path, id_type, text, inner, holder in found[0]:
            others = [
                [other for other in more if (other[0], other[2]) == (path, text)]
                for more in found[1:]
            ]
            if all(others):
                # The table is the same one, whichever of the types it has.
                is_sure = all(other[3] == inner for same in others for other in same)
                yield path, id_type, text, inner if is_sure else "", holder


def _leading_names(api: PrototypeApi, types: frozenset[str]) -> frozenset[str]:
    """Return these types, and all named types whose values can have one of them inside."""
    leading = set(types)
    parts = {
        name: [api.type(name), *(one.type for one in api.properties(name).values())]
        for name in api.type_names
    }
    more = leading
    while more:
        more = {
            name
            for name, kinds in parts.items()
            if name not in leading and any(_mentions(kind, leading) for kind in kinds)
        }
        leading |= more
    return frozenset(leading)


def _mentions(kind: Any, names: AbstractSet[str]) -> bool:
    """Return whether a type has one of these names in it; a struct is looked at under its own name."""
    if isinstance(kind, str):
        return kind in names
    if not isinstance(kind, dict) or kind.get("complex_type") in {"literal", "struct"}:
        return False
    parts = [kind.get("value"), kind.get("key"), *(kind.get("options") or ())]
    return any(_mentions(part, names) for part in (*parts, *(kind.get("values") or ())))
