"""A fake install with a mod folder, config.ini and a scratch folder, as a careful client makes them."""

from __future__ import annotations

import json
import subprocess
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.stand_in_game.install import EXPANSIONS, install, set_faults

if TYPE_CHECKING:
    from pathlib import Path

INFO: dict[str, Any] = {
    "name": "andon-lamps",
    "version": "1.2.3",
    "title": "Andon lamps",
    "author": "somebody",
    "factorio_version": "2.0",
    "dependencies": ["base >= 2.0.0"],
}


class Game:
    """Runs the stand-in."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.program = install(root / "game")
        self.scratch = root / "scratch"
        self.mods = root / "mods"
        self.mods.mkdir()
        self.save = root / "save.zip"
        self.config(locale="en")
        self.switch({})

    def config(self, locale: str | None) -> None:
        general = f"[general]\nlocale={locale}\n" if locale else ""
        (self.root / "config.ini").write_text(
            f"; version=12\n[path]\nread-data=__PATH__executable__/../../data\nwrite-data={self.scratch}\n"
            f"{general}[other]\nenable-new-mods=false\n"
        )

    def switch(self, enabled: dict[str, bool], **pinned: str) -> None:
        """Write mod-list.json: expansions are off unless they are named."""
        all_enabled = dict.fromkeys(EXPANSIONS, False) | enabled
        entries: list[dict[str, Any]] = [
            {"name": name, "enabled": on} for name, on in all_enabled.items()
        ]
        for entry in entries:
            if version := pinned.get(entry["name"].replace("-", "_")):
                entry["version"] = version
        (self.mods / "mod-list.json").write_text(json.dumps({"mods": entries}))

    def mod(self, texts: dict[str, str], file_name: str = "", **info: Any) -> None:
        """Put a zipped mod into the folder and switch it on."""
        all_info = INFO | info
        top = f"{all_info['name']}_{all_info['version']}"
        texts = {"info.json": json.dumps(all_info)} | texts
        with zipfile.ZipFile(self.mods / (file_name or f"{top}.zip"), "w") as package:
            for path, text in texts.items():
                package.writestr(f"{top}/{path}", text)
        listed = json.loads((self.mods / "mod-list.json").read_text())["mods"]
        self.switch({one["name"]: one["enabled"] for one in listed} | {all_info["name"]: True})

    def faults(self, *faults: str) -> None:
        set_faults(self.program, *faults)

    def command(self, *arguments: object) -> list[str]:
        own = ["-c", self.root / "config.ini", "--mod-directory", self.mods]
        return list(map(str, [self.program, *own, *arguments]))

    def run(self, *arguments: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments),
            env={},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            timeout=60,
            check=False,
        )

    def start(self, *arguments: object) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.command(*arguments), env={}, stdout=subprocess.PIPE, encoding="utf-8"
        )

    @property
    def log(self) -> str:
        return (self.scratch / "factorio-current.log").read_text(encoding="utf-8", errors="replace")

    def dump(self) -> dict[str, Any]:
        file = self.scratch / "script-output/data-raw-dump.json"
        raw: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return raw


@pytest.fixture
def game(tmp_path: Path) -> Game:
    return Game(tmp_path)
