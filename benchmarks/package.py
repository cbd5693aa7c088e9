"""What `factorio-release build` costs, checks included, beside other programs and beside reading the files.

    python benchmarks/package.py [--runs N] [--slow] [--fmtk FMTK-CLI.JS] TREE...
    python benchmarks/package.py --synthetic MB

A TREE is a mod folder, or a folder with many below it, which are then one mod together; it is
copied without the files that the portal refuses, and committed for `git archive`. The runs of all
programs alternate and the best of each counts, so that a busy machine disturbs all alike. `--slow`
adds `max` and the programs that try hardest. Programs that are not installed are left out.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

CORES = len(os.sched_getaffinity(0))
INFO = {"name": "tree", "version": "1.0.0", "title": "t", "author": "a", "factorio_version": "2.0"}
REFUSED = ("*.py", "*.sh", "*.bat", "*.exe", "*.dll", "*.so", "*.pdn")
ZIPFILE = """
import os, sys, zipfile
with zipfile.ZipFile(sys.argv[1] + "/zipfile.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=9) as bundle:
    for place, folders, names in os.walk("."):
        folders[:] = [name for name in folders if name != ".git"]
        for name in names:
            bundle.write(os.path.join(place, name))
"""
READING = """
import hashlib, os, sys
digests = [hashlib.sha1(), hashlib.sha256()] if sys.argv[1:] else []
for place, folders, names in os.walk("."):
    folders[:] = [name for name in folders if name != ".git"]
    for name in names:
        with open(os.path.join(place, name), "rb", buffering=0) as file:
            while block := file.read(1 << 20):
                for digest in digests:
                    digest.update(block)
"""
TEXT = """
import os, sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
import deflate
kinds = {".lua", ".cfg", ".txt", ".json", ".md"}
text = [path for path in Path(".").rglob("*") if path.suffix in kinds and path.is_file()]
with ThreadPoolExecutor(int(sys.argv[1])) as pool:
    list(pool.map(lambda path: len(deflate.deflate_compress(path.read_bytes(), 6)), text, chunksize=64))
"""


@dataclass(frozen=True)
class Cost:
    """Seconds of wall clock and CPU, and the largest resident set in MB, as Linux counts it.

    A process cannot show less than the one that started it had, which is about 20 MB here.
    """

    wall: float
    cpu: float
    peak: float


def measure(command: list[str], folder: Path) -> Cost:
    """Run a command to its end; RuntimeError with its output when it fails."""
    start = time.perf_counter()
    with subprocess.Popen(
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:
        output = process.stdout.read() if process.stdout else b""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - start
    if process.returncode:
        raise RuntimeError(
            f"{command[0]} ended with {process.returncode}: {output[-500:].decode(errors='replace')}"
        )
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def programs(out: str, top: str, *, slow: bool, fmtk: str) -> dict[str, list[str]]:
    """Return each program's command over the folder `top`; those that are not installed are left out."""
    python = [sys.executable, "-c"]
    ours = [
        sys.executable,
        "-m",
        "factorio_release",
        "build",
        top,
        "--output-dir",
        out,
        "--compression",
    ]
    found = {
        "reading once": [*python, READING],
        "reading and hashing": [*python, READING, "SHA-1 and SHA-256"],
        "deflate of the text": [*python, TEXT, str(CORES)],
        "factorio-release fast": [*ours, "fast"],
        "factorio-release": [*ours, "default"],
        "zip -9": ["zip", "-q", "-r", "-9", f"{out}/zip9.zip", top, "-x", f"{top}/.git/*"],
        "zip -6": ["zip", "-q", "-r", "-6", f"{out}/zip6.zip", top, "-x", f"{top}/.git/*"],
        "7z": [
            "7z",
            "a",
            "-tzip",
            f"-mmt={CORES}",
            "-bso0",
            "-bsp0",
            f"{out}/7z.zip",
            top,
            "-xr!.git",
        ],
        "zipfile": [*python, ZIPFILE, out],
        "git archive -9": [
            "git",
            "-C",
            top,
            "archive",
            "-9",
            f"--prefix={top}/",
            "-o",
            f"{out}/git.zip",
            "HEAD",
        ],
    }
    if fmtk:
        found["FMTK"] = ["sh", "-c", f"cd {top} && node {fmtk} package --outdir {out}"]
    if slow:
        found["factorio-release max"] = [*ours, "max"]
        found["7z -mx9"] = [
            "7z",
            "a",
            "-tzip",
            "-mx=9",
            f"-mmt={CORES}",
            "-bso0",
            f"{out}/7z9.zip",
            top,
            "-xr!.git",
        ]
        again = f"zip -qr -1 {out}/adv.zip {top} -x '{top}/.git/*' && advzip -z -q -3 {out}/adv.zip"
        found["advzip -3"] = ["sh", "-c", again]
    return {name: command for name, command in found.items() if shutil.which(command[0])}


def compare(tree: Path, runs: int, *, slow: bool, fmtk: str) -> None:
    """Run every program over a tree and print its costs and size, alone and against `zip -9`."""
    best: dict[str, Cost] = {}
    sizes: dict[str, int] = {}
    for _ in range(runs):
        with TemporaryDirectory() as out:
            for name, command in programs(out, tree.name, slow=slow, fmtk=fmtk).items():
                before = set(Path(out).iterdir())
                try:
                    cost = measure(command, tree.parent)
                except RuntimeError as error:
                    print(f"{name}: {error}", file=sys.stderr)
                    continue
                made = set(Path(out).iterdir()) - before
                sizes[name] = sum(path.stat().st_size for path in made)
                for path in made:
                    path.unlink()
                best[name] = min(cost, best.get(name, cost), key=lambda cost: cost.wall)
    show(best, sizes)


def show(best: dict[str, Cost], sizes: dict[str, int]) -> None:
    """Print the table; the ratios are to `zip -9`, below 1 is faster and smaller.

    The floor is reading and hashing; `CPU/time` is how many cores were busy.
    """
    zip9, floor = best.get("zip -9"), best["reading and hashing"].wall
    heads = (
        f"{'seconds':>8} {'CPU s':>7} {'CPU/time':>8} {'peak MB':>8} {'bytes':>12}",
        f"{'time/zip9':>10} {'size/zip9':>10}",
    )
    print(f"{'':22} {' '.join(heads)} {'time/floor':>11}")
    for name, cost in best.items():
        row = f"{name:22} {cost.wall:8.2f} {cost.cpu:7.2f} {cost.cpu / cost.wall:8.2f} {cost.peak:8.0f}"
        if sizes[name]:
            row += f" {sizes[name]:12}"
            row += (
                f" {cost.wall / zip9.wall:10.3f} {sizes[name] / sizes['zip -9']:10.5f}"
                if zip9
                else " " * 22
            )
            row += f" {cost.wall / floor:11.1f}"
        print(row)


def prepare(source: Path, scratch: Path) -> Path:
    """Copy a tree's files without git's data, under the package's top folder, and commit them."""
    described = source / "info.json"
    info = json.loads(described.read_text(encoding="utf-8-sig")) if described.is_file() else INFO
    target = scratch / source.name / f"{info['name']}_{info['version']}"
    ignored = shutil.ignore_patterns(".*", *REFUSED)
    shutil.copytree(source, target, ignore=ignored, symlinks=True)
    if info is INFO:
        (target / "info.json").write_text(json.dumps(INFO))
    commit(target)
    return target


def synthesize(target: Path, megabytes: int) -> Path:
    """Make a mod of noise (as sounds and pictures are), text, small files, and two huge ones."""
    chance = random.Random(1)
    target.mkdir(parents=True)
    (target / "info.json").write_text(json.dumps(INFO))
    lines = [
        b'{name = "item-%d", order = "%06x", weight = %d},\n' % (i, chance.getrandbits(24), i % 97)
        for i in range(40_000)
    ]
    share = megabytes // 10
    text = b"".join(lines)
    for i in range(share):
        (target / f"text-{i}.lua").write_bytes((text * 2)[: 1 << 20])
    for i in range(share * 5):
        (target / f"picture-{i}.png").write_bytes(chance.randbytes(1 << 20))
    for i in range(share):
        (target / f"small-{i}").mkdir()
        for j in range(128):
            (target / f"small-{i}" / f"{j}.lua").write_bytes(text[i * j : i * j + 8192])
    with (target / "huge.lua").open("wb") as file:
        for i in range(share):
            file.write((b"-- %d\n" % i + text * 2)[: 1 << 20])
    with (target / "huge.ogg").open("wb") as file:
        for _ in range(share * 2):
            file.write(chance.randbytes(1 << 20))
    commit(target)
    return target


def commit(folder: Path) -> None:
    """Make the folder a repository of one commit."""
    who = ["-c", "user.name=benchmark", "-c", "user.email=benchmark@example.invalid"]
    for step in (["init", "-q"], ["add", "--all", "--force"], [*who, "commit", "-q", "-m", "all"]):
        subprocess.run(["git", *step], cwd=folder, check=True, stdin=subprocess.DEVNULL)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("trees", nargs="*", type=Path, metavar="TREE")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--slow", action="store_true")
    parser.add_argument("--fmtk", default="", metavar="FMTK-CLI.JS")
    parser.add_argument("--synthetic", type=int, default=0, metavar="MB")
    options = parser.parse_args()
    with TemporaryDirectory() as scratch:
        trees = [prepare(tree.resolve(), Path(scratch)) for tree in options.trees]
        if options.synthetic:
            trees.append(synthesize(Path(scratch) / "synthetic" / "tree_1.0.0", options.synthetic))
        for tree in trees:
            files = [
                path for path in tree.rglob("*") if path.is_file() and ".git" not in path.parts
            ]
            size = sum(path.stat().st_size for path in files) / 1e6
            print(
                f"\n{tree.name}: {len(files)} files, {size:.1f} MB, {CORES} cores, best of {options.runs}"
            )
            compare(tree, options.runs, slow=options.slow, fmtk=options.fmtk)


if __name__ == "__main__":
    main()
