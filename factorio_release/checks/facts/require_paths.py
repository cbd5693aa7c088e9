"""Where the game looks for a required file."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.checks.facts.contents import words
from factorio_release.package.game_files import SCENARIO_FOLDERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from collections.abc import Set as AbstractSet

# The files of the game's core/lualib, past ones included, as its published data has them up to 2.1.12.
CORE_LUALIB: Final = words("""
    autoplace_utils biome-visualization-utils bonus-gui-ordering builder camera
    circuit-connector-generated-definitions circuit-connector-sprites collision-mask-defaults
    collision-mask-util crash-site data-duplicate-checker dataloader defines event_handler flying_tags
    inspect kill-score math2d math3d meld mod-gui noise noise.expression-to-ascii-math production-score
    prototype-hierarchy prototype-info resource-autoplace silo-script sound-util space-finish-script
    story story-skeleton story_2 surface-render-parameter-effects util
""")
_LUA_LIBRARIES: Final = words("bit32 coroutine debug io math os package serpent string table")
_PROVIDED: Final = CORE_LUALIB | _LUA_LIBRARIES
_OF_A_MOD: Final = re.compile(r"__(.+?)__[./](.*)", re.DOTALL)


class Resolution(NamedTuple):
    """The file that a `require` loads.

    `path` is a file of this mod. `case` is set instead when a file differs from the required name in
    upper and lower case only. `elsewhere` is True for the game's own library and for other mods, whose
    files are not examined. Without any of these the game finds no file.
    """

    path: str = ""
    case: str = ""
    elsewhere: bool = False

    @property
    def missing(self) -> bool:
        """Whether the game would find no file."""
        return not (self.path or self.elsewhere)


def resolve(
    target: str, requirer: str, mod: str, known: AbstractSet[str], folded: Mapping[str, str]
) -> Resolution:
    """Resolve the name `target` in the file `requirer` of the mod with the name `mod`.

    `known` are the paths of the package, `folded` maps each in lower case to itself.

    Documented: a path starts at the mod's root, at the game's `lualib`, or with `__mod-name__`.
    Observed: it may start at the requiring file's folder as well; folders are separated by dots
    or slashes; an extension after a slash is replaced by `.lua`. A scenario has a root of its
    own. Where the game's choice is not known, every possible reading is accepted: a false alarm is
    worse than a miss.
    """
    of_a_mod = _OF_A_MOD.match(target)
    if of_a_mod and of_a_mod[1] != mod:
        return Resolution(elsewhere=True)
    if of_a_mod:
        name, roots = of_a_mod[2], [""]
    else:
        name, roots = target, list(_roots(requirer))
    candidates = [posixpath.join(root, form) for form in _forms(name) for root in roots]
    for candidate in candidates:
        if candidate in known:
            return Resolution(path=candidate)
    if not of_a_mod and _library_name(name) in _PROVIDED:
        return Resolution(elsewhere=True)
    for candidate in candidates:
        if candidate.lower() in folded:
            return Resolution(case=folded[candidate.lower()])
    return Resolution()


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
    plain = name.replace("\\", "/").removeprefix("./").removeprefix("/")
    stem, dot, ending = plain.rpartition(".")
    dotted = plain.replace(".", "/")
    yield f"{dotted}.lua"
    yield f"{plain}.lua"
    if dot and "/" in stem and "/" not in ending:
        yield f"{stem}.lua"  # the game replaces what looks like an extension
    if ending == "lua":
        yield f"{stem.replace('.', '/')}.lua"
    yield f"{dotted}/init.lua"
