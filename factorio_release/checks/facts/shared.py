"""Facts that several rules share: each is worked out once a run, when a rule first asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from factorio_release.checks.facts.asset_references import read_assets
from factorio_release.checks.facts.contents import read_contents
from factorio_release.checks.facts.locales import read_locales
from factorio_release.checks.facts.lua_files import read_lua_tree
from factorio_release.checks.rule import fact_names
from factorio_release.checks.rules.images import read_media

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PROVIDERS: Final[Mapping[str, Callable[..., Any]]] = {
    "assets": read_assets,
    "contents": read_contents,
    "locales": read_locales,
    "lua": read_lua_tree,
    "media": read_media,
}


class Facts(dict[str, Any]):
    """The facts of a run by name; one that is missing comes from its provider and stays."""

    def __missing__(self, name: str) -> Any:
        provide = PROVIDERS[name]
        self[name] = provide(**{needed: self[needed] for needed in fact_names(provide)})
        return self[name]

    def can_give(self, names: tuple[str, ...]) -> bool:
        """Tell whether every one of the names is at hand or can be worked out."""
        return all(name in self or name in PROVIDERS for name in names)
