"""What a start costs: CPU time of a check beside a bare interpreter, and the image's start.

    python benchmarks/start.py [--runs N]
    IMAGE_UNDER_TEST=… CONTAINER_ENGINE=… python benchmarks/start.py

The budget: `check` on a small mod spends less than 150 ms of CPU in Python, start-up included. The
children's own time (git) is counted apart. Ends non-zero over the budget.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

BUDGET = 150.0
ROOT = Path(__file__).parents[1]
MOD = "examples/andon-lamps"
# Prints the CPU time of this process and of its children when the interpreter ends.
MEASURED = """
import atexit, os, resource, sys
def spent():
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    os.write(2, " ".join(["", *(str((usage.ru_utime + usage.ru_stime) * 1000) for usage in both)]).encode())
atexit.register(spent)
"""


def cpu(program: str, runs: int) -> tuple[float, float]:
    """Return the median CPU milliseconds of a Python program itself, and of the processes it starts."""
    command = [sys.executable, "-I", "-c", MEASURED + program]
    spent = []
    for _ in range(runs + 1):
        done = subprocess.run(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False
        )
        spent.append([float(number) for number in done.stderr.split()[-2:]])
    own, children = zip(*spent[1:], strict=True)
    return statistics.median(own), statistics.median(children)


def wall(command: list[str], runs: int) -> float:
    """Return the median wall-clock milliseconds of a command."""
    spent = []
    for _ in range(runs):
        start = time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        spent.append((time.perf_counter() - start) * 1000)
    return statistics.median(spent)


def main() -> int:
    """Print the figures; return 1 where the check is over its budget."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=15)
    options = parser.parse_args()
    os.chdir(ROOT)
    bare, _ = cpu("pass", options.runs)
    own, children = cpu(
        f"from factorio_release.cli import command; sys.exit(command(['check', '{MOD}']))",
        options.runs,
    )
    print(f"python -c pass   {bare:6.0f} ms of CPU")
    print(f"check            {own:6.0f} ms of CPU, and {children:.0f} ms in git")
    image = os.environ.get("IMAGE_UNDER_TEST")
    if image:
        engine = os.environ.get("CONTAINER_ENGINE", "docker")
        run = [engine, "run", "--rm", "--network", "none", "--volume", f"{ROOT}:/workspace:ro"]
        idle = wall([*run, "--entrypoint", "/bin/true", image], options.runs)
        check = wall([*run, image, "check", MOD], options.runs)
        print(f"image, /bin/true {idle:6.0f} ms by the clock")
        print(f"image, check     {check:6.0f} ms by the clock")
    return int(own > BUDGET)


if __name__ == "__main__":
    sys.exit(main())
