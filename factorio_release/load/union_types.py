"""Which of the types of a union a value can have, as far as its outer form shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from factorio_release.load.api import PrototypeApi

_MAX_DEPTH: Final = 60
_FORMS: Final = {"array": list, "tuple": list, "struct": dict, "dictionary": dict}
_BASIC: Final[dict[str, tuple[type, ...]]] = {
    "string": (str,),
    "bool": (bool,),
    "boolean": (bool,),
    **dict.fromkeys(("float", "double"), (int, float)),
    **dict.fromkeys(
        (f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)), (int, float)
    ),
}


class UnionOption(NamedTuple):
    """An option of a union. Of a struct: its name, fixed values, required keys, and all its keys."""

    type: Any
    struct: str
    fixed: tuple[tuple[str, str], ...] = ()
    required: tuple[str, ...] = ()
    keys: frozenset[str] = frozenset()


def union_option(api: PrototypeApi, kind: Any, owner: str) -> UnionOption:
    """Return what tells an option of a union from the others; `owner` names the struct of an inline one."""
    struct = _struct_of(api, kind, owner)
    if not struct:
        return UnionOption(kind, "")
    properties = api.properties(struct)
    return UnionOption(
        kind,
        struct,
        tuple((key, one.literal) for key, one in properties.items() if one.literal),
        tuple(
            key
            for key, one in properties.items()
            if not (one.optional or one.unless or one.conditional)
        ),
        frozenset(properties),
    )


def fitting_types(api: PrototypeApi, value: Any, options: list[UnionOption]) -> list[Any]:
    """Return the options of a union that can have this value; of structs those that know most of its keys."""
    structs: list[tuple[int, Any]] = []
    fitting = []
    is_table = isinstance(value, dict)
    for one in options:
        if is_table and one.struct:
            if all(value.get(key, fixed) == fixed for key, fixed in one.fixed) and all(
                key in value for key in one.required
            ):
                structs.append((len(one.keys.intersection(value)), one.type))
        elif _may_be(api, value, one.type):
            fitting.append(one.type)
    most = max((known for known, _ in structs), default=0)
    return fitting + [one for known, one in structs if known == most > 0]


def _struct_of(api: PrototypeApi, kind: Any, owner: str) -> str:
    """Return the name under which the properties of a struct are, empty for what is none."""
    if isinstance(kind, dict):
        if kind.get("complex_type") == "struct":
            return owner
        kind = kind.get("value") if kind.get("complex_type") == "type" else None
    named = api.type(kind) if isinstance(kind, str) else None
    is_struct = isinstance(named, dict) and named.get("complex_type") == "struct"
    return str(kind) if is_struct else ""


def _may_be(api: PrototypeApi, value: Any, kind: Any, depth: int = 0) -> bool:
    """Return whether a value can have a type, as far as its outer form shows."""
    if isinstance(kind, str):
        named = api.type(kind)
        if isinstance(named, dict):
            # A type may be made of itself.
            return depth < _MAX_DEPTH and _may_be(api, value, named, depth + 1)
        basic = named if isinstance(named, str) and kind not in _BASIC else kind
        return isinstance(value, _BASIC.get(basic, (bool, int, float, str)))
    form = kind.get("complex_type") if isinstance(kind, dict) else ""
    if form == "type":
        return _may_be(api, value, kind["value"], depth + 1)
    if form == "literal":
        return bool(value == kind.get("value"))
    if form in _FORMS:
        return isinstance(value, _FORMS[form])
    return form == "union" and any(_may_be(api, value, one, depth + 1) for one in kind["options"])
