"""The search of the site, as a browser runs it, answers strangers and finds messages as they are printed."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

pytest.importorskip("mkdocs", reason="needs mkdocs-material: `pip install --group docs`")
TESTS = Path(__file__).parent
ROOT = TESTS.parent
ASKED = tomllib.loads((TESTS / "search_questions.toml").read_text("utf-8"))
FIRST_HITS = 3


@pytest.fixture(scope="module")
def hits(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """The addresses that each question finds, the best first."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("needs node")
    folder = tmp_path_factory.mktemp("site") / "html"
    command = [sys.executable, str(ROOT / "scripts" / "site.py"), str(folder)]
    subprocess.run(command, check=True, capture_output=True)
    questions = [question for kind in ASKED.values() for question in kind]
    done = subprocess.run(
        [node, str(TESTS / "support" / "search.js"), str(folder)],
        input="\n".join(questions),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return dict(zip(questions, map(json.loads, done.stdout.splitlines()), strict=True))


@pytest.mark.npm
@pytest.mark.parametrize("kind", ASKED)
def test_an_answer_is_among_the_first_hits(hits: dict[str, list[str]], kind: str) -> None:
    wrong = {
        question: hits[question][: FIRST_HITS + 2]
        for question, answers in ASKED[kind].items()
        if not any(hit.startswith(tuple(answers)) for hit in hits[question][:FIRST_HITS])
    }
    assert wrong == {}


@pytest.mark.npm
def test_the_answers_are_pages_that_there_are(hits: dict[str, list[str]]) -> None:
    every = {hit for found in hits.values() for hit in found}
    assert len(every) > 200
