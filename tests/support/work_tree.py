"""A mod in a real repository, made with the git program, and what the package takes of it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from factorio_release.checks.reported import COLLECTION_SEVERITIES, OTHERWISE_JUDGED
from factorio_release.git.repository import find_repository
from factorio_release.package.collect import collect_files
from factorio_release.package.rules import PackageRules
from factorio_release.parsers.info import read_info
from tests.support.git import git_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from factorio_release.package.file_set import FileSet

INFO = {
    "name": "my-mod",
    "version": "1.2.3",
    "title": "t",
    "author": "a",
    "factorio_version": "2.0",
}


@dataclass
class WorkTree:
    """A mod in the folder `prefix` of a repository; without `init` the folder has no repository."""

    root: Path
    prefix: str = ""
    info: dict[str, Any] = field(default_factory=lambda: dict(INFO))

    @property
    def folder(self) -> Path:
        return self.root / self.prefix

    def git(self, *arguments: str, at: Path | None = None) -> bytes:
        return git_bytes(at or self.root, *arguments)

    def write(self, files: Mapping[str, bytes | str], *, at: Path | None = None) -> WorkTree:
        for path, content in files.items():
            place = (at or self.folder) / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content.encode() if isinstance(content, str) else content)
        return self

    def write_info(self, **package: Any) -> WorkTree:
        info = self.info | ({"package": package} if package else {})
        return self.write({"info.json": json.dumps(info)})

    def init(self, *options: str) -> WorkTree:
        self.root.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", *options)
        return self

    def commit(self) -> WorkTree:
        self.git("add", "--all")
        self.git("commit", "-q", "--allow-empty", "-m", "m")
        return self

    def files(self, **rules: tuple[str, ...]) -> FileSet:
        info = read_info((self.folder / "info.json").read_bytes())
        files = collect_files(
            self.folder, find_repository(self.folder), info, PackageRules(**rules)
        )
        # A code without a severity would stop every check of such a mod.
        assert {problem.code for problem in files.problems} <= {
            *COLLECTION_SEVERITIES,
            *OTHERWISE_JUDGED,
        }
        return files

    def shipped(self, **rules: tuple[str, ...]) -> list[str]:
        return [file.path for file in self.files(**rules).files]

    def codes(self, **rules: tuple[str, ...]) -> list[str]:
        return sorted(problem.code for problem in self.files(**rules).problems)

    def reasons(self, **rules: tuple[str, ...]) -> dict[str, str]:
        return {item.path: item.reason for item in self.files(**rules).left_out}
