"""The git program, for tests that make repositories: without the settings of the machine and its user."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_SETTINGS = {
    "user.name": "Demo",
    "user.email": "demo@example.com",
    "commit.gpgsign": "false",
    "init.defaultBranch": "main",
    "protocol.file.allow": "always",  # submodules and clones from folders
}
GIT = ("git", *(part for name, value in _SETTINGS.items() for part in ("-c", f"{name}={value}")))
_ENVIRONMENT = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C"}


def git(folder: Path, *arguments: str) -> str:
    """Run git in a folder and return what it prints, without white space at the end."""
    return git_bytes(folder, *arguments).decode("utf-8", "replace").rstrip()


def git_bytes(folder: Path, *arguments: str) -> bytes:
    """Run git in a folder and return its output."""
    return subprocess.run(
        [*GIT, *arguments],
        cwd=folder,
        env=os.environ | _ENVIRONMENT,
        check=True,
        capture_output=True,
        stdin=subprocess.DEVNULL,
    ).stdout
