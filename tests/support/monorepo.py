"""Many mods in one git repository, made cheaply."""

from __future__ import annotations

import json
import zipfile
from typing import TYPE_CHECKING

from tests.support.git import git

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


class Mods:
    """Mods in `mods/NAME` of a repository, with one config file at its root."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(parents=True)
        git(root, "init", "--quiet", "--initial-branch=main")
        self.write("factorio-release.yml", "category: utilities\nlicense: default_mit\n")

    def add(self, name: str, *needs: str, version: str = "1.0.0", place: str = "") -> Path:
        """Write a mod that needs others; `place` is its folder where that is not its name."""
        folder = f"mods/{place or name}"
        self.write(f"{folder}/info.json", info(name, needs, version))
        self.write(f"{folder}/changelog.txt", changelog(version))
        self.write(f"{folder}/control.lua", f"-- {name} {version}\n")
        return self.root / folder

    def write(self, path: str, text: str) -> Path:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
        return file

    def commit(self, tag: str = "") -> None:
        git(self.root, "add", "--all")
        git(self.root, "commit", "--quiet", "--allow-empty", "--message", "Change")
        if tag:
            git(self.root, "tag", tag)

    def zip(self, name: str, *needs: str, version: str, lua: str = "") -> Path:
        """Write a built zip to `dist`."""
        file = self.root / "dist" / f"{name}_{version}.zip"
        file.parent.mkdir(exist_ok=True)
        top = f"{name}_{version}"
        with zipfile.ZipFile(file, "w") as bundle:
            bundle.writestr(f"{top}/info.json", info(name, needs, version))
            bundle.writestr(f"{top}/changelog.txt", changelog(version))
            bundle.writestr(f"{top}/control.lua", lua or f"-- {name} {version}\n")
        return file


def info(name: str, needs: Iterable[str], version: str) -> str:
    fields = {
        "name": name,
        "version": version,
        "title": name,
        "author": "demo",
        "factorio_version": "2.0",
        "description": "Light at night.",
        "dependencies": ["base >= 2.0.0", *needs],
    }
    return json.dumps(fields, indent=2) + "\n"


def changelog(version: str) -> str:
    return f"{'-' * 99}\nVersion: {version}\nDate: 2026-01-01\n  Features:\n    - Lights.\n"
