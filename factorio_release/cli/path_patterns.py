"""What on disk a PATH with wildcards names, without following a link into a loop."""

from __future__ import annotations

from glob import escape, has_magic
from pathlib import Path
from typing import TYPE_CHECKING, Final

from factorio_release.disk.folder_walk import walk_folders
from factorio_release.errors import UsageError
from factorio_release.limits import MAX_FOLDER_DEPTH
from factorio_release.package.globs import GlobError, read_glob

if TYPE_CHECKING:
    from collections.abc import Iterator

_ANY_DEPTH: Final = "**"


def is_pattern(text: str) -> bool:
    """Tell whether a PATH is to be matched; a file whose name has wildcards is named as it is."""
    return has_magic(text) and not Path(text).exists()


def matching_paths(pattern: str) -> list[Path]:
    """Return the folders and files that a pattern names, sorted; names with a dot in front must be named.

    A link is matched and never walked through; one to a folder that holds it, or to what is named
    already, is left out. Raises UsageError for a pattern that cannot be used.
    """
    base, rest = _parted(pattern)
    max_depth = MAX_FOLDER_DEPTH if _ANY_DEPTH in rest else rest.count("/")
    try:
        matches = read_glob(rest, dots=False).matches
    except GlobError as error:
        raise UsageError(f"path: {pattern} cannot be used: {error}") from None
    found = [base] if rest == _ANY_DEPTH and base.parts else []
    found += sorted(base / name for name in _names(base, max_depth) if matches(name))
    found = _each_once(found)
    return [path for path in found if path.is_dir()] if pattern.endswith("/") else found


def _each_once(paths: list[Path]) -> list[Path]:
    real = {path: path.resolve() for path in paths}
    themselves = {real[path] for path in paths if not path.is_symlink()}
    links: set[Path] = set()
    kept = []
    for path in paths:
        target = real[path]
        if path.is_symlink():
            if target in themselves or target in links or path.parent.resolve().is_relative_to(target):
                continue
            links.add(target)
        kept.append(path)
    return kept


def _names(base: Path, max_depth: int) -> Iterator[str]:
    def enters(_folder: str, name: str) -> bool:
        return name != ".git"

    for folder, folders, names in walk_folders(base, enters, max_depth):
        yield from (f"{folder}/{name}" if folder else name for name in (*folders, *names))


def _parted(pattern: str) -> tuple[Path, str]:
    """Return the folder in front of the first wildcard, and the pattern below it."""
    base = Path(Path(pattern).anchor)
    parts = Path(pattern).parts[1:] if Path(pattern).anchor else Path(pattern).parts
    plain = 0
    while plain < len(parts) - 1 and escape(parts[plain]) == parts[plain]:
        plain += 1
    return base.joinpath(*parts[:plain]), "/".join(parts[plain:])
