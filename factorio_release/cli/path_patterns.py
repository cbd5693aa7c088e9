"""Paths as users give them and read them: patterns are expanded, without following a link into a loop."""

from __future__ import annotations

from glob import has_magic
from pathlib import Path
from typing import Final

from factorio_release.disk.relative import relative
from factorio_release.errors import UsageError
from factorio_release.package.glob_files import matching_names
from factorio_release.package.globs import GlobError, split_pattern

_ANY_DEPTH: Final = "**"


def is_pattern(text: str) -> bool:
    """Return whether a PATH is a pattern; the name of a file that exists never is, wildcards or not."""
    return has_magic(text) and not Path(text).exists()


def has_wildcards(text: str) -> bool:
    """Return whether a text has characters of patterns."""
    return has_magic(text) or "{" in text


def matching_paths(pattern: str) -> list[Path]:
    """Return the folders and files that match a pattern, sorted.

    A wildcard does not match a name that begins with a dot. A link can match and is never walked through.
    A link to a folder around it, or to a path that matches as well, is left out.
    Raises UsageError for a pattern that cannot be used.
    """
    anchor = Path(pattern).anchor
    folder, rest = split_pattern(Path(pattern).relative_to(anchor).as_posix())
    base = Path(anchor, folder)
    try:
        below = sorted(base / name for name in matching_names(base, rest))
    except GlobError as error:
        raise UsageError(f"path: {pattern} cannot be used: {error}") from None
    if rest == _ANY_DEPTH and base.parts:
        below.insert(0, base)  # `mods/**` matches `mods` as well
    found = _without_repeated_links(below)
    if pattern.endswith("/"):
        return [path for path in found if path.is_dir()]
    return found


def shown(path: Path) -> str:
    """Return a path for messages: relative to the working directory, with `/`."""
    return relative(path)


def _without_repeated_links(paths: list[Path]) -> list[Path]:
    seen = {path.resolve() for path in paths if not path.is_symlink()}
    kept = []
    for path in paths:
        if path.is_symlink():
            target = path.resolve()
            is_loop = path.parent.resolve().is_relative_to(target)
            if target in seen or is_loop:
                continue
            seen.add(target)
        kept.append(path)
    return kept
