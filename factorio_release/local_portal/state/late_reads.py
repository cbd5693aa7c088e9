"""Reads that lag behind writes, for the faults `lag` and `flip`.

With `lag` reads show the mod as it was before the write, for a number of reads or seconds. With `flip`
they show it with the write and without it by turns.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from factorio_release.local_portal.faults.faults import Fault
    from factorio_release.local_portal.state.records import StoredMod
    from factorio_release.local_portal.state.state import State

T = TypeVar("T")

DEFAULT_SPAN = {"lag": "reads=3", "flip": "reads=6"}


@dataclass(slots=True)
class _Span:
    """How long reads are late: `reads_left` reads, or `seconds` of the portal's clock from `begin` on."""

    kind: str
    reads_left: int = 0
    seconds: float = 0.0
    until: float = 0.0
    seen: int = 0

    def begin(self, now: float) -> None:
        self.until = now + self.seconds

    def is_over(self, now: float) -> bool:
        return self.reads_left <= 0 and now >= self.until

    def take(self) -> bool:
        """Count a read and return whether it shows the mod before the write."""
        self.reads_left -= 1
        self.seen += 1
        if self.kind == "lag":
            return True
        # A flip begins with the write visible, so that the client sees it disappear again.
        return self.seen % 2 == 0


@dataclass(slots=True)
class _LateWrite:
    """A write that reads do not show yet; `before` is the mod before it, None when it was new."""

    before: StoredMod | None
    spans: list[_Span]

    def hides(self, now: float) -> bool:
        """Count a read and return whether it shows the mod before the write."""
        while self.spans:
            if not self.spans[0].is_over(now):
                return self.spans[0].take()
            del self.spans[0]
            if self.spans:
                self.spans[0].begin(now)
        return False


class LateReads:
    """What reads show of the state.

    Writes become visible in the order in which they were made: no read shows a later write of a mod
    without an earlier one.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self._late: dict[str, list[_LateWrite]] = {}

    def write(self, behaviours: Iterable[Fault], act: Callable[[], T]) -> T:
        """Execute a write and return its result; with `lag` or `flip`, reads show its changes late."""
        spans = [fault for fault in behaviours if fault.kind in DEFAULT_SPAN]
        if not spans:
            return act()
        with self._state.lock:
            # Copied as a whole: which mod an action changes is only known after it.
            before = copy.deepcopy(self._state.mods)
            result = act()
            after = self._state.mods
            for name in before.keys() | after.keys():
                if before.get(name) != after.get(name):
                    self._add(name, before.get(name), [_span(fault) for fault in spans])
        return result

    def _add(self, name: str, before: StoredMod | None, spans: list[_Span]) -> None:
        spans[0].begin(self._state.clock())
        self._late.setdefault(name, []).append(_LateWrite(before, spans))

    def find(self, name: str) -> tuple[StoredMod | None, bool]:
        """Return a mod as this read shows it, and whether a write is hidden; count the read.

        The mod is None when there is none, or when its first publish is hidden.
        """
        with self._state.lock:
            now = self._state.clock()
            late = self._late.get(name, ())
            # A list, not a generator: each late write must count this read.
            hidden = [write.before for write in late if write.hides(now)]
            if late and not any(write.spans for write in late):
                del self._late[name]
            if hidden:
                return hidden[0], True
            return self._state.mods.get(name), False

    def all(self) -> tuple[list[StoredMod], bool]:
        """Return every mod as this read shows it, and whether a write is hidden; count a read of each."""
        with self._state.lock:
            shown = [self.find(name) for name in self._state.mods]
        return [mod for mod, _ in shown if mod is not None], any(late for _, late in shown)

    def clear(self) -> None:
        """Show every write from now on."""
        with self._state.lock:
            self._late.clear()


def _span(fault: Fault) -> _Span:
    argument = fault.arg or DEFAULT_SPAN[fault.kind]
    unit, _, number = argument.partition("=")
    if unit == "reads":
        return _Span(fault.kind, reads_left=int(number))
    return _Span(fault.kind, seconds=float(number))
