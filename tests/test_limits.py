"""The table of bounds in SECURITY.md has the numbers of the program, and all of them."""

from __future__ import annotations

import re
from pathlib import Path

from factorio_release import limits
from factorio_release.limits import size_words

SECURITY = (Path(__file__).parents[1] / "SECURITY.md").read_text("utf-8")
ROWS = re.findall(r"^\| [^|\n]+ \| ([^|\n]+) \| `(MAX_\w+)` \|$", SECURITY, re.MULTILINE)
BOUNDS = {name: value for name, value in vars(limits).items() if name.startswith("MAX_")}


def shown(name: str) -> str:
    value = BOUNDS[name]
    if name.endswith("_BYTES"):
        return size_words(value) if value < 1_000_000_000 else f"{value // 1_000_000_000} GB"
    return f"{value:,}" + (" seconds" if name.endswith("_SECONDS") else "")


def test_every_bound_stands_in_the_table() -> None:
    assert {name: text for text, name in ROWS} == {name: shown(name) for name in BOUNDS}


def test_sizes_are_written_as_people_write_them() -> None:
    assert [size_words(size) for size in (1 << 20, 256 << 10, 1000)] == [
        "1 MiB",
        "256 KiB",
        "1,000 bytes",
    ]
