"""The recipes of docs/built-mods.md: their own files and build steps, and the package that they promise.

A compiler is replaced by a few lines that write what it writes; the step that installs it is not run.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.conftest import png
from tests.support.git import git
from tests.support.in_process import run_here

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.in_process import Answer

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the steps are for the runners' bash")

TEXT = (Path(__file__).parents[1] / "docs" / "built-mods.md").read_text("utf-8")
# A heading in the text, and not one in a block.
_HEADING = re.compile(r"^```.*?^```$|^## (?P<title>[^\n]*)$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"^`([^`\n]+)`\n```[a-z]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_STEPS = re.compile(r"^```yaml\n(- .*?)^```$", re.MULTILINE | re.DOTALL)
DASHES = "-" * 99


def sections() -> dict[str, str]:
    """Return the recipes by their titles."""
    headings = [found for found in _HEADING.finditer(TEXT) if found["title"]]
    ends = [*(found.start() for found in headings[1:]), len(TEXT)]
    return {
        found["title"]: TEXT[found.end() : end]
        for found, end in zip(headings, ends, strict=True)
        if found["title"] != "Lists of other tools"
    }


SECTIONS = sections()
INFO = {
    "name": "lamps",
    "version": "1.2.0",
    "title": "Lamps",
    "author": "somebody",
    "factorio_version": "2.0",
    "dependencies": ["base >= 2.0.0"],
}
CHANGELOG = f"{DASHES}\nVersion: 1.2.0\nDate: 2026-02-01\n  Changes:\n    - Lamps burn at night.\n"
# The changelog of the recipe's CHANGELOG.md.
CONVERTED = (
    f"{DASHES}\nVersion: 1.2.0\nDate: 2026-02-01\n"
    "  Features:\n    - Lamps burn at night,\n      and in the morning.\n"
    "  Bugfixes:\n    - Lamps no longer burn at noon.\n"
    f"{DASHES}\nVersion: 1.1.0\nDate: 2026-01-01\n  Changes:\n    - Lamps.\n"
)
MOD: dict[str, str | bytes] = {
    "info.json": json.dumps(INFO),
    "changelog.txt": CHANGELOG,
    "thumbnail.png": png(width=144, height=144),
    "locale/en/lamps.cfg": "[mod-name]\nlamps=Lamps\n",
    "control.lua": "-- lamps\nscript.on_init(function() end)\n",
}
LUA = "control.lua"
NPM = {"package.json": "{}", "package-lock.json": "{}"}
# By recipe: the files of the repository that the recipe does not show, and those of `MOD` that it lacks.
SOURCES: dict[str, tuple[dict[str, str], set[str]]] = {
    "TypeScript": ({**NPM, "src/control.ts": "", "src/lib/greet.ts": ""}, {LUA}),
    "TypeScript beside the Lua": ({**NPM, "control.ts": "", "lib/greet.ts": ""}, {LUA}),
    "Teal": ({"src/control.tl": "", "src/lib/greet.tl": ""}, {LUA}),
    "Fennel": ({"control.fnl": "", "lib/greet.fnl": ""}, {LUA}),
    "An info.json from a template": ({}, {"info.json"}),
    "A zip that another tool makes": ({}, set()),
    "A staging folder": ({"notes/secret.txt": ""}, set()),
    "A changelog from CHANGELOG.md": ({}, {"changelog.txt"}),
    "Several variants of one mod": ({}, set()),
    "Two versions of the game from one source": (
        {"changelog.txt": CHANGELOG.replace("1.2.0", "1.2.1") + CHANGELOG},
        set(),
    ),
}
VARIANTS = ["lamps", "lamps-bright", "lamps-dark", "lamps-large", "lamps-small"]
NAMES = {"Several variants of one mod": VARIANTS}
TAGS = {"Two versions of the game from one source": "v1.2.1"}
# What the compilers do, as far as it matters: one Lua file for each source, and what else they leave.
_COMPILED = "script.on_init(function() end)"
TOOLS = {
    "npx": f"""
        [ "$1" = tstl ]
        out=$(sed -n 's/.*"outDir": "\\([^"]*\\)".*/\\1/p' tsconfig.json)
        mkdir -p node_modules/typescript-to-lua && echo 'x = 1' > node_modules/typescript-to-lua/a.lua
        git ls-files '*.ts' | while read -r source; do
          lua=${{out:+$out/}}$(echo "${{source%.ts}}.lua" | sed "s,^src/,,")
          mkdir -p "$(dirname "$lua")" && echo '{_COMPILED}' > "$lua"
        done
        echo 'return {{}}' > "${{out:-.}}/lualib_bundle.lua"
    """,
    "cyan": f"""
        [ "$1" = build ]
        git ls-files 'src/*.tl' | while read -r source; do
          lua=out/$(echo "${{source%.tl}}.lua" | sed "s,^src/,,")
          mkdir -p "$(dirname "$lua")" && echo '{_COMPILED}' > "$lua"
        done
    """,
    "fennel": f'[ "$1" = --compile ] && test -f "$2" && echo \'{_COMPILED}\'',
}


def write(folder: Path, files: dict[str, Any]) -> None:
    for path, content in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content.encode() if isinstance(content, str) else content)


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    folder = tmp_path / "tools"
    folder.mkdir()
    for name, text in TOOLS.items():
        (folder / name).write_text(f"#!/bin/sh\nset -eu\n{text}\n")
        (folder / name).chmod(0o755)
    return folder


def make(root: Path, title: str) -> None:
    """Make the repository of a recipe, with the tags of its releases."""
    sources, missing = SOURCES[title]
    mod = {path: content for path, content in MOD.items() if path not in missing}
    write(root, mod | sources | dict(_FILE.findall(SECTIONS[title])))
    git(root, "init", "-q")
    git(root, "add", "--all")
    git(root, "commit", "-q", "-m", "Lamps")
    for tag in ("v1.2.0", TAGS.get(title, "v1.2.0")):
        git(root, "tag", "--force", tag)


def built(title: str, tools: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Answer]:
    """Run the steps in the working directory, and yield what the action answers."""
    (steps,) = _STEPS.findall(SECTIONS[title])
    environ = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}"}
    for step in yaml.safe_load(steps):
        if "run" in step and not step.get("name", "").startswith("Install "):
            shell = ["bash", "-eo", "pipefail", "-c", step["run"]]
            subprocess.run(shell, env=environ, check=True)
        elif step.get("uses", "").startswith("actions/download-artifact@"):
            another_tool(Path(step["with"]["path"]))
        elif step.get("uses", "").startswith("OWNER/factorio-release@"):
            inputs = {name: value for name, value in step["with"].items() if name != "api-key"}
            paths = [inputs.pop("path")] if "path" in inputs else []
            options = [word for name, value in inputs.items() for word in (f"--{name}", value)]
            tag = TAGS.get(title, "v1.2.0")
            yield run_here(capsys, "build", *paths, *options, "--tag", tag, "--format", "json")


def another_tool(folder: Path) -> None:
    """Make the zip that comes from another job; the checkout has gone."""
    folder.mkdir()
    with zipfile.ZipFile(folder / "lamps_1.2.0.zip", "w", zipfile.ZIP_DEFLATED) as file:
        for path, content in MOD.items():
            file.writestr(f"lamps_1.2.0/{path}", content)
    shutil.rmtree(".git")


def test_every_recipe_is_tried() -> None:
    assert sorted(SOURCES) == sorted(SECTIONS)


@pytest.mark.parametrize("title", SECTIONS)
def test_a_recipe_packs_what_it_promises(
    title: str,
    tmp_path: Path,
    tools: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    root = tmp_path / "repository"
    make(root, title)
    monkeypatch.chdir(root)
    (answer,) = built(title, tools, capsys)
    assert answer.code == 0, answer.out + answer.err
    worse = [
        one for one in answer.findings if one["code"] != "no-git" and one["severity"] != "hint"
    ]
    assert worse == []
    (promised,) = re.findall(r"^The package: (.*)$", SECTIONS[title], re.MULTILINE)
    assert [mod["mod"] for mod in answer.mods] == NAMES.get(title, ["lamps"])
    for mod in answer.mods:
        paths = [file["path"] for file in mod["package"]["files"]]
        assert paths == re.findall("`([^`]+)`", promised), mod["mod"]
        assert mod["version"] == TAGS.get(title, "v1.2.0").removeprefix("v")


def test_nothing_of_a_recipe_is_for_developers_or_generated_by_mistake(
    tmp_path: Path, tools: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The Lua of npm's packages is there in these two, and not packed: only the hint of a folder is left."""
    for title in ("TypeScript", "TypeScript beside the Lua"):
        root = tmp_path / title
        make(root, title)
        monkeypatch.chdir(root)
        (answer,) = built(title, tools, capsys)
        assert (root / "node_modules/typescript-to-lua/a.lua").is_file()
        assert answer.codes <= {"no-git"}


def test_the_changelog_is_what_the_game_reads(
    tmp_path: Path, tools: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    title = "A changelog from CHANGELOG.md"
    root = tmp_path / "repository"
    make(root, title)
    monkeypatch.chdir(root)
    text = (root / "CHANGELOG.md").read_text()
    for newline in ("\n", "\r\n"):
        (root / "CHANGELOG.md").write_text(text, newline=newline)
        list(built(title, tools, capsys))
        assert (root / "changelog.txt").read_bytes() == CONVERTED.encode()


def test_a_section_for_a_variant_that_the_build_does_not_make_is_an_error(
    tmp_path: Path, tools: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each variant alone knows the others, which git does not list; and zips know each other."""
    title = "Several variants of one mod"
    root = tmp_path / "repository"
    make(root, title)
    monkeypatch.chdir(root)
    (answer,) = built(title, tools, capsys)
    assert answer.code == 0
    for path in ("out/lamps", "dist/lamps_1.2.0.zip", "dist/lamps-dark_1.2.0.zip"):
        assert run_here(capsys, "check", path).code == 0
    config = root / "factorio-release.yml"
    config.write_text(config.read_text().replace("lamps-dark", "lamps-drak"))
    for path in ("out/lamps", "dist/lamps_1.2.0.zip"):
        wrong = run_here(capsys, "check", path)
        assert (wrong.code, "lamps-drak names no mod" in wrong.err) == (2, True), wrong.err


def test_of_two_tracks_the_tag_chooses_one(
    tmp_path: Path, tools: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    title = "Two versions of the game from one source"
    root = tmp_path / "repository"
    make(root, title)
    monkeypatch.chdir(root)
    list(built(title, tools, capsys))
    for tag, game in (("v1.2.0", "2.0"), ("v1.2.1", "2.1")):
        answer = run_here(capsys, "build", "out/*", "--tag", tag, "--format", "json")
        (mod,) = answer.mods
        assert (answer.code, mod["version"], mod["path"]) == (0, tag[1:], f"out/{game}")


def test_the_steps_are_accepted_and_pass_the_audit_of_their_readers(tmp_path: Path) -> None:
    text = "name: Release\non: {push: {tags: [v*]}}\npermissions: {}\n"
    text += "concurrency: {group: release, cancel-in-progress: false}\njobs:\n"
    for number, recipe in enumerate(SECTIONS.values()):
        (steps,) = _STEPS.findall(recipe)
        text += f"  recipe-{number}:\n    name: Recipe {number}\n    runs-on: ubuntu-latest\n    steps:\n"
        text += textwrap.indent(steps, "      ")
    workflow = tmp_path / "release.yml"
    workflow.write_text(text)
    schema = ["--builtin-schema", "vendor.github-workflows", str(workflow)]
    for command in (
        [sys.executable, "-m", "check_jsonschema", *schema],
        [str(Path(sys.executable).with_name("zizmor")), "--offline", str(workflow)],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_a_job_without_its_build_is_told_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for title, codes in (
        ("TypeScript beside the Lua", {"source-without-build", "pattern-unmatched"}),
        ("An info.json from a template", set[str]()),
        ("A staging folder", set[str]()),
    ):
        root = tmp_path / title
        make(root, title)
        monkeypatch.chdir(root)
        path = ".dist" if title == "A staging folder" else "."
        answer = run_here(capsys, "build", path, "--format", "json")
        assert answer.code != 0
        if title == "An info.json from a template":
            assert "make it first, from info.json.in, in a step before this one" in answer.out
        assert codes <= {one["code"] for mod in answer.mods for one in mod["findings"]}
        assert not list(root.glob("dist/*.zip"))
