"""Which rules need the portal, and which mods they ask it about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factorio_release.checks.registry import RULES

if TYPE_CHECKING:
    from collections.abc import Container

    from factorio_release.checks.rule import Rule
    from factorio_release.parsers.info import Info

ONLINE_FACTS: Final = frozenset({"live", "required", "page", "package", "policy"})


def online_rules() -> tuple[Rule, ...]:
    """Return the rules that ask for a fact which only a plan has."""
    return tuple(rule for rule in RULES if not ONLINE_FACTS.isdisjoint(rule.facts))


def names_to_ask(info: Info, ignore: Container[str]) -> tuple[str, ...]:
    """Return the mods that this one cannot do without, the game's own left out.

    None where every rule about them is set aside: then the portal is not asked.
    """
    if all(rule.code in ignore for rule in RULES if "required" in rule.facts):
        return ()
    found = (entry.dependency for entry in info.dependencies)
    return tuple(sorted({one.name for one in found if one and one.required and not one.built_in}))
