"""A standard stream that lets no secret and no workflow command through."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING, TextIO

from factorio_release.report.escape import without_commands

if TYPE_CHECKING:
    from collections.abc import Callable


class RedactedStream(io.TextIOBase):
    """Stands in for `sys.stdout` or `sys.stderr`, so that tracebacks are clean as well.

    Text is held back to the end of its line, for a secret may come in pieces; a flush lets out what
    there is. With `guard`, lines that a CI runner would take for commands are broken up; commands
    of our own go to `raw`. There is no `buffer`: bytes would pass by.
    """

    def __init__(self, raw: TextIO, redact: Callable[[str], str], *, guard: bool = False) -> None:
        self.raw = raw
        self._redact = redact
        self._guard = guard
        self._held = ""
        self._deserted = False

    def write(self, text: str, /) -> int:
        """Take text; what completes a line goes out."""
        lines, newline, rest = (self._held + text).rpartition("\n")
        self._held = rest
        if newline:
            self._let_out(lines + newline)
        return len(text)

    def flush(self) -> None:
        """Let out everything that was held back."""
        held, self._held = self._held, ""
        if held:
            self._let_out(held)
        self._to_reader(self.raw.flush)

    def isatty(self) -> bool:
        """Say whether a person is looking."""
        return self.raw.isatty()

    def fileno(self) -> int:
        """Return the descriptor below, to ask for the terminal's size."""
        return self.raw.fileno()

    def writable(self) -> bool:
        """Say yes."""
        return True

    @property
    def encoding(self) -> str:  # type: ignore[override]  # a property there as well, in fact
        """The encoding below."""
        return self.raw.encoding

    def _let_out(self, text: str) -> None:
        text = self._redact(text)
        text = without_commands(text) if self._guard else text
        encoding = self.raw.encoding or "utf-8"
        self._to_reader(lambda: self.raw.write(text.encode(encoding, "backslashreplace").decode(encoding)))

    def _to_reader(self, act: Callable[[], object]) -> None:
        """Print, unless the reader went away, as `head` does: that must not stop a release half-way."""
        if self._deserted:
            return
        try:
            act()
        except BrokenPipeError:
            self._deserted = True
            # What Python flushes at its end would fail again, and spoil the exit code.
            with open(os.devnull, "w", encoding="utf-8") as nothing:  # noqa: PTH123 a device
                os.dup2(nothing.fileno(), self.raw.fileno())
