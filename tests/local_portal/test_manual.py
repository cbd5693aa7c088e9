"""The manual in docs/portal.md agrees with the portal."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from factorio_release.local_portal import ENDPOINTS, KINDS, load_seed_file, parse_fault
from factorio_release.local_portal.refusals import EXECUTABLES_TEXT, STATUS_OF_CODE
from factorio_release.local_portal.state.rules import CATEGORIES, LICENSES, TAGS, USAGE_NAMES

if TYPE_CHECKING:
    from factorio_release.local_portal import LocalPortal

MANUAL = (Path(__file__).parents[2] / "docs" / "portal.md").read_text("utf-8")
WORDS = [
    *(endpoint.name for endpoint in ENDPOINTS),
    *(set(KINDS) - {"call"}),
    *(*CATEGORIES, *TAGS, *LICENSES, *STATUS_OF_CODE),
]


@pytest.mark.parametrize("word", sorted(set(WORDS)))
def test_the_manual_names_it(word: str) -> None:
    assert f"`{word}`" in MANUAL


def test_the_manual_has_the_paths_usages_and_texts() -> None:
    assert EXECUTABLES_TEXT in MANUAL
    for endpoint in ENDPOINTS:
        if endpoint.usage:
            row = next(
                line for line in MANUAL.splitlines() if line.startswith(f"| `{endpoint.name}`")
            )
            assert f"`{endpoint.pattern}` | {USAGE_NAMES[endpoint.usage]} |" in row


def test_the_manuals_statuses_are_the_portals() -> None:
    for code, status in STATUS_OF_CODE.items():
        rows = [line for line in MANUAL.splitlines() if re.match(rf"\| .*`{code}`.* \| \d", line)]
        assert rows, f"the table of refusals in docs/portal.md has no row for {code}"
        row = rows[0]
        assert str(status) in row.split("|")[2]


def test_the_manuals_examples_work(tmp_path: Path, portal: LocalPortal) -> None:
    example = re.search(r"```json\n(.*?)```", MANUAL, re.DOTALL)
    assert example is not None
    seed = json.loads(example[1])
    mod = seed["mods"][0]
    del mod["thumbnail"], mod["images"], mod["releases"][1]["zip"]
    path = tmp_path / "seed.json"
    path.write_text(json.dumps(seed), "utf-8")
    assert load_seed_file(portal.state, path) == ["lamp-post"]
    assert all(parse_fault(text) for text in re.findall(r"--fault '([^']+)'", MANUAL))
