"""Writes what is generated from declarations.

The table of inputs in docs/reference.md and the config file's schema come from the options. The table of
fields in docs/page.md comes from the page fields, those in docs/events.md from the tables of events and CI
systems. The composite action has the inputs and outputs of action.yml; docs/recipes.md has the files of the
recipes.
docs/troubleshooting.md is made of the texts of all errors in the code.
What SARIF says of each rule comes from docs/checks.md, which an installation does not have.

python scripts/generate.py            write them
python scripts/generate.py --check    fail when they are not up to date
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from factorio_release.ci.events import RULES, EventKind
from factorio_release.ci_systems import CI_SYSTEMS, Cause
from factorio_release.mod_page import CATEGORIES, LICENSES, PAGE_FIELDS, TAGS, FieldKind
from factorio_release.settings import kinds
from factorio_release.settings.options import OPTIONS

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from scripts import recipes, troubleshooting

if TYPE_CHECKING:
    from factorio_release.ci_systems import CiSystem
    from factorio_release.settings.option import Option

ROOT = Path(__file__).parents[1]
SCHEMA = ROOT / "factorio_release" / "schemas" / "factorio-release.schema.json"
REFERENCE = ROOT / "docs" / "reference.md"
EVENTS_GUIDE = ROOT / "docs" / "events.md"
PAGE_GUIDE = ROOT / "docs" / "page.md"
CHECKS_GUIDE = ROOT / "docs" / "checks.md"
TROUBLESHOOTING = ROOT / "docs" / "troubleshooting.md"
RULE_TEXTS = ROOT / "factorio_release" / "report" / "rule_texts.json"
RULE_PARTS = {"what": "What", "why": "Why", "fix": "How to fix"}
INPUTS = ("<!-- inputs: begin -->", "<!-- inputs: end -->")
CAUSES = {
    Cause.PUSH: "a push: of a tag, of a branch",
    Cause.RELEASE: "a release of the forge",
    Cause.BUTTON: "a button",
    Cause.SCHEDULE: "a schedule",
    Cause.REQUEST: "a pull or merge request: never writes",
    Cause.MERGE_QUEUE: "a merge queue: never writes",
    Cause.ONLY_WITH_TAG: "a push, if it has a tag",
    Cause.NOT_SAID: "not said",
}
FIELDS = ("<!-- page fields: begin -->", "<!-- page fields: end -->")
# What the normal form of each kind leaves out (`live/normal_form.py`).
NOT_COMPARED = {
    FieldKind.LINE: "how much white space is between words; white space around them",
    FieldKind.DOCUMENT: (
        "line ends, blanks at the end of a line, empty lines around the text, composed or decomposed accents"
    ),
    FieldKind.CATEGORY: "capitals",
    FieldKind.TAGS: "order, capitals",
    FieldKind.LICENSE: "capitals",
    FieldKind.URL: "capitals in scheme and host, the default port, a slash at the end of the path",
    FieldKind.FLAG: "",
    FieldKind.IMAGES: "",
}
SUGGESTED = {"category": CATEGORIES, "license": tuple(LICENSES), "tags": TAGS}


def default_of(entry: Option) -> str:
    """Return the default as a reader of the table should see it."""
    value = entry.default
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, tuple):
        return f"`{', '.join(value)}`" if value else ""
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"


def table() -> str:
    """Return the inputs as a Markdown table."""
    rows = ["| input | default | what it does |", "| --- | --- | --- |"]
    rows += [
        f"| `{entry.name}` | {default_of(entry)} | {entry.help}{in_file(entry)} |"
        for entry in OPTIONS.values()
    ]
    return "\n".join(rows)


def in_file(entry: Option) -> str:
    """Return what a config file may not do with the option, as a further sentence of the table."""
    if not entry.config:
        return " Never in a config file."
    if entry.file_values:
        values = ", ".join(f"`{value}`" for value in entry.file_values)
        return f" In a config file only {values}."
    return " Not under `mods:`." if entry.per_run else ""


def property_of(entry: Option) -> dict[str, Any]:
    """Return an option as a JSON Schema; every scalar may be written with or without quotes."""
    scalar = {"type": ["string", "number", "boolean"]}
    forms: dict[Any, dict[str, Any]] = {
        kinds.reasons: {
            "type": "object",
            "additionalProperties": {
                "anyOf": [{"type": "string", "minLength": 1}, {"const": False}]
            },
        },
        kinds.seconds: {"type": ["number", "string"]},
        kinds.count: {"type": ["integer", "string"]},
    }
    if entry.is_flag:
        form: dict[str, Any] = {"enum": flag_values(entry)}
    elif entry.parse in forms:
        form = forms[entry.parse]
    elif entry.choices:
        words = entry.file_values or entry.choices
        # `off` without quotes is false to a reader of YAML 1.1.
        form = {"enum": [*words, *([False] if "off" in words else [])]}
    elif entry.is_list:
        form = {"anyOf": [{"type": "array", "items": _suggested(entry, scalar)}, scalar]}
    else:
        form = _suggested(entry, scalar)
    return {"description": entry.help, **form}


def flag_values(entry: Option) -> list[bool | str]:
    """Return every spelling of a flag that a config file may have."""
    words: list[bool | str] = [True, False, "true", "false", "yes", "no", "on", "off"]
    allowed = [entry.parse(value) for value in entry.file_values] or [True, False]
    return [word for word in words if entry.parse(str(word)) in allowed]


def _suggested(entry: Option, form: dict[str, Any]) -> dict[str, Any]:
    known = SUGGESTED.get(entry.name)
    return {"anyOf": [{"enum": list(known)}, form]} if known else form


def site() -> str:
    """Return the address of the site, which has the schema."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return str(project["urls"]["Documentation"])


def schema() -> str:
    """Return the JSON Schema of factorio-release.yml."""
    options = {entry.name: property_of(entry) for entry in OPTIONS.values() if entry.config}
    of_one_mod = {name: form for name, form in options.items() if not OPTIONS[name].per_run}
    document = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": f"{site()}{SCHEMA.name}",
        "title": "factorio-release.yml",
        "description": "How a Factorio mod is packaged, checked and shown on the mod portal.",
        "type": "object",
        "additionalProperties": False,
        "properties": options
        | {
            "mods": {
                "description": (
                    "Options for single mods of the repository, by folder, name or glob of either; "
                    "a later entry counts over an earlier one."
                ),
                "type": "object",
                "additionalProperties": {"$ref": "#/definitions/mod"},
            }
        },
        "definitions": {
            "mod": {"type": "object", "additionalProperties": False, "properties": of_one_mod}
        },
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def fields_table() -> str:
    """Return the page fields as a Markdown table."""
    rows = ["| field | value | limit | with the first zip | what does not count as a difference |"]
    rows.append("| --- | --- | --- | --- | --- |")
    for one in PAGE_FIELDS.values():
        limit = f"{one.max_characters} characters" if one.max_characters else ""
        first = "yes" if one.with_first_zip else ""
        rows.append(
            f"| `{one.option}` | {one.kind} | {limit} | {first} | {NOT_COMPARED[one.kind]} |"
        )
    return "\n".join(rows)


def events_tables() -> dict[str, str]:
    """Return the tables of docs/events.md by their marks."""
    heads = ["event", "by default", "version out with other content", "mod new on the portal"]
    heads += ["open changelog", "choices"]
    rows = [f"| {' | '.join(heads)} |", "| --- " * len(heads) + "|"]
    for kind, rule in RULES.items():
        does = "writes" if rule.writes else "plans"
        new = ("published" if rule.publishes_new else "not published") if rule.writes else "planned"
        exists = f"`{rule.if_exists}`"
        is_open = ("waits" if rule.waits else "exit code 3") if rule.writes else "planned"
        if kind is EventKind.OTHER_TAG:
            does, exists, new, is_open = "nothing", "", "", ""
        if kind is EventKind.UNKNOWN:
            does, new, is_open = "refuses, exit code 2", "published with `yes`", "exit code 3"
        if kind is EventKind.MACHINE:
            does = "asks, then writes"
        choices = ", ".join(f"`{name}`" for name in rule.choices)
        rows.append(f"| {kind} | {does} | {exists} | {new} | {is_open} | {choices} |")
    return {
        "events": "\n".join(rows),
        "systems": systems_table(),
        "variables": variables_table(),
        "keys": keys_table(),
    }


def systems_table() -> str:
    """Return which events of each system have which cause."""
    rows = ["| system | event | is |", "| --- | --- | --- |"]
    for title, system in by_title():
        if not system.events:
            branch = (
                "a push" if system.branch_variable else "a push of a tag; of a branch: not said"
            )
            branch = branch if system.tag_variable else "not said"
            rows.append(f"| {title} | has no name for it | {branch} |")
        for cause in Cause:
            names = system.names(cause)
            if names:
                listed = ", ".join(f"`{name}`" if name else "none" for name in names)
                rows.append(f"| {title} | {listed} | {CAUSES[cause]} |")
    return "\n".join(rows)


def variables_table() -> str:
    """Return the variables that are read, by system."""
    rows = ["| system | event | tag | branch | default branch | commit | only in a request |"]
    rows.append("| --- | --- | --- | --- | --- | --- | --- |")
    for title, system in by_title():
        cells = (
            system.event_variable,
            system.tag_variable or system.ref_variable,
            system.branch_variable or system.ref_variable,
            system.default_branch_variable,
            system.commit_variable,
            *[", ".join(f"`{name}`" for name in system.request_variables)],
        )
        shown = [f"`{cell}`" if cell and "`" not in cell else cell for cell in cells]
        rows.append(f"| {title} | {' | '.join(shown)} |")
    return "\n".join(rows)


def keys_table() -> str:
    """Return where each system has its workflows and the portal's key."""
    rows = ["| system | workflows | where to set the portal's key |", "| --- | --- | --- |"]
    for system in CI_SYSTEMS.values():
        workflows = f"`{system.workflows}`" if system.workflows else ""
        rows.append(f"| {system.title} | {workflows} | {system.secret_place} |")
    return "\n".join(rows)


def by_title() -> list[tuple[str, CiSystem]]:
    """Return the systems with their titles; those that copy GitHub are in its row."""
    copies = {"forgejo", "gitea"}
    rows = [(one.title, one) for name, one in CI_SYSTEMS.items() if name not in copies]
    return [
        ("GitHub, Forgejo, Gitea" if one.name == "github" else title, one) for title, one in rows
    ]


def with_event_tables() -> str:
    """Return docs/events.md with its tables as they should be."""
    text = EVENTS_GUIDE.read_text(encoding="utf-8")
    for name, written in events_tables().items():
        marks = (f"<!-- {name}: begin -->", f"<!-- {name}: end -->")
        text = _between(text, marks, written)
    return text


def rule_texts() -> str:
    """Return what, why and how to fix of each code, as Markdown in one line."""
    _, *parts = re.split(r"(?m)^## (.+)$", CHECKS_GUIDE.read_text(encoding="utf-8"))
    texts = {
        code: {
            name: " ".join(found[1].split())
            for name, title in RULE_PARTS.items()
            if (found := re.search(rf"(?ms)^\*\*{title}\.\*\* (.+?)(?:\n\n|\Z)", section))
        }
        for code, section in zip(parts[::2], parts[1::2], strict=True)
    }
    return json.dumps(texts, indent=1, ensure_ascii=False) + "\n"


def with_table(path: Path, marks: tuple[str, str], written: str) -> str:
    """Return a document with the text between two marks as it should be."""
    return _between(path.read_text(encoding="utf-8"), marks, written)


def _between(text: str, marks: tuple[str, str], written: str) -> str:
    begin, end = marks
    head, _, rest = text.partition(begin)
    _, _, tail = rest.partition(end)
    return f"{head}{begin}\n{written}\n{end}{tail}"


def main(*, check: bool) -> int:
    """Write the files, or print which of them are out of date."""
    files = {
        SCHEMA: schema(),
        REFERENCE: with_table(REFERENCE, INPUTS, table()),
        EVENTS_GUIDE: with_event_tables(),
        PAGE_GUIDE: with_table(PAGE_GUIDE, FIELDS, fields_table()),
        RULE_TEXTS: rule_texts(),
        TROUBLESHOOTING: troubleshooting.page(),
        recipes.NATIVE: recipes.native_action(),
        recipes.GUIDE: _between(
            with_table(recipes.GUIDE, recipes.INDEX, recipes.index()),
            recipes.FILES,
            recipes.sections(),
        ),
    }
    stale: list[str] = []
    for path, content in files.items():
        if not path.exists() or path.read_text(encoding="utf-8") != content:
            stale.append(path.relative_to(ROOT).as_posix())
    if check:
        print(
            "up to date"
            if not stale
            else f"out of date: {', '.join(stale)}; run scripts/generate.py"
        )
        return int(bool(stale))
    for path, content in files.items():
        path.write_text(content, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(check="--check" in sys.argv[1:]))
