"""The examples of docs/checks.md: the bad one of a code has this finding, the good one has none."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

from factorio_release.load.findings import LOAD_SEVERITIES
from factorio_release.local_portal import LocalPortal, load_seed_file
from tests.conftest import environment
from tests.support import mini_game
from tests.support.docs_examples import read_base, read_examples, write_example
from tests.support.in_process import run_here
from tests.support.stand_in_game import factorio_test, install
from tests.test_checks_docs import SEVERITIES, TEXT, bodies

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.support.docs_examples import Example

GIT_SETTINGS = {
    "GIT_CONFIG_COUNT": "3",
    "GIT_CONFIG_KEY_0": "user.name",
    "GIT_CONFIG_VALUE_0": "Demo",
    "GIT_CONFIG_KEY_1": "user.email",
    "GIT_CONFIG_VALUE_1": "demo@example.com",
    "GIT_CONFIG_KEY_2": "protocol.file.allow",  # a submodule from a folder
    "GIT_CONFIG_VALUE_2": "always",
}

BASE = read_base(TEXT.partition("<!-- base: begin -->\n")[2].partition("<!-- base: end -->")[0])
EXAMPLES = {
    example.name: example
    for code, body in bodies().items()
    for example in read_examples(code, body)
}


def test_each_section_has_a_bad_and_a_good_example() -> None:
    expected = {f"{code}-{kind}" for code in SEVERITIES for kind in ("bad", "good")}
    assert expected - EXAMPLES.keys() == set(), "docs/checks.md lacks these examples"


def test_the_examples_are_true(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One run of the program checks all mods that need no other command; a load has the miniature game."""
    monkeypatch.chdir(tmp_path)
    places = {one.name: made(one, tmp_path / one.name) for one in EXAMPLES.values() if can_run(one)}
    together = [
        place.relative_to(tmp_path).as_posix()
        for name, place in places.items()
        if not EXAMPLES[name].own_command
        and EXAMPLES[name].portal is None
        and EXAMPLES[name].code not in LOAD_SEVERITIES
    ]
    found = run(["check", *together], capsys)
    for name in places.keys() - found.keys():
        monkeypatch.chdir(places[name])
        (found[name],) = run_alone(EXAMPLES[name], places[name], capsys).values()
    for name, codes in found.items():
        if not EXAMPLES[name].commands:
            codes.discard("no-git")  # git is of no concern to these examples
    wrong = [line for name, codes in found.items() for line in mistakes(EXAMPLES[name], codes)]
    assert not wrong, "\n".join(wrong)
    assert found.keys() == places.keys()


def can_run(example: Example) -> bool:
    if example.code.startswith("game-"):
        return sys.platform == "linux"  # as the headless build
    return not example.commands or os.name != "nt"


def made(example: Example, parent: Path) -> Path:
    """Make the mod of an example and run its commands; return the path to check.

    The mod is a repository with one commit where the example has commands, else a plain folder.
    """
    folder = parent / "my-mod"
    folder.mkdir(parents=True)
    path = write_example(example, BASE, folder)
    commands = [one for one in example.commands if one != example.own_command]
    if example.commands:
        commit = ["git init --quiet", "git add --all --force", "git commit --quiet --message one"]
        done = subprocess.run(
            ["sh", "-euc", "\n".join([*commit, *commands])],
            cwd=folder,
            env=environment(**GIT_SETTINGS),
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, f"{example.name}: {done.stderr}"
    return path


def run_alone(
    example: Example, path: Path, capsys: pytest.CaptureFixture[str]
) -> dict[str, set[str]]:
    """Run the example's own command, or compare it with what it says about the portal."""
    if example.code in LOAD_SEVERITIES:
        mini_game.fill_cache(path.parent)
        cache = dict.fromkeys(("XDG_CACHE_HOME", "LOCALAPPDATA"), str(path.parent))
        options = in_game(path.parent) if example.code.startswith("game-") else []
        with LocalPortal() as portal:
            return run(["load", str(path), "--portal-url", portal.url, *options], capsys, **cache)
    variables, arguments = own_command(example)
    if example.portal is None:
        return run(arguments, capsys, **variables)
    with LocalPortal() as portal:
        seed = path.parent / "seed.json"
        seed.write_text(json.dumps(example.portal), "utf-8")
        load_seed_file(portal.state, seed)
        command = arguments or ["plan", str(path)]
        return run([*command, "--portal-url", portal.url], capsys, **variables)


def in_game(folder: Path) -> list[str]:
    """Return the options of a load in the stand-in for the game, with the runner of tests at hand."""
    install.install(folder / "factorio")
    for file, text in factorio_test.files().items():
        place = folder / "mods" / "factorio-test" / file
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    given = {"game-path": "factorio", "mods-folder": "mods", "output-dir": "dist"}
    options = [f"--{name}={folder / value}" for name, value in given.items()]
    return [
        *options,
        "--load=game",
        "--game-version=2.0.90",
        "--game-memory=200",
        "--game-ticks=10",
    ]


def own_command(example: Example) -> tuple[dict[str, str], list[str]]:
    """Return the variables and the arguments of the example's own command, both empty without one."""
    before, _, after = example.own_command.partition("factorio-release ")
    pairs = (word.split("=", 1) for word in before.split())
    return dict(pairs), after.split()


def run(
    command: list[str], capsys: pytest.CaptureFixture[str], **variables: str
) -> dict[str, set[str]]:
    """Return by the first folder of its path what was found in each mod."""
    return {
        mod["path"].partition("/")[0]: {finding["code"] for finding in mod["findings"]}
        for mod in run_here(capsys, *command, "--format", "json", **variables).mods
    }


def mistakes(example: Example, codes: set[str]) -> list[str]:
    expected = {example.code, *example.also} if example.kind == "bad" else set()
    if codes == expected:
        return []
    return [f"{example.name}: found {sorted(codes)}, expected {sorted(expected)}"]
