"""Loads many mods, each in a process of its own, and sums up what was found.

    python scripts/load_many.py [--list FILE] [--out DIR] [--seconds 120] CLONES [-- OPTION…]

CLONES is a folder of git clones. Without a list every info.json of the last commit of each is a mod. A line
of the list is `CLONE@COMMIT`, or `CLONE@COMMIT FOLDER` for a mod in a folder of it; no list is part of the
project. The mods are taken out of git into DIR/mods, so that nothing of the clones changes, and are loaded
beside each other: `--mods DIR/mods`. Options behind `--` go to `factorio-release load`. A mod whose result is
in DIR already is not loaded again; one whose clone lacks files (a partial clone) is passed over and named.
Processor time and memory are printed where the system tells them. Ends with 1 when a load crashed or did not
end; findings are for people.
"""

from __future__ import annotations

import argparse
import io
import json
import shutil
import subprocess
import sys
import tarfile
import time
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

if sys.platform != "win32":
    import resource

_MAX_SHOWN = 240
_GAMES = ("2.",)
_JUDGED = (0, 3)  # without and with findings that count
_GIT = shutil.which("git") or "git"


class Source(NamedTuple):
    """A mod in a clone: the folder is empty for the root."""

    clone: Path
    commit: str
    folder: str


def main() -> int:
    """Extract, load and sum up; return the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("clones", type=Path)
    parser.add_argument("--list", type=Path, help="lines CLONE@COMMIT [FOLDER]")
    parser.add_argument("--out", type=Path, default=Path("load-many"))
    parser.add_argument("--seconds", type=int, default=120, help="for each mod")
    arguments, options = parser.parse_known_args(_before_dashes())
    if options:
        parser.error(f"unknown: {' '.join(options)}; options of `load` stand behind --")
    sources = (
        _listed(arguments.list, arguments.clones) if arguments.list else _found(arguments.clones)
    )
    mods = arguments.out / "mods"
    names = [name for source in sources if (name := _extract(source, mods))]
    broken = [
        name for name in dict.fromkeys(names) if not _load(name, arguments.out, arguments.seconds)
    ]
    _sum_up(arguments.out, list(dict.fromkeys(names)), broken)
    return 1 if broken else 0


def _before_dashes() -> list[str]:
    words = sys.argv[1:]
    return words[: words.index("--")] if "--" in words else words


def _behind_dashes() -> list[str]:
    words = sys.argv[1:]
    return words[words.index("--") + 1 :] if "--" in words else []


def _git(clone: Path, *arguments: str) -> bytes:
    return subprocess.run([_GIT, "-C", clone, *arguments], check=False, capture_output=True).stdout


def _listed(path: Path, clones: Path) -> list[Source]:
    sources = []
    for line in path.read_text("utf-8").splitlines():
        place, _, folder = line.partition("#")[0].strip().partition(" ")
        name, _, commit = place.partition("@")
        if name:
            sources.append(Source(clones / name, commit or "HEAD", folder.strip()))
    return sources


def _found(clones: Path) -> list[Source]:
    sources = []
    for clone in sorted(path for path in clones.iterdir() if path.is_dir()):
        names = _git(clone, "ls-tree", "-r", "--name-only", "HEAD").decode(errors="replace")
        sources += [
            Source(clone, "HEAD", path.rpartition("/")[0])
            for path in names.splitlines()
            if path.rpartition("/")[2] == "info.json"
        ]
    return sources


def _extract(source: Source, mods: Path) -> str:
    """Return the name of a mod that is for a game that can be loaded, empty for another."""
    tree = f"{source.commit}:{source.folder}" if source.folder else source.commit
    path = f"{source.folder}/info.json" if source.folder else "info.json"
    try:
        info = json.loads(_git(source.clone, "show", f"{source.commit}:{path}").decode("utf-8-sig"))
        name, game = str(info["name"]), str(info["factorio_version"])
    except (ValueError, KeyError, TypeError):
        return ""
    if not game.startswith(_GAMES) or "/" in name or name.startswith("."):
        return ""
    target = mods / name
    if not target.exists() and not _unpack(_git(source.clone, "archive", tree), target):
        print(f"{name}: passed over, {source.clone.name} has not all of its files")
        return ""
    return name


def _unpack(packed: bytes, target: Path) -> bool:
    """Unpack an archive of git; return False, and leave nothing, if it is cut short."""
    partial = target.with_name(f".{target.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        with tarfile.open(fileobj=io.BytesIO(packed)) as members:
            members.extractall(partial, filter="data")
    except tarfile.TarError:
        shutil.rmtree(partial, ignore_errors=True)
        return False
    partial.rename(target)
    return True


def _load(name: str, out: Path, seconds: int) -> bool:
    """Load one mod unless its result is there; return whether the program ended as it should."""
    result = out / f"{name}.json"
    if result.exists():
        return True
    command = [sys.executable, "-m", "factorio_release", "load", "--format", "json"]
    command += ["--mods", str(out / "mods"), *_behind_dashes(), str(out / "mods" / name)]
    start, before = time.monotonic(), _used()[0]
    try:
        done = subprocess.run(command, check=False, capture_output=True, timeout=seconds)
    except subprocess.TimeoutExpired:
        print(f"{name}: did not end within {seconds} s")
        return False
    wall, cpu, peak = time.monotonic() - start, _used()[0] - before, _used()[1]
    print(f"{name}: {done.returncode} in {wall:.1f} s, {cpu:.2f} s CPU, at most {peak:.0f} MiB yet")
    (out / f"{name}.log").write_bytes(done.stderr)
    if done.returncode not in _JUDGED or not done.stdout:
        print(done.stderr.decode(errors="replace")[-_MAX_SHOWN:])
        return False
    result.write_bytes(done.stdout)
    return True


def _used() -> tuple[float, float]:
    """Return the processor seconds of all children, and the MiB of the largest of their processes."""
    if sys.platform == "win32":
        return 0.0, 0.0
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return used.ru_utime + used.ru_stime, used.ru_maxrss / unit


def _sum_up(out: Path, names: list[str], broken: list[str]) -> None:
    """Print what each code found, and the findings that are errors."""
    counts: Counter[str] = Counter()
    mods: Counter[str] = Counter()
    states: Counter[str] = Counter()
    for name in names:
        if name in broken:
            states["crashed"] += 1
            continue
        mod: dict[str, Any] = json.loads((out / f"{name}.json").read_bytes())["mods"][0]
        codes = [finding["code"] for finding in mod["findings"]]
        state = "failed" if mod.get("error") else "loaded"
        states["not judged" if "load-not-judged" in codes else state] += 1
        counts.update(codes)
        mods.update(set(codes))
        for finding in mod["findings"]:
            if finding["severity"] == "error":
                place = f"{finding['file']}:{finding['line']}"
                print(f"{place}: {finding['message'][:_MAX_SHOWN]} [{finding['code']}]")
    print(", ".join(f"{number} {state}" for state, number in sorted(states.items())))
    for code, number in counts.most_common():
        print(f"{code}: {number:,} in {mods[code]:,} mods")


if __name__ == "__main__":
    raise SystemExit(main())
