"""The form of a `prototype-api.json`, compared before anything of it is used: it comes from the network.

What is read of it is compared, and nothing else, so that a newer document may have more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_MAX_DEPTH: Final = 40  # of types and defines inside of each other; the game's own has 6
# The parts that a type must have, by its form.
_PARTS: Final = {
    "array": ("value",),
    "dictionary": ("key", "value"),
    "tuple": ("values",),
    "type": ("value",),
    "union": ("options",),
}


def compare_form(document: Any) -> None:
    """Raise ValueError where a document is no `prototype-api.json`."""
    if not (
        isinstance(document, dict)
        and document.get("stage") == "prototype"
        and isinstance(document.get("application_version"), str)
        and all(isinstance(document.get(part), list) for part in ("defines", "types", "prototypes"))
    ):
        raise ValueError("it is not a prototype-api.json")
    for part, is_right in (
        ("defines", _is_define),
        ("types", _is_named),
        ("prototypes", _is_named),
    ):
        for index, one in enumerate(document[part]):
            if not is_right(one):
                raise ValueError(f"its {part}[{index}] cannot be read")


def _is_define(one: Any, depth: int = 0) -> bool:
    return (
        depth < _MAX_DEPTH
        and _has_texts(one, "name")
        and isinstance(one.get("order", 0), int)
        and all(
            _is_list(one.get(part), lambda each: _is_define(each, depth + 1))
            for part in ("subkeys", "values")
        )
    )


def _is_named(one: Any) -> bool:
    """Return whether this is a named type, or a class."""
    return (
        _has_texts(one, "name")
        and ("type" not in one or _is_type(one["type"]))
        and _is_list(one.get("properties"), _is_property)
    )


def _is_property(one: Any) -> bool:
    return _has_texts(one, "name") and _is_type(one.get("type"))


def _has_texts(one: Any, required: str) -> bool:
    return (
        isinstance(one, dict)
        and isinstance(one.get(required), str)
        and isinstance(one.get("description", ""), str)
        and all(isinstance(one.get(key), str | None) for key in ("parent", "typename", "alt_name"))
    )


def _is_type(kind: Any, depth: int = 0) -> bool:
    if isinstance(kind, str):
        return True
    if depth > _MAX_DEPTH or not isinstance(kind, dict):
        return False
    form = kind.get("complex_type")
    if not isinstance(form, str) or any(part not in kind for part in _PARTS.get(form, ())):
        return False
    if form == "literal":
        return True
    single = [kind[part] for part in ("key", "value") if part in kind]
    return all(_is_type(one, depth + 1) for one in single) and all(
        _is_list(kind.get(part), lambda each: _is_type(each, depth + 1))
        for part in ("options", "values")
    )


def _is_list(value: Any, is_right: Callable[[Any], bool]) -> bool:
    return value is None or (isinstance(value, list) and all(map(is_right, value)))
