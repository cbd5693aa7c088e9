"""Where the game looks for a required file."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.checks.facts.contents import words
from factorio_release.checks.facts.lualib import CORE_LUALIB, lualib
from factorio_release.lazy_pattern import lazy_pattern
from factorio_release.package.game_files import SCENARIO_FOLDERS
from factorio_release.parsers.unseen import folded_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from collections.abc import Set as AbstractSet

_LUA_LIBRARIES: Final = words("bit32 coroutine debug io math os package serpent string table")
_DOUBLED: Final = lazy_pattern(r"//+")
_OF_A_MOD: Final = lazy_pattern(r"__(.+?)__[./](.*)", re.DOTALL)


class Resolution(NamedTuple):
    """The file that a `require` loads.

    `path` is a file of this mod. `case` is set instead when a file differs from the required name in
    upper and lower case only, or in what nobody sees. `elsewhere` is True for the game's own library and
    for other mods, whose files are not examined; `mod` is then the other mod's name. `library` is a name
    of the game's library that this version of the game lacks. Without any of the first three the game
    finds no file.
    """

    path: str = ""
    case: str = ""
    elsewhere: bool = False
    mod: str = ""
    library: str = ""

    @property
    def missing(self) -> bool:
        """Whether the game would find no file."""
        return not (self.path or self.elsewhere)


class Searched(NamedTuple):
    """Where names are searched: the mod's name, the version of the game, and the paths of the package.

    `folded` maps what a path has in common with those that look the same (`folded_name`) to the path.
    """

    mod: str
    game: str
    known: AbstractSet[str]
    folded: Mapping[str, str]


def resolve(target: str, requirer: str, searched: Searched) -> Resolution:
    """Resolve the name `target` in the file `requirer`.

    Documented: a path starts at the mod's root, at the game's `lualib`, or with `__mod-name__`.
    Observed: it may start at the requiring file's folder as well; folders are separated by dots
    or slashes; an extension after a slash is replaced by `.lua`. A scenario has a root of its
    own. Where the game's choice is not known, every possible reading is accepted: a false alarm is
    worse than a miss.
    """
    of_a_mod = _OF_A_MOD.match(target)
    if of_a_mod and of_a_mod[1] != searched.mod:
        return _in_other_mod(of_a_mod[1], of_a_mod[2], searched)
    name = of_a_mod[2] if of_a_mod else target
    candidates = paths_meant(target, requirer)
    for candidate in candidates:
        if candidate in searched.known:
            return Resolution(path=candidate)
    library = _library_name(name)
    if not of_a_mod and (library in _LUA_LIBRARIES or library in lualib(searched.game)):
        return Resolution(elsewhere=True, mod="core")
    for candidate in candidates:
        if (folded := folded_name(candidate)) in searched.folded:
            return Resolution(case=searched.folded[folded])
    return Resolution(library=library if not of_a_mod and library in CORE_LUALIB else "")


def paths_meant(target: str, requirer: str) -> list[str]:
    """Return the paths inside its mod where a required name may be, in the order of the search."""
    of_a_mod = _OF_A_MOD.match(target)
    name, roots = (of_a_mod[2], [""]) if of_a_mod else (target, list(_roots(requirer)))
    return [posixpath.join(root, form) for form in _forms(name) for root in roots]


def _in_other_mod(mod: str, name: str, searched: Searched) -> Resolution:
    library = _library_name(name)
    if mod == "core" and library.startswith("lualib."):
        library = library.removeprefix("lualib.")
        if library in CORE_LUALIB - lualib(searched.game):
            return Resolution(library=library)
    return Resolution(elsewhere=True, mod=mod)


def files_below(beginning: str, requirer: str, searched: Searched) -> Iterator[str]:
    """Yield the Lua files that a computed name may mean, whose literal beginning is known."""
    of_a_mod = _OF_A_MOD.match(beginning)
    if of_a_mod and of_a_mod[1] != searched.mod:
        return
    name = of_a_mod[2] if of_a_mod else beginning
    roots = [""] if of_a_mod else list(_roots(requirer))
    plain = name.replace("\\", "/").removeprefix("./").removeprefix("/")
    starts = tuple(
        posixpath.join(root, form) for root in roots for form in {plain, plain.replace(".", "/")}
    )
    if not plain or ".." in plain or (plain.startswith("__") and not of_a_mod):
        starts = ("",)
    for path in searched.known:
        if path.startswith(starts) and path.endswith(".lua"):
            yield path


def _library_name(name: str) -> str:
    return name.removesuffix(".lua").removeprefix("./").replace("/", ".")


def _roots(requirer: str) -> Iterator[str]:
    """Yield the folders at which a path may start: the root, the file's own, and a scenario's."""
    yield ""
    folder = posixpath.dirname(requirer)
    if folder:
        yield folder
    if folder.startswith(SCENARIO_FOLDERS):
        while "/" in folder:
            folder = posixpath.dirname(folder)
            yield folder


def _forms(name: str) -> Iterator[str]:
    """Yield the file paths that a required name may mean, below one of the roots."""
    if ".." in name:  # documented: not allowed
        return
    plain = _DOUBLED.sub("/", name.replace("\\", "/")).removeprefix("./").removeprefix("/")
    plain = plain.rstrip(".")  # observed: a released mod requires `prototypes.technology.`
    stem, dot, ending = plain.rpartition(".")
    dotted = plain.replace(".", "/")
    yield f"{dotted}.lua"
    yield f"{plain}.lua"
    if dot and "/" in stem and "/" not in ending:
        yield f"{stem}.lua"  # the game replaces what looks like an extension
    if ending == "lua":
        yield f"{stem.replace('.', '/')}.lua"
    yield f"{dotted}/init.lua"
