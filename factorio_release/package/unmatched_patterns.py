"""Patterns that leave no file out: misspelt ones, and not those that are there in case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factorio_release.parsers.suggestion import suggest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from factorio_release.package.rules import Pattern
    from factorio_release.parsers.problem import Problem

_MAX_COMPARED_NAMES: Final = 100  # comparing takes time
_WILDCARDS: Final = frozenset("*?[]{}!")


def unmatched_patterns(patterns: Collection[Pattern], paths: Collection[str]) -> Iterator[Problem]:
    """Yield a problem for each pattern that matches none of the mod's paths and was probably meant to.

    A pattern that resembles no path is there in case (`**/*.exe`, `node_modules/**`). A name with a dot in
    front is never packaged: a pattern for one is there in case too, and one that resembles it misses nothing.
    """
    if not patterns:
        return
    folders = {path[:index] for path in paths for index, letter in enumerate(path) if letter == "/"}
    for pattern in patterns:
        if any(pattern.glob.matches(path) for path in paths):
            continue
        hint = _remedy(pattern.text, paths, folders)
        if hint:
            message = f"{pattern.label} {pattern.text} matches no file"
            yield pattern.problem("pattern-unmatched", message, hint)


def _remedy(text: str, paths: Collection[str], folders: Collection[str]) -> str:
    """Return what was probably meant by a pattern, `""` where nothing resembles it."""
    folder = text.rstrip("/")
    if folder in folders:
        return f"Write a folder as {folder}/**."
    parts = folder.removeprefix("./").split("/")
    if any(part.startswith(".") for part in parts):
        return ""
    ending = _ending(parts[-1])
    if ending and any(path.endswith(ending) for path in paths):
        return f"To match it in every folder, write **/{parts[-1]}."
    top = sorted({path.partition("/")[0] for path in paths if not path.startswith(".")})
    top = top[:_MAX_COMPARED_NAMES]
    near = suggest(parts[0], top) if _WILDCARDS.isdisjoint(parts[0]) else ""
    return f"Did you mean {'/'.join((near, *parts[1:]))}?" if near else ""


def _ending(name: str) -> str:
    """Return the end of the paths that a pattern for a name would match in any folder; `""`: not known."""
    if _WILDCARDS.isdisjoint(name):
        return f"/{name}"
    kind = name.lstrip("*")
    return kind if kind.startswith(".") and _WILDCARDS.isdisjoint(kind) else ""
