"""The build of a mod that is written in TypeScript: its commands, and the folder that it makes."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from factorio_release.disk.bounded_file import read_head
from factorio_release.limits import MAX_PIPELINE_BYTES

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

_PACKAGE: Final = "package.json"
_COMPILER: Final = re.compile(r"typescript-to-lua|\btstl\b")
_OUT_DIR: Final = re.compile(r"\"outDir\"\s*:\s*\"(?:\./)?([\w./-]+?)/?\"")
_SCRIPT: Final = re.compile(r"[\w./-]+\.(?:ts|js|mjs|cjs|sh|py)\b")
# What people call the folder of a build.
_FOLDERS: Final = ("out", "build", "compiled", "dist", "release", "lib", "mod")
# By the file that locks the packages: how to install the manager, the packages, and run a script.
_MANAGERS: Final = (
    ("bun.lock", "npm install --global bun", "bun install --frozen-lockfile", "bun run"),
    ("bun.lockb", "npm install --global bun", "bun install --frozen-lockfile", "bun run"),
    ("pnpm-lock.yaml", "npm install --global pnpm", "pnpm install --frozen-lockfile", "pnpm run"),
    ("yarn.lock", "npm install --global yarn", "yarn install --frozen-lockfile", "yarn run"),
    ("package-lock.json", "", "npm ci", "npm run"),
)


class Build(NamedTuple):
    """A build: `commands` in order, and the `folder` of its output below the root; empty if not known."""

    commands: tuple[str, ...]
    folder: str


def find_build(root: Path, paths: Collection[str]) -> Build | None:
    """Return the build of a repository in which TypeScript becomes Lua, None where there is none."""
    if _PACKAGE not in paths:
        return None
    text = _read(root / _PACKAGE)
    try:
        package: Any = json.loads(text)
    except (ValueError, RecursionError):
        return None
    scripts = package.get("scripts") if isinstance(package, dict) else None
    script = scripts.get("build") if isinstance(scripts, dict) else None
    if not isinstance(script, str) or not _COMPILER.search(text):
        return None
    install: tuple[str, ...] = ("npm install",)
    run = "npm run"
    for lock, manager, packages, runner in _MANAGERS:
        if lock in paths:
            install = (manager, packages) if manager else (packages,)
            run = runner
            break
    return Build((*install, f"{run} build"), _output(root, paths, script))


def _output(root: Path, paths: Collection[str], script: str) -> str:
    """Return the folder that the compiler is told, else an ignored one that the build's script names."""
    for path in sorted(paths):
        if "/" not in path and re.fullmatch(r"tsconfig[\w.-]*\.json", path):
            found = _OUT_DIR.search(_read(root / path))
            if found and found[1] not in {".", ""}:
                return found[1]
    ignored = {line.strip().strip("/") for line in _read(root / ".gitignore").splitlines()}
    texts = [script, *(_read(root / name) for name in _SCRIPT.findall(script) if name in paths)]
    for folder in _FOLDERS:
        if folder in ignored and any(re.search(rf"[\"'/\s]{folder}\b", text) for text in texts):
            return folder
    return ""


def _read(path: Path) -> str:
    try:
        return read_head(path, MAX_PIPELINE_BYTES).decode("utf-8-sig", "replace")
    except OSError:
        return ""
