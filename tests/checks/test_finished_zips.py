"""The names of a finished zip and of its top folder, compared with its info.json."""

from __future__ import annotations

import json
import zipfile
from typing import TYPE_CHECKING

import pytest

from factorio_release.mod.mod import load_mod
from tests.checks.memory_mod import INFO, findings

if TYPE_CHECKING:
    from pathlib import Path

    from factorio_release.findings import Finding


def contradictions(folder: Path, file: str, top: str, **info: str) -> list[Finding]:
    path = folder / file
    with zipfile.ZipFile(path, "w") as bundle:
        bundle.writestr(f"{top}/info.json", json.dumps(INFO | info))
    return findings("zip-contradiction", load_mod(path))


@pytest.mark.parametrize(
    ("name", "top", "info"),
    [
        ("my-mod_1.0.0.zip", "my-mod", {"version": "2.0.0"}),
        ("my-mod_1.0.0.ZIP", "my-mod", {"version": "2.0.0"}),
        ("my-mod_1.0.0 (1).zip", "my-mod", {"version": "2.0.0"}),
        ("my-mod_1.0.0(2).zip", "my-mod", {"version": "2.0.0"}),
        ("other-mod_1.2.3.zip", "my-mod", {}),
        ("My-Mod_1.2.3.zip", "my-mod", {}),
        ("my_mod_1.2.3.zip", "my-mod", {}),
        ("my-mod_99999.0.0.zip", "my-mod", {}),
        ("any.zip", "my-mod_1.2.2", {}),
        ("my-mod_1.2.3.zip", "other-mod_1.2.3", {}),
    ],
)
def test_names_of_another_mod_or_version_are_reported(
    tmp_path: Path, name: str, top: str, info: dict[str, str]
) -> None:
    (found,) = contradictions(tmp_path, name, top, **info)
    inside = INFO | info
    assert found.severity.value == "error"
    assert f"{inside['name']} {inside['version']}" in found.message
    assert name in found.message or top in found.message


@pytest.mark.parametrize(
    ("name", "top", "info"),
    [
        ("my-mod_1.2.3.zip", "my-mod_1.2.3", {}),
        ("my-mod_1.2.3 (1).zip", "my-mod", {}),
        ("my-mod_0.1.01.zip", "my-mod_0.1.1", {"version": "0.1.01"}),
        ("Squeak Through_1.2.3.zip", "x", {"name": "Squeak Through"}),
        ("any.zip", "whatever", {}),
        ("build_42.zip", "my-mod-1.0.0", {}),
        ("my-mod-2.0.28.zip", "src_2", {}),
    ],
)
def test_names_that_match_or_have_another_form(
    tmp_path: Path, name: str, top: str, info: dict[str, str]
) -> None:
    assert contradictions(tmp_path, name, top, **info) == []


def test_both_names_are_reported(tmp_path: Path) -> None:
    found = contradictions(tmp_path, "a_1.0.0.zip", "b_1.0.0")
    assert ["a_1.0.0.zip" in found[0].message, "b_1.0.0" in found[1].message] == [True, True]


@pytest.mark.parametrize(
    "name",
    [
        "my-mod-1.0.0.zip",
        "my-mod 1.0.0 (1).zip",
        "my-mod1.0.0.ZIP",
        "my-mod_v1.0.0.zip",
        "my-mod_1.3.zip",
    ],
)
def test_another_version_in_another_form_is_a_warning(tmp_path: Path, name: str) -> None:
    assert contradictions(tmp_path, name, "my-mod") == []
    (found,) = findings("zip-file-name", load_mod(tmp_path / name))
    assert found.severity.value == "warning"
    assert f"{name}, but its info.json says my-mod 1.2.3" in found.message


@pytest.mark.parametrize(
    "name",
    [
        *("my-mod-1.2.3.zip", "my-mod_v1.2.3.zip", "my-mod-1.2.zip", "my-mod.zip"),
        *("my-mod_1.0.0.zip", "other-1.0.0.zip", "my-mod-9.zip", "my-mod-1.0.0-rc.zip"),
    ],
)
def test_other_names_are_left_alone(tmp_path: Path, name: str) -> None:
    contradictions(tmp_path, name, "my-mod")
    assert findings("zip-file-name", load_mod(tmp_path / name)) == []


def test_a_folder_may_have_any_name(tmp_path: Path) -> None:
    folder = tmp_path / "my-mod_1.0.0"
    folder.mkdir()
    (folder / "info.json").write_text(json.dumps(INFO))
    assert findings("zip-contradiction", load_mod(folder)) == []
