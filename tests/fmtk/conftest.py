"""FMTK from npm, run against the embedded portal; skipped where Node or npm is not at hand."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from factorio_release.local_portal import DEMO_KEY
from tests.support.npm import installed

PACKAGE = "factoriomod-debug@2.0.10"
REDIRECT = Path(__file__).with_name("redirect.mjs")

Fmtk = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def fmtk_program(
    pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory
) -> list[str]:
    """The command that starts FMTK."""
    node, modules = installed(pytestconfig, tmp_path_factory, "fmtk", [PACKAGE])
    return [node, str(modules / "factoriomod-debug" / "dist" / "fmtk-cli.js")]


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
