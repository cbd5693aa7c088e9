"""How one place is named from another: relative, with `/`, and whole where there is no way between them."""

from __future__ import annotations

import os.path
from pathlib import PurePath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def relative(
    path: PurePath | str,
    folder: PurePath | str = ".",
    relpath: Callable[[str, str], str] = os.path.relpath,
) -> str:
    """Return `path` relative to `folder`, with `/`; the whole path where they are on two drives of Windows.

    There `os.path.relpath` raises ValueError. `relpath` is that function of another system.
    """
    try:
        found = relpath(str(path), str(folder))
    except ValueError:
        return _slashes(str(path))
    return _slashes(found)


def _slashes(path: str) -> str:
    return PurePath(path).as_posix()
