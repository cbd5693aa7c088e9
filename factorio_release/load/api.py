"""The game's own description of prototypes (`prototype-api.json`): defines, and which names a type refers to.

Documented: https://lua-api.factorio.com/latest/auxiliary/json-docs-prototype.html. A type `…ID` is a string
that names a prototype of the class that its description links.
"""

from __future__ import annotations

import json
import re
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from factorio_release.load.api_form import compare_form

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE_TYPE: Final = "FileName"
_LINKED_CLASS: Final = re.compile(r"\(prototype:(\w+)\)")
_UNLESS: Final = re.compile(r"[Oo]nly loaded(?:, and mandatory,?)? if `(\w+)` is not defined")
_CONDITION: Final = re.compile(
    r"[Oo]nly (?:loaded|used)|[Ll]oaded only|[Ll]oaded, and|[Nn]ot loaded"
)
_DEFAULT_ICON_SIZE: Final = 64


class Property(NamedTuple):
    """A property of a class or a struct.

    With `unless` it is read only where that other property is absent. A property that is `conditional` is
    read under a condition that only its description has.
    """

    type: Any
    optional: bool
    unless: str
    conditional: bool
    literal: str


class PrototypeApi:
    """A `prototype-api.json`; raises ValueError for another document."""

    def __init__(self, data: bytes) -> None:
        document = json.loads(data)
        compare_form(document)
        self.version: str = document["application_version"]
        self._defines = document["defines"]
        self._types = {one["name"]: one for one in document["types"]}
        self._classes = {one["name"]: one for one in document["prototypes"]}
        self._class_of = {
            one["typename"]: name for name, one in self._classes.items() if one.get("typename")
        }
        self._properties: dict[str, dict[str, Property]] = {}

    @property
    def type_names(self) -> tuple[str, ...]:
        """The names of all named types."""
        return tuple(self._types)

    @cached_property
    def typenames(self) -> frozenset[str]:
        """The types of prototypes that the document knows."""
        return frozenset(self._class_of)

    @cached_property
    def id_types(self) -> Mapping[str, frozenset[str]]:
        """The types of prototypes that a type `…ID` may name, by the name of that type."""
        found: dict[str, frozenset[str]] = {}
        for name, one in self._types.items():
            linked = _LINKED_CLASS.search(one.get("description", ""))
            if name.endswith("ID") and one.get("type") == "string" and linked:
                kinds = frozenset(
                    kind for kind, cls in self._class_of.items() if linked[1] in self._line(cls)
                )
                if kinds:
                    found[name] = kinds
        return found

    def class_of(self, typename: str) -> str:
        """Return the class of a type of prototypes, empty for one that the document does not know."""
        return str(self._class_of.get(typename, ""))

    def type(self, name: str) -> Any:
        """Return the definition of a named type, None for a class or a name that is not known."""
        one = self._types.get(name)
        return one.get("type") if one else None

    def properties(self, name: str) -> Mapping[str, Property]:
        """Return the properties of a class or a struct, with those that it inherits."""
        if name not in self._properties:
            found: dict[str, Property] = {}
            for owner in reversed(self._line(name)):
                one = self._classes.get(owner) or self._types.get(owner) or {}
                for entry in one.get("properties") or ():
                    for key in (entry["name"], entry.get("alt_name")):
                        if key:
                            found[key] = _property(entry)
            self._properties[name] = found
        return self._properties[name]

    def _line(self, name: str) -> list[str]:
        """Return a class and those that it inherits from, itself first."""
        line: list[str] = []
        while name and name not in line:
            line.append(name)
            one = self._classes.get(name) or self._types.get(name) or {}
            name = one.get("parent") or ""
        return line

    def defines(self) -> dict[str, Any]:
        """Return the table `defines`.

        The document has names and their order, no values. The order is the value where the data needs one
        (directions); a define that only has to differ from others does.
        """
        found = {
            one["name"]: _define(one, is_zero=one["name"] == "prototypes") for one in self._defines
        }
        # 2.0 has it at the top, 2.1 below `constant`; a document of 2.0 may serve data of 2.1.
        constants = found.setdefault("constant", {})
        if isinstance(constants, dict):
            constants["default_icon_size"] = _DEFAULT_ICON_SIZE
        found["default_icon_size"] = _DEFAULT_ICON_SIZE
        return found


def _define(one: Mapping[str, Any], *, is_zero: bool) -> Any:
    inner = [*(one.get("subkeys") or ()), *(one.get("values") or ())]
    if inner:
        return {each["name"]: _define(each, is_zero=is_zero) for each in inner}
    return 0 if is_zero else one.get("order", 0)


def _property(entry: Mapping[str, Any]) -> Property:
    kind = entry.get("type")
    text = entry.get("description", "")
    unless = _UNLESS.search(text)
    literal = ""
    if isinstance(kind, dict) and kind.get("complex_type") == "literal":
        literal = str(kind.get("value"))
    return Property(
        kind,
        bool(entry.get("optional")),
        unless[1] if unless else "",
        not unless and bool(_CONDITION.search(text)),
        literal,
    )
