"""Packs a mod in other threads while its checks run: compression needs no interpreter most of the time."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Semaphore
from typing import TYPE_CHECKING, Final, Self

from factorio_release.archive.packing import cores, pack

if TYPE_CHECKING:
    from factorio_release.archive.packing import Packed, Progress
    from factorio_release.disk.upload_content import PrivateFile
    from factorio_release.mod.mod import Mod

# A thread that has compressed a file waits this long for the interpreter, which the checks have. With
# Python's 5 ms the packing of a mod of a few hundred files gets nowhere while the checks run.
_SWITCH_SECONDS: Final = 0.000_2


class _Stopped(Exception):
    """The packing was stopped."""


class PackingAhead:
    """The packing of a mod, begun before it is known whether the package is wanted.

    `take` waits for it and returns the package. Leaving the `with` block drops a package that was not taken:
    the work is stopped, and its place in `target` is free again. Until then nothing else may use `target`.
    """

    def __init__(
        self, mod: Mod, target: PrivateFile, compression: str, *, epoch: int | None = None
    ) -> None:
        self._files = mod.files
        self._target = target
        self._start = target.size
        self._progress: Progress | None = None
        self._is_stopped = self._is_taken = False
        self._interval = sys.getswitchinterval()
        sys.setswitchinterval(_SWITCH_SECONDS)
        # The checks have a core of their own: they take as long as the packing, and cannot be divided.
        self._slots = Semaphore(max(cores() - 1, 1))
        self._thread = ThreadPoolExecutor(1, "packing")
        self._work = self._thread.submit(
            pack,
            mod,
            target,
            compression,
            self._show_progress,
            epoch=epoch,
            slot=self._slots,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._thread.shutdown()
        sys.setswitchinterval(self._interval)
        if not self._is_taken:
            self._target.cut(self._start)

    @property
    def is_done(self) -> bool:
        """Whether the package is finished, or has failed."""
        return self._work.done()

    def show(self, progress: Progress | None) -> None:
        """Show the progress from now on; `progress` is called in another thread."""
        self._progress = progress

    def stop(self) -> None:
        """Begin no further file, unless the package is finished."""
        self._is_stopped = True

    def take(self) -> Packed:
        """Return the package when it is finished.

        Raises what `pack` raises, and ModError when a file changed since it was checked or packed.
        """
        self._slots.release()
        packed = self._work.result()
        self._files.require_unchanged()
        self._is_taken = True
        return packed

    def _show_progress(self, done: int, total: int) -> None:
        if self._is_stopped:
            raise _Stopped
        if self._progress is not None:
            self._progress(done, total)
