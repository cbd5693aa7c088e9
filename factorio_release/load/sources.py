"""The mods that a load can take: those of the run, and those in a folder such as the game's own `mods`."""

from __future__ import annotations

import os
import re
from functools import cache, partial
from typing import TYPE_CHECKING, Final

from factorio_release.errors import ModError
from factorio_release.limits import MAX_ALL_TEXT_BYTES, MAX_TEXT_BYTES, size_words
from factorio_release.load.headless.put import put_at, put_mod
from factorio_release.load.mod_set import Candidate, NotFetched
from factorio_release.mod.mod import load_mod, read_description
from factorio_release.package.built_zip import files_of_zip
from factorio_release.package.file_set import read_whole
from factorio_release.package.packed_content import PackedContent

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from factorio_release.mod.mod import Mod
    from factorio_release.package.file_set import FileSet

_ZIP: Final = re.compile(r"(?P<name>.+)_\d+\.\d+\.\d+\.zip")


def lua_of(mod: Mod) -> dict[str, bytes]:
    """Return the Lua files of a package by path. Raises ModError when they are larger than the bounds."""
    return lua_of_files(mod.name, mod.files)


def lua_of_files(name: str, files: FileSet) -> dict[str, bytes]:
    """Return the Lua files among the files of a mod, by path; raises ModError as `lua_of` does."""
    lua = [file for file in files.files if file.path.endswith(".lua")]
    if sum(file.size for file in lua) > MAX_ALL_TEXT_BYTES:
        raise ModError(
            f"the Lua files of {name} have more than {size_words(MAX_ALL_TEXT_BYTES)}",
            "leave out what the game does not read",
        )
    return {file.path: read_whole(file, MAX_TEXT_BYTES) for file in lua}


def candidate(mod: Mod) -> Candidate:
    """Return a mod that was read as one to load."""
    return Candidate(mod.info, cache(partial(lua_of, mod)), put=partial(put_mod, mod))


def mods_in(folder: Path) -> dict[str, tuple[Candidate, ...]]:
    """Return the mods in a folder by name: zips `NAME_VERSION.zip`, and folders with an info.json.

    The folder is only read. What is no mod is passed over: the game keeps its lists and settings there too.
    """
    found: list[Candidate] = []
    for path in sorted(folder.iterdir()):
        if path.is_dir() or _ZIP.fullmatch(path.name):
            try:
                info = read_description(path).info
            except ModError:
                continue
            if info.name and info.version:
                found.append(
                    Candidate(info, cache(partial(_lua_at, path)), put=partial(put_at, path))
                )
    return by_name(found)


def by_name(candidates: Iterable[Candidate]) -> dict[str, tuple[Candidate, ...]]:
    """Return candidates by the name of their mod."""
    grouped: dict[str, tuple[Candidate, ...]] = {}
    for one in candidates:
        grouped[one.info.name] = (*grouped.get(one.info.name, ()), one)
    return grouped


def _lua_at(path: Path) -> Mapping[str, bytes]:
    """Return the Lua of a mod in a folder; a zip is read where it is, as it may be large.

    Raises NotFetched where it cannot be read: no other mod is to blame for it.
    """
    try:
        if not path.is_file():
            return lua_of(load_mod(path))
        with path.open("rb") as stream:
            size = stream.seek(0, os.SEEK_END)
            return lua_of_files(path.name, files_of_zip(path, PackedContent(stream, size)))
    except OSError as error:
        raise NotFetched(f"{path} cannot be read: {error.strerror}") from None
    except ModError as error:
        raise NotFetched(f"{path} cannot be loaded: {error}") from None
