"""What a run of many mods asks of the portal, and what it costs, beside another commit.

    python -m benchmarks.many_mods [--mods 240] [--against COMMIT]

The mods lie in one repository; each requires the one before it and declares its category. Three runs: all
are published, none has changed, and five have a new version. The portal is the embedded one. Each commit has
its own portal and its own copy of the repository.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from benchmarks.growth_kinds import commit, new_mod
from benchmarks.start import PROGRAM, compiled_trees
from factorio_release.local_portal import LocalPortal

KEY = "many-mods-0123456789abcdef"
CHANGED = 5


class Run(NamedTuple):
    """Requests by endpoint, seconds by the clock and of the processor, and the peak in MB."""

    requests: Counter[str]
    wall: float
    cpu: float
    peak: float


def make(folder: Path, count: int) -> None:
    """Lay out the mods and the config file."""
    for number in range(count):
        name = f"lamp-{number:03}"
        new_mod(folder / name, name)
        if number:
            path = folder / name / "info.json"
            info = json.loads(path.read_text())
            info["dependencies"].append(f"lamp-{number - 1:03} >= 1.0.0")
            path.write_text(json.dumps(info, indent=2))
    (folder / "factorio-release.yml").write_text("category: utilities\n")
    commit(folder)


def raise_versions(folder: Path, count: int) -> None:
    """Give some of the mods a new version."""
    for number in range(0, count, max(1, count // CHANGED)):
        for name in ("info.json", "changelog.txt"):
            path = folder / f"lamp-{number:03}" / name
            text = path.read_text()
            old, new = '"version": "1.0.0"', '"version": "1.0.1"'
            if name == "changelog.txt":
                text = text.replace("1.0.0", "1.0.1") + text
            path.write_text(text.replace(old, new))
    who = ["-c", "user.name=benchmark", "-c", "user.email=benchmark@example.invalid"]
    subprocess.run(["git", *who, "commit", "-aqm", "new"], cwd=folder, check=True)


def run(tree: Path, folder: Path, portal: LocalPortal, *options: str) -> Run:
    """Release all mods of the folder with the program in `tree`."""
    begun = len(portal.log)
    command = [sys.executable, "-c", PROGRAM, str(tree), "release", str(folder / "lamp-*"), "--yes"]
    where = ["--portal-url", portal.url, "--output-dir", str(folder.parent / "dist"), *options]
    home = {"FACTORIO_API_KEY": KEY, "XDG_CACHE_HOME": str(folder.parent / "cache")}
    start = time.perf_counter()
    with (folder.parent / "told").open("wb") as told:
        process = subprocess.Popen(
            [*command, *where], cwd=folder, env=os.environ | home, stdout=told, stderr=told
        )
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - start
    if process.returncode:
        raise RuntimeError((folder.parent / "told").read_text("utf-8")[-1500:])
    asked = Counter(record.endpoint for record in portal.log[begun:])
    return Run(asked, wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def show(name: str, what: str, ran: Run) -> None:
    """Print one run."""
    reads = {name: count for name, count in ran.requests.items() if name.startswith("mod_")}
    total = ran.requests.total()
    cost = f"{ran.wall:6.1f} s {ran.cpu:6.1f} CPU {ran.peak:4.0f} MB"
    print(f"{name:8} {what:12} {total:5} requests {cost}  reads: {reads}", flush=True)


def main() -> None:
    """Run all trees and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--mods", type=int, default=240)
    parser.add_argument("--against", default="", metavar="COMMIT")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        for name, tree in compiled_trees(Path(scratch), options.against).items():
            folder = Path(scratch) / f"work-{name}" / "mods"
            make(folder, options.mods)
            with LocalPortal(keys={KEY: ("publish", "upload", "edit")}) as portal:
                show(name, "all new", run(tree, folder, portal, "--license", "default_mit"))
                show(name, "unchanged", run(tree, folder, portal))
                raise_versions(folder, options.mods)
                show(name, f"{CHANGED} changed", run(tree, folder, portal))


if __name__ == "__main__":
    main()
