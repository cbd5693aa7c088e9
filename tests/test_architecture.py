"""docs/architecture.md lists the packages that exist, in the order of the layers, and words of the code."""

from __future__ import annotations

import re
import tomllib
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import factorio_release

ROOT = Path(__file__).parents[1]
PACKAGE = Path(factorio_release.__file__).parent
TEXT = (ROOT / "docs" / "architecture.md").read_text("utf-8")


def table_of(heading: str) -> list[list[str]]:
    """The cells of the rows of the table below a heading, without its head."""
    section = TEXT.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("| ")]
    return rows[2:]


def listed() -> list[str]:
    """The packages and modules of the table, in its order."""
    return [
        name for first, *_ in table_of("Packages") for name in re.findall(r"`([\w./]+)`", first)
    ]


def test_the_table_of_packages_is_the_tree() -> None:
    folders = {
        f"{path.name}/"
        for path in PACKAGE.iterdir()
        if path.is_dir() and not path.name.startswith("_")
    }
    modules = {path.name for path in PACKAGE.glob("*.py")} - {"__init__.py", "__main__.py"}
    assert len(listed()) == len(set(listed()))
    assert set(listed()) == folders | modules


def contracts() -> list[dict[str, Any]]:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    found = config["tool"]["importlinter"]["contracts"]
    assert isinstance(found, list)
    return found


def test_the_table_is_in_the_order_of_the_layers() -> None:
    (layers,) = (contract["layers"] for contract in contracts() if contract["type"] == "layers")
    layer_of = {
        name.strip(): number for number, layer in enumerate(layers) for name in layer.split("|")
    }
    names = [name.removesuffix("/").removesuffix(".py") for name in listed()]
    order = [layer_of[name] for name in names if name in layer_of]
    assert set(layer_of) <= set(names)
    assert order == sorted(order)


def test_the_embedded_portal_and_the_rest_may_import_nothing_from_each_other() -> None:
    portal = "factorio_release.local_portal"
    modules = {name.removesuffix("/").removesuffix(".py") for name in listed()}
    others = {f"factorio_release.{name}" for name in modules} - {portal, "factorio_release.schemas"}
    forbidden = [
        (set(contract["source_modules"]), set(contract["forbidden_modules"]))
        for contract in contracts()
        if contract["type"] == "forbidden"
    ]
    assert ({portal}, others) in forbidden
    assert (others - {"factorio_release.cli"}, {portal}) in forbidden


def test_modules_that_the_text_names_exist() -> None:
    names = set(re.findall(r"`([a-z_]+/[a-z_/]+\.py)`", TEXT))
    assert [name for name in names if not (PACKAGE / name).is_file()] == []


@pytest.mark.parametrize("row", table_of("Glossary"), ids=lambda row: row[0])
def test_a_word_of_the_glossary_is_one_sentence_and_is_in_the_code(row: list[str]) -> None:
    _, meaning, code = row
    assert re.fullmatch(r"[A-Z][^.]*(?:\.[a-z]+[^.]*)*\.", meaning)
    parts = code.strip("`").split(".")
    for length in range(len(parts), 0, -1):
        try:
            found: object = import_module(".".join(["factorio_release", *parts[:length]]))
        except ModuleNotFoundError:
            continue
        for name in parts[length:]:
            found = getattr(found, name)
        return
    pytest.fail(f"{code} is neither a module nor a name in one")


def test_the_glossary_is_in_alphabetical_order() -> None:
    words = [row[0] for row in table_of("Glossary")]
    assert words == sorted(words, key=str.lower)
