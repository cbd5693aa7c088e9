"""Which mods are sure to be loaded together with this one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.parsers.dependency import BUILT_IN

if TYPE_CHECKING:
    from factorio_release.parsers.info import Info

# The built-in mods that another one requires (in its own info.json).
_BROUGHT: Final = {
    "space-age": frozenset({"quality", "elevated-rails", "recycler"}),
    "quality": frozenset({"recycler"}),
}
# With these the game loads the other mod, or the portal recommends it.
_LOADING_PREFIXES: Final = frozenset({"", "~", "+", "+~"})
_REQUIRED_PREFIXES: Final = frozenset({"", "~", "+~"})
_OPTIONAL_PREFIXES: Final = frozenset({"?", "(?)", "+"})
_ALWAYS: Final = frozenset({"base", "core"})


class DependencyNames(NamedTuple):
    """The mods of the dependencies, by what is known of them.

    `loaded` are always there: those of the game and required ones. `optional` may be there. `closed`
    is True when nothing but the game is required, so that no other mod can bring in a third one.
    """

    loaded: frozenset[str]
    optional: frozenset[str]
    closed: bool


def read_dependency_names(info: Info) -> DependencyNames:
    """Sort the mods of the dependencies by whether the game loads them."""
    dependencies = [entry.dependency for entry in info.dependencies]
    known = [one for one in dependencies if one]
    loaded = {one.name for one in known if one.prefix in _REQUIRED_PREFIXES}
    for name in tuple(loaded):
        loaded |= _BROUGHT.get(name, frozenset())
    optional = {one.name for one in known if one.prefix in _OPTIONAL_PREFIXES}
    others = (one for one in known if one.name not in BUILT_IN and one.prefix in _LOADING_PREFIXES)
    is_closed = len(known) == len(dependencies) and not any(others)
    return DependencyNames(frozenset(loaded | _ALWAYS), frozenset(optional), is_closed)
