"""What is known of mods that are not on this portal, for the page of a mod that depends on them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KnownMod:
    """The releases of a mod, as versions of numbers and dots; `where` says where they are."""

    versions: tuple[str, ...]
    deprecated: bool = False
    where: str = "on the portal"
