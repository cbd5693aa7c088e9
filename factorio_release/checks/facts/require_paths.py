"""Where the game looks for a required file."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from factorio_release.checks.facts.contents import words

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
_LUA_ITSELF: Final = words("bit32 coroutine debug io math os package serpent string table")
_OF_A_MOD: Final = re.compile(r"__(.+?)__[./](.*)", re.DOTALL)
_OWN_ROOTS: Final = ("scenarios", "campaigns", "tutorials")


@dataclass(frozen=True, slots=True)
class Resolution:
    """Where a `require` leads: a file of this mod, one that differs in `case` only, or `elsewhere`.

    `elsewhere` is the game's own library or another mod: there, but not ours to look into.
    """

    path: str = ""
    case: str = ""
    elsewhere: bool = False

    @property
    def missing(self) -> bool:
        """True when the game would find nothing."""
        return not (self.path or self.elsewhere)


def resolve(
    target: str, requirer: str, mod: str, known: AbstractSet[str], folded: Mapping[str, str]
) -> Resolution:
    """Look a `require` up as the game does.

    Documented: a path starts at the mod's root, at the game's `lualib`, or with `__mod-name__`.
    Observed: it may start at the requiring file's folder as well; folders are separated by dots
    or slashes; an extension after a slash is replaced by `.lua`. A scenario has a root of its
    own. More readings than the game's are accepted where its choice is not known.
    """
    of_a_mod = _OF_A_MOD.match(target)
    if of_a_mod and of_a_mod[1] != mod:
        return Resolution(elsewhere=True)
    name = of_a_mod[2] if of_a_mod else target
    roots = ("",) if of_a_mod else tuple(_roots(requirer))
    candidates = [posixpath.join(root, form) for form in _forms(name) for root in roots]
    for candidate in candidates:
        if candidate in known:
            return Resolution(path=candidate)
    if not of_a_mod and _core_name(name) in CORE_LUALIB | _LUA_ITSELF:
        return Resolution(elsewhere=True)
    return Resolution(case=next((folded[c.lower()] for c in candidates if c.lower() in folded), ""))


def _core_name(name: str) -> str:
    return name.removesuffix(".lua").removeprefix("./").replace("/", ".")


def _roots(requirer: str) -> Iterator[str]:
    yield ""
    folder = posixpath.dirname(requirer)
    if folder:
        yield folder
    if folder.startswith(_OWN_ROOTS):
        while "/" in folder:
            folder = posixpath.dirname(folder)
            yield folder


def _forms(name: str) -> Iterator[str]:
    if ".." in name:
        return
    plain = name.replace("\\", "/").removeprefix("./").removeprefix("/")
    stem, dot, ending = plain.rpartition(".")
    dotted = plain.replace(".", "/")
    yield f"{dotted}.lua"
    yield f"{plain}.lua"
    if dot and "/" in stem and "/" not in ending:
        yield f"{stem}.lua"
    if ending == "lua":
        yield f"{stem.replace('.', '/')}.lua"
    yield f"{dotted}/init.lua"
