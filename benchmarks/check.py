"""What checking a mod costs, beside luacheck on the same tree and beside reading its files once.

    python benchmarks/check.py [--runs N] [--secret] TREE...

A TREE is a mod folder, or a folder with many below it, which are then one mod together. `--secret`
looks for an API key as well, which makes every file be read whole. luacheck judges style and
unused names as well and looks at no file but Lua; the modding kit (FMTK) has no check to compare.
Ends non-zero when a tree takes longer than 3 s.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

BUDGET = 3.0
INFO = {"name": "tree", "version": "1.0.0", "title": "t", "author": "a", "factorio_version": "2.0"}


def cost(
    command: list[str], runs: int, environment: dict[str, str] | None = None
) -> tuple[float, float]:
    """Return the best wall-clock and CPU seconds of a command, whatever it ends with."""
    spent = []
    for _ in range(runs):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        start = time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, env=environment, check=False)
        wall = time.perf_counter() - start
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
        spent.append((wall, used))
    return min(spent)


def as_mod(tree: Path, scratch: Path) -> Path:
    """Return the tree, or a copy that is one mod where the tree is a collection of them."""
    if (tree / "info.json").is_file():
        return tree
    copy = scratch / tree.name
    shutil.copytree(tree, copy, ignore=shutil.ignore_patterns(".git"), symlinks=True)
    (copy / "info.json").write_text(json.dumps(INFO))
    return copy


def floor(files: list[Path]) -> float:
    """Return the seconds that reading the files once takes."""
    start = time.perf_counter()
    for path in files:
        path.read_bytes()
    return time.perf_counter() - start


def measure(tree: Path, runs: int, *, secret: bool) -> float:
    """Print the figures of one tree and return how long our check took."""
    files = [path for path in tree.rglob("*") if path.is_file() and ".git" not in path.parts]
    sizes = [path.stat().st_size for path in files]
    lua = sum(size for path, size in zip(files, sizes, strict=True) if path.suffix == ".lua")
    print(
        f"{tree.name}: {len(files)} files, {sum(sizes) / 1e6:.1f} MB, {lua / 1e6:.1f} MB of it Lua"
    )
    key = {"FACTORIO_API_KEY": "no-such-key-0123456789"} if secret else {}
    floor(files)
    print(f"  reading every file once  {floor(files):6.2f} s")
    check = [sys.executable, "-m", "factorio_release", "check", str(tree)]
    wall, used = cost(check, runs, dict(os.environ) | key)
    print(f"  factorio-release check   {wall:6.2f} s, CPU {used:6.2f} s")
    luacheck = shutil.which("luacheck")
    if luacheck:
        beside = cost([luacheck, "-q", "--no-config", "--no-global", str(tree)], 1)
        print(f"  luacheck                 {beside[0]:6.2f} s, CPU {beside[1]:6.2f} s")
    else:
        print("  luacheck                 not at hand (Debian: lua-check)")
    return wall


def main() -> int:
    """Measure the trees named; return 1 when one is over the budget."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("trees", nargs="+", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--secret", action="store_true")
    options = parser.parse_args()
    with TemporaryDirectory() as scratch:
        walls = [
            measure(as_mod(tree.resolve(), Path(scratch)), options.runs, secret=options.secret)
            for tree in options.trees
        ]
    return int(max(walls) > BUDGET)


if __name__ == "__main__":
    sys.exit(main())
