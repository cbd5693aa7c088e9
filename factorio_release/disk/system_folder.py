"""What a system needs in the environment of every program that it starts."""

from __future__ import annotations

import sys
from typing import Final

_MAX_PATH: Final = 260


def environment_of_system() -> dict[str, str]:
    """Return the name of Windows' own folder, without which it starts no program; empty elsewhere.

    Windows is asked for it. A search for one of its programs would look into the working directory first,
    which may be the checkout of somebody else.
    """
    needed: dict[str, str] = {}
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415 only on Windows

        folder = ctypes.create_unicode_buffer(_MAX_PATH)
        ctypes.windll.kernel32.GetSystemWindowsDirectoryW(folder, _MAX_PATH)
        needed["SYSTEMROOT"] = folder.value
    return needed
