"""Every rule on info.json, its dependencies and the changelog: where it speaks, and where it is silent."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from factorio_release.checks import CheckContext, run_checks
from factorio_release.checks.registry import RULES
from factorio_release.live.models import LiveMod, LiveRelease
from factorio_release.mod.mod import Mod
from factorio_release.mod_page import ModPage
from factorio_release.package.file_set import FileSet
from factorio_release.parsers.changelog.reader import read_changelog
from factorio_release.parsers.info import read_info

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factorio_release.findings import Finding

TABLES = {
    code: table
    for path in sorted((Path(__file__).parent / "cases").glob("*.toml"))
    for code, table in tomllib.loads(path.read_text("utf-8")).items()
}
SOUND = {
    "name": "my-mod",
    "version": "1.2.3",
    "title": "My mod",
    "author": "demo",
    "factorio_version": "2.0",
}


def cases(kind: str) -> list[Any]:
    return [
        pytest.param(code, case, id=f"{code}-{number}")
        for code, table in TABLES.items()
        for number, case in enumerate(table[kind])
    ]


def info_text(case: Mapping[str, Any]) -> str:
    if "info" in case:
        return str(case["info"])
    fields = {key: value for key, value in SOUND.items() if key not in case.get("without", ())}
    for key, value in case.get("fields", {}).items():
        fields[key] = "x" * value["repeat"] if isinstance(value, dict) and "repeat" in value else value
    return json.dumps(fields, indent=2, ensure_ascii=False)


def live_mod(name: str, known: Mapping[str, Any]) -> LiveMod | None:
    if "releases" not in known:
        return None
    pairs = (release.split() for release in known["releases"])
    releases = tuple(LiveRelease(version, factorio_version=game) for version, game in pairs)
    return LiveMod(name, ModPage(deprecated=known.get("deprecated", False)), releases)


def found(case: Mapping[str, Any]) -> tuple[Finding, ...]:
    encoding = "latin-1" if case.get("latin") else "utf-8"
    changelog = case.get("changelog")
    text = changelog.replace("{99}", "-" * 99).encode(encoding) if changelog is not None else None
    info = read_info(info_text(case).encode(encoding))
    mod = Mod(Path("my-mod"), info, None if text is None else read_changelog(text), FileSet())
    facts: dict[str, Any] = {}
    if "live" in case:
        facts["live"] = live_mod(info.name, case["live"])
    if "required" in case:
        facts["required"] = {name: live_mod(name, known) for name, known in case["required"].items()}
    if "page" in case:
        facts["page"] = ModPage(**case["page"])
    if "policy" in case:
        facts["policy"] = case["policy"]
    context = CheckContext(tag=case.get("tag", ""), today=case.get("today"))
    rules = tuple(rule for rule in RULES if rule.code in TABLES)
    return run_checks(mod, context, rules=rules, **facts).findings


@pytest.mark.parametrize(("code", "case"), cases("fires"))
def test_speaks_once_at_the_right_place(code: str, case: dict[str, Any]) -> None:
    (finding,) = [finding for finding in found(case) if finding.code == code]
    if "at" in case:
        assert f"{finding.line}:{finding.column}" == case["at"]
    assert case.get("says", "") in finding.message
    assert case.get("hint", "") in finding.hint
    assert finding.file in {"info.json", "changelog.txt", "factorio-release.yml"}
    assert "\n" not in finding.message + finding.hint
    assert finding.hint


@pytest.mark.parametrize(("code", "case"), cases("silent"))
def test_is_silent(code: str, case: dict[str, Any]) -> None:
    assert code not in {finding.code for finding in found(case)}


def test_a_sound_mod_has_no_findings() -> None:
    changelog = "{99}\nVersion: 1.2.3\nDate: 2026-01-01\n  Features:\n    - It works.\n"
    case = {"changelog": changelog, "tag": "v1.2.3", "live": {}, "required": {}}
    assert found(case) == ()


@pytest.mark.parametrize(
    ("case", "codes"),
    [
        ({"info": "{"}, ["json-syntax"]),
        ({"fields": {"name": "#"}, "live": {}}, ["info-name"]),
        ({"without": ["version"], "fields": {"versoin": "1.2.3"}}, ["info-field"]),
        ({"fields": {"dependencies": ["a =< 1.0", "a > 2.0"]}}, ["dependency-syntax"]),
        ({"changelog": ""}, ["changelog-empty"]),
        ({"changelog": "{99}\nVersion 1.2.3\n  Info:\n    - x\n"}, ["changelog-version"]),
        ({"changelog": "{99}\nVersion: 1.2.3\nDate: ???\n"}, ["changelog-section-empty"]),
        (
            {"changelog": "-\n# Changes\n\n- one\n- two\n"},
            ["changelog-separator", "changelog-version-missing"],
        ),
    ],
)
def test_one_defect_gives_one_message(case: dict[str, Any], codes: list[str]) -> None:
    assert [finding.code for finding in found(case)] == codes
