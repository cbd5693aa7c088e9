"""The game's public data of one version, as its archive has it: the Lua of core, base and the expansions."""

from __future__ import annotations

import gzip
import io
import tarfile
import zlib
from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.limits import MAX_GAME_DATA_BYTES, size_words
from factorio_release.parsers.info import INFO_FILE, read_info

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factorio_release.parsers.info import Info

CORE: Final = "core"
BASE: Final = "base"


class GameDataError(ValueError):
    """An archive that is not the game's data, or not of the version that was asked for."""


class BuiltInMod(NamedTuple):
    """A mod that comes with the game: its info.json, and its Lua by path."""

    info: Info
    lua: Mapping[str, bytes]


def read_game_files(archive: bytes, version: str) -> dict[str, BuiltInMod]:
    """Return the built-in mods of a `.tar.gz` whose single top folder holds them, by name.

    Raises GameDataError when it cannot be read, is larger than MAX_GAME_DATA_BYTES, lacks core or base, or
    has a base of another version. Observed: in the tags 2.0.8 to 2.0.60 base calls itself one patch higher.
    """
    files = _files(archive)
    mods: dict[str, BuiltInMod] = {}
    for path, data in files.items():
        name, _, rest = path.partition("/")
        if rest == INFO_FILE:
            lua = {
                inner.partition("/")[2]: content
                for inner, content in files.items()
                if inner.startswith(f"{name}/") and inner.endswith(".lua")
            }
            mods[name] = BuiltInMod(read_info(data), lua)
    for needed, file in ((CORE, "lualib/dataloader.lua"), (BASE, "data.lua")):
        if needed not in mods or file not in mods[needed].lua:
            raise GameDataError(f"it has no {needed}/{file}")
    found = mods[BASE].info.string("version")
    if found not in {version, _next_patch(version)}:
        raise GameDataError(f"its base is version {found or 'unknown'}, not {version}")
    return mods


def _next_patch(version: str) -> str:
    line, _, patch = version.rpartition(".")
    return f"{line}.{int(patch) + 1}"


def _files(archive: bytes) -> dict[str, bytes]:
    try:
        with gzip.open(io.BytesIO(archive)) as stream:
            data = stream.read(MAX_GAME_DATA_BYTES + 1)
    except (OSError, EOFError, zlib.error):
        raise GameDataError("it is not a complete .tar.gz") from None
    if len(data) > MAX_GAME_DATA_BYTES:
        raise GameDataError(f"it is larger than {size_words(MAX_GAME_DATA_BYTES)}")
    files: dict[str, bytes] = {}
    try:
        with tarfile.open(fileobj=io.BytesIO(data)) as opened:
            for member in opened:
                _refuse_sparse(member)
                path = member.name.partition("/")[2]
                # Read into memory and never written, so a name with `..` leads nowhere.
                if member.isreg() and path.endswith((".lua", f"/{INFO_FILE}")):
                    content = opened.extractfile(member)
                    files[path] = content.read() if content else b""
    except GameDataError:
        raise
    except (tarfile.TarError, ValueError):
        raise GameDataError("it is not a complete .tar.gz") from None
    return files


def _refuse_sparse(member: tarfile.TarInfo) -> None:
    """Raise GameDataError for a file that is as large as its header says, however small the archive is."""
    if member.issparse():
        raise GameDataError(f"it has {member.name!r}, which is a sparse file")
