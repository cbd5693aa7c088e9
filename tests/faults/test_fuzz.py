"""A short run of what `fuzz/run.py` does for hours: every seed, every crash of the past, and changes of them.

How many changes are tried is `FUZZ_RUNS` for each target.
"""

from __future__ import annotations

import os
import random
import sys
from importlib import util
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

FUZZ = Path(__file__).parents[2] / "fuzz"
RUNS = int(os.environ.get("FUZZ_RUNS", "400"))
LONGEST = 6000


def loaded() -> ModuleType:
    spec = util.spec_from_file_location("fuzz_targets", FUZZ / "targets.py")
    assert spec
    assert spec.loader
    module = util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


TARGETS: dict[str, Callable[[bytes], None]] = loaded().TARGETS
SEEDS = {
    name: [path.read_bytes() for path in sorted((FUZZ / "seeds" / name).iterdir())]
    for name in TARGETS
}


@pytest.mark.parametrize("name", TARGETS)
def test_seeds_and_past_crashes(name: str) -> None:
    for seed in SEEDS[name]:
        TARGETS[name](seed)


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")
def test_changes_of_them(name: str) -> None:
    dice = random.Random(name)
    for number in range(RUNS):
        data = changed(dice, SEEDS[name])
        try:
            TARGETS[name](data)
        except Exception as error:
            raise AssertionError(f"run {number} of {name}: {data!r}") from error


def changed(dice: random.Random, seeds: list[bytes]) -> bytes:
    """Cut, double, splice and flip a seed."""
    data = bytearray(dice.choice(seeds)[:LONGEST])
    for _ in range(dice.randint(1, 6)):
        at = dice.randrange(len(data) + 1)
        to = min(len(data), at + dice.randint(0, 12))
        match dice.randrange(5):
            case 0:
                del data[at:to]
            case 1:
                data[at:at] = data[at:to] * dice.choice((1, 2, 50))
            case 2:
                data[at:to] = dice.randbytes(dice.randint(0, 4))
            case 3:
                other = dice.choice(seeds)[:LONGEST]
                start = dice.randrange(len(other) + 1)
                data[at:to] = other[start : start + dice.randint(0, 40)]
            case _:
                data[at:to] = dice.choice(SPICES)
    return bytes(data[: 2 * LONGEST])


SPICES = (
    *(
        b"\0",
        b"\xff",
        b"\xef\xbb\xbf",
        b"\xed\xa0\x80",
        b"\\ud800",
        b"\r",
        b"\n\n",
        b"\t",
        b"9" * 5000,
        b"1e999",
    ),
    *(
        b'"',
        b"'",
        b"[",
        b"{" * 300,
        b"(((((",
        b"<!--",
        b"-->",
        b"::",
        b"##[",
        b"\x1b[2J",
        b"&",
        b"*",
        b"- " * 40,
    ),
)
