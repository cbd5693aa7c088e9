"""From PATH arguments to mods: folders, globs, built zips."""

from __future__ import annotations

import glob
from os.path import relpath
from pathlib import Path
from typing import TYPE_CHECKING

from factorio_release.errors import UsageError
from factorio_release.mod.info import read_info
from factorio_release.mod.order import in_dependency_order
from factorio_release.settings import OPTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from factorio_release.sources import Sources


def named_paths(sources: Sources) -> list[str]:
    """Return what PATH names, `.` unless given; UsageError with all mistakes made so far."""
    if sources.mistakes:
        raise UsageError(*sources.mistakes)
    raw = sources.get("path")
    paths = list(OPTIONS["path"].parse(raw)) if raw else ["."]
    if not paths:
        raise UsageError(f"path: {raw!r} names no folder and no zip")
    return paths


def find_mods(paths: Sequence[str]) -> dict[Path, str]:
    """Return the mods that the paths name with their names, in dependency order when there are several.

    A glob keeps what is a zip or a folder with info.json. The name is empty where there is one mod
    or none can be read. Raises UsageError for a glob that finds no mod; a plain path is taken as it
    is, and loading says what is wrong with it.
    """
    found: list[Path] = []
    for text in paths:
        found += [path for path in _matches(text) if path not in found]
    if len(found) < 2:  # noqa: PLR2004 one has no order
        return dict.fromkeys(found, "")
    described = {path: read_info(_info_of(path)) for path in found}
    return {path: described[path].name for path in in_dependency_order(described)}


def shown(path: Path) -> str:
    """Return a path as people know it: relative to the working directory, with `/`."""
    try:
        return Path(relpath(path)).as_posix()
    except ValueError:  # another drive on Windows
        return path.as_posix()


def _matches(text: str) -> Iterator[Path]:
    if not glob.has_magic(text) or Path(text).exists():
        yield Path(text)
        return
    # Path.glob takes no absolute pattern, which is what a CI often gives.
    names = sorted(glob.glob(text, recursive=True))  # noqa: PTH207 see above
    mods = [Path(name) for name in names if _is_mod(Path(name))]
    if not mods:
        raise UsageError(f"path: {text} finds no folder with an info.json and no zip")
    yield from mods


def _is_mod(path: Path) -> bool:
    return (path / "info.json").is_file() or (path.suffix == ".zip" and path.is_file())


def _info_of(path: Path) -> bytes:
    try:
        return (path / "info.json").read_bytes()
    except OSError:
        return b""  # a zip, or a mistake that loading reports
