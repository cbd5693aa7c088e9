"""Compile what the program can import, standard library included, into a tree to lay over an image.

The official Python images have no bytecode, and a container loses what it compiles: without this,
every start would compile its imports again. The whole library would be four times as much.

    python -I scripts/compile_reachable.py ENTRY TREE

Bytecode is marked as unchecked: an image's sources do not change, and copying loses their times.
"""

from __future__ import annotations

import encodings
import sys
from importlib.util import cache_from_source
from modulefinder import ModuleFinder
from pathlib import Path
from py_compile import PycInvalidationMode, compile  # noqa: A004 - this file compiles with nothing else

DEVELOPMENT = ["doctest", "pdb", "pydoc", "test", "unittest"]


def reachable(entry: Path) -> list[Path]:
    """Return the source files that `entry` can import, imports inside functions and codecs included."""
    finder = ModuleFinder(excludes=DEVELOPMENT)
    finder.run_script(str(entry))
    files = (getattr(module, "__file__", None) for module in finder.modules.values())
    found = {Path(file) for file in files if file}
    codecs = Path(encodings.__path__[0]).glob("*.py")
    return sorted(path for path in found.union(codecs) - {entry} if path.suffix == ".py")


def main(entry: Path, tree: Path) -> None:
    """Write the bytecode of everything reachable below `tree`, each file at its place."""
    sources = reachable(entry)
    for source in sources:
        target = tree / Path(cache_from_source(str(source))).relative_to("/")
        compile(
            str(source),
            str(target),
            str(source),
            doraise=True,
            invalidation_mode=PycInvalidationMode.UNCHECKED_HASH,
        )
    print(f"{len(sources)} files compiled")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
