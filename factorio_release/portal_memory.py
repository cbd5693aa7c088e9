"""Keeps what was learnt of the portal from one run to the next, in the user's cache folder.

A memory says which package on the portal is ours and which edits are not sent, so that it is never read
from a checkout, where a pull request could bring one along. It holds digests, ids and names of fields.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from factorio_release.disk.atomic_write import checkout_around, write_file
from factorio_release.live.portal_forms import PortalForms, forms_of

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_MEMORY_BYTES: Final = 1024 * 1024


def cache_folder(environ: Mapping[str, str], *, windows: bool = os.name == "nt") -> Path | None:
    """Return the user's cache folder; None where the environment names none."""
    if windows:
        base = environ.get("LOCALAPPDATA", "")
        return Path(base) if base and Path(base).is_absolute() else None
    base = environ.get("XDG_CACHE_HOME", "")
    if base and Path(base).is_absolute():
        return Path(base)
    home = environ.get("HOME", "")
    return Path(home, ".cache") if home and Path(home).is_absolute() else None


@dataclass(frozen=True, slots=True)
class PortalMemory:
    """The memory of one mod on one portal; without a `file` it is empty and stays so."""

    file: Path | None = None

    @classmethod
    def of(cls, cache: Path | None, portal_url: str, mod: str, mod_folder: Path) -> PortalMemory:
        """Return the memory below the cache folder, unless that lies in a checkout or around the mod."""
        if cache is None or _reaches_a_checkout(cache, mod_folder):
            return cls()
        name = hashlib.sha256(f"{portal_url}\n{mod}".encode()).hexdigest()
        return cls(cache / "factorio-release" / "portal" / f"{name}.json")

    def load(self) -> PortalForms:
        """Return what is remembered; nothing where that cannot be read."""
        if self.file is None:
            return PortalForms()
        try:
            with self.file.open("rb") as opened:
                return forms_of(json.loads(opened.read(MAX_MEMORY_BYTES)))
        except (OSError, ValueError, RecursionError):
            return PortalForms()

    def save(self, forms: PortalForms) -> None:
        """Remember, where it can be: no run fails because of its memory."""
        if self.file is None:
            return
        content = json.dumps(forms.record(), indent=1).encode()
        try:
            write_file(self.file, content)
        except OSError:
            return


def _reaches_a_checkout(cache: Path, mod_folder: Path) -> bool:
    """Tell whether the cache is in the mod's folder or its checkout, by whatever links."""
    folder = mod_folder.resolve()
    checkout = (checkout_around(folder) or folder).resolve()
    return cache.resolve().is_relative_to(checkout)
