import json
import subprocess
from collections.abc import Callable

import pytest

pytestmark = pytest.mark.container
Inside = Callable[[str], str]

PYTHON = "/opt/factorio-release/bin/python -I"


def test_command_is_on_the_path_of_a_shell(inside: Inside) -> None:
    assert inside("command -v factorio-release && factorio-release --version").startswith(
        "/usr/local/bin/"
    )


def test_git_answers_what_the_program_asks(inside: Inside) -> None:
    asked = "ls-files check-attr ls-tree cat-file rev-parse symbolic-ref for-each-ref config hash-object"
    builtin = inside("git --list-cmds=builtins").split()
    assert set(asked.split()) <= set(builtin)


@pytest.mark.parametrize("module", ["pip", "ensurepip", "idlelib", "tkinter"])
@pytest.mark.parametrize("python", [PYTHON, "python3 -I"])
def test_nothing_can_install(inside: Inside, python: str, module: str) -> None:
    assert inside(f"{python} -c 'import {module}' 2>/dev/null || echo gone") == "gone\n"


def test_everything_imported_has_bytecode(inside: Inside) -> None:
    script = """
import importlib.util, pathlib, sys
import factorio_release.cli, actions_toolkit.core
import deflate, lupa.lua52, pyromark, requests, semver, wcmatch.glob, yaml
for module in list(sys.modules.values()):
    source = getattr(module, "__file__", None) or ""
    if source.endswith(".py") and not pathlib.Path(importlib.util.cache_from_source(source)).exists():
        print(source)
"""
    assert inside(f"{PYTHON} -c '{script}'") == ""


def test_lua_of_the_game_is_there(inside: Inside) -> None:
    script = 'from lupa.lua52 import LuaRuntime; print(LuaRuntime().eval("_VERSION"))'
    assert inside(f"{PYTHON} -c '{script}'") == "Lua 5.2\n"


def test_nobody_but_root_can_change_the_program(inside: Inside) -> None:
    assert inside("find /opt/factorio-release /usr/local/bin ! -type l -perm /022") == ""


def test_labels_and_entry(engine: str, image: str) -> None:
    done = subprocess.run([engine, "inspect", image], capture_output=True, text=True, check=True)
    config = json.loads(done.stdout)[0]["Config"]
    assert config["Labels"]["org.opencontainers.image.title"] == "factorio-release"
    entry = config["Entrypoint"]
    assert (entry if isinstance(entry, list) else entry.split())[1] == "-I"
