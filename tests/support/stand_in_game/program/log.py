"""The log of the stand-in: each line goes to stdout and to factorio-current.log, in the game's shapes."""

from __future__ import annotations

import contextlib
import sys
import time
from typing import TYPE_CHECKING, BinaryIO, Final

if TYPE_CHECKING:
    from pathlib import Path

NAME: Final = "factorio-current.log"
PREVIOUS: Final = "factorio-previous.log"
# Only messages are translated: no `Error X.cpp:`, no place in a file, nothing that Lua or a mod says.
_GERMAN: Final = (
    ("Failed to load mod", "Mod konnte nicht geladen werden:"),
    ("does not exist.", "existiert nicht."),
    ("with name", "mit dem Namen"),
    ("Error: The mod", "Fehler: Der Mod"),
    ("The mod", "Der Mod"),
    ("caused a non-recoverable error.", "hat einen nicht behebbaren Fehler verursacht."),
    (
        "Please report this error to the mod author.",
        "Bitte melde diesen Fehler dem Autor des Mods.",
    ),
    ("Error while running event", "Fehler beim Ausführen des Ereignisses"),
    ("Error while loading", "Fehler beim Laden von"),
    ("not found in property tree at", "wurde im Eigenschaftsbaum nicht gefunden unter"),
    ("Source:", "Quelle:"),
    ("Modifications:", "Änderungen:"),
    ("Mod package read error.", "Das Mod-Paket kann nicht gelesen werden."),
    ("Exception at tick", "Ausnahme im Tick"),
)


class Log:
    """Writes lines; `translated` is set where config.ini does not ask for English."""

    def __init__(self) -> None:
        self._start = time.monotonic()
        self._held: list[bytes] = []
        self._file: BinaryIO | None = None
        self.translated = False
        # The game's source changes between versions, and with it these places.
        self.source_lines = 0

    def open(self, write_data: Path, *, rotate: bool) -> None:
        """Begin the file, and keep the one of the last run as the game does."""
        write_data.mkdir(parents=True, exist_ok=True)
        file = write_data / NAME
        if rotate and file.exists():
            file.replace(write_data / PREVIOUS)
        self._file = file.open("wb")
        for data in self._held:
            self._file.write(data)

    def close(self) -> None:
        if self._file:
            self._file.close()
            self._file = None

    def line(self, text: str) -> None:
        """Write a line with its time."""
        self.raw(f"{time.monotonic() - self._start:8.3f} {text}")

    def raw(self, text: str, *, message: bool = False) -> None:
        """Write a line that has no time; a `message` is translated."""
        self.data((self._message(text) if message else text).encode() + b"\n")

    def failure(self, place: tuple[str, int], text: str) -> None:
        """Write `Error X.cpp:N: text`; the text may have further lines."""
        file, number = place
        self.line(f"Error {file}:{number + self.source_lines}: {self._message(text)}")

    def data(self, data: bytes) -> None:
        """Write bytes as they are."""
        if self._file:
            self._file.write(data)
            self._file.flush()
        else:
            self._held.append(data)
        with contextlib.suppress(BrokenPipeError):
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()

    def _message(self, text: str) -> str:
        if self.translated:
            for english, german in _GERMAN:
                text = text.replace(english, german)
        return text


def print_line(text: str) -> None:
    """Lua's `print`: to stdout alone, without a time."""
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.buffer.write(text.encode() + b"\n")
        sys.stdout.buffer.flush()
