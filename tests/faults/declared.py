"""A mod of a history: its repository, and what is declared there."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.conftest import ModRepository, png

if TYPE_CHECKING:
    from pathlib import Path


class WithoutGit(ModRepository):
    """A mod that is in no repository: git has no part in a history, and would be most of its work."""

    def __init__(self, root: Path, name: str = "lamp-post") -> None:
        self._has_git = True
        super().__init__(root, name)
        shutil.rmtree(root / ".git")
        self._has_git = False

    def git(self, *arguments: str) -> str:
        return super().git(*arguments) if self._has_git else ""


@dataclass
class Declared:
    """One mod; `public` says which code was released under which version."""

    repo: ModRepository
    minor: int = 0
    text: str = "Light."
    tags: list[str] = field(default_factory=lambda: ["trains"])
    images: list[int] = field(default_factory=lambda: [1, 2])
    code: int = 0
    public: dict[str, int] = field(default_factory=dict)

    @property
    def version(self) -> str:
        return f"1.{self.minor}.0"

    @property
    def is_taken(self) -> bool:
        """Tell whether the version is public with another code."""
        return self.public.get(self.version, self.code) != self.code

    def write(self) -> None:
        """Bring the repository's files to what is declared."""
        for shade in self.images:
            self.repo.write(f"gallery/{shade}.png", png(shade * 20))
        self.repo.write("README.md", f"# Lamp\n\n{self.text}\n")
        self.repo.write("control.lua", f"-- {self.code}\n")
        self.repo.config |= {
            "description": "README.md",
            "tags": self.tags,
            "images": [f"gallery/{shade}.png" for shade in self.images],
            "prune-images": "true",
            "exclude": ["README.md", "gallery/**"],
        }
        self.repo.release(self.version)


def trimmed_lines(text: str) -> list[str]:
    """Give a text without what a portal may trim of it."""
    return [line.rstrip() for line in text.rstrip().splitlines()]
