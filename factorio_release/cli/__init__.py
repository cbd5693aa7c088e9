"""The command line: the only package that puts all parts together and reads the environment."""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING, NoReturn

from factorio_release.cli.interrupts import INTERRUPTS

if TYPE_CHECKING:
    from collections.abc import Sequence


def run() -> NoReturn:
    """Run the command with this process's arguments and exit with its code."""
    sys.exit(command())


def command(argv: Sequence[str] | None = None) -> int:
    """Run one command as all that this process does, and return its exit code.

    The signal handlers are installed before the program is imported, because the import takes a while. A
    signal while Python shuts down is ignored.
    """
    INTERRUPTS.install()
    # By default Python looks for unused cycles after every 700 new objects: a hundred times in a short check.
    gc.set_threshold(50_000)
    from factorio_release.cli.main import main  # noqa: PLC0415 see above

    code = main(argv)
    INTERRUPTS.ignore()
    # While it ends, Python looks for unused cycles among all objects: 10 to 60 ms after a check.
    gc.freeze()
    return code
