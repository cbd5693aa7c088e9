"""Small mods with one defect each, and correct ones, from beside the checkout; skipped where there are none.

`pytest -s` prints the table: each case with what was found.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.git import git
from tests.support.in_process import run_here

if TYPE_CHECKING:
    from collections.abc import Iterable

FOLDER = Path(__file__).parents[3] / "shared" / "cases" / "checks"
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"no cases in {FOLDER}")
# What is found in a correct mod all the same, and is right.
KNOWN_WARNINGS = {
    "v31-duplicate-unread": {"locale-language"},
    "v32-nested-second-mod-lua": {"nested-mod"},
}
# Defects that no check finds yet, and correct mods in which one finds something.
NOT_YET: set[str] = set()
Found = list[dict[str, Any]]


def check_all(
    kind: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> dict[str, Found]:
    """Check each case of a kind; a finding that the mod without a defect has too is left out."""
    shutil.copytree(FOLDER / kind, folder, symlinks=True)
    clean = folder / "a00-clean"
    if not clean.exists():
        shutil.copytree(FOLDER / "broken" / "a00-clean", clean, symlinks=True)
    git(folder, "init", "--quiet")
    git(folder, "add", "--all", "--force")
    git(folder, "commit", "--quiet", "--message", "one")
    monkeypatch.chdir(folder)
    names = sorted(path.name for path in folder.iterdir() if path.name != ".git")
    found = {
        mod["path"]: mod["findings"]
        for mod in run_here(capsys, "check", "--format", "json", *names).mods
    }
    usual = Counter(one["code"] for one in found["a00-clean"])
    return {name: [one for one in found[name] if one["code"] not in usual] for name in names}


def print_table(
    rows: Iterable[tuple[str, ...]],
    request: pytest.FixtureRequest,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if request.config.getoption("capture") == "no":
        with capsys.disabled():
            print("\n" + "\n".join(f"| {' | '.join(row)} |" for row in rows))  # noqa: T201


def shown(found: Found) -> str:
    """Return the findings of one mod in short: code, severity and place."""
    places = [
        f"{one['code']} ({one['severity']}) {one['file'].partition('/')[2]}:{one['line']}"
        for one in found
    ]
    return "; ".join(places) or "nothing"


def test_every_defect_has_its_finding(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    request: pytest.FixtureRequest,
) -> None:
    cases = json.loads((FOLDER / "broken.json").read_text("utf-8"))
    found = check_all("broken", tmp_path / "cases", monkeypatch, capsys)
    print_table(
        ((case["id"], case["harm"], case["what"], shown(found[case["id"]])) for case in cases),
        request,
        capsys,
    )
    missed = {
        case["id"]: (case["want"], shown(found[case["id"]]))
        for case in cases
        if case["harm"] != "unclear" and not is_found(case["want"], found[case["id"]])
    }
    assert sorted(set(missed) - NOT_YET) == [], "\n".join(
        f"{name}: {missed[name]}" for name in missed
    )
    assert {name for name in NOT_YET if name in found} - set(missed) == set(), "they are found now"


def is_found(wanted: list[str], found: Found) -> bool:
    codes = {one["code"] for one in found}
    if not wanted:
        return True
    return bool(codes) if "*" in wanted else not codes.isdisjoint(wanted)


def test_nothing_is_found_in_a_correct_mod(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    request: pytest.FixtureRequest,
) -> None:
    cases = json.loads((FOLDER / "valid.json").read_text("utf-8"))
    found = check_all("valid", tmp_path / "cases", monkeypatch, capsys)
    print_table(
        ((case["id"], case["what"], shown(found[case["id"]])) for case in cases), request, capsys
    )
    wrong = {
        name: shown(findings)
        for name, findings in found.items()
        if {one["code"] for one in findings if one["severity"] != "hint"}
        - KNOWN_WARNINGS.get(name, set())
        or any(one["severity"] == "error" for one in findings)
    }
    assert set(wrong) - NOT_YET == set(), wrong
    assert {name for name in NOT_YET if name in found} - set(wrong) == set(), "they are right now"
