"""How one place is named from another: relative, with `/`, and whole where there is no way between them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import PurePath


def relative(path: PurePath | str, folder: PurePath | str = ".", system: Any = os.path) -> str:
    """Return `path` relative to `folder`, with `/`; the whole path where they are on two drives of Windows.

    There `relpath` raises ValueError. `system` is the module with the rules for paths: this system's own.
    """
    try:
        found = system.relpath(path, folder)
    except ValueError:
        found = str(path)
    return str(found).replace(system.sep, "/")
