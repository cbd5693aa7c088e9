"""The globs for `exclude` that leave certain files out of a package, and no others."""

from __future__ import annotations

import json
import re
from functools import cached_property
from typing import TYPE_CHECKING, Final

from factorio_release.checks.facts.contents import extension

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

_GLOB_CHARACTERS: Final = re.compile(r"[*?+@!\[\]{}()\\|#]")
# As many patterns are named one by one; for more there is one that matches their names in any folder.
_MAX_PATTERNS: Final = 6
_MAX_SHOWN: Final = 30


class ExcludePatterns:
    """Finds globs for files of one package, whose paths are `package`."""

    def __init__(self, package: Collection[str], *, is_zip: bool) -> None:
        self._package = package
        self._is_zip = is_zip

    def hint(self, paths: Collection[str]) -> str:
        """Return the remedy for files that are packed and not needed: the line to paste."""
        return self.hint_of(self.for_files(paths))

    def hint_of(self, patterns: Sequence[str]) -> str:
        """Return the same for patterns."""
        shown = json.dumps(patterns[:_MAX_SHOWN], ensure_ascii=False)
        if self._is_zip:
            return f"Build the zip without them: {shown}."
        if len(patterns) > _MAX_SHOWN:
            return f"Leave them out, to begin with: `exclude: {shown}`."
        return f"Leave out: `exclude: {shown}`, or the same in package.ignore."

    def for_endings(self, paths: Collection[str]) -> tuple[str, ...]:
        """Return a glob for each ending of these files, or what `for_files` does if others have it too."""
        patterns = sorted({f"**/*.{extension(path)}" for path in paths})
        if self._leaves_out(patterns) <= {*paths}:
            return tuple(patterns)
        return self.for_files(paths)

    def for_files(self, paths: Collection[str]) -> tuple[str, ...]:
        """Return the globs that leave out these files and no others of the package."""
        own = frozenset(paths)
        own_counts = _counts_below(own)
        roots = sorted({self._widest(path, own_counts) for path in paths})
        if len(roots) <= _MAX_PATTERNS:
            return tuple(literal_pattern(root) for root in roots)
        by_name: dict[str, list[str]] = {}
        for root in roots:
            in_any_folder = f"**/{literal_pattern(_last_part(root))}"
            by_name.setdefault(in_any_folder, []).append(literal_pattern(root))
        patterns: list[str] = []
        for in_any_folder, places in by_name.items():
            is_worth_it = (
                len(places) > 1 and len(patterns) < _MAX_SHOWN
            )  # each costs a look at all paths
            is_only = is_worth_it and self._leaves_out([in_any_folder]) <= own
            patterns += [in_any_folder] if is_only else places
        return tuple(sorted(patterns))

    @cached_property
    def _counts(self) -> Mapping[str, int]:
        return _counts_below(self._package)

    def _widest(self, path: str, own: Mapping[str, int]) -> str:
        """Return the outermost folder of which every file is left out, with `/`, or the path itself."""
        folders = _folders_of(path)
        return next((one for one in folders if own[one] == self._counts[one]), path)

    def _leaves_out(self, patterns: list[str]) -> set[str]:
        from factorio_release.package.globs import compile_pattern  # noqa: PLC0415 start-up: only with many files

        matchers = [compile_pattern(pattern, dots=True) for pattern in patterns]
        return {path for path in self._package if any(matches(path) for matches in matchers)}


def literal_pattern(path: str) -> str:
    """Return a glob for a path, or for all that is in a folder with `/` at its end."""
    plain = _GLOB_CHARACTERS.sub("?", path)
    return f"{plain}**" if plain.endswith("/") else plain


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


def _last_part(root: str) -> str:
    """Return the last part of a path, of a folder with its `/`."""
    folder = root.removesuffix("/")
    return root[folder.rfind("/") + 1 :]
