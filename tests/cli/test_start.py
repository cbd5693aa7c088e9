"""What a start imports: modules that take long to import are not among it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.conftest import environment

if TYPE_CHECKING:
    from tests.conftest import ModRepository

ROOT = Path(__file__).parents[2]
# Without `site`, whose files for editable packages and for coverage import half of the library.
PROGRAM = f"""
import sys
sys.path += {[str(ROOT), *sys.path]!r}
before = set(sys.modules)
from factorio_release.cli import command
try:
    command(sys.argv[1:])
finally:
    print(*set(sys.modules) - before, file=sys.stderr)
"""
# A dataclass takes five times as long to make as a named tuple, and its module imports `inspect`.
NEVER = {
    "dataclasses",
    "inspect",
    "requests",
    "urllib3",
    "http",
    "ssl",
    "email",
    "tempfile",
    "yaml",
}
# Parts of the program that no start needs: loads, plans in files, what init writes.
NEVER_OURS = {f"factorio_release.{name}" for name in ("load", "plan_file", "scaffold")}
MORE: dict[str, set[str]] = {
    "--version": {"subprocess", "json", "datetime", "hashlib"},
    "--help": {"subprocess", "json", "datetime", "hashlib"},
    "check": {"wcmatch", "pyromark", "secrets"},
}


@pytest.mark.parametrize("command", MORE)
def test_nothing_slow_is_imported_that_is_not_needed(
    repository: ModRepository, command: str
) -> None:
    (repository.root / "factorio-release.yml").unlink()
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", PROGRAM, command],
        cwd=repository.root,
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    modules = done.stderr.splitlines()[-1].split()
    imported = {name.partition(".")[0] for name in modules}
    assert "factorio_release" in imported
    assert imported & (NEVER | MORE[command]) == set()
    assert NEVER_OURS & {".".join(name.split(".")[:2]) for name in modules} == set()
