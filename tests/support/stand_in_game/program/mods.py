"""Which mods are loaded: the folder, mod-list.json, dependencies, and the order."""

from __future__ import annotations

import json
import re
import zipfile
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_DEPENDENCY: Final = re.compile(
    r"^\s*(?P<prefix>!|\?|\(\?\)|~|\+)?\s*(?P<name>[^<>=]+?)\s*(?:(?P<op><=|>=|=|<|>)\s*(?P<version>[\d.]+))?\s*$"
)
_FILE_NAME: Final = re.compile(r"^(?P<name>.+)_(?P<version>\d+\.\d+\.\d+)$")


class PackageError(Exception):
    """A mod that the game cannot read: it stops, and does not leave the mod out."""


class GameMod:
    """A mod of the install or of the mod folder."""

    def __init__(self, info: dict[str, Any], place: Path, *, built_in: bool, top: str = "") -> None:
        self.info = info
        self.place = place
        self.built_in = built_in
        self.top = top
        self._texts: dict[str, str] = {}

    @property
    def name(self) -> str:
        return str(self.info["name"])

    @property
    def version(self) -> str:
        return str(self.info.get("version", "0.0.0"))

    @property
    def title(self) -> str:
        return str(self.info.get("title", self.name))

    def dependencies(self) -> Iterator[tuple[str, str, str, str]]:
        """Yield prefix, name, operator and version; a mod that says nothing depends on base."""
        default = [] if self.name in {"core", "base"} else ["base"]
        for text in self.info.get("dependencies", default):
            if not (found := _DEPENDENCY.match(text)):
                raise PackageError(
                    f'Failed to load mod "{self.name}": Invalid dependency "{text}".'
                )
            yield found["prefix"] or "", found["name"], found["op"] or "", found["version"] or ""

    def text(self, path: str) -> str | None:
        """Return a file as text, None if there is none; names are compared with their case."""
        if path not in self._texts:
            data = self._bytes(path)
            if data is None:
                return None
            self._texts[path] = data.decode("utf-8-sig")
        return self._texts[path]

    def _bytes(self, path: str) -> bytes | None:
        if self.place.is_dir():
            file = self.place / path
            return file.read_bytes() if file.is_file() else None
        with zipfile.ZipFile(self.place) as package:
            try:
                return package.read(f"{self.top}/{path}")
            except KeyError:
                return None


def numbers(version: str) -> tuple[int, ...]:
    found = [int(part) for part in version.split(".")]
    return tuple(found + [0] * (3 - len(found)))


def built_in_mods(read_data: Path) -> list[GameMod]:
    """Return core, base and the expansions of the install."""
    found = [
        GameMod(json.loads(info.read_text()), info.parent, built_in=True)
        for info in sorted(read_data.glob("*/info.json"))
    ]
    if "base" not in {mod.name for mod in found}:
        raise PackageError(f"There is no package base in {read_data}.")
    return found


def mods_of_folder(folder: Path) -> list[GameMod]:
    """Return all versions of all mods, zipped or not."""
    found = []
    for place in sorted(folder.iterdir()) if folder.is_dir() else []:
        if place.is_dir() and (place / "info.json").exists():
            info = _json(place, (place / "info.json").read_bytes())
            found.append(GameMod(info, place, built_in=False))
        elif place.suffix == ".zip":
            found.append(_zipped(place))
    return found


def _zipped(place: Path) -> GameMod:
    try:
        with zipfile.ZipFile(place) as package:
            tops = {name.partition("/")[0] for name in package.namelist()}
            top = min(tops, default="")
            if len(tops) != 1 or f"{top}/info.json" not in package.namelist():
                raise PackageError(
                    f"Mod package read error. File {place}/{top}/info.json not found"
                )
            mod = GameMod(
                _json(place, package.read(f"{top}/info.json")), place, built_in=False, top=top
            )
    except (zipfile.BadZipFile, OSError) as error:
        raise PackageError(f"Mod package read error. {place}: {error}") from None
    expected = f"{mod.name}_{mod.version}.zip"
    if place.name != expected:
        raise PackageError(
            f'Failed to load mod "{mod.name}": Filename of mod {place} doesn\'t match the expected '
            f"{expected} (case sensitive!)"
        )
    return mod


def _json(place: Path, data: bytes) -> dict[str, Any]:
    try:
        info = json.loads(data.decode("utf-8-sig"))
    except ValueError as error:
        raise PackageError(f"Mod package read error. {place}/info.json: {error}") from None
    for key in ("name", "version"):
        if not isinstance(info.get(key), str):
            raise PackageError(
                f'Failed to load mod "{place.stem}": Key "{key}" not found in property tree at ROOT'
            )
    return dict(info)


class ModList:
    """mod-list.json: who is on, and in which version."""

    def __init__(self, file: Path, enabled: dict[str, bool], pinned: dict[str, str]) -> None:
        self.file = file
        self.enabled = enabled
        self.pinned = pinned

    @classmethod
    def read(cls, folder: Path) -> ModList:
        file = folder / "mod-list.json"
        if not file.exists():
            return cls(file, {}, {})
        try:
            entries = json.loads(file.read_text(encoding="utf-8"))["mods"]
            enabled = {entry["name"]: entry["enabled"] is True for entry in entries}
            pinned = {entry["name"]: entry["version"] for entry in entries if "version" in entry}
        except (ValueError, KeyError, TypeError) as error:
            raise PackageError(f"Mod list {file} cannot be read: {error!r}") from None
        return cls(file, enabled, pinned)

    def write(self, mods: list[GameMod], *, enable_new: bool) -> None:
        """Add what is new, as the game does: an expansion is on unless the list says no."""
        for mod in mods:
            if mod.name != "core":
                self.enabled.setdefault(mod.name, mod.built_in or enable_new)
        self.enabled["base"] = True
        self.file.parent.mkdir(parents=True, exist_ok=True)
        entries = [
            {"name": name, "enabled": on}
            | ({"version": self.pinned[name]} if name in self.pinned else {})
            for name, on in self.enabled.items()
        ]
        self.file.write_text(json.dumps({"mods": entries}, indent=2), encoding="utf-8")


def choose(mods: list[GameMod], listed: ModList, absent: list[str], game: str) -> list[GameMod]:
    """Return what is loaded, in order. What lacks a dependency is left out, and nothing is said."""
    chosen: dict[str, GameMod] = {}
    for mod in mods:
        if mod.name in absent or not (mod.name == "core" or listed.enabled.get(mod.name)):
            continue
        if not mod.built_in and not _is_for(mod, game):
            continue
        pin = listed.pinned.get(mod.name)
        if pin and not mod.built_in:
            if numbers(pin) == numbers(mod.version):
                chosen[mod.name] = mod
        elif mod.name not in chosen or numbers(chosen[mod.name].version) < numbers(mod.version):
            chosen[mod.name] = mod
    while lacking := [mod.name for mod in chosen.values() if not _is_satisfied(mod, chosen)]:
        for name in lacking:
            del chosen[name]
    return _in_order(chosen)


def _is_for(mod: GameMod, game: str) -> bool:
    wanted = str(mod.info.get("factorio_version", "0.12"))
    return numbers(wanted)[:2] == numbers(game)[:2]


def _is_satisfied(mod: GameMod, chosen: dict[str, GameMod]) -> bool:
    for prefix, name, op, version in mod.dependencies():
        there = chosen.get(name)
        if prefix == "!":
            if there:
                return False
        elif there is None:
            if prefix in {"", "~"}:
                return False
        elif op and not _compare(numbers(there.version), op, numbers(version)):
            return False
    return True


def _compare(left: tuple[int, ...], op: str, right: tuple[int, ...]) -> bool:
    return {
        "<": left < right,
        "<=": left <= right,
        "=": left == right,
        ">=": left >= right,
        ">": left > right,
    }[op]


def _in_order(chosen: dict[str, GameMod]) -> list[GameMod]:
    """Sort by the depth of dependencies, then by name without case, numbers as numbers."""
    depths: dict[str, int] = {"core": 0, "base": 1}

    def depth(name: str, above: tuple[str, ...] = ()) -> int:
        if name in above:
            raise PackageError(f"Dependency cycle: {' -> '.join((*above, name))}")
        if name not in depths:
            before = [
                depth(other, (*above, name))
                for prefix, other, _, _ in chosen[name].dependencies()
                if prefix not in {"!", "~"} and other in chosen
            ]
            depths[name] = 1 + max(before, default=1)
        return depths[name]

    def natural(name: str) -> list[tuple[int, int, str]]:
        parts = re.findall(r"\d+|\D+", name.lower())
        return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts]

    return sorted(chosen.values(), key=lambda mod: (depth(mod.name), natural(mod.name)))
