"""Standard streams: no secret and no workflow command goes through, and no failure of theirs goes further."""

from __future__ import annotations

import io
import os
from contextlib import suppress
from typing import TYPE_CHECKING, TextIO

from factorio_release.report.escape import without_commands

if TYPE_CHECKING:
    from collections.abc import Callable

    Stream = TextIO | io.TextIOBase


class UnfailingStream(io.TextIOBase):
    """A standard stream that nobody has to be afraid of: a full disk or a closed one raises nothing.

    The first failure ends it: the descriptor is led to the null device, for what Python flushes at its end
    would fail again and spoil the exit code. `failure` says what went wrong. It stays empty when a reader
    went away, as `head` does: it has what it wanted.
    """

    def __init__(self, raw: Stream | None) -> None:
        self._raw = raw
        self._over = raw is None
        self.failure = "" if raw else "it is closed"  # None is what Python has for a closed descriptor

    def write(self, text: str, /) -> int:
        """Print, in an encoding that may have other characters."""
        encoding = self.encoding
        self._try(lambda raw: raw.write(text.encode(encoding, "backslashreplace").decode(encoding)))
        return len(text)

    def flush(self) -> None:
        """Let out what the stream below holds."""
        self._try(lambda raw: raw.flush())

    def isatty(self) -> bool:
        """Say whether a person is looking."""
        return not self._over and self._raw is not None and self._raw.isatty()

    def fileno(self) -> int:
        """Return the descriptor below, to ask for the terminal's size; OSError when there is none."""
        if self._raw is None:
            raise io.UnsupportedOperation("the stream is closed")
        return self._raw.fileno()

    def writable(self) -> bool:
        """Say yes."""
        return True

    @property
    def encoding(self) -> str:  # type: ignore[override]  # a property there as well, in fact
        """The encoding below."""
        return getattr(self._raw, "encoding", None) or "utf-8"

    def _try(self, act: Callable[[Stream], object]) -> None:
        if self._over or self._raw is None:
            return
        try:
            act(self._raw)
        except BrokenPipeError:
            self._end()
        except OSError as error:
            self.failure = error.strerror or "it cannot be written"
            self._end()
        except ValueError:  # what Python says of a stream that somebody closed
            self.failure = "it is closed"
            self._end()

    def _end(self) -> None:
        self._over = True
        with suppress(OSError, ValueError), open(os.devnull, "wb") as nothing:  # noqa: PTH123 a device
            os.dup2(nothing.fileno(), self.fileno())


class RedactedStream(io.TextIOBase):
    """Stands in for `sys.stdout` or `sys.stderr`, so that tracebacks are clean as well.

    Text is held back to the end of its line, for a secret may come in pieces; a flush lets out what
    there is. With `guard`, lines that a CI runner would take for commands are broken up; commands
    of our own go to `raw`. There is no `buffer`: bytes would pass by.
    """

    def __init__(self, raw: Stream | None, redact: Callable[[str], str], *, guard: bool = False) -> None:
        self.raw = raw if isinstance(raw, UnfailingStream) else UnfailingStream(raw)
        self._redact = redact
        self._guard = guard
        self._held = ""

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
        self.raw.flush()

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
        self.raw.write(without_commands(text) if self._guard else text)


def occupy_standard_descriptors() -> None:
    """Put the null device where a standard descriptor is closed.

    Else the next file or socket that is opened gets its number, and what a library or a child process
    prints there goes into it.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # gets the lowest number that is free, which is this one
