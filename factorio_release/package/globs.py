"""Globs with the rules of minimatch, the library with which Factorio's modding tool kit (FMTK) packs."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.limits import MAX_GLOBSTARS

if TYPE_CHECKING:
    from collections.abc import Callable

_MAX_EXPANSIONS: Final = 1000  # patterns for which the braces of one pattern may stand
_WILDCARDS: Final = frozenset("*?+@![]{}()\\")
_REPEATED_GROUP: Final = re.compile(r"[*+]\(([^)]*)\)")
_ALTERNATIVES: Final = re.compile(r"\[[^\]]*\]|\([^()]*\)")
_LETTER: Final = re.compile(r"\w")


class Glob(NamedTuple):
    """One pattern; `matches` takes a whole path relative to the mod folder, with `/` separators.

    `*` and `?` match inside one folder, `**` across folders; `{a,b}`, `[a-z]` and `@(…)` work. A `!` in
    front inverts the pattern, a `#` in front makes it a comment. As in minimatch a pattern is not
    extended to folders: `images` and `tests/` match no file, and `*.blend` only a file at the top.
    """

    pattern: str
    matches: Callable[[str], bool]

    @property
    def base(self) -> str:
        """The folder that contains everything it can match; empty when this is not known."""
        if self.pattern.startswith("!"):
            return ""
        return split_pattern(self.pattern)[0]

    @property
    def is_negated(self) -> bool:
        """Whether it matches everything except what its text describes."""
        marks = len(self.pattern) - len(self.pattern.lstrip("!"))
        return marks % 2 == 1

    @property
    def names_files(self) -> bool:
        """Whether it restricts the names of files: `*.lua` and `notes.txt` do, `**` and `!x` do not."""
        if self.pattern.startswith(("!", "#")):
            return False
        for pattern in _expanded(self.pattern):
            name = pattern.rpartition("/")[2]
            if not _LETTER.search(_ALTERNATIVES.sub("", name)):
                return False
        return True


class GlobError(ValueError):
    """The pattern cannot be used; `str()` is the reason, as the end of a sentence."""


def read_glob(pattern: str, *, dots: bool = True) -> Glob:
    """Compile a pattern; with `dots=False` only a dot in the pattern matches a leading dot of a name.

    Raises GlobError as `compile_pattern` does.
    """
    if pattern.startswith("#"):
        return Glob(pattern, _matches_nothing)
    positive = pattern.lstrip("!")
    matches = compile_pattern(positive, dots=dots) if positive else _matches_nothing
    glob = Glob(pattern, matches)
    if glob.is_negated:
        return Glob(pattern, lambda path: not matches(path))
    return glob


def compile_pattern(pattern: str, *, dots: bool) -> Callable[[str], bool]:
    """Return a function that matches whole paths with a pattern in which `!` and `#` mean nothing.

    Raises GlobError for a pattern that stands for more than 1,000 others, or that may take too long to match.
    """
    plain = _plain_matcher(pattern) if dots else None
    if plain:
        return plain
    _refuse_costly(pattern)
    _expanded(pattern)
    from wcmatch import glob  # noqa: PLC0415 start-up: only when there are patterns

    # FORCEUNIX: names in git and in a zip have `/` and are case-sensitive, on Windows too.
    flags = glob.GLOBSTAR | glob.BRACE | glob.EXTGLOB | glob.CASE | glob.FORCEUNIX
    if dots:
        flags |= glob.DOTGLOB
    # No limit here: `_expanded` has counted, and the error of wcmatch for it is not public.
    compiled = glob.compile(pattern, flags=flags, limit=0)
    return lambda path: bool(compiled.match(path))


def _plain_matcher(pattern: str) -> Callable[[str], bool] | None:
    """Return how to match a path without wildcards, or all that is in such a folder, else None.

    Most patterns are of these two kinds, and need neither of the libraries.
    """
    path = pattern.removesuffix("/**")
    if not _WILDCARDS.isdisjoint(path) or {"", ".", ".."}.intersection(path.split("/")):
        return None
    if path == pattern:
        return path.__eq__
    folder = f"{path}/"
    return lambda one: one.startswith(folder)


def split_pattern(pattern: str) -> tuple[str, str]:
    """Return the folder in front of the first part with a wildcard, and the pattern below that folder.

    The last part belongs to the pattern in any case: `a/b/*.lua` → `a/b`, `*.lua`; `a/b` → `a`, `b`.
    """
    parts = pattern.split("/")
    plain = 0
    while plain < len(parts) - 1 and _WILDCARDS.isdisjoint(parts[plain]):
        plain += 1
    return "/".join(parts[:plain]), "/".join(parts[plain:])


def _refuse_costly(pattern: str) -> None:
    """Refuse a pattern that its regular expression would try in very many ways against a long path.

    Whoever opens a pull request writes the patterns: `+(a|aa)b` takes time exponential in the path's length.
    """
    for group in _REPEATED_GROUP.finditer(pattern):
        choices = sorted(group[1].split("|"))
        # Where no choice begins another one, a text can be made of them in one way only.
        begin_alike = any(longer.startswith(choice) for choice, longer in pairwise(choices))
        if begin_alike or not _WILDCARDS.isdisjoint(group[1]):
            raise GlobError("it repeats choices that begin alike")
    if pattern.count("**") > MAX_GLOBSTARS:
        raise GlobError(f"it has more than {MAX_GLOBSTARS} `**`")


def _expanded(pattern: str) -> list[str]:
    """Return the patterns for which the braces stand, as wcmatch expands them."""
    import bracex  # noqa: PLC0415 start-up: only when there are patterns

    try:
        return bracex.expand(pattern, keep_escapes=True, limit=_MAX_EXPANSIONS)
    except bracex.ExpansionLimitException as error:
        raise GlobError(f"it stands for more than {_MAX_EXPANSIONS} patterns") from error


def _matches_nothing(_path: str) -> bool:
    return False
