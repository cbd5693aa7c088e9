"""From PATH arguments to mods: folders, globs, built zips."""

from __future__ import annotations

from os.path import relpath
from pathlib import Path
from typing import TYPE_CHECKING

from factorio_release.cli.path_patterns import is_pattern, matching_paths
from factorio_release.disk.bounded_file import read_file
from factorio_release.errors import UsageError
from factorio_release.limits import MAX_INFO_BYTES, MAX_MODS
from factorio_release.mod.repository_mods import in_dependency_order
from factorio_release.parsers.info import read_info
from factorio_release.settings.options import OPTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from factorio_release.settings.sources import Sources


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
    found = list(dict.fromkeys(path for text in paths for path in _matches(text)))
    if len(found) > MAX_MODS:
        raise UsageError(f"path: names {len(found):,} mods, and one run takes at most {MAX_MODS:,}")
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
    if not is_pattern(text):
        yield Path(text)
        return
    mods = [path for path in matching_paths(text) if _is_mod(path)]
    if not mods:
        raise UsageError(f"path: {text} finds no folder with an info.json and no zip")
    yield from mods


def _is_mod(path: Path) -> bool:
    return (path / "info.json").is_file() or (path.suffix == ".zip" and path.is_file())


def _info_of(path: Path) -> bytes:
    try:
        return read_file(path / "info.json", MAX_INFO_BYTES)
    except OSError:
        return b""  # a zip, or a mistake that loading reports
