"""The walls that imports alone do not show: who starts a process, asks the clock, reads the environment."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import factorio_release

PACKAGE = Path(factorio_release.__file__).parent
SOURCES = {
    ".".join(path.relative_to(PACKAGE).with_suffix("").parts): ast.parse(path.read_text(encoding="utf-8"))
    for path in sorted(PACKAGE.rglob("*.py"))
    if "local_portal" not in path.parts
}

ALLOWED = {
    "a process is started": ({"subprocess", "os.system", "os.popen", "os.execve"}, {"mod.git"}),
    "a socket is opened": (
        {"requests", "urllib3", "socket", "http", "urllib.request", "ssl"},
        {"portal.transport", "portal.deadline", "portal.failures"},
    ),
    "the clock is asked": (
        {"time.time", "time.monotonic", "time.sleep", "datetime.now"},
        {
            "apply.settle",  # how long to look for a write
            "cli.bump",  # the date that a new section gets
            "cli.fix",  # the date that a stamp gets
            "cli.progress",
            "cli.runs",  # today, handed to the checks
            "portal.answers",
            "portal.reader",
            "portal.retry",
            "portal.transport",
        },
    ),
    "the environment is read": ({"os.environ", "os.getenv"}, {"cli.main"}),
}


def names_used(tree: ast.AST) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            found.add(f"{node.value.id}.{node.attr}")
    return found


@pytest.mark.parametrize("what", ALLOWED)
def test_only_the_rooms_that_may_do_it(what: str) -> None:
    forbidden, rooms = ALLOWED[what]
    doing = {
        module
        for module, tree in SOURCES.items()
        for name in names_used(tree)
        if any(name == word or name.startswith(f"{word}.") for word in forbidden)
    }
    assert doing == rooms, what


def test_every_module_says_what_it_is_for() -> None:
    assert [module for module, tree in SOURCES.items() if not ast.get_docstring(tree)] == []
