"""Puts mods into the folder of mods for a run of the game: the package itself where there is one."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from factorio_release.disk.bounded_file import read_file
from factorio_release.errors import ModError
from factorio_release.limits import MAX_TEXT_BYTES
from factorio_release.mod.mod import load_mod

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from factorio_release.mod.mod import Mod
    from factorio_release.package.file_set import FileSet

_BLOCK: Final = 1024 * 1024


def put_mod(mod: Mod, folder: Path) -> None:
    """Write a mod into the folder: byte for byte where it is a zip, else its files in a folder of its own.

    Raises ModError if it cannot be read or written.
    """
    name = f"{mod.name}_{mod.version}"
    packed = mod.files.bundle or mod.content
    try:
        if packed is not None:
            _write(folder / f"{name}.zip", packed.blocks())
        else:
            put_files(name, mod.files, folder)
    except OSError as error:
        raise _not_put(mod, error) from None


def put_at(path: Path, folder: Path) -> None:
    """Write the mod that lies at a path, a zip or a folder, into the folder of mods."""
    put_mod(load_mod(path), folder)


def put_with_tests(mod: Mod, folder: Path) -> None:
    """Write a mod with the Lua that its package leaves out: tests are rarely packed.

    Only what git tracks is added, or what lies in the folder of a mod without git.
    """
    try:
        put_files(f"{mod.name}_{mod.version}", mod.files, folder)
        if mod.path.is_dir():
            top = folder / f"{mod.name}_{mod.version}"
            source = load_mod(mod.path, mod.rules)
            for left_out in source.files.left_out:
                if not left_out.untracked:
                    _add_lua(source.path, left_out.path, top)
    except OSError as error:
        raise _not_put(mod, error) from None


def put_files(name: str, files: FileSet, folder: Path) -> bool:
    """Write the files of a mod into a folder of its own, below the folder of mods; returns True."""
    for file in files.files:
        _write(_inside(folder / name, file.path), file.blocks(_BLOCK))
    return True


def _add_lua(source: Path, path: str, top: Path) -> None:
    """Copy Lua that was left out: a file, or all in a folder, which ends with `/`; no link is followed."""
    start = source / path
    found = [(str(source), [], [path])] if not path.endswith("/") else os.walk(start)
    for folder, _, names in found:
        for name in names:
            place = source / folder / name
            inner = place.relative_to(source).as_posix()
            if name.endswith(".lua") and place.resolve() == source.resolve() / inner:
                target = _inside(top, inner)
                if not target.exists():
                    _write(target, [read_file(place, MAX_TEXT_BYTES)])


def _inside(top: Path, path: str) -> Path:
    parts = path.split("/")
    if ".." in parts or path.startswith("/") or "\\" in path:
        raise ModError(f"{path} leads out of the mod", "remove it from the package")
    return top.joinpath(*parts)


def _write(target: Path, blocks: Iterable[bytes]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("xb") as stream:
        for block in blocks:
            stream.write(block)


def _not_put(mod: Mod, error: OSError) -> ModError:
    return ModError(
        f"{mod.name} cannot be written for the game: {error.strerror}",
        "make room in the temporary folder",
    )
