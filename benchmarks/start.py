"""What a start costs: the CPU time of commands beside that of a bare interpreter, and the image's start.

    python benchmarks/start.py [--runs N] [--against COMMIT]
    IMAGE_UNDER_TEST=… CONTAINER_ENGINE=… python benchmarks/start.py

The interpreter, this checkout and the other commit take turns, so that a busy machine disturbs all alike.
The medians count. Both trees are compiled before, as pip does it. The time of git, which a check starts,
counts as well. Ends non-zero where this checkout takes more than its budget: 6 times the time of
`python -c pass` for the check of a small mod, 3 times for `--version` and `--help`.
"""

from __future__ import annotations

import argparse
import compileall
import io
import os
import shutil
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
MOD = "examples/andon-lamps"
SMALL_MOD = {
    "info.json": """{
  "name": "lamp-post",
  "version": "1.0.0",
  "title": "Lamp post",
  "author": "demo",
  "factorio_version": "2.0",
  "dependencies": ["base >= 2.0.0"],
  "description": "Light at night."
}
""",
    "changelog.txt": f"{'-' * 99}\nVersion: 1.0.0\nDate: 2026-01-01\n  Features:\n    - Lights.\n",
    "control.lua": "script.on_init(function() end)\n",
    "locale/en/lamps.cfg": "[mod-name]\nlamp-post=Lamp post\n",
}
# Times the interpreter's time; no budget for the example, which has a config file, pictures and a page.
BUDGETS = {"--version": 3.0, "--help": 3.0, "check small": 6.0, "check example": None}
PROGRAM = (
    "import sys; sys.path.insert(0, sys.argv.pop(1)); from factorio_release.cli import run; run()"
)


def make_mods(folder: Path) -> None:
    """Lay out a small mod and the example, each in a repository of its own."""
    shutil.copytree(ROOT / MOD, folder / "example")
    for name, text in SMALL_MOD.items():
        path = folder / "small" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    person = ("-c", "user.name=Demo", "-c", "user.email=demo@example.com")
    for mod in ("small", "example"):
        for words in (("init", "--quiet"), ("add", "--all"), ("commit", "--quiet", "-m", "Begin")):
            subprocess.run(["git", *person, *words], cwd=folder / mod, check=True)


def cpu(command: list[str], folder: Path) -> float:
    """Return the CPU milliseconds of a command and of the processes that it has started."""
    process = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, command
    return (usage.ru_utime + usage.ru_stime) * 1000


def compiled_trees(folder: Path, against: str) -> dict[str, Path]:
    """Lay the program out below `folder` as it is here, and as it was at another commit."""
    trees = {"here": folder / "here"}
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "factorio_release", trees["here"] / "factorio_release", ignore=ignored)
    if against:
        trees[against] = folder / "other"
        command = ["git", "archive", against, "factorio_release"]
        archive = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout
        with tarfile.open(fileobj=io.BytesIO(archive)) as packed:
            packed.extractall(trees[against], filter="data")
    for tree in trees.values():
        compileall.compile_dir(tree, quiet=2)
    return trees


def measured(trees: dict[str, Path], folder: Path, runs: int) -> dict[tuple[str, str], list[float]]:
    """Return the times by command and tree; those of the bare interpreter have neither."""
    commands = {("", ""): [sys.executable, "-c", "pass"]}
    for words in BUDGETS:
        for name, tree in trees.items():
            commands[words, name] = [sys.executable, "-c", PROGRAM, str(tree), *words.split()]
    spent: dict[tuple[str, str], list[float]] = {key: [] for key in commands}
    for _ in range(runs + 1):
        for key, command in commands.items():
            spent[key].append(cpu(command, folder))
    return {key: times[1:] for key, times in spent.items()}  # the first run fills the disk cache


def wall(command: list[str], runs: int) -> float:
    """Return the median wall-clock milliseconds of a command."""
    spent = []
    for _ in range(runs):
        start = time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        spent.append((time.perf_counter() - start) * 1000)
    return statistics.median(spent)


def main() -> int:
    """Print the figures; return 1 where a command is over its budget."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--against", default="", metavar="COMMIT")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        trees = compiled_trees(Path(folder), options.against)
        make_mods(Path(folder))
        times = measured(trees, Path(folder), options.runs)
        medians = {key: statistics.median(one) for key, one in times.items()}
    bare = medians["", ""]
    print(f"{'python -c pass':30} {bare:6.0f} ms of CPU")
    over = []
    for words, budget in BUDGETS.items():
        for name in trees:
            ratio = medians[words, name] / bare
            print(f"{words:30} {medians[words, name]:6.0f} ms of CPU, {ratio:4.1f} times  {name}")
            if name == "here" and budget and ratio > budget:
                over.append(f"{words} may take {budget:g} times the interpreter's time")
    image = os.environ.get("IMAGE_UNDER_TEST")
    if image:
        engine = os.environ.get("CONTAINER_ENGINE", "docker")
        run = [engine, "run", "--rm", "--network", "none", "--volume", f"{ROOT}:/workspace:ro"]
        idle = wall([*run, "--entrypoint", "/bin/true", image], options.runs)
        check = wall([*run, image, "check", MOD], options.runs)
        print(f"{'image, /bin/true':30} {idle:6.0f} ms by the clock")
        print(f"{'image, check':30} {check:6.0f} ms by the clock")
    print("\n".join(over))
    return int(bool(over))


if __name__ == "__main__":
    sys.exit(main())
