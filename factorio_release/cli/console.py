"""The console: what its streams are encoded in, and whether it shows colours."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TextIO

_STANDARD_OUTPUT: Final = -11  # as Windows numbers it
_ESCAPE_SEQUENCES: Final = 4  # ENABLE_VIRTUAL_TERMINAL_PROCESSING


def use_utf8(stream: TextIO | None, environ: Mapping[str, str]) -> None:
    """Encode what does not go to a terminal as UTF-8, with line ends of LF, unless the user has chosen.

    Windows would use the code page of the system: a program that reads the JSON or a runner that reads
    annotations expects UTF-8. A terminal gets what it can show.
    """
    if stream is None or environ.get("PYTHONIOENCODING"):
        return
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None and not stream.closed and not stream.isatty():
        reconfigure(encoding="utf-8", newline="\n")


def shows_escape_sequences() -> bool:
    """Return whether the terminal of standard output obeys escape sequences.

    Windows has to be asked to (Windows 10 and later can); all other terminals do.
    """
    if sys.platform != "win32":
        shown = True
    else:
        import ctypes  # noqa: PLC0415 only on Windows

        kernel = ctypes.windll.kernel32
        console = kernel.GetStdHandle(_STANDARD_OUTPUT)
        mode = ctypes.c_ulong()
        shown = bool(kernel.GetConsoleMode(console, ctypes.byref(mode)))
        if shown:
            shown = bool(kernel.SetConsoleMode(console, mode.value | _ESCAPE_SEQUENCES))
    return shown
