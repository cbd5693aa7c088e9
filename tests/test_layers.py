"""What imports alone do not show: which modules start a process, read the clock, write a file."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

import factorio_release

PACKAGE = Path(factorio_release.__file__).parent


@cache
def modules() -> dict[str, list[ast.AST]]:
    """The nodes of each module, its own first."""
    return {
        ".".join(path.relative_to(PACKAGE).with_suffix("").parts): [
            *ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        ]
        for path in sorted(PACKAGE.rglob("*.py"))
    }


def sources() -> dict[str, list[ast.AST]]:
    """The modules without those of the embedded portal."""
    return {name: nodes for name, nodes in modules().items() if not name.startswith("local_portal")}


ALLOWED = {
    "a process is started": (
        {"subprocess", "os.system", "os.popen", "os.execve"},
        {"git.process", "load.stage", "load.headless.process"},
    ),
    "the process is copied": ({"os.fork"}, {"pipeline.side_processes"}),
    "bytes become objects": ({"pickle"}, {"pipeline.checked_apart"}),
    "a socket is opened": (
        {"requests", "urllib3", "socket", "http", "urllib.request", "ssl"},
        {"portal.transport", "portal.deadline", "portal.failures"},
    ),
    "the clock is read": (
        {"time.time", "time.monotonic", "time.sleep", "datetime.now"},
        {
            "disk.atomic_write",  # waits for a virus scanner on Windows
            "cli.arguments",  # the date that a new section gets
            "cli.main",  # who sleeps, where no caller gives another
            "cli.progress",
            "load.headless.process",  # how long a start of the game may take
            "cli.jobs",  # today, handed to the checks
            "load.cache_content",  # whether a part of a file is left over
            "load.game_cache",  # how old it is that a host has no document
            "load.mods_cache",  # how old a list of releases is
            "portal.answers",
            "portal.download",
            "portal.reader",
            "portal.known_servers",  # how old it is
            "portal.matchmaking",
            "portal.run_time",
            "portal.transport",
        },
    ),
    "the environment is read": ({"os.environ", "os.getenv"}, {"cli.main"}),
}

WRITERS = {
    "disk.atomic_write": "the writer itself",
    "load.headless.put": "mods in the temporary folder of a run of the game",
    "load.headless.releases": "the game's builds, below the cache folder",
    "load.headless.scratch": "the temporary folder of a run of the game",
    "load.headless.unpack": "the files of a build, below the folder that it is given",
    "archive.writing": "a temporary file without a name, for what does not fit into memory",
    "edits.changelog_fix": "replaces a line of a text in memory",
    "ci.streams": "the null device, in place of a stream whose reader is gone",
    "package.file_set": "opens by descriptor, for reading alone",
    "disk.bounded_file": "opens by descriptor, for reading alone",
    "local_portal.faults.altered_requests": "an upload of the embedded portal's, in its own folder",
    "plan_file.container": "a zip into a stream of the writer",
    "disk.removal": "removes what is in the program's own cache",
    "disk.upload_content": "a temporary file without a name, for the bytes of an upload",
    "local_portal.http.form": "the embedded portal's uploads, in its own folder",
    "local_portal.portal": "a temporary folder for a portal without --state",
    "local_portal.state.seeds": "a zip in memory",
    "local_portal.state.store": "the embedded portal's state, below the folder that --state names",
}
WRITING_CALLS = {
    "chmod",
    "fchmod",
    "fchown",
    "fdopen",
    "ftruncate",
    "hardlink_to",
    "lchmod",
    "link",
    "makedirs",
}
WRITING_CALLS |= {
    "mkdir",
    "mkfifo",
    "mknod",
    "mkstemp",
    "mkdtemp",
    "rename",
    "renames",
    "removedirs",
    "rmdir",
}
WRITING_CALLS |= {
    "rmtree",
    "symlink",
    "symlink_to",
    "touch",
    "truncate",
    "unlink",
    "write_bytes",
    "write_text",
}
WRITING_CALLS |= {
    "NamedTemporaryFile",
    "SpooledTemporaryFile",
    "TemporaryDirectory",
    "TemporaryFile",
    "copyfile",
}
WRITING_CALLS |= {
    "copy2",
    "copymode",
    "copystat",
    "copytree",
    "make_archive",
    "unpack_archive",
    "extractall",
}


def writes(call: ast.Call) -> bool:
    """Return whether a call writes to the disk, or could do so as far as its text shows."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    owner = call.func.value if isinstance(call.func, ast.Attribute) else None
    if (
        isinstance(owner, ast.Name)
        and owner.id in {"os", "shutil"}
        and name in {"open", "replace", "remove", "move"}
    ):
        return True
    if (
        name == "replace"
    ):  # of a path: that of a text takes two arguments, that of a dataclass has no owner
        return owner is not None and len(call.args) == 1 and not call.keywords
    if name in {"open", "ZipFile"}:
        words = [*call.args, *(word.value for word in call.keywords if word.arg == "mode")]
        texts = [str(word.value) for word in words if isinstance(word, ast.Constant)]
        return any(re.fullmatch("[rbt]*[wax+][bt+]*", text) for text in texts)
    return name in WRITING_CALLS


def test_only_the_writer_writes_files() -> None:
    writing = {
        module
        for module, nodes in modules().items()
        if any(isinstance(node, ast.Call) and writes(node) for node in nodes)
    }
    assert writing == set(WRITERS)


def test_only_the_bounded_reader_reads_whole_files() -> None:
    """A file of a mod may be a device, a pipe or without end; `disk.bounded_file` can read it.

    `project` reads one file of the installed package.
    """
    unbounded = [
        (module, node.lineno)
        for module, nodes in sources().items()
        if module != "project"  # the package's own metadata
        for node in nodes
        if module != "project"
        and isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and (node.func.attr == "read_bytes" or (node.func.attr == "read_text" and not node.args))
    ]
    assert unbounded == []


@cache
def uses() -> dict[str, set[str]]:
    """The names that each module uses."""
    return {module: names_used(nodes) for module, nodes in sources().items()}


def names_used(nodes: list[ast.AST]) -> set[str]:
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            found.add(f"{node.value.id}.{node.attr}")
    return found


@pytest.mark.parametrize("what", ALLOWED)
def test_only_the_modules_that_may_do_it(what: str) -> None:
    forbidden, modules = ALLOWED[what]
    doing = {
        module
        for module, names in uses().items()
        for name in names
        if any(name == word or name.startswith(f"{word}.") for word in forbidden)
    }
    assert doing == modules, what


def test_every_module_says_what_it_is_for() -> None:
    for module, (top, *_) in sources().items():
        assert isinstance(top, ast.Module)
        assert ast.get_docstring(top), module


def private_names_of_libraries(nodes: list[ast.AST]) -> set[str]:
    """Return the names with a leading `_` that a module uses.

    `_typeshed` has types only, and `os._exit` is public: it is documented.
    """
    found: set[str] = set()
    imported: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
            imported |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.module != "__future__":
            if not node.module.startswith("factorio_release"):
                imported |= {alias.asname or alias.name for alias in node.names}
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    for node in nodes:
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id in imported
        ):
            found.add(f"{node.value.id}.{node.attr}")
    private = {name for name in found if re.search(r"(^|\.)_[^_]", name)}
    return {name for name in private if not name.startswith(("_typeshed.", "os._exit"))}


def test_only_public_names_of_libraries_are_used() -> None:
    """A private name may be missing in the next version of a library that pyproject.toml allows."""
    assert {
        module: names
        for module, nodes in sources().items()
        if (names := private_names_of_libraries(nodes))
    } == {}
