"""docs/troubleshooting.md has every message with which the program ends."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.in_process import run_here

if TYPE_CHECKING:
    from typing import Any

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "troubleshooting.md").read_text("utf-8")
WORDS = tomllib.loads((ROOT / "scripts" / "troubleshooting.toml").read_text("utf-8"))
MESSAGES = re.findall(r"^### `+ ?(.+?) ?`+$", PAGE, re.MULTILINE)
# Modules whose errors are others' errors, passed on or said in another way.
PASS_ON = {"errors.py", "cli/commands/portal.py"}


def pattern(message: str) -> re.Pattern[str]:
    """What the message looks like with words in place of those in capitals."""
    parts = re.split(r"\b[A-Z][A-Z0-9]*(?: [A-Z][A-Z0-9]*)*\b", message)
    return re.compile(".*".join(map(re.escape, parts)))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("chekc",), "chekc"),
        ((), "no command given"),
        (("bump", "1.x"), "is not numbers"),
        (("bump", "0.0.1"), "is lower than"),
        (("bump", "0.0.0"), "the game refuses"),
        (("notes", "9.9.9"), "has no section for version"),
        (("notes", "2.0.0..1.0.0"), "ends before it begins"),
        (("check", "nowhere"), "nowhere does not exist"),
        (("check", "nowhere*"), "matches no folder"),
        (("check", "--config", "nowhere.yml"), "does not exist"),
        (("check", "--compression", "much"), "is not one of"),
        (("plan", "--timeout", "long"), "is not a number of seconds"),
        (("plan", "--portal-url", "http://example.com"), "plain http"),
        (("release",), "no terminal to ask on"),
        (("bump", "minor", "--tag"), "give both"),
        (("bump", "minor", "--message", "x"), "give --commit as well"),
        (("init", "nowhere"), "nowhere does not exist"),
        (("check", "--date"), "--date is for"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_the_program_says_is_in_the_page(
    repository: Any,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    said: str,
) -> None:
    monkeypatch.chdir(repository.root)
    answer = run_here(capsys, *arguments)
    assert answer.code in {2, 3}
    (line,) = [line for line in (answer.out + answer.err).splitlines() if said in line]
    close = [message for message in MESSAGES if pattern(message).search(line)]
    # A message of nothing but words in capitals fits everything.
    assert [message for message in close if re.search("[a-z]{3}", message)], line


def test_every_module_that_raises_an_error_is_read() -> None:
    """Looked for in another way than `scripts/messages.py` does."""
    errors = re.findall(
        r"^class (\w+)\(",
        (ROOT / "factorio_release" / "errors.py").read_text("utf-8"),
        re.MULTILINE,
    )
    raising = re.compile(rf"\braise (?:{'|'.join(errors)})\(")
    package = ROOT / "factorio_release"
    modules = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if "local_portal" not in path.parts and raising.search(path.read_text("utf-8"))
    }
    explained = {module for group in WORDS["groups"] for module in group["modules"]}
    assert modules - explained - PASS_ON == set()


def test_what_is_written_by_hand_is_still_in_the_code() -> None:
    for more in WORDS["more"]:
        code = ast.parse((ROOT / "factorio_release" / more["module"]).read_text("utf-8"))
        texts = [node.value for node in ast.walk(code) if isinstance(node, ast.Constant)]
        assert any(isinstance(text, str) and more["words"] in text for text in texts), more["words"]


def test_nothing_is_missing_and_nothing_too_much() -> None:
    command = [sys.executable, str(ROOT / "scripts" / "troubleshooting.py")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_message_has_a_cause_and_a_remedy() -> None:
    entries = PAGE.split("\n### ")[1:]
    assert len(entries) > 200
    for entry in entries:
        assert re.search(r"\*Exit code \d+\.\*", entry), entry
        assert re.search(r"\*\*What to do:\*\* \S.+\.$", entry, re.MULTILINE), entry
