"""Writes what is generated from declarations.

README's table of inputs and the config file's schema come from the options. The table of fields in
docs/page.md comes from the page fields.

python scripts/generate.py            write them
python scripts/generate.py --check    fail when they are not up to date
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from factorio_release.mod_page import CATEGORIES, LICENSES, PAGE_FIELDS, TAGS, FieldKind
from factorio_release.settings import option
from factorio_release.settings.options import OPTIONS

if TYPE_CHECKING:
    from factorio_release.settings.option import Option

ROOT = Path(__file__).parents[1]
SCHEMA = ROOT / "factorio_release" / "schemas" / "factorio-release.schema.json"
README = ROOT / "README.md"
PAGE_GUIDE = ROOT / "docs" / "page.md"
INPUTS = ("<!-- inputs: begin -->", "<!-- inputs: end -->")
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
        option.reasons: {
            "type": "object",
            "additionalProperties": {"type": "string", "minLength": 1},
        },
        option.seconds: {"type": ["number", "string"]},
        option.count: {"type": ["integer", "string"]},
    }
    if entry.is_flag:
        form: dict[str, Any] = {"enum": flag_values(entry)}
    elif entry.parse in forms:
        form = forms[entry.parse]
    elif entry.choices:
        form = {"enum": list(entry.file_values or entry.choices)}
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


def schema() -> str:
    """Return the JSON Schema of factorio-release.yml."""
    options = {entry.name: property_of(entry) for entry in OPTIONS.values() if entry.config}
    of_one_mod = {name: form for name, form in options.items() if not OPTIONS[name].per_run}
    document = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "factorio-release.yml",
        "description": "How a Factorio mod is packaged, checked and shown on the mod portal.",
        "type": "object",
        "additionalProperties": False,
        "properties": options
        | {
            "mods": {
                "description": "Options for single mods of the repository, by folder.",
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


def with_table(path: Path, marks: tuple[str, str], written: str) -> str:
    """Return a document with the text between two marks as it should be."""
    begin, end = marks
    text = path.read_text(encoding="utf-8")
    head, _, rest = text.partition(begin)
    _, _, tail = rest.partition(end)
    return f"{head}{begin}\n{written}\n{end}{tail}"


def main(*, check: bool) -> int:
    """Write the files, or print which of them are out of date."""
    files = {
        SCHEMA: schema(),
        README: with_table(README, INPUTS, table()),
        PAGE_GUIDE: with_table(PAGE_GUIDE, FIELDS, fields_table()),
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
