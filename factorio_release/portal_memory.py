"""The memory of what was learnt of the portal, kept in the user's cache folder from one run to the next.

A memory decides which package on the portal counts as this one and which edits are not sent. It is therefore
never read from a checkout: a pull request could contain one. It has digests, ids and names of fields.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.live.portal_forms import PortalForms, forms_of

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_MEMORY_BYTES: Final = 1024 * 1024


def cache_folder(environ: Mapping[str, str], *, windows: bool = os.name == "nt") -> Path | None:
    """Return the user's cache folder; None where the environment names none.

    Source: freedesktop.org "XDG Base Directory Specification", which ignores relative paths.
    """
    if windows:
        return _absolute(environ.get("LOCALAPPDATA", ""))
    cache = _absolute(environ.get("XDG_CACHE_HOME", ""))
    if cache:
        return cache
    home = _absolute(environ.get("HOME", ""))
    return home / ".cache" if home else None


def _absolute(path: str) -> Path | None:
    if path and Path(path).is_absolute():
        return Path(path)
    return None


class PortalMemory(NamedTuple):
    """The memory of one mod on one portal; without a `file` it is always empty."""

    file: Path | None = None

    @classmethod
    def of(cls, cache: Path | None, portal_url: str, mod: str, mod_folder: Path) -> PortalMemory:
        """Return the memory below `cache`; without a file where that is inside the mod's checkout."""
        if cache is None or _is_in_checkout(cache, mod_folder):
            return cls()
        name = hashlib.sha256(f"{portal_url}\n{mod}".encode()).hexdigest()
        return cls(cache / "factorio-release" / "portal" / f"{name}.json")

    def load(self) -> PortalForms:
        """Return what is remembered; nothing where the file is missing or cannot be read."""
        if self.file is None:
            return PortalForms()
        try:
            with self.file.open("rb") as opened:
                return forms_of(json.loads(opened.read(MAX_MEMORY_BYTES)))
        except (OSError, ValueError, RecursionError):
            return PortalForms()

    def save(self, forms: PortalForms) -> None:
        """Write the memory; a failure is ignored, because no run may fail for its memory."""
        if self.file is None:
            return
        from factorio_release.disk.atomic_write import write_file  # noqa: PLC0415 start-up: only to write

        content = json.dumps(forms.record(), indent=1).encode()
        try:
            write_file(self.file, content)
        except OSError:
            return


def _is_in_checkout(cache: Path, mod_folder: Path) -> bool:
    """Return whether the cache is inside the mod's folder or its checkout, links resolved."""
    from factorio_release.disk.atomic_write import checkout_around  # noqa: PLC0415 start-up: not for a check

    folder = mod_folder.resolve()
    checkout = (checkout_around(folder) or folder).resolve()
    return cache.resolve().is_relative_to(checkout)
