"""How one place is named from another: relative, with `/`, and whole where there is no way between them."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import PurePath


def relative(path: PurePath | str, folder: PurePath | str = ".", system: Any = os.path) -> str:
    """Return `path` relative to `folder`, with `/`; the whole path where they are on two drives of Windows.

    There `relpath` raises ValueError. `system` is the module with the rules for paths: this system's own.
    One of the two may be named through a link, as `/tmp` and `/var` of macOS are, and the other not: then
    the way between the real places is taken, which is the shorter one.
    """
    try:
        found = system.relpath(path, folder)
    except ValueError:
        return str(path).replace(system.sep, "/")
    if found.startswith(system.pardir):
        name = system.basename(path)
        with suppress(ValueError):
            real = system.join(system.realpath(system.dirname(path)), name)
            found = min(found, system.relpath(real, system.realpath(folder)), key=len)
    return str(found).replace(system.sep, "/")
