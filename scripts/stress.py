"""Runs the tests beside a load, several times: a test may not depend on how fast the machine answers.

    python scripts/stress.py                      # ten times, beside three busy processes for each processor
    python scripts/stress.py --times 3 tests/apply -k lag
    python scripts/stress.py --load 0 --times 1   # without a load
    python scripts/stress.py --at-once 5          # five runs beside each other: each is a load for the others

What follows the options goes to pytest. The load is of four kinds, by turns: processor, memory, disk, and
starts of processes. Prints the seconds of each run and each test that failed; ends non-zero if one did.
"""

from __future__ import annotations

import argparse
import contextlib
import multiprocessing
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
MEGABYTE = 1 << 20


def use_processor() -> None:
    """Count for a while."""
    for _ in range(5_000_000):
        pass


def use_memory() -> None:
    """Fill 64 MB, and read them."""
    sum(bytearray(os.urandom(MEGABYTE) * 64)[::4096])


def use_disk() -> None:
    """Have 8 MB reach the disk."""
    with tempfile.TemporaryFile() as file:
        for _ in range(8):
            file.write(os.urandom(MEGABYTE))
            file.flush()
            os.fsync(file.fileno())


def start_processes() -> None:
    """Start some interpreters, one after the other."""
    for _ in range(10):
        subprocess.run([sys.executable, "-c", "pass"], check=True)


KINDS = (use_processor, use_memory, use_disk, start_processes)


def keep_busy(number: int) -> None:
    """Be the load number `number`, until this process is ended."""
    while os.getppid() == multiprocessing.parent_process().pid:  # type: ignore[union-attr]  # it has one
        KINDS[number % len(KINDS)]()


@contextlib.contextmanager
def load(processes: int) -> Iterator[None]:
    """Keep the machine busy in the block."""
    busy = [
        multiprocessing.Process(target=keep_busy, args=(number,)) for number in range(processes)
    ]
    for process in busy:
        process.start()
    try:
        yield
    finally:
        for process in busy:
            process.kill()
            process.join()


def failures_of_a_run(number: int, arguments: list[str]) -> tuple[int, list[str]]:
    """Run the tests; return pytest's exit code, and the tests that failed or could not run."""
    began = time.monotonic()
    command = [sys.executable, "-m", "pytest", "-q", "-n", "auto", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    failed = re.findall(r"^(?:FAILED|ERROR) (\S.*?)(?: - .*)?$", done.stdout, re.MULTILINE)
    if done.returncode:
        print(done.stdout)
    seconds = time.monotonic() - began
    print(f"run {number}: {seconds:.0f} s, {len(failed)} failed", flush=True)
    return done.returncode, failed


def main() -> int:
    """Run the tests as often as asked for; return 1 where a run was not all well."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--load", type=int, default=3, help="busy processes for each processor")
    parser.add_argument(
        "--at-once", type=int, default=1, help="runs of the tests beside each other"
    )
    options, arguments = parser.parse_known_args()
    numbers = range(1, options.times + 1)
    with load(options.load * (os.cpu_count() or 1)), ThreadPoolExecutor(options.at_once) as pool:
        runs = list(pool.map(lambda number: failures_of_a_run(number, arguments), numbers))
    failed = Counter(name for _, names in runs for name in names)
    for name, times in failed.most_common():
        print(f"{times} of {options.times}: {name}")
    return int(any(code for code, _ in runs))


if __name__ == "__main__":
    sys.exit(main())
