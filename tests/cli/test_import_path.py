"""No module of the folder that the program is started in is imported, whatever its name."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.conftest import KEY, environment

if TYPE_CHECKING:
    from factorio_release.local_portal import LocalPortal
    from tests.conftest import ModRepository

PROJECT = Path(__file__).parents[2] / "pyproject.toml"
SCRIPT = Path(sysconfig.get_path("scripts")) / (
    "factorio-release" + (".exe" if os.name == "nt" else "")
)


def as_installed() -> tuple[str, ...]:
    """Return a command that does what the script does which pip writes for the project."""
    script = tomllib.loads(PROJECT.read_text("utf-8"))["project"]["scripts"]["factorio-release"]
    module, name = script.split(":")
    return (
        sys.executable,
        "-P",
        "-c",
        f"import sys; from {module} import {name}; sys.exit({name}())",
    )


STARTS = {
    "module": ((sys.executable, "-m", "factorio_release"), {}),
    "module, safe path": ((sys.executable, "-P", "-m", "factorio_release"), {}),
    "module, folder in PYTHONPATH": (
        (sys.executable, "-m", "factorio_release"),
        {"PYTHONPATH": "."},
    ),
    "command, folder in PYTHONPATH": (as_installed(), {"PYTHONPATH": os.pathsep}),
    "command": ((str(SCRIPT),), {}),  # the pre-commit hook starts this one as well
}


def of_python() -> set[str]:
    """Return what Python imports before it starts any program: with PYTHONPATH, from there."""
    listing = [sys.executable, "-c", "import sys; print(*sys.modules)"]
    found = subprocess.run(listing, env=environment(), capture_output=True, text=True, check=True)
    absent = {"sitecustomize", "usercustomize", "nt", "_winapi"}  # what it looks for in vain
    return absent | set(found.stdout.split())


@pytest.mark.parametrize("start", STARTS)
def test_no_module_of_the_working_directory_is_imported(
    repository: ModRepository, portal: LocalPortal, tmp_path: Path, start: str
) -> None:
    sprung = tmp_path / "sprung"
    command, variables = STARTS[start]
    names = {*sys.stdlib_module_names, *packages_distributions(), "sitecustomize"} - {
        "factorio_release"
    }
    names = {name for name in names if "." not in name and "/" not in name}
    assert {"yaml", "requests", "json", "signal", "wcmatch", "urllib3"} <= names
    if "PYTHONPATH" in variables:
        names -= of_python()
    for name in names:
        repository.write(f"{name}.py", f"open({str(sprung)!r}, 'a').write('{name} ')\n")
    ran = subprocess.run(  # it checks as well
        [*command, "release", ".", "--yes", "--portal-url", portal.url],
        cwd=repository.root,
        env=environment(FACTORIO_API_KEY=KEY, **variables),
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert not sprung.exists(), sprung.read_text()
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "lamp-post" in portal.state.mods
