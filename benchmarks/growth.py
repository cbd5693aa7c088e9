"""How time, CPU and memory grow with the work: a table and a picture for docs/.

    python benchmarks/growth.py [--up-to SHARE] [--only KIND]... [--less KIND]... [--write]

For each kind of work the sizes grow by about ten; each is one run of the command, as a process. The cost
of the smallest size is mostly that of the start, and is taken off before two sizes are compared. Ends
non-zero where CPU time grows by more than 1.5 times the work between two sizes that take at least half a
second. `--up-to 0.01` leaves out what is larger than a hundredth of the largest size,
`--less files` the largest number of files. `--write` writes
docs/growth.md and docs/images/growth.svg. The largest sizes need 12 GB in the temporary folder (TMPDIR).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import os
import platform
import random
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from factorio_release.local_portal import LocalPortal
from factorio_release.local_portal.state.records import StoredRelease
from factorio_release.local_portal.state.seeds import ReleaseSeed

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[1]
PROGRAM = [sys.executable, "-m", "factorio_release"]
MB = 1_000_000
SLACK = 1.5
FONT = 'font-family="sans-serif" font-size="13"'
COUNTS_FROM_SECONDS = 0.5
LUA = """do
local item_{0} = {{
  type = "item",
  name = "lamp-{0}",
  icon = "__base__/graphics/icons/small-lamp.png",
  subgroup = "circuit-network",
  order = "a[light]-a[lamp-{0}]",
  place_result = "lamp-{0}",
  stack_size = 50,
}}
local function change_{0}(entity, amount)
  if entity and entity.valid and amount > {0} then
    entity.energy = entity.energy + amount * 2 -- more light
  end
  return entity
end
data:extend({{ item_{0} }})
end
"""

TEXT = """# Cost as the work grows

Made by `python benchmarks/growth.py --write`, which ends non-zero where the cost grows faster than the work.
Commit {commit}, {day}, {machine}, average load {load:.1f}: seconds by the clock depend on what else the
machine does, CPU seconds hardly. Each row is one run in one process, with its start. The time of git counts
as well, that of the portal, which is the embedded one, does not.{left_out}

{table}
A package may have 4,000 MB. Of equal findings a hundred are counted for each file, and a thousand in all;
then the search for them ends. Memory is bounded: of bytes by what is in flight, else by the lists of what was
found.

![CPU seconds as the work grows, both as powers of ten](images/growth.svg)
"""


class Cost(NamedTuple):
    """Seconds by the clock and of the processor, and the largest resident set in MB."""

    wall: float
    cpu: float
    peak: float


class Kind(NamedTuple):
    """A kind of work: `make` lays out a size of it below a folder and returns the command's arguments."""

    title: str
    unit: str
    sizes: tuple[int, ...]
    make: Callable[[Path, int, LocalPortal], list[str]]
    exit_code: int = 0
    is_committed: bool = True


def write(folder: Path, name: str, content: str | bytes) -> None:
    """Write a file below a folder."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)


def new_mod(folder: Path, name: str = "growth", version: str = "1.0.0") -> None:
    """Lay out a mod of two files."""
    info = {
        "name": name,
        "version": version,
        "title": name,
        "author": "demo",
        "factorio_version": "2.0",
        "dependencies": ["base >= 2.0"],
        "description": "Light at night.",
    }
    write(folder, "info.json", json.dumps(info, indent=2))
    section = f"{'-' * 99}\nVersion: {version}\nDate: 2026-01-01\n  Features:\n    - Lights.\n"
    write(folder, "changelog.txt", section)


def build(folder: Path) -> list[str]:
    """Return the arguments of a build of the mod in `folder`."""
    return ["build", str(folder), "--output-dir", str(folder.parent / "dist")]


def many_files(folder: Path, count: int, _portal: LocalPortal) -> list[str]:
    """Lay out `count` small files in folders of a hundred."""
    new_mod(folder)
    for number in range(count):
        write(folder, f"part-{number // 100}/{number}.lua", f"return {number}\n")
    return build(folder)


def many_bytes(folder: Path, megabytes: int, _portal: LocalPortal) -> list[str]:
    """Lay out sounds and pictures of up to 8 MB."""
    new_mod(folder)
    chance = random.Random(1)
    for number in range(math.ceil(megabytes / 8)):
        size = min(8, megabytes - 8 * number) * MB
        write(folder, f"sounds/{number}.ogg", chance.randbytes(size))
    return build(folder)


def much_lua(folder: Path, megabytes: int, _portal: LocalPortal) -> list[str]:
    """Lay out Lua files of about 50 KB."""
    new_mod(folder)
    each = [LUA.format(number) for number in range(130)]
    text = "".join(each)
    count = megabytes * MB // len(text)
    for number in range(count):
        write(folder, f"prototypes/{number}.lua", f"-- {number}\n{text}")
    requires = [f'require("prototypes.{number}")\n' for number in range(count)]
    write(folder, "data.lua", "".join(requires))
    return ["check", str(folder)]


def many_mods(folder: Path, count: int, portal: LocalPortal) -> list[str]:
    """Lay out mods that are public in another version, and plan all of them."""
    for number in range(count):
        name = f"growth-{number}"
        new_mod(folder / name, name, "1.0.1")
        portal.seed_mod(name, releases=[ReleaseSeed("1.0.0")])
    return ["plan", str(folder / "*"), "--portal-url", portal.url]


def many_findings(folder: Path, count: int, _portal: LocalPortal) -> list[str]:
    """Lay out `count` lines with a finding each, in files of a thousand."""
    new_mod(folder)
    for start in range(0, count, 1000):
        lines = [f"line {number} has no sign" for number in range(start, min(count, start + 1000))]
        write(folder, f"locale/en/{start}.cfg", "[item-name]\n" + "\n".join(lines) + "\n")
    return ["check", str(folder)]


def many_releases(folder: Path, count: int, portal: LocalPortal) -> list[str]:
    """Seed a mod with `count` releases on the portal, and plan the next one."""
    name = f"growth-{count}"
    new_mod(folder, name, "2.0.0")
    portal.seed_mod(name, releases=[ReleaseSeed("1.0.0")])
    for number in range(1, count):
        sha1 = hashlib.sha1(str(number).encode(), usedforsecurity=False).hexdigest()
        release = StoredRelease(sha1[:24], f"1.0.{number}", sha1, 1000, 1.7e9 + number, "2.0", [])
        portal.state.mods[name].releases.append(release)
    return ["plan", str(folder), "--portal-url", portal.url]


KINDS = {
    "files": Kind("`build`, small files", "files", (100, 1_000, 10_000, 100_000), many_files),
    "lua": Kind("`check`, Lua", "MB", (1, 5, 10, 50), much_lua),
    "mods": Kind("`plan`, mods of one run", "mods", (1, 10, 100, 500), many_mods),
    "findings": Kind(
        "`check`, findings", "lines", (1, 100, 1_000, 10_000, 100_000), many_findings, 3
    ),
    "releases": Kind("`plan`, releases", "releases", (1, 10, 100, 1_000), many_releases),
    "bytes": Kind(
        "`build`, sounds", "MB", (1, 10, 100, 1_000, 3_900), many_bytes, is_committed=False
    ),
}


def commit(folder: Path) -> None:
    """Make the folder a repository of one commit."""
    who = ["-c", "user.name=benchmark", "-c", "user.email=benchmark@example.invalid"]
    for step in (["init", "-q"], ["add", "--all"], [*who, "commit", "-q", "-m", "all"]):
        subprocess.run(
            ["git", "-c", "gc.auto=0", *step], cwd=folder, check=True, stdin=subprocess.DEVNULL
        )


def run(arguments: list[str], folder: Path, exit_code: int) -> Cost:
    """Run the program; RuntimeError with its output where it ends with another exit code."""
    start = time.perf_counter()
    with (folder / "told").open("wb") as told:
        process = subprocess.Popen([*PROGRAM, *arguments], stdout=told, stderr=told, cwd=ROOT)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - start
    if process.returncode != exit_code:
        raise RuntimeError((folder / "told").read_text("utf-8")[-800:])
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def measure(kind: Kind, size: int) -> Cost:
    """Lay out one size, run the command, and delete everything."""
    with tempfile.TemporaryDirectory() as place, LocalPortal() as portal:
        folder = Path(place) / "work"
        folder.mkdir()
        arguments = kind.make(folder, size, portal)
        if kind.is_committed:
            commit(folder)
        return run(arguments, Path(place), kind.exit_code)


def too_steep(kind: Kind, costs: list[Cost]) -> list[str]:
    """Return a line for each step in which the cost grew by more than the work."""
    found = []
    start = costs[0].cpu
    for index in range(1, len(costs)):
        before, now = costs[index - 1].cpu - start, costs[index].cpu - start
        factor = kind.sizes[index] / kind.sizes[index - 1]
        if before >= COUNTS_FROM_SECONDS and now > SLACK * factor * before:
            found.append(f"{kind.title}: {factor:g} times the work took {now / before:.1f} times")
    return found


def table(results: dict[str, list[Cost]]) -> str:
    """Return the table in Markdown."""
    rows = ["| work | size | seconds | CPU | peak MB |", "| --- | ---: | ---: | ---: | ---: |"]
    for name, costs in results.items():
        kind = KINDS[name]
        for size, cost in zip(kind.sizes, costs, strict=False):
            shown = f"{cost.wall:.2f} | {cost.cpu:.2f} | {cost.peak:.0f}"
            rows.append(f"| {kind.title} | {size:,} {kind.unit} | {shown} |")
    return "\n".join(rows) + "\n"


def picture(results: dict[str, list[Cost]]) -> str:
    """Return the picture as SVG: CPU seconds above the share of the largest size, both as powers of ten."""
    wide, high, left, low = 760, 420, 60, 360
    colours = ("#1b6ca8", "#c0392b", "#1e8449", "#8e44ad", "#b9770e", "#34495e")

    def x(share: float) -> float:
        return left + 480 * (math.log10(share) + 5) / 5

    def y(seconds: float) -> float:
        return low - 330 * (math.log10(max(seconds, 0.1)) + 1) / 3

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" {FONT}>',
        f'<rect width="{wide}" height="{high}" fill="#fff"/>',
    ]
    for power in range(-5, 1):
        label = "largest" if power == 0 else f"1/10{'⁰¹²³⁴⁵'[-power]}" if power < -1 else "1/10"
        place = x(10.0**power)
        parts.append(f'<path d="M{place:.0f} 30V{low}" stroke="#ddd"/>')
        parts.append(f'<text x="{place:.0f}" y="{low + 20}" text-anchor="middle">{label}</text>')
    for power in range(-1, 3):
        place = y(10.0**power)
        parts.append(f'<path d="M{left} {place:.0f}H{left + 480}" stroke="#ddd"/>')
        parts.append(
            f'<text x="{left - 8}" y="{place + 4:.0f}" text-anchor="end">{10.0**power:g}</text>'
        )
    line = f"M{x(1e-3):.0f} {y(0.1):.0f}L{x(1):.0f} {y(100):.0f}"
    parts.append(f'<path d="{line}" stroke="#999" stroke-dasharray="5 5" fill="none"/>')
    parts.append(
        f'<text x="{x(0.3):.0f}" y="{y(60):.0f}" text-anchor="end" fill="#777">linear</text>'
    )
    parts.append(f'<text x="{left}" y="20">CPU seconds</text>')
    parts.append(
        f'<text x="{left + 240}" y="{low + 45}" text-anchor="middle">share of the largest size</text>'
    )
    for index, (name, costs) in enumerate(results.items()):
        kind, colour = KINDS[name], colours[index]
        points = [
            f"{x(max(size / kind.sizes[-1], 1e-5)):.0f},{y(cost.cpu):.0f}"
            for size, cost in zip(kind.sizes, costs, strict=False)
        ]
        parts.append(
            f'<polyline points="{" ".join(points)}" fill="none" stroke="{colour}" stroke-width="2"/>'
        )
        title = f"{kind.title.replace('`', '')}, to {kind.sizes[-1]:,} {kind.unit}"
        parts.append(
            f'<text x="{left + 495}" y="{60 + 24 * index}" fill="{colour}" font-size="11">{title}</text>'
        )
    return "\n".join([*parts, "</svg>"]) + "\n"


def document(results: dict[str, list[Cost]]) -> str:
    """Return docs/growth.md."""
    said = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    left_out = ", ".join(
        f"{size:,} {KINDS[name].unit}"
        for name, costs in results.items()
        for size in KINDS[name].sizes[len(costs) :]
    )
    return TEXT.format(
        left_out=f" Not measured this time: {left_out}." if left_out else "",
        commit=said.stdout.strip(),
        day=datetime.now(UTC).date(),
        machine=f"{len(os.sched_getaffinity(0))} cores, Python {platform.python_version()}",
        load=os.getloadavg()[1],
        table=table(results),
    )


def main() -> int:
    """Measure and print; return 1 where something grows faster than the work."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--up-to", type=float, default=1.0, metavar="SHARE")
    parser.add_argument("--only", action="append", choices=[*KINDS], metavar="KIND")
    parser.add_argument("--less", action="append", default=[], choices=[*KINDS], metavar="KIND")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    results: dict[str, list[Cost]] = {}
    steep = []
    for name in options.only or KINDS:
        kind = KINDS[name]
        sizes = [size for size in kind.sizes if size <= options.up_to * kind.sizes[-1]]
        if name in options.less:
            sizes = [size for size in sizes if size < kind.sizes[-1]]
        results[name] = []
        for size in sizes:
            cost = measure(kind, size)
            results[name].append(cost)
            shown = f"{cost.wall:7.2f} s {cost.cpu:7.2f} CPU {cost.peak:5.0f} MB"
            print(f"{kind.title:26} {size:>8,} {kind.unit:9} {shown}", flush=True)
        steep += too_steep(kind, results[name])
        if options.write:
            (ROOT / "docs" / "growth.md").write_text(document(results), "utf-8")
            (ROOT / "docs" / "images" / "growth.svg").write_text(picture(results), "utf-8")
    print("\n".join(steep))
    return int(bool(steep))


if __name__ == "__main__":
    sys.exit(main())
