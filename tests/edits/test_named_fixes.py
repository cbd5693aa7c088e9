"""A finding's hint names `check --fix` where this mends it, and nowhere else."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from factorio_release.checks import CheckContext, run_checks
from factorio_release.package.file_set import FileSet
from factorio_release.pipeline.fixable import FIXABLE_CODES, with_fixes_named
from tests.checks.memory_mod import MemoryFile, case_mod, memory_mod
from tests.checks.test_cases import TABLES
from tests.support.in_process import run_here

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.in_process import Answer

# Cases that no folder can hold: a run or a portal makes them.
NOT_ON_DISK = {
    "latin",
    "left_out",
    "live",
    "page",
    "policy",
    "reported",
    "required",
    "secrets",
    "tag",
}
CASES = {
    f"{code}-{number}": case
    for code, table in TABLES.items()
    if code.startswith(("info-", "json-", "changelog-", "locale-"))
    for number, case in enumerate(table["fires"])
    if not case.keys() & NOT_ON_DISK
}


def counts(answer: Answer, *, only_named: bool = False) -> dict[str, Counter[str]]:
    """Return the number of findings of each code, by the folder of the mod."""
    return {
        mod["path"]: Counter(
            finding["code"]
            for finding in mod["findings"]
            if not only_named or "--fix" in finding["hint"]
        )
        for mod in answer.mods
    }


def test_what_the_hint_says_is_true_for_every_case(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each mod is checked, fixed and checked again; the codes that the fixes know are counted."""
    monkeypatch.chdir(tmp_path)
    for name, case in CASES.items():
        for file in case_mod(case).files.files:
            place = tmp_path / name / file.path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(file.read())
    checked = run_here(capsys, "check", "--format", "json", *CASES)
    before, named = counts(checked), counts(checked, only_named=True)
    after = counts(run_here(capsys, "check", "--fix", "--format", "json", *CASES))
    wrong = {
        name: f"{before[name]} of which {named[name]} are named; after --fix {after[name]}"
        for name in CASES
        for code in before[name]
        if before[name][code] - named[name][code] != after[name][code]
        if code in FIXABLE_CODES or named[name][code]
    }
    assert wrong == {}
    fixed = {
        code for name in CASES for code in before[name] if before[name][code] > after[name][code]
    }
    assert fixed <= {code for found in named.values() for code in found}, "FIXABLE_CODES lacks some"
    assert fixed >= FIXABLE_CODES, "no case shows that these are fixed"


HEAD = f"{'-' * 99}\nVersion: 1.2.3\n"
# The text of a changelog, and code and line of the findings whose hints name the fix.
PARTLY = {
    "an entry that is re-indented and still has no category": (
        f"{HEAD}   - a\n",
        ["changelog-entry 3"],
    ),
    "the same, and a line that is fixed": (
        f"{HEAD}   - a\n  Fixes: \n    - b\n",
        ["changelog-entry 3", "changelog-category 4"],
    ),
    "one entry of two": (f"{HEAD}  Features:\n\t- a\n    -\n", ["changelog-entry 4"]),
    "an entry whose mark is changed and that still has no category": (
        f"{HEAD}* a\n",
        ["changelog-entry 3"],
    ),
}


@pytest.mark.parametrize("name", PARTLY)
def test_only_what_is_fixed_is_named(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text, named = PARTLY[name]
    (tmp_path / "info.json").write_bytes(case_mod({}).files.files[0].read())
    (tmp_path / "changelog.txt").write_text(text)
    monkeypatch.chdir(tmp_path)
    found = run_here(capsys, "check", "--format", "json").findings
    errors = [one for one in found if one["severity"] == "error"]
    shown = [f"{one['code']} {one['line']}" for one in errors if "--fix" in one["hint"]]
    assert shown == named
    run_here(capsys, "check", "--fix")
    left = run_here(capsys, "check", "--format", "json").findings
    assert len([one for one in left if one["severity"] == "error"]) == len(errors) - len(named)


class CountedFile(MemoryFile):
    """A file that counts how often it is read."""

    def read(self) -> bytes:
        READS[self.path] += 1
        return super().read()


READS: Counter[str] = Counter()


def test_only_files_with_such_a_finding_are_read_again() -> None:
    texts = {"locale/de/a.cfg": b"[a]\nx =1\n", "locale/en/a.cfg": b"[a]\nx=1\n"}
    mod = memory_mod({**texts, "changelog.txt": f"{HEAD}  Changes:\n    - a\n".encode()})
    files = tuple(CountedFile(file.path, file.read()) for file in mod.files.files)
    mod = mod._replace(files=FileSet(files))
    findings = run_checks(mod, CheckContext()).findings
    READS.clear()
    assert with_fixes_named(mod, CheckContext(), findings)[1] == 1
    assert READS.keys() == {"info.json", "locale/de/a.cfg"}


def test_the_number_of_findings_that_can_be_fixed_ends_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "info.json").write_bytes(
        b'\xef\xbb\xbf{"name": "my-mod", "version": "1.0.0", "title": "", "author": "a",\n'
        b'"factorio_version": "2.0", "dependencies": ["base",],}'
    )
    monkeypatch.chdir(tmp_path)
    done = run_here(capsys, "check")
    assert "\n3 can be fixed with --fix\n" in done.out
    assert "can be fixed" not in run_here(capsys, "check", "--fix").out
