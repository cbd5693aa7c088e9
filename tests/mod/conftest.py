"""Real repositories to read: each test makes its own with the git program."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from factorio_release.git.repository import find_repository
from factorio_release.package.collect import collect_files
from factorio_release.package.rules import PackageRules
from factorio_release.parsers.info import read_info

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from factorio_release.package.file_set import FileSet

INFO = {"name": "my-mod", "version": "1.2.3", "title": "t", "author": "a", "factorio_version": "2.0"}


@dataclass
class Work:
    """A folder with a mod in it, and git to run there."""

    root: Path
    prefix: str = ""
    info: dict[str, Any] = field(default_factory=lambda: dict(INFO))

    @property
    def folder(self) -> Path:
        return self.root / self.prefix

    def git(self, *arguments: str, at: Path | None = None) -> bytes:
        settings = {
            "user.name": "a",
            "user.email": "a@example.invalid",
            "protocol.file.allow": "always",
            "init.defaultBranch": "main",
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        quiet = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C"}
        command = ["git", *options, *arguments]
        return subprocess.run(
            command,
            cwd=at or self.root,
            env=os.environ | quiet,
            check=True,
            capture_output=True,
            stdin=subprocess.DEVNULL,
        ).stdout

    def write(self, files: Mapping[str, bytes | str], *, at: Path | None = None) -> Work:
        for path, content in files.items():
            place = (at or self.folder) / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content.encode() if isinstance(content, str) else content)
        return self

    def write_info(self, **package: Any) -> Work:
        info = self.info | ({"package": package} if package else {})
        return self.write({"info.json": json.dumps(info)})

    def init(self, *options: str) -> Work:
        self.root.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", *options)
        return self

    def commit(self) -> Work:
        self.git("add", "--all")
        self.git("commit", "-q", "--allow-empty", "-m", "m")
        return self

    def files(self, **rules: tuple[str, ...]) -> FileSet:
        info = read_info((self.folder / "info.json").read_bytes())
        return collect_files(self.folder, find_repository(self.folder), info, PackageRules(**rules))

    def shipped(self, **rules: tuple[str, ...]) -> list[str]:
        return [file.path for file in self.files(**rules).files]

    def codes(self, **rules: tuple[str, ...]) -> list[str]:
        return sorted(problem.code for problem in self.files(**rules).problems)

    def reasons(self, **rules: tuple[str, ...]) -> dict[str, str]:
        return {item.path: item.reason for item in self.files(**rules).left_out}


@pytest.fixture
def work(tmp_path: Path) -> Work:
    return Work(tmp_path / "repository").init().write_info()
