"""How time, CPU and memory grow with the work: a table and a picture for docs/.

    python -m benchmarks.growth [--up-to SHARE] [--only KIND]... [--less KIND]... [--write]

For each kind of work the sizes grow by about ten; each is one run of the command, as a process. The cost
of the smallest size is mostly that of the start, and is taken off before two sizes are compared. Ends
non-zero where CPU time grows by more than 1.5 times the work between two sizes that take at least half a
second. `--up-to 0.01` leaves out what is larger than a hundredth of the largest size,
`--less files` the largest number of files. `--write` writes
docs/growth.md and docs/images/growth.svg. All of it takes about ten minutes on two quiet cores, and 12 GB in
the temporary folder (TMPDIR).
"""

from __future__ import annotations

import argparse
import math
import os
import platform
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.growth_kinds import KINDS, commit
from factorio_release.local_portal import LocalPortal

if TYPE_CHECKING:
    from benchmarks.growth_kinds import Kind

ROOT = Path(__file__).parents[1]
PROGRAM = [sys.executable, "-m", "factorio_release"]
SLACK = 1.5
FONT = 'font-family="sans-serif" font-size="13"'
COUNTS_FROM_SECONDS = 0.5
TEXT = """# Cost as the work grows

Made by `python -m benchmarks.growth --write`, which ends non-zero where the cost grows faster than the work.
Commit {commit}, {day}, {machine}, average load {load:.1f}: seconds by the clock depend on what else the
machine does, CPU seconds hardly. Each row is one run in one process, with its start. The time of git counts
as well, that of the portal, which is the embedded one, does not. Plans are made without loads.{left_out}

{table}
The rows of what is beyond a bound show how long it takes to say so: a package may have 4,000 MB. Of equal
findings a hundred are counted for each file, and a thousand in all; then the search for them ends. Memory is
bounded: of bytes by what is in flight, else by the lists of what was found. Linux counts what the measuring
process had when it started a run: no later row can be below 56 MB.

Odd shapes:

{odd}
![CPU seconds as the work grows, both as powers of ten](images/growth.svg)
"""


class Cost(NamedTuple):
    """Seconds by the clock and of the processor, and the largest resident set in MB."""

    wall: float
    cpu: float
    peak: float


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
        code = kind.exit_code_of_refused if size == kind.refused else kind.exit_code
        return run(arguments, Path(place), code)


def too_steep(kind: Kind, costs: list[Cost]) -> list[str]:
    """Return a line for each step in which the cost grew by more than the work."""
    found = []
    start = costs[0].cpu
    for index in range(1, min(len(costs), len(kind.sizes))):
        before, now = costs[index - 1].cpu - start, costs[index].cpu - start
        factor = kind.sizes[index] / kind.sizes[index - 1]
        if before >= COUNTS_FROM_SECONDS and now > SLACK * factor * before:
            found.append(f"{kind.title}: {factor:g} times the work took {now / before:.1f} times")
    return found


def table(results: dict[str, list[Cost]], *, odd: bool) -> str:
    """Return the table in Markdown."""
    rows = ["| work | size | seconds | CPU | peak MB |", "| --- | ---: | ---: | ---: | ---: |"]
    for name, costs in results.items():
        kind = KINDS[name]
        if kind.is_odd is not odd:
            continue
        for size, cost in zip((*kind.sizes, kind.refused), costs, strict=False):
            shown = f"{cost.wall:.2f} | {cost.cpu:.2f} | {cost.peak:.0f}"
            refused = f", {kind.beyond}" if size == kind.refused else ""
            rows.append(f"| {kind.title} | {size:,} {kind.unit}{refused} | {shown} |")
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
    usual = {name: costs for name, costs in results.items() if not KINDS[name].is_odd}
    for index, (name, costs) in enumerate(usual.items()):
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
        if not KINDS[name].is_odd
    )
    return TEXT.format(
        left_out=f" Not measured this time: {left_out}." if left_out else "",
        commit=said.stdout.strip(),
        day=datetime.now(UTC).date(),
        machine=f"{len(os.sched_getaffinity(0))} cores, Python {platform.python_version()}",
        load=os.getloadavg()[1],
        table=table(results, odd=False),
        odd=table(results, odd=True),
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
        if kind.refused and len(sizes) == len(kind.sizes):
            sizes.append(kind.refused)
        for size in sizes:
            cost = measure(kind, size)
            results[name].append(cost)
            shown = f"{cost.wall:7.2f} s {cost.cpu:7.2f} CPU {cost.peak:5.0f} MB"
            print(f"{kind.title:28} {size:>8,} {kind.unit:9} {shown}", flush=True)
        steep += too_steep(kind, results[name])
        if options.write:
            (ROOT / "docs" / "growth.md").write_text(document(results), "utf-8")
            (ROOT / "docs" / "images" / "growth.svg").write_text(picture(results), "utf-8")
    print("\n".join(steep))
    return int(bool(steep))


if __name__ == "__main__":
    sys.exit(main())
