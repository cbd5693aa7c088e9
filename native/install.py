"""Installs this version of the program for a step: in a folder of its own, every library by its hash.

    python -I native/install.py

The program comes from the checkout of the action around this file, its libraries from `requirements.lock`.
The step's output `python` is the interpreter that has both.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PIP = ("-m", "pip", "--disable-pip-version-check", "--no-input")
LOCKED = ("--require-hashes", "--no-deps", "--only-binary", ":all:", "--requirement")


def install(folder: Path) -> Path:
    """Make a virtual environment with the program in `folder`, and return its interpreter."""
    environment = folder / "environment"
    venv.create(environment, with_pip=False)
    python = environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    into = (*PIP, "--python", str(python), "install", "--quiet")
    run(*into, *LOCKED, str(ROOT / "requirements.lock"))
    tools = folder / "tools"
    run(
        *PIP,
        "install",
        "--quiet",
        "--target",
        str(tools),
        *LOCKED,
        str(ROOT / "requirements-build.lock"),
    )
    run(*into, "--no-deps", "--no-build-isolation", str(ROOT), PYTHONPATH=str(tools))
    return python


def run(*arguments: str, **environ: str) -> None:
    """Run this interpreter; raises CalledProcessError, after it has said what is wrong."""
    subprocess.run([sys.executable, *arguments], check=True, env={**os.environ, **environ})


def main() -> None:
    """Install, and hand the interpreter on to the next step."""
    folder = tempfile.mkdtemp(prefix="factorio-release-", dir=os.environ.get("RUNNER_TEMP"))
    python = install(Path(folder))
    with Path(os.environ["GITHUB_OUTPUT"]).open("a", encoding="utf-8") as output:
        output.write(f"python={python}\n")


if __name__ == "__main__":
    main()
