"""Standard streams that let no secret and no workflow command through, and whose failures stop nothing."""

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
    """A standard stream whose writes raise nothing, even if the disk is full or the stream is closed.

    A run must end in its report and exit code, whatever happens to its output: an exception in a print after
    the upload would hide that the release is public.

    The first failure ends the stream. `failure` says what went wrong. It stays empty if the reader has gone
    away, as `head` does: it has what it wanted. `raw` is None if the descriptor was closed at the start.
    """

    def __init__(self, raw: Stream | None) -> None:
        self._raw = raw
        self._is_over = raw is None
        self.failure = ""
        if raw is None:
            self.failure = "it is closed"

    def write(self, text: str, /) -> int:
        """Print the text; characters that the stream's encoding does not have are escaped."""
        encoding = self.encoding
        printable = text.encode(encoding, "backslashreplace").decode(encoding)
        self._try(lambda raw: raw.write(printable))
        return len(text)

    def flush(self) -> None:
        """Send what the stream below holds."""
        self._try(lambda raw: raw.flush())

    def isatty(self) -> bool:
        """Return whether the stream is a terminal."""
        return not self._is_over and self._raw is not None and self._raw.isatty()

    def fileno(self) -> int:
        """Return the descriptor below, to ask for the terminal's size; OSError if there is none."""
        if self._raw is None:
            raise io.UnsupportedOperation("the stream is closed")
        return self._raw.fileno()

    def writable(self) -> bool:
        """Return True."""
        return True

    @property
    def encoding(self) -> str:  # type: ignore[override]  # a property there as well, in fact
        """The encoding below."""
        return getattr(self._raw, "encoding", None) or "utf-8"

    def _try(self, act: Callable[[Stream], object]) -> None:
        if self._is_over or self._raw is None:
            return
        try:
            act(self._raw)
        except BrokenPipeError:
            self._end()
        except OSError as error:
            self.failure = error.strerror or "it cannot be written"
            self._end()
        except ValueError:  # Python's error for a stream object that somebody has closed
            self.failure = "it is closed"
            self._end()

    def _end(self) -> None:
        """Lead the descriptor to the null device.

        Python flushes its streams when it exits. That would fail again, and turn the exit code into 120.
        """
        self._is_over = True
        with suppress(OSError, ValueError), open(os.devnull, "wb") as null:  # noqa: PTH123 a device
            os.dup2(null.fileno(), self.fileno())


class RedactedStream(io.TextIOBase):
    """A stand-in for `sys.stdout` or `sys.stderr`, so that tracebacks and libraries are redacted as well.

    A secret may come in several writes, and would pass a redaction of each: so text is held back to the
    end of its line, or until a flush. There is no `buffer`, because bytes written to it would not be
    redacted.

    `guard`: a mod file or a portal's answer may contain lines such as `::add-mask::` or
    `::stop-commands::`, which a runner would obey when they are printed. Such lines are broken up. Commands
    of our own go to `raw`.
    """

    def __init__(
        self, raw: Stream | None, redact: Callable[[str], str], *, guard: bool = False
    ) -> None:
        if not isinstance(raw, UnfailingStream):
            raw = UnfailingStream(raw)
        self.raw = raw
        self._redact = redact
        self._guard = guard
        self._held = ""

    def write(self, text: str, /) -> int:
        """Take text and print the lines that it completes."""
        lines, newline, rest = (self._held + text).rpartition("\n")
        self._held = rest
        if newline:
            self._print(lines + newline)
        return len(text)

    def flush(self) -> None:
        """Print everything that was held back."""
        held, self._held = self._held, ""
        if held:
            self._print(held)
        self.raw.flush()

    def isatty(self) -> bool:
        """Return whether the stream is a terminal."""
        return self.raw.isatty()

    def fileno(self) -> int:
        """Return the descriptor below, to ask for the terminal's size; OSError if there is none."""
        return self.raw.fileno()

    def writable(self) -> bool:
        """Return True."""
        return True

    @property
    def encoding(self) -> str:  # type: ignore[override]  # a property there as well, in fact
        """The encoding below."""
        return self.raw.encoding

    def _print(self, text: str) -> None:
        text = self._redact(text)
        if self._guard:
            text = without_commands(text)
        self.raw.write(text)


def occupy_standard_descriptors() -> None:
    """Open the null device on each standard descriptor that is closed.

    Otherwise the next file or socket that is opened gets its number, and what a library or a child process
    prints goes into it: into a zip, or to the portal.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # gets the lowest free number, which is this one
