"""The portal's files on disk: one JSON file for each mod, each zip and image under its SHA-1.

Each file is written to the spool folder and then moved to its place, so that a killed portal leaves either
the old file or the new one.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from factorio_release.local_portal.state.records import StoredMod

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


class Store:
    """The files of one portal."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._mods = directory / "mods"
        self._files = directory / "files"
        self.spool = directory / "spool"
        # What a killed portal left there belongs to requests that were never answered.
        shutil.rmtree(self.spool, ignore_errors=True)
        for folder in (self._mods, self._files, self.spool):
            folder.mkdir(parents=True, exist_ok=True)

    def load_mods(self) -> dict[str, StoredMod]:
        """Read every mod."""
        records = [
            json.loads(path.read_text("utf-8")) for path in sorted(self._mods.glob("*.json"))
        ]
        return {record["name"]: StoredMod.from_json(record) for record in records}

    def save_mod(self, mod: StoredMod) -> None:
        """Write a mod as it is now."""
        self._write_json(self._mod_path(mod.name), mod.to_json())

    def remove_mod(self, name: str) -> None:
        """Delete the record of a mod; its zips and images stay, since another mod may have the same."""
        self._mod_path(name).unlink(missing_ok=True)

    def load_reserved(self) -> set[str]:
        """Return the names that are taken without a mod."""
        path = self.directory / "reserved.json"
        if not path.exists():
            return set()
        return set(json.loads(path.read_text("utf-8")))

    def save_reserved(self, names: Iterable[str]) -> None:
        """Write the reserved names."""
        self._write_json(self.directory / "reserved.json", sorted(names))

    def file(self, sha1: str, extension: str) -> Path:
        """Return the path of a zip or an image."""
        return self._files / f"{sha1}.{extension}"

    def adopt(self, spooled: Path, sha1: str, extension: str) -> Path:
        """Move an accepted upload to its place and return the path."""
        target = self.file(sha1, extension)
        spooled.replace(target)
        return target

    def put(self, content: bytes, extension: str) -> str:
        """Store bytes and return their SHA-1."""
        sha1 = hashlib.sha1(content, usedforsecurity=False).hexdigest()
        handle, name = tempfile.mkstemp(dir=self.spool)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        self.adopt(self.spool / name, sha1, extension)
        return sha1

    def _mod_path(self, name: str) -> Path:
        # A seed's name is any text. The hash keeps apart what only differs in case, or after the cut.
        mark = hashlib.sha256(name.encode()).hexdigest()[:8]
        return self._mods / f"{quote(name, safe=' ')[:100]}-{mark}.json"

    def _write_json(self, target: Path, data: Any) -> None:
        text = json.dumps(data, ensure_ascii=False, indent=1)
        handle, name = tempfile.mkstemp(dir=self.spool)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        (self.spool / name).replace(target)
