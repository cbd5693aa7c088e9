"""Globs as Factorio's modding tool kit (FMTK) reads them: minimatch's rules, dots being ordinary letters."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from factorio_release.limits import MAX_GLOBSTARS

if TYPE_CHECKING:
    from collections.abc import Callable

_MOST: Final = 1000
_REPEATED: Final = re.compile(r"[*+]\(([^)]*)\)")
_MARKS: Final = frozenset("*?+@![]{}()\\")
_ALTERNATIVES: Final = re.compile(r"\[[^\]]*\]|\([^()]*\)")
_LETTER: Final = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Glob:
    """One pattern, matched against the whole path below the mod folder.

    `*` and `?` stay inside one folder, `**` spans folders, `{a,b}`, `[a-z]` and `@(…)` work. A
    `!` in front turns the pattern round, a `#` in front makes it a comment. So `images` and
    `tests/` match no file, and `*.blend` only one at the top.
    """

    pattern: str
    matches: Callable[[str], bool]

    @property
    def base(self) -> str:
        """The folder below which everything lies that it can match; empty when that is not known."""
        if self.pattern.startswith("!"):
            return ""
        plain = []
        for part in self.pattern.split("/")[:-1]:
            if any(mark in part for mark in "*?[]{}()!+@\\"):
                break
            plain.append(part)
        return "/".join(plain)

    @property
    def is_negated(self) -> bool:
        """Whether it matches what its text does not name."""
        return (len(self.pattern) - len(self.pattern.lstrip("!"))) % 2 == 1

    @property
    def names_files(self) -> bool:
        """Whether it says something of a file's name: `*.lua` and `notes.txt` do, `**` and `!x` do not."""
        if self.pattern.startswith(("!", "#")):
            return False
        import bracex  # noqa: PLC0415 start-up: only when a mod has patterns

        every = bracex.expand(self.pattern, keep_escapes=True, limit=_MOST)
        return all(_LETTER.search(_ALTERNATIVES.sub("", one.rpartition("/")[2])) for one in every)


class GlobError(ValueError):
    """The pattern cannot be used; `str()` says why."""


def read_glob(pattern: str, *, dots: bool = True) -> Glob:
    """Compile a pattern; with `dots=False` a name that begins with a dot must be named as such.

    Raises GlobError for a pattern that would stand for more than a thousand others, or that takes too
    long to match.
    """
    if pattern.startswith("#"):
        return Glob(pattern, _nothing)
    core = pattern.lstrip("!")
    _refuse_costly(core)
    matches = _compiled(core, dots=dots) if core else _nothing
    glob = Glob(pattern, matches)
    return Glob(pattern, lambda path: not matches(path)) if glob.is_negated else glob


def _refuse_costly(pattern: str) -> None:
    """Refuse what a regular expression would try in all possible ways against a long path."""
    for group in _REPEATED.finditer(pattern):
        choices = sorted(group[1].split("|"))
        # Then a text can be made of them in one way only.
        plain = _MARKS.isdisjoint(group[1])
        if not plain or any(longer.startswith(choice) for choice, longer in pairwise(choices)):
            raise GlobError("it repeats choices that begin alike")
    if pattern.count("**") > MAX_GLOBSTARS:
        raise GlobError(f"it has more than {MAX_GLOBSTARS} `**`")


def _compiled(pattern: str, *, dots: bool) -> Callable[[str], bool]:
    import bracex  # noqa: PLC0415 start-up: only when a mod has patterns
    from wcmatch import glob  # noqa: PLC0415 likewise

    try:
        bracex.expand(pattern, keep_escapes=True, limit=_MOST)
    except bracex.ExpansionLimitException as error:
        raise GlobError(f"it stands for more than {_MOST} patterns") from error
    flags = glob.GLOBSTAR | glob.BRACE | glob.EXTGLOB | glob.CASE | glob.FORCEUNIX
    compiled = glob.compile(pattern, flags=flags | (glob.DOTGLOB if dots else 0), limit=0)
    return lambda path: bool(compiled.match(path))


def _nothing(_path: str) -> bool:
    return False
