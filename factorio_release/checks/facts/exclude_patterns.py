"""The globs for `exclude` that leave certain files out of a package, and no others."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from factorio_release.checks.facts.contents import extension

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

_GLOB_CHARACTERS: Final = re.compile(r"[*?+@!\[\]{}()\\|#]")
# As many patterns are named one by one; for more there is one that matches their names in any folder.
_MAX_PATTERNS: Final = 6
_MAX_SHOWN: Final = 30


def patterns_of_endings(paths: list[str], package: Collection[str]) -> tuple[str, ...]:
    """Return a glob for each ending of these files, none where it would leave out others too.

    `package` are the paths of all packaged files.
    """
    patterns = sorted({f"**/*.{extension(path)}" for path in paths})
    return tuple(patterns) if _leaves_out(patterns, package) <= {*paths} else ()


def patterns_for(paths: list[str], package: Collection[str]) -> tuple[str, ...]:
    """Return the globs that leave out these files and no others of the package."""
    own = frozenset(paths)
    counts, own_counts = _counts_below(package), _counts_below(own)
    roots = sorted({_widest(path, counts, own_counts) for path in paths})
    if len(roots) <= _MAX_PATTERNS:
        return tuple(_literal(root) for root in roots)
    by_name: dict[str, list[str]] = {}
    for root in roots:
        by_name.setdefault(f"**/{_literal(_last_part(root))}", []).append(_literal(root))
    patterns: list[str] = []
    for in_any_folder, places in by_name.items():
        is_only = len(places) > 1 and _leaves_out([in_any_folder], package) <= own
        patterns += [in_any_folder] if is_only else places
    return tuple(sorted(patterns))


def _counts_below(paths: Iterable[str]) -> Mapping[str, int]:
    counts: dict[str, int] = {}
    for path in paths:
        for folder in _folders_of(path):
            counts[folder] = counts.get(folder, 0) + 1
    return counts


def _folders_of(path: str) -> Iterator[str]:
    """Yield the folders around a path, the outermost first, each with `/`."""
    for index, letter in enumerate(path):
        if letter == "/":
            yield path[: index + 1]


def _widest(path: str, counts: Mapping[str, int], own: Mapping[str, int]) -> str:
    """Return the outermost folder of which every file is left out, with `/`, or the path itself."""
    return next((one for one in _folders_of(path) if own[one] == counts[one]), path)


def _last_part(root: str) -> str:
    """Return the last part of a path, of a folder with its `/`."""
    folder = root.removesuffix("/")
    return root[folder.rfind("/") + 1 :]


def _leaves_out(patterns: list[str], package: Collection[str]) -> set[str]:
    from factorio_release.package.globs import compile_pattern  # noqa: PLC0415 start-up: only with many files

    matchers = [compile_pattern(pattern, dots=True) for pattern in patterns]
    return {path for path in package if any(matches(path) for matches in matchers)}


def _literal(path: str) -> str:
    """Return a pattern for a path, or for all that is in a folder with `/` at its end."""
    plain = _GLOB_CHARACTERS.sub("?", path)
    return f"{plain}**" if plain.endswith("/") else plain


def exclude_hint(patterns: Sequence[str]) -> str:
    """Return the remedy for files that are packed and not needed: the line to paste."""
    shown = json.dumps(patterns[:_MAX_SHOWN], ensure_ascii=False)
    if len(patterns) > _MAX_SHOWN:
        return f"Leave them out, to begin with: `exclude: {shown}`."
    return f"Leave out: `exclude: {shown}`, or the same in package.ignore."
