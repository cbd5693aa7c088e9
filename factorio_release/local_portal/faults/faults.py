"""Faults: what goes wrong, with which request, before or after the portal acts."""

from __future__ import annotations

import difflib
import re
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from factorio_release.local_portal.endpoints import ENDPOINTS
from factorio_release.local_portal.faults.kinds import (
    ARGUMENTS,
    BEHAVIOURS,
    GROUPS,
    KINDS,
    PHASE_BOUND,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from random import Random

    from factorio_release.local_portal.endpoints import Endpoint
    from factorio_release.local_portal.faults.gates import Gate
    from factorio_release.local_portal.log import RequestRecord

_FORM = re.compile(
    r"(?P<endpoint>[^:]+):(?P<after>after-)?(?P<kind>[a-z-]+)(?::(?P<arg>.*?))?"
    r"(?:@(?P<nth>[1-9]\d{0,8}))?(?:x(?P<count>\d{1,9}|\*))?(?:~(?P<chance>\d{1,3}(?:\.\d+)?)%)?",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong.

    It applies to `count` requests that match `endpoint` (a name of ENDPOINTS, or `*`, `reads`, `writes`,
    `changes`), from the `nth` one after the fault was added; a count of 0 has no end. With `chance` below
    1 it applies to each of them at random.

    With `after` the portal acts first. Without it the portal does not act on the request, except with
    `delay`, `hold`, `call`, `drip` and `hangup`. A kind of BEHAVIOURS changes how the portal acts: it has
    no `after`, and can apply together with another fault.

    Raises:
        ValueError: for an unknown endpoint or kind, or an argument that the kind does not take.
    """

    endpoint: str
    kind: str
    arg: str = ""
    nth: int = 1
    count: int = 1
    after: bool = False
    chance: float = 1.0
    gate: Gate | None = None
    callback: Callable[[RequestRecord], object] | None = None

    def __post_init__(self) -> None:
        _refuse_unknown("endpoint", self.endpoint, [*GROUPS, *(one.name for one in ENDPOINTS)])
        _refuse_unknown("kind of fault", self.kind, list(KINDS))
        form, described = ARGUMENTS.get(self.kind, (None, ""))
        if form and self.arg and not form.fullmatch(self.arg):
            raise ValueError(f"{self.kind} takes {described}, not {self.arg!r}")
        if self.after and self.kind in PHASE_BOUND:
            raise ValueError(f"{self.kind} has no after-{self.kind}")
        if not any(self.matches(endpoint) for endpoint in ENDPOINTS):
            raise ValueError(f"{self.kind} does not go with {self.endpoint}")

    def matches(self, endpoint: Endpoint) -> bool:
        """Return whether the fault applies to this endpoint."""
        if self.kind in BEHAVIOURS and endpoint.name not in BEHAVIOURS[self.kind]:
            return False
        if self.endpoint in GROUPS:
            return GROUPS[self.endpoint](endpoint)
        return self.endpoint == endpoint.name

    def number(self, default: float) -> float:
        """Return the argument as a number, `default` when there is none."""
        return float(self.arg or default)

    def __str__(self) -> str:
        text = f"{self.endpoint}:"
        if self.after:
            text += "after-"
        text += self.kind
        if self.arg:
            text += f":{self.arg}"
        text += f"@{self.nth}"
        if self.count != 1:
            text += f"x{self.count or '*'}"
        if self.chance != 1:
            text += f"~{self.chance * 100:g}%"
        return text


def parse_fault(text: str) -> Fault:
    """Return the fault written as `ENDPOINT:[after-]KIND[:ARG][@NTH][xCOUNT][~CHANCE%]`; `x*` has no end.

    Raises:
        ValueError: naming the part that is not valid, with the nearest known name.
    """
    found = _FORM.fullmatch(text)
    if found is None:
        raise ValueError(
            f"{text!r} is not a fault; write ENDPOINT:[after-]KIND[:ARG][@NTH][xCOUNT][~CHANCE%]"
        )
    count = 1
    chance = 1.0
    if found["chance"]:
        # A chance applies to every request, unless a count says otherwise.
        chance = float(found["chance"]) / 100
        count = 0
    if found["count"]:
        count = int(found["count"].replace("*", "0"))
    return Fault(
        endpoint=found["endpoint"],
        kind=found["kind"],
        arg=found["arg"] or "",
        nth=int(found["nth"] or 1),
        count=count,
        after=found["after"] is not None,
        chance=chance,
    )


class FaultList:
    """The active faults, each with its own count of the requests that it matched."""

    def __init__(self, faults: Iterable[Fault], random: Random) -> None:
        self._lock = threading.Lock()
        self._random = random
        self._active: list[_CountedFault] = []
        for fault in faults:
            self.add(fault)

    def add(self, fault: Fault) -> None:
        """Add a fault; it counts requests from now on."""
        with self._lock:
            self._active.append(_CountedFault(fault))

    def clear(self) -> None:
        """Remove all faults."""
        with self._lock:
            self._active.clear()

    def due(self, endpoint: Endpoint) -> tuple[Fault, ...]:
        """Count a request and return its faults: every behaviour, and the first of the other kinds."""
        due: list[Fault] = []
        has_other_kind = False
        with self._lock:
            for counted in self._active:
                fault = counted.fault
                if not fault.matches(endpoint):
                    continue
                counted.seen += 1
                is_behaviour = fault.kind in BEHAVIOURS
                if has_other_kind and not is_behaviour:
                    continue
                if counted.is_in_range() and self._random.random() < fault.chance:
                    due.append(fault)
                    has_other_kind = has_other_kind or not is_behaviour
        return tuple(due)


@dataclass(slots=True)
class _CountedFault:
    """A fault and how many requests have matched it."""

    fault: Fault
    seen: int = 0

    def is_in_range(self) -> bool:
        """Return whether the fault applies to the request that was counted last."""
        if self.seen < self.fault.nth:
            return False
        has_end = self.fault.count > 0
        return not has_end or self.seen < self.fault.nth + self.fault.count


def _refuse_unknown(what: str, name: str, known: list[str]) -> None:
    if name in known:
        return
    hint = f"known are {', '.join(known)}"
    near = difflib.get_close_matches(name, known, 1)
    if near:
        hint = f"did you mean {near[0]}?"
    raise ValueError(f"{name!r} is no {what}; {hint}")
