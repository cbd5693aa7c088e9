"""The folders in which the blocks of commands of the documents run, by the words of their marks.

A scene is a mod in a repository of its own, with what the commands need: a remote, a portal that has the mod.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from factorio_release.local_portal import LocalPortal
from tests.conftest import ALL, KEY, ModRepository
from tests.support.forks import run as run_program
from tests.support.git import git

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import ExitStack
    from pathlib import Path

DASHES = "-" * 99
CONFIG = "factorio-release.yml"
_FILES = re.compile(r"^`([^`\n]+)`\n```[a-z]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass
class Scene:
    """Where the commands of a block run, with which variables, and the portal that they may write to."""

    root: Path
    folder: Path
    stack: ExitStack
    document: str = ""  # the text that the block stands in
    # A load would ask for the game's public data, and the tests use no network.
    env: dict[str, str] = field(default_factory=lambda: {"FACTORIO_RELEASE_LOAD": "off"})

    def git(self, *arguments: str) -> None:
        git(self.folder, *arguments)

    def commit(self, message: str = "Change") -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)

    def write(self, path: str, text: str) -> None:
        place = self.folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, "utf-8")

    def set_version(self, version: str) -> None:
        info = json.loads((self.folder / "info.json").read_text("utf-8"))
        self.write("info.json", json.dumps(info | {"version": version}, indent=2) + "\n")

    def add_section(
        self, version: str, date: str, entry: str = "Lamps are brighter at night."
    ) -> None:
        before = (self.folder / "changelog.txt").read_text("utf-8")
        section = f"{DASHES}\nVersion: {version}\nDate: {date}\n  Features:\n    - {entry}\n"
        self.write("changelog.txt", section + before)


def released(scene: Scene) -> None:
    """A mod at 1.2.0, committed, tagged and pushed to a remote."""
    mod = ModRepository(scene.folder)
    mod.release("1.2.0")
    scene.git("init", "--quiet", "--bare", "--initial-branch=main", str(scene.root / "origin.git"))
    scene.git("remote", "add", "origin", str(scene.root / "origin.git"))
    scene.write(".gitignore", "dist/\n")
    scene.commit()
    scene.git("tag", "v1.2.0")
    scene.git("push", "--quiet", "--set-upstream", "origin", "main", "v1.2.0")


def mistake(scene: Scene) -> None:
    released(scene)
    with (scene.folder / "control.lua").open("a", encoding="utf-8") as opened:
        opened.write('require("lamps")\n')


def finished(scene: Scene) -> None:
    """All of 1.3.0 is committed but its version and its date."""
    released(scene)
    scene.add_section("1.3.0", "????")
    scene.commit("Brighter lamps")
    scene.git("push", "--quiet")


def open_section(scene: Scene) -> None:
    """The version is set, and the section has no date yet."""
    finished(scene)
    scene.set_version("1.3.0")
    scene.commit("Version")


def with_portal(scene: Scene) -> None:
    portal = scene.stack.enter_context(LocalPortal(keys={KEY: ALL}))
    scene.env |= {"FACTORIO_API_KEY": KEY, "FACTORIO_RELEASE_PORTAL_URL": portal.url}


def published(scene: Scene) -> None:
    released(scene)
    with_portal(scene)
    done = run_program(["release", "--yes"], scene.env, scene.folder)
    assert done.returncode == 0, done.stderr


def next_version(scene: Scene) -> None:
    published(scene)
    scene.set_version("1.3.0")
    scene.add_section("1.3.0", "2026-11-01")
    scene.commit("Release 1.3.0")


def own(scene: Scene) -> None:
    """A first version in a repository with an address, as somebody has it who comes here."""
    mod = ModRepository(scene.folder)
    (mod.root / "factorio-release.yml").unlink()
    scene.commit("First")
    scene.git("remote", "add", "origin", "https://github.com/you/lamp-post.git")


def page_files(scene: Scene) -> None:
    """The files of a document, each with its path above its content; not the config file."""
    for path, text in _FILES.findall(scene.document):
        if path != CONFIG:
            scene.write(path, text)


def page_files_committed(scene: Scene) -> None:
    page_files(scene)
    scene.git("init", "--quiet", "--initial-branch=main")
    scene.commit("First")


def page_files_configured(scene: Scene) -> None:
    page_files_committed(scene)
    scene.write(CONFIG, dict(_FILES.findall(scene.document))[CONFIG])
    scene.commit("How it is released")


def page_files_with_remote(scene: Scene) -> None:
    page_files_configured(scene)
    scene.git("init", "--quiet", "--bare", "--initial-branch=main", str(scene.root / "origin.git"))
    scene.git("remote", "add", "origin", str(scene.root / "origin.git"))
    scene.git("push", "--quiet", "--set-upstream", "origin", "main")


SCENES: dict[str, Callable[[Scene], None]] = {
    "a released mod": released,
    "a mod with a mistake": mistake,
    "a mod with finished work": finished,
    "a mod with an open section": open_section,
    "a published mod": published,
    "a published mod with a new version": next_version,
    "a mod of one's own": own,
    "the files of this page": page_files,
    "the files of this page, committed": page_files_committed,
    "the files of this page, with the config file": page_files_configured,
    "the files of this page, with the config file and a remote": page_files_with_remote,
}
