"""What on disk a PATH with wildcards names, without following a link into a loop."""

from __future__ import annotations

from glob import has_magic
from pathlib import Path
from typing import Final

from factorio_release.errors import UsageError
from factorio_release.package.glob_files import matching_names
from factorio_release.package.globs import GlobError, split_pattern

_ANY_DEPTH: Final = "**"


def is_pattern(text: str) -> bool:
    """Tell whether a PATH is to be matched; a file whose name has wildcards is named as it is."""
    return has_magic(text) and not Path(text).exists()


def matching_paths(pattern: str) -> list[Path]:
    """Return the folders and files that a pattern names, sorted; names with a dot in front must be named.

    A link is matched and never walked through; one to a folder that holds it, or to what is named
    already, is left out. Raises UsageError for a pattern that cannot be used.
    """
    anchor = Path(pattern).anchor
    folder, rest = split_pattern(Path(pattern).relative_to(anchor).as_posix())
    base = Path(anchor, folder)
    try:
        below = sorted(base / name for name in matching_names(base, rest))
    except GlobError as error:
        raise UsageError(f"path: {pattern} cannot be used: {error}") from None
    found = [base] if rest == _ANY_DEPTH and base.parts else []
    found += below
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
