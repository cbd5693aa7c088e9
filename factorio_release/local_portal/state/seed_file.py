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
    """Add the mods and reserved names of a seed file; return the names of the mods that are new.

    Mods that exist already stay as they are. Paths in the file are relative to its folder.

    Raises:
        ValueError: when the file has an unknown key or a value of the wrong type.
        OSError: when the file or a file that it names cannot be read.
    """
    data = json.loads(path.read_text("utf-8"))
    _refuse_unknown(data, {"mods", "reserved"}, "the seed")
    seeds = [_mod_seed(one, path.parent) for one in data.get("mods", [])]
    # A portal with --state is started again with the same seed: what clients changed since must stay.
    fresh = [seed for seed in seeds if seed.name not in state.mods]
    for seed in fresh:
        store_seed(state, seed)
    for name in data.get("reserved", []):
        state.reserve(str(name))
    return [seed.name for seed in fresh]


def _mod_seed(data: Any, folder: Path) -> ModSeed:
    if not isinstance(data, dict) or not isinstance(data.get("name"), str) or not data["name"]:
        raise ValueError("each mod of a seed needs a name")
    name = data["name"]
    where = f"the mod {name}"
    _refuse_unknown(data, {field.name for field in dataclasses.fields(ModSeed)}, where)
    _check_types(data, where)
    # The rules of the form apply, so that a seed is a mod that could be on the public portal.
    fields = {key: [data[key]] for key in _TEXTS if data.get(key)}
    fields["tags"] = data.get("tags", [])
    try:
        read_details(fields)
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
    _refuse_unknown(
        data, {field.name for field in dataclasses.fields(ReleaseSeed)}, f"a release of {where}"
    )
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
            hint = f"known are {', '.join(sorted(known))}"
            near = difflib.get_close_matches(key, sorted(known), 1)
            if near:
                hint = f"did you mean {near[0]}?"
            raise ValueError(f"{where} has no {key!r}; {hint}")
