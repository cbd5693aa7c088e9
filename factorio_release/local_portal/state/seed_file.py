"""Seeds from a JSON file, for `--seed`."""

from __future__ import annotations

import dataclasses
import difflib
import json
from typing import TYPE_CHECKING, Any

from factorio_release.local_portal.refusals import Refusal
from factorio_release.local_portal.state.rules import read_details
from factorio_release.local_portal.state.seeds import ModSeed, ReleaseSeed, store_seed

if TYPE_CHECKING:
    from pathlib import Path

    from factorio_release.local_portal.state.state import State

_TEXTS = ("title", "summary", "description", "faq", "category", "license", "homepage", "source_url")
_TYPES = {
    "tags": list,
    "images": list,
    "releases": list,
    "dependencies": list,
    "deprecated": bool,
    "downloads_count": int,
    "score": (int, float),
    "released_at": (int, float),
}


def load_seed_file(state: State, path: Path) -> list[str]:
    """Put the file's mods and reserved names there, but leave mods that exist alone; give the new names.

    Files named in it are found beside it.

    Raises:
        ValueError: for anything in it that cannot be understood.
        OSError: when it or a file it names cannot be read.
    """
    data = json.loads(path.read_text("utf-8"))
    _refuse_unknown(data, {"mods", "reserved"}, "the seed")
    seeds = [_mod_seed(one, path.parent) for one in data.get("mods", [])]
    fresh = [seed for seed in seeds if seed.name not in state.mods]
    for seed in fresh:
        store_seed(state, seed)
    for name in data.get("reserved", []):
        state.reserve(str(name))
    return [seed.name for seed in fresh]


def _mod_seed(data: Any, folder: Path) -> ModSeed:
    name = data.get("name") if isinstance(data, dict) else None
    if not isinstance(name, str) or not name:
        raise ValueError("each mod of a seed needs a name")
    where = f"the mod {name}"
    _refuse_unknown(data, {field.name for field in dataclasses.fields(ModSeed)}, where)
    _check_types(data, where)
    try:
        read_details({key: [data[key]] for key in _TEXTS if data.get(key)} | {"tags": data.get("tags", [])})
    except Refusal as refusal:
        raise ValueError(f"{where}: {refusal.message}") from refusal
    values = dict(data)
    values["images"] = [folder / str(image) for image in data.get("images", [])]
    values["releases"] = [_release_seed(one, folder, where) for one in data.get("releases", [])]
    if data.get("thumbnail"):
        values["thumbnail"] = folder / data["thumbnail"]
    return ModSeed(**values)


def _release_seed(data: Any, folder: Path, where: str) -> ReleaseSeed:
    if isinstance(data, str):
        data = {"version": data}
    _refuse_unknown(data, {field.name for field in dataclasses.fields(ReleaseSeed)}, f"a release of {where}")
    _check_types(data, where)
    if not all(part.isdigit() for part in str(data.get("version", "")).split(".")):
        raise ValueError(f"a release of {where} needs a version")
    values = dict(data)
    if data.get("zip"):
        values["zip"] = folder / data["zip"]
    return ReleaseSeed(**values)


def _check_types(data: dict[str, Any], where: str) -> None:
    for key, value in data.items():
        wanted = _TYPES.get(key, str)
        if not isinstance(value, wanted):  # type: ignore[arg-type]  # a type, or a tuple of types
            raise ValueError(f"{where}: {key} has the wrong type")  # noqa: TRY004 - as below


def _refuse_unknown(data: Any, known: set[str], where: str) -> None:
    if not isinstance(data, dict):
        raise ValueError(f"{where} must be an object")  # noqa: TRY004 - it is the file's value that is wrong
    for key in data:
        if key not in known:
            near = difflib.get_close_matches(key, sorted(known), 1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(known))}"
            raise ValueError(f"{where} has no {key!r}; {hint}")
