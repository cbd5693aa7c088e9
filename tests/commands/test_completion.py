"""`completion`: the shells complete what the program takes, asked in the shells themselves."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from factorio_release.cli.declared import COMMANDS, SHELLS
from factorio_release.settings.options import FORMATS
from tests.support.in_process import run_here

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# What bash does at the tabulator key, with the words that were typed as arguments.
ASK_BASH = """
source "$1"; shift
asked=$(complete -p factorio-release); asked=${asked##*-F }; asked=${asked%% *}
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
"$asked" factorio-release "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture
def script(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Callable[[str], Path]:
    def make(shell: str) -> Path:
        answer = run_here(capsys, "completion", shell)
        assert (answer.code, answer.err) == (0, "")
        path = tmp_path / f"completion.{shell}"
        path.write_text(answer.out, "utf-8")
        return path

    return make


@pytest.fixture
def bash(script: Callable[[str], Path]) -> Callable[..., set[str]]:
    if sys.platform == "win32" or not (program := shutil.which("bash")):
        pytest.skip("needs bash")
    path = script("bash")

    def ask(*words: str) -> set[str]:
        done = subprocess.run(
            [program, "--norc", "-c", ASK_BASH, "bash", str(path), "factorio-release", *words],
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stderr == ""
        return set(done.stdout.split())

    return ask


def test_bash_completes_what_the_program_takes(bash: Callable[..., set[str]]) -> None:
    assert set(COMMANDS) <= bash("")
    assert bash("ch") == {"check"}
    assert bash("check", "--fo") == {"--format"}
    assert bash("check", "--format", "") == set(FORMATS)
    assert bash("check", "--format", "j") == {"json", "junit"}
    assert bash("bump", "m") == {"major", "minor"}
    assert bash("completion", "") == set(SHELLS)
    options = bash("release", "--")
    assert {"--api-key-file", "--dry-run", "--yes"} <= options
    assert "--serve" not in options  # of another command


def test_bash_completes_files_and_folders(bash: Callable[..., set[str]], tmp_path: Path) -> None:
    (tmp_path / "key.txt").write_text("")
    (tmp_path / "keys").mkdir()
    found = bash("release", "--api-key-file", f"{tmp_path}/key")
    assert {f"{tmp_path}/key.txt", f"{tmp_path}/keys"} == {one.rstrip("/") for one in found}
    only_folders = bash("portal", "--state", f"{tmp_path}/key")
    assert {one.rstrip("/") for one in only_folders} == {f"{tmp_path}/keys"}


def test_fish_completes(script: Callable[[str], Path]) -> None:
    program = shutil.which("fish")
    if program is None:
        pytest.skip("needs fish")
    asked = f'source {script("fish")}; complete -C "factorio-release check --format j"'
    done = subprocess.run([program, "-N", "-c", asked], capture_output=True, text=True, check=True)
    assert {line.partition("\t")[0] for line in done.stdout.splitlines()} == {"json", "junit"}


def test_zsh_reads_its_script(script: Callable[[str], Path]) -> None:
    path = script("zsh")
    assert path.read_text("utf-8").startswith("#compdef factorio-release")
    if program := shutil.which("zsh"):
        subprocess.run([program, "-n", path], check=True)


def test_powershell_has_its_own_form(script: Callable[[str], Path]) -> None:
    text = script("powershell").read_text("utf-8")
    assert "Register-ArgumentCompleter" in text
    if program := shutil.which("pwsh"):
        subprocess.run([program, "-NoProfile", "-File", script("powershell")], check=True)


def test_another_shell_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    answer: Any = run_here(capsys, "completion", "fihs")
    assert (answer.code, answer.out) == (2, "")
    assert "fihs is not one of bash, zsh, fish, powershell (did you mean fish?)" in answer.err
