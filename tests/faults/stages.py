"""The scenarios that are broken in every way: a first publish, a release with a changed page, three mods."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PAGE = {
    "tags": ["trains", "logistics"],
    "description": "README.md",
    "faq": "FAQ.md",
    "images": ["gallery/night.png", "gallery/day.png", "gallery/dusk.png"],
}


@dataclass(frozen=True)
class Stage:
    """A mod to release, and the portal's state before: a folder, or None for an empty portal.

    `repo` is without git, which has no part in what a portal does and is asked fifteen times a run.
    `checkout` is the same mod in its repository.
    """

    name: str
    repo: str
    state: str | None = None
    checkout: str = ""

    def case(self, **more: Any) -> dict[str, Any]:
        return {"repo": self.repo, "state": self.state, **more}


def without_git(folder: str, copy: Path) -> str:
    """Copy a mod, or a folder of mods, and leave its repositories out."""
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns(".git"))
    return str(copy)


def first_publish(
    make: Callable[[Path], Any], folder: Path, version: str = "1.0.0", words: str = ""
) -> str:
    """Make a mod with a page: description, tags, FAQ and three images in order."""
    repo = make(folder)
    repo.config |= PAGE
    repo.write("README.md", f"# Lamp post\n\nLight at night.{words}\n")
    repo.write("FAQ.md", "# Questions\n\nDoes it shine? Yes.\n")
    for shade, name in enumerate(("night", "day", "dusk"), 1):
        repo.write(f"gallery/{name}.png", repo.picture(40 * shade))
    if version != "1.0.0":
        repo.release(version)
    repo.save()
    return str(folder)


def next_release(make: Callable[[Path], Any], folder: Path) -> str:
    """Make the mod's next version: changed texts, two images new, one gone, the rest in another order."""
    repo = make(folder)
    first_publish(lambda _: repo, folder)
    repo.write("README.md", "# Lamp post\n\nLight at night, and at dusk.\n")
    repo.write("gallery/rain.png", repo.picture(200))
    repo.write("gallery/snow.png", repo.picture(250))
    repo.config |= {
        "tags": ["trains", "power"],
        "homepage": "https://example.com/lamp",
        "images": ["gallery/dusk.png", "gallery/rain.png", "gallery/night.png", "gallery/snow.png"],
        "prune-images": "true",
    }
    repo.release("1.1.0")
    return str(folder)


# Which of the three mods needs which.
NEEDS = {"lamp-street": "lamp-post"}


def three_mods(make: Callable[..., Any], folder: Path) -> str:
    """Make three mods in one folder, to be released in one run: the second needs the first."""
    for shade, name in enumerate(("lamp-post", "lamp-street", "torch"), 1):
        repo = make(folder / name, name)
        repo.config |= {"tags": ["trains"], "description": "README.md", "images": ["night.png"]}
        repo.write("README.md", f"# {name}\n\nLight at night.\n")
        repo.write("night.png", repo.picture(30 * shade))
        if name in NEEDS:
            repo.info["dependencies"] = ["base >= 2.0.0", f"{NEEDS[name]} >= 1.0.0"]
        repo.save()
    return str(folder)
