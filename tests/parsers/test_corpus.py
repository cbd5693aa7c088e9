"""Real files of released mods: read, or refused where their authors fixed them."""

from __future__ import annotations

import difflib
import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft7Validator

import factorio_release
from factorio_release.checks import CheckContext, run_checks
from factorio_release.checks.registry import CHECK_SEVERITIES
from factorio_release.edits.fix import fixes
from factorio_release.mod.mod import Mod, ModDescription
from factorio_release.package.file_set import FileSet
from factorio_release.parsers.changelog.reader import read_changelog
from factorio_release.parsers.info import read_info
from tests.support.changelogs import CORPUS, needs_corpus

if TYPE_CHECKING:
    from factorio_release.parsers.changelog.model import Changelog

pytestmark = needs_corpus
ERRORS = {code for code, severity in CHECK_SEVERITIES.items() if severity == "error"}
SOUND = b'{"name": "my-mod"}'


@cache
def known_errors() -> dict[str, dict[str, int]]:
    known: dict[str, dict[str, int]] = json.loads(
        (Path(__file__).parent / "corpus_errors.json").read_text("utf-8")
    )
    return known


@cache
def schema_of_info() -> Draft7Validator:
    schema = Path(factorio_release.__file__).parent / "schemas" / "info.schema.json"
    return Draft7Validator(json.loads(schema.read_text("utf-8")))


def corpus(pattern: str) -> list[Any]:
    return [pytest.param(path, id=path.name) for path in sorted(CORPUS.glob(pattern))]


def errors(changelog: Changelog) -> list[tuple[int, str]]:
    return sorted(
        (problem.line, problem.code) for problem in changelog.problems if problem.code in ERRORS
    )


def fixed(data: bytes) -> bytes:
    return next((fix.after for fix in fixes(ModDescription(SOUND, data))), data)


@pytest.mark.parametrize("path", corpus("changelog_fixes/*BEFORE.txt"))
def test_is_refused_at_the_line_that_its_author_fixed(path: Path) -> None:
    before = path.read_text("utf-8")
    after = Path(str(path).replace("BEFORE", "AFTER")).read_text("utf-8")
    matcher = difflib.SequenceMatcher(None, before.split("\n"), after.split("\n"), autojunk=False)
    changed = [
        range(low + 1, max(high, low + 1) + 1)
        for op, low, high, *_ in matcher.get_opcodes()
        if op != "equal"
    ]
    problems = read_changelog(before.encode()).problems
    if "heinwessels" in path.name:  # a version of two numbers, which others keep: a warning
        assert [p.line for p in problems if p.code == "changelog-version-form"] == [2]
        problems = ()
    elif (
        "abe1cdd" in path.name
    ):  # two spaces after the dash, which the game's message allows: a hint
        assert [(p.code, p.line) for p in problems] == [("changelog-entry-space", 5)]
    else:
        first, _ = errors(read_changelog(before.encode()))[0]
        assert any(first in lines for lines in changed)
    assert errors(read_changelog(after.encode())) == []


@pytest.mark.parametrize("path", corpus("changelogs/*.txt"))
def test_has_the_errors_that_are_known_and_no_others(path: Path) -> None:
    data = path.read_bytes()
    read = read_changelog(data)
    found = Counter(code for _, code in errors(read))
    assert found == known_errors().get(path.name, {})
    assert read.sections or found == {"changelog-empty": 1}
    once = fixed(data)
    assert fixed(once) == once
    assert {code for _, code in errors(read_changelog(once))} <= set(found)
    if not read.problems:
        assert once == data


@pytest.mark.parametrize("path", corpus("info_json*/*.json"))
def test_info_is_read_as_json_reads_it(path: Path) -> None:
    read = read_info(path.read_bytes())
    refused, value = (0, 0), None
    try:
        value = json.loads(path.read_bytes())
    except json.JSONDecodeError as error:
        refused = (error.lineno, error.colno)
    assert bool(read.problems) is (refused != (0, 0))
    if read.problems:  # no later than where a strict reader stops
        assert min((problem.line, problem.column) for problem in read.problems) <= refused
    else:
        assert read.value == value
    assert read.complete
    assert [entry.text for entry in read.dependencies if entry.error] == []


@pytest.mark.parametrize("path", corpus("info_json*/*.json"))
def test_the_schema_and_the_rules_agree(path: Path) -> None:
    info = read_info(path.read_bytes())
    beyond = {
        "info-name-legacy",
        "dependency-contradiction",
        "dependency-twice",
        "dependency-excluded-version",
    }
    checked = run_checks(Mod(Path("x"), info, None, FileSet()), CheckContext())
    judged = ("info-", "package-", "dependency-")
    found = [
        one for one in checked.findings if one.code.startswith(judged) and one.code not in beyond
    ]
    assert bool(found) is not schema_of_info().is_valid(info.value)


def test_bad_dependencies_are_refused_at_their_index_and_column() -> None:
    columns = [6, 6, 3, 2, 14, 14, 8, 1, 1, 1, 1, 9, 14, 6, 14, 1, 14, 3, 2, 9]
    cases = json.loads((CORPUS / "bad_dependencies.json").read_text("utf-8"))["cases"]
    for case, column in zip(cases, columns, strict=True):
        info = read_info(json.dumps({"dependencies": case["dependencies"]}, indent=1).encode())
        (bad,) = (entry for entry in info.dependencies if entry.error)
        assert bad.error is not None
        assert (bad.position, bad.error.column) == (case["bad_index"], column), case["why"]
        line = info.text.split("\n")[bad.line - 1]
        assert bad.line == case["bad_index"] + 3
        assert bad.column == line.index('"') + 1 + column if '"' in line else line.index("42") + 1
