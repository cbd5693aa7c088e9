"""Removes files that this program has made; no other module removes a file of a user."""

from __future__ import annotations

import os
import shutil
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def remove(path: Path) -> None:
    """Remove a file, or a folder with all that is in it; a link itself, never what it leads to.

    Raises OSError where something cannot be removed; it is not an error that nothing is there.
    """
    try:
        mode = os.lstat(path).st_mode
        if stat.S_ISDIR(mode):
            shutil.rmtree(path)
        else:
            path.unlink()
    except FileNotFoundError:
        return  # another process was faster
