"""Rules that look at a real repository around the mod."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
from pathlib import Path

import pytest

import factorio_release.package
from factorio_release.checks import Checked
from factorio_release.checks.registry import RULES
from factorio_release.checks.rules.growth import sudden_growth
from factorio_release.findings import NEVER_IGNORED, Finding, Severity
from factorio_release.mod.mod import load_mod
from factorio_release.mod.package_changes import changes_since_release
from tests.checks.memory_mod import INFO, findings

SEPARATOR = "-" * 99
CHANGELOG = f"{SEPARATOR}\nVersion: {INFO['version']}\n  Changes:\n    - A change.\n"


def git(folder: Path, *arguments: str) -> None:
    names = ("-c", "user.name=a", "-c", "user.email=a@example.invalid")
    quiet = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(
        ["git", *names, *arguments], cwd=folder, env=os.environ | quiet, check=True, capture_output=True
    )


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with a mod in its folder `mod`, all committed."""
    (tmp_path / "mod").mkdir()
    (tmp_path / "mod" / "info.json").write_text(json.dumps(INFO))
    (tmp_path / "mod" / "control.lua").write_text("local a = 1\n")
    (tmp_path / "mod" / "icon.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"1" * 100)
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "first")
    return tmp_path


def test_a_tagged_release_that_is_not_its_commit_is_named(repository: Path) -> None:
    mod = repository / "mod"
    (mod / "control.lua").write_text("local a = 2\n")
    (found,) = findings("differs-from-head", load_mod(mod), tag="v1.2.3")
    assert (found.file, found.message) == ("control.lua", "not as the commit has them: control.lua")
    (mod / "icon.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"1" * 2000)
    git(repository, "add", ".")
    (found,) = findings("differs-from-head", load_mod(mod), tag="v1.2.3")
    assert found.message == "not as the commit has them: control.lua, icon.png"


def test_a_tag_must_be_the_commit_that_is_checked_out(repository: Path) -> None:
    mod = repository / "mod"
    git(repository, "tag", "v1.2.3")
    assert findings("tag-not-checked-out", load_mod(mod), tag="v1.2.3") == []
    assert findings("tag-not-checked-out", load_mod(mod), tag="v1.2.4") == []
    git(repository, "commit", "-q", "--allow-empty", "-m", "second")
    (found,) = findings("tag-not-checked-out", load_mod(mod), tag="v1.2.3")
    assert found.message.startswith("the tag v1.2.3 is commit ")
    assert findings("tag-not-checked-out", load_mod(mod)) == []
    assert len(findings("tag-not-checked-out", load_mod(mod), tag="v9", tag_commit="ab" * 20)) == 1
    assert findings("tag-not-checked-out", load_mod(mod), tag="v9", tag_commit="no id") == []


def test_only_a_tag_makes_the_commit_binding_and_line_ends_do_not_count(repository: Path) -> None:
    mod = repository / "mod"
    assert findings("differs-from-head", load_mod(mod), tag="v1.2.3") == []
    (mod / "control.lua").write_bytes(b"local a = 1\r\n")
    assert findings("differs-from-head", load_mod(mod), tag="v1.2.3") == []
    (mod / "control.lua").write_text("local a = 2\n")
    assert findings("differs-from-head", load_mod(mod)) == []


def test_a_changelog_above_the_mod_is_named_when_it_has_the_version(repository: Path) -> None:
    above = repository / "changelog.txt"
    above.write_text(CHANGELOG)
    (found,) = findings("changelog-elsewhere", load_mod(repository / "mod"))
    assert found.message == "changelog.txt lies outside the mod folder and does not ship"
    above.write_text(CHANGELOG.replace("1.2.3", "9.9.9"))
    assert findings("changelog-elsewhere", load_mod(repository / "mod")) == []


def test_a_changelog_in_the_mod_is_enough(repository: Path) -> None:
    (repository / "changelog.txt").write_text(CHANGELOG)
    (repository / "mod" / "changelog.txt").write_text(CHANGELOG)
    git(repository, "add", ".")
    assert findings("changelog-elsewhere", load_mod(repository / "mod")) == []


@pytest.mark.parametrize(("size", "grows"), [(100, False), (900_000, False), (1_500_000, True)])
def test_sudden_growth_since_the_last_tag_is_named(repository: Path, size: int, grows: bool) -> None:
    git(repository, "tag", "v1.2.2")
    (repository / "mod" / "film.ogg").write_bytes(bytes(size))
    git(repository, "add", ".")
    mod = load_mod(repository / "mod")
    changes = changes_since_release(mod)
    found = list(sudden_growth(changes))
    assert [problem.file for problem in found] == (["film.ogg"] if grows else [])
    assert {rule.code for rule in RULES if rule.find is sudden_growth} == {"package-growth"}


def test_nothing_to_compare_with_is_no_growth(repository: Path) -> None:
    assert changes_since_release(load_mod(repository / "mod")) is None
    assert list(sudden_growth(None)) == []


def test_everything_that_collecting_files_states_is_judged_by_a_rule() -> None:
    folder = Path(factorio_release.package.__file__).parent
    stated = set()
    for name in ("collect", "links", "extra_files", "built_zip", "rules"):
        for node in ast.walk(ast.parse((folder / f"{name}.py").read_text())):
            if isinstance(node, ast.Constant) and re.fullmatch(r"[a-z]+(-[a-z]+)+", str(node.value)):
                stated.add(node.value)
    through_others = {"game-file-left-out"}  # becomes stage-file-left-out and shown-file-left-out
    assert len(stated) > len(through_others)
    assert stated - through_others <= {rule.code for rule in RULES}


def test_every_code_of_files_lua_and_locale_has_a_case() -> None:
    here = Path(__file__).parent
    cases = "".join((here / f"test_{area}_rules.py").read_text() for area in ("file", "lua", "locale"))
    cases += Path(__file__).read_text()
    ours = (
        "package",
        "head",
        "file_names",
        "files",
        "secret",
        "text",
        "images",
        "lua",
        "requires",
        "assets",
        "locale",
    )
    codes = {rule.code for rule in RULES if rule.find.__module__.rpartition(".")[2] in ours}
    assert codes
    assert [code for code in sorted(codes) if f'"{code}"' not in cases] == []


@pytest.mark.parametrize("code", sorted(NEVER_IGNORED))
def test_the_key_is_reported_whatever_is_ignored(code: str) -> None:
    """The settings refuse these codes already; this holds if a caller ever forgets to."""
    found = Finding(code, Severity.ERROR, "the key is in a file")
    assert Checked.of([found], {code: "it is only a trial"}) == Checked((found,))
