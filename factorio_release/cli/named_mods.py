"""The mods that PATH names: folders and built zips, in the order in which they are released."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from factorio_release.cli.path_patterns import is_pattern, matching_paths, shown
from factorio_release.disk.bounded_file import read_file
from factorio_release.errors import ModError, UsageError
from factorio_release.limits import MAX_INFO_BYTES, MAX_MODS
from factorio_release.mod.release_order import circles, in_dependency_order
from factorio_release.parsers.info import INFO_FILE, read_info
from factorio_release.settings.options import OPTIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from factorio_release.parsers.info import Info
    from factorio_release.settings.sources import Sources


class NamedMod(NamedTuple):
    """One mod that PATH names.

    `info` is what its info.json says, None for the only mod of a run, for which nobody asks. `is_matched`
    tells a mod that a pattern matched from one that is named by itself. `circle` are the mods of the run
    through which it depends on itself: see `circles`.
    """

    path: Path
    info: Info | None = None
    is_matched: bool = False
    circle: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The mod's name, empty where it is not known."""
        return self.info.name if self.info else ""


def named_paths(sources: Sources) -> list[str]:
    """Return the values of PATH, `.` by default. Raises UsageError with all problems found so far."""
    if sources.problems:
        raise UsageError(*sources.problems)
    raw = sources.get("path")
    if not raw:
        return ["."]
    paths = list(OPTIONS["path"].parse(raw))
    if not paths:
        raise UsageError(f"path: {raw!r} names no folder and no zip")
    return paths


def mods_below_here(sources: Sources) -> list[str]:
    """Return the mods below the working directory, where no PATH is given and it is no mod itself."""
    if sources.get("path") or Path(INFO_FILE).exists():
        return []
    from factorio_release.mod.repository_mods import find_mods_below  # noqa: PLC0415 start-up: only where there is no mod

    return [shown(path) for path in find_mods_below(Path()).mods]


def find_mods(paths: Sequence[str]) -> tuple[NamedMod, ...]:
    """Return the mods that the paths name; several mods come in dependency order.

    A glob matches zips, and folders with an info.json. A place that is named twice counts once. Raises
    UsageError for a glob without a match. A plain path is not checked here: loading the mod reports what is
    wrong with it.
    """
    found: dict[Path, NamedMod] = {}
    for text in paths:
        for named in _named_by(text):
            before = found.setdefault(named.path.resolve(), named)
            if before.is_matched and not named.is_matched:
                found[named.path.resolve()] = named
    if len(found) > MAX_MODS:
        raise UsageError(f"path: {len(found):,} mods are named; one run takes at most {MAX_MODS:,}")
    if len(found) < 2:  # noqa: PLR2004 one has no order
        return tuple(found.values())
    mods = {one.path: one for one in found.values()}
    infos = {path: _info_of(path) for path in mods}
    in_circles = circles(infos.values())
    return tuple(
        mods[path]._replace(info=infos[path], circle=in_circles.get(infos[path].name, ()))
        for path in in_dependency_order(infos)
    )


def refuse_mods_named_twice(mods: Iterable[NamedMod]) -> None:
    """Raise UsageError where a version of a mod is named twice, and where a pattern matches two versions.

    Which of two is meant is not known, and a version can be published only once. Two versions of one mod
    are released if each is named by itself. A pattern that matches both may have matched an old zip.
    """
    by_name: dict[str, list[NamedMod]] = {}
    for mod in mods:
        by_name.setdefault(mod.name, []).append(mod)
    problems: list[str] = []
    for name, same in by_name.items():
        if name and len(same) > 1:
            problems += _twice(name, same)
    if problems:
        raise UsageError(*problems)


def _twice(name: str, mods: Sequence[NamedMod]) -> Iterator[str]:
    by_version: dict[str, list[NamedMod]] = {}
    for mod in mods:
        version = mod.info.version if mod.info else None
        by_version.setdefault(str(version and version.key), []).append(mod)
    for same in by_version.values():
        if len(same) > 1:
            version = same[0].info.version if same[0].info else None
            yield f"path: {name} {version or ''} is there twice: {_places(same)}; name one of them"
    if len(by_version) > 1 and any(mod.is_matched for mod in mods):
        versions = ", ".join(str(mod.info.version) for mod in mods if mod.info)
        yield (
            f"path: a pattern matches {name} in several versions ({versions}): {_places(mods)}; "
            "remove the old one, or name each by itself to release them all"
        )


def _places(mods: Sequence[NamedMod]) -> str:
    return ", ".join(shown(mod.path) for mod in mods)


def _named_by(text: str) -> Iterator[NamedMod]:
    if not is_pattern(text):
        yield NamedMod(Path(text))
        return
    mods = [path for path in matching_paths(text) if _is_mod(path)]
    if not mods:
        raise UsageError(f"path: {text} matches no folder with an info.json and no zip")
    for path in mods:
        yield NamedMod(path, is_matched=True)


def _is_mod(path: Path) -> bool:
    if path.suffix == ".zip" and path.is_file():
        return True
    return (path / INFO_FILE).is_file()


def _info_of(path: Path) -> Info:
    """Return what info.json says; of a mod that cannot be read, nothing: loading it reports the problem."""
    try:
        if path.is_file():
            from factorio_release.mod.mod import read_description  # noqa: PLC0415 start-up: only for a built zip

            return read_description(path).info
        return read_info(read_file(path / INFO_FILE, MAX_INFO_BYTES))
    except (ModError, OSError):
        return read_info(b"")
