"""One declaration of the options: action.yml, documents, schema and the GitLab template agree with it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from factorio_release.ci.outputs import OUTPUTS
from factorio_release.cli.declared import COMMANDS
from factorio_release.cli.main import _SEPARATE_COMMANDS
from factorio_release.cli.mod_configs import ModKeys
from factorio_release.errors import ExitCode, UsageError
from factorio_release.mod_page import PAGE_FIELDS, ModPage
from factorio_release.page.declared import DeclaredPage
from factorio_release.report.model import Status
from factorio_release.settings.config_file import read_config
from factorio_release.settings.options import OPTIONS
from factorio_release.settings.page_options import SYNC_FIELDS
from factorio_release.settings.run_options import MODES
from factorio_release.settings.sources import Sources, read_settings

ROOT = Path(__file__).parents[1]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
REFERENCE = (ROOT / "docs" / "reference.md").read_text("utf-8")
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("templates/*.yml")])
NOTHING = Sources({}, {}, {})


def test_the_actions_inputs_are_the_options() -> None:
    described = {name: entry["description"] for name, entry in ACTION["inputs"].items()}
    assert described == {name: entry.help for name, entry in OPTIONS.items()}
    assert {entry["default"] for entry in ACTION["inputs"].values()} == {""}
    assert not any(entry.get("required") for entry in ACTION["inputs"].values())


def test_the_actions_outputs_are_the_outputs() -> None:
    assert tuple(ACTION["outputs"]) == OUTPUTS
    outputs = REFERENCE.partition("## Outputs\n")[2].partition("\n## ")[0]
    assert [name for name in OUTPUTS if f"`{name}`" not in outputs] == []
    assert [status for status in Status if f"`{status}`" not in outputs] == []


def test_what_is_generated_is_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "generate.py"), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_documents_name_every_exit_code_command_and_mode() -> None:
    codes = {int(code) for code in re.findall(r"^\| (\d+) \|", REFERENCE, re.MULTILINE)}
    assert codes == {int(code) for code in ExitCode}
    text = (
        REFERENCE
        + (ROOT / "docs" / "local.md").read_text("utf-8")
        + (ROOT / "docs" / "portal.md").read_text("utf-8")
    )
    assert [name for name in COMMANDS if f"factorio-release {name}" not in text] == []
    assert set(MODES) <= set(COMMANDS)


def test_every_command_is_a_mode_or_has_a_module() -> None:
    """For any other command the pipeline would run, and would check and pack the mod."""
    assert set(COMMANDS) == {*MODES, *_SEPARATE_COMMANDS}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_documents_name_only_options_that_exist(document: Path) -> None:
    """Whatever a document hands to `factorio-release` is an option or a switch of one of its commands."""
    known = {f"--{name}" for name in OPTIONS} | {
        f"--no-{name}" for name, one in OPTIONS.items() if one.is_flag
    }
    known |= {f"--{name}" for one in COMMANDS.values() for name in one.own_names}
    known |= {"--verbose", "--help", "--version"}
    commands = re.findall(r"factorio-release (?:[a-z]+) [^`\n#]*", document.read_text("utf-8"))
    used = {option for line in commands for option in re.findall(r"(?<!\S)--[a-z][a-z0-9-]*", line)}
    assert used - known == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_relative_links_lead_somewhere(document: Path) -> None:
    text = re.sub(
        r"^```.*?^```|`[^`\n]*`", "", document.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL
    )
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text)
    local = [
        target for target in targets if "://" not in target and not target.startswith("mailto:")
    ]
    assert [target for target in local if not (document.parent / target).exists()] == []


def schema() -> Draft7Validator:
    text = (ROOT / "factorio_release" / "schemas" / "factorio-release.schema.json").read_text(
        "utf-8"
    )
    return Draft7Validator(json.loads(text))


@pytest.mark.parametrize(
    ("config", "fits"),
    [
        ("category: utilities\ntags: [trains, power]\nimages: [a.png]\nprune-images: true\n", True),
        ("mods:\n  big-mod: {category: overhaul}\n", True),
        ('ignore: {thumbnail-size: "square on purpose"}\n', True),
        ("ignore: {thumbnail-size: false}\n", True),
        ("mods:\n  big-*: {exclude: ['art/**']}\n  '*': {category: overhaul}\n", True),
        ("description: [shared/a.md, '{mod}/README.md']\nfaq: FAQ.md\n", True),
        ("description: {file: README.md}\n", False),
        ("faq: [[FAQ.md]]\n", False),
        ("tags: [[trains]]\n", False),
        ("tags: trains, power\nverify-timeout: 30\nretries: 2\n", True),
        ("categroy: utilities\n", False),
        ("version-policy: newest\n", False),
        ("ignore: {thumbnail-size: ''}\n", False),
        ("mods:\n  big-mod: {catgory: overhaul}\n", False),
        ("prune-images: perhaps\n", False),
        ("dry-run: true\nmode: plan\nreport: dist/report.json\n", True),
        ("dry-run: false\n", False),
        ("mode: release\n", False),
        ("portal-url: https://mods.example.com\n", False),
        ("tag: 1.0.0\n", False),
        ("mods:\n  big-mod: {report: report.json}\n", False),
        ("mods:\n  big-mod: {portal-url: 'https://mods.example.com'}\n", False),
    ],
)
def test_the_schema_and_the_program_accept_the_same_files(
    tmp_path: Path, config: str, fits: bool
) -> None:
    (tmp_path / "big-mod").mkdir()
    path = tmp_path / "factorio-release.yml"
    path.write_text(config)
    assert schema().is_valid(yaml.safe_load(config)) is fits
    keys = ModKeys(tmp_path / "big-mod", tmp_path / "big-mod")
    if fits:
        read_settings(NOTHING, path, section_of=keys)
    else:
        with pytest.raises(UsageError):
            read_settings(NOTHING, path, section_of=keys)


def test_every_config_key_is_in_the_schema() -> None:
    document = schema().schema
    assert isinstance(document, dict)
    properties = set(document["properties"])
    assert properties == {name for name, one in OPTIONS.items() if one.config} | {"mods"}


def test_the_examples_config_is_read_by_both() -> None:
    path = ROOT / "examples" / "andon-lamps" / "factorio-release.yml"
    assert schema().is_valid(yaml.safe_load(path.read_text("utf-8")))
    assert read_config(path)


def test_sync_takes_the_fields_of_a_page() -> None:
    assert tuple(one.option for one in PAGE_FIELDS.values()) == SYNC_FIELDS


def test_every_page_field_can_be_declared() -> None:
    assert tuple(PAGE_FIELDS) == ModPage._fields
    assert set(SYNC_FIELDS) <= set(OPTIONS)
    assert set(PAGE_FIELDS) <= set(DeclaredPage._fields)


def test_every_option_is_read() -> None:
    """The page's options are read as the fields of a `DeclaredPage`."""
    package = ROOT / "factorio_release"
    readers = [
        path for path in package.rglob("*.py") if "settings" not in path.relative_to(package).parts
    ]
    code = "".join(path.read_text("utf-8") for path in readers)
    declared = set(DeclaredPage._fields)
    unread = [
        option.name
        for option in OPTIONS.values()
        if option.field not in declared
        and not re.search(rf'settings\.{option.field}\b|"{option.name}"', code)
    ]
    assert unread == []
