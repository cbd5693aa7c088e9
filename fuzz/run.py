"""Fuzzes one target, guided by coverage.

    pip install atheris
    python fuzz/run.py info -runs=1000000 -max_len=4096
    python fuzz/run.py all -runs=20000

The targets are in `targets.py`; what libFuzzer takes follows the name. It starts from the inputs in
`seeds/TARGET` and puts one that raises into `crash-…`; that one belongs into `seeds/TARGET`, where the
test suite tries it for ever. `all` runs the targets one after the other, each in a process.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import atheris  # installed where fuzzing is done

sys.path.insert(0, str(Path(__file__).parent))
with atheris.instrument_imports(include=["factorio_release"], enable_loader_override=False):
    from targets import TARGETS  # type: ignore[import-not-found]  # beside this file, which is a script


def main() -> None:
    name, *options = sys.argv[1:]
    if name == "all":
        ends = [subprocess.call([sys.executable, __file__, one, *options]) for one in TARGETS]
        sys.exit(max(ends))
    seeds = Path(__file__).parent / "seeds" / name
    with tempfile.TemporaryDirectory() as found:
        atheris.Setup([sys.argv[0], *options, found, str(seeds)], TARGETS[name])
        atheris.Fuzz()


if __name__ == "__main__":
    main()
