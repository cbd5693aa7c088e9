"""Reads that lag behind writes: for a while they show a mod as it was before a write, or by turns."""

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
    """How long reads are late: a number of reads, or seconds of the portal's clock."""

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
        return self.kind == "lag" or self.seen % 2 == 0


@dataclass(slots=True)
class _LateWrite:
    """A write that reads do not show yet: the mod before it (None: there was none), and for how long."""

    before: StoredMod | None
    spans: list[_Span]

    def hides(self, now: float) -> bool:
        """Count a read and return whether it shows the mod before the write."""
        while self.spans:
            if not self.spans[0].is_over(now):
                return self.spans[0].take()
            del self.spans[0]
            for following in self.spans[:1]:
                following.begin(now)
        return False


class LateReads:
    """What reads show of the state; writes become visible in the order in which they were made."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._late: dict[str, list[_LateWrite]] = {}

    def write(self, behaviours: Iterable[Fault], act: Callable[[], T]) -> T:
        """Carry a write out; with `lag` or `flip`, reads show late what it changed."""
        spans = [fault for fault in behaviours if fault.kind in DEFAULT_SPAN]
        if not spans:
            return act()
        with self._state.lock:
            before = copy.deepcopy(self._state.mods)
            result = act()
            after = self._state.mods
            for name in before.keys() | after.keys():
                if before.get(name) != after.get(name):
                    late = _LateWrite(before.get(name), [_span(fault) for fault in spans])
                    late.spans[0].begin(self._state.clock())
                    self._late.setdefault(name, []).append(late)
        return result

    def find(self, name: str) -> tuple[StoredMod | None, bool]:
        """Return a mod as this read shows it, and whether that is late; it counts as a read of the mod."""
        with self._state.lock:
            now = self._state.clock()
            late = self._late.get(name, ())
            hidden = [write.before for write in late if write.hides(now)]  # each counts the read
            if late and not any(write.spans for write in late):
                del self._late[name]
            return (hidden[0], True) if hidden else (self._state.mods.get(name), False)

    def all(self) -> tuple[list[StoredMod], bool]:
        """Return every mod as this read shows it, and whether one is late; it counts as a read of each."""
        with self._state.lock:
            shown = [self.find(name) for name in self._state.mods]
        return [mod for mod, _ in shown if mod is not None], any(late for _, late in shown)

    def clear(self) -> None:
        """Let every read show the state as it is."""
        with self._state.lock:
            self._late.clear()


def _span(fault: Fault) -> _Span:
    unit, _, number = (fault.arg or DEFAULT_SPAN[fault.kind]).partition("=")
    if unit == "reads":
        return _Span(fault.kind, reads_left=int(number))
    return _Span(fault.kind, seconds=float(number))
