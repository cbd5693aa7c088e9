"""Faults: what shall go wrong, with which request, before or after the portal acted."""

from __future__ import annotations

import difflib
import re
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from factorio_release.local_portal.endpoints import ENDPOINTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from random import Random

    from factorio_release.local_portal.endpoints import Endpoint
    from factorio_release.local_portal.faults.gates import Gate
    from factorio_release.local_portal.log import RequestRecord

KINDS = {
    "status": "JSON error with this status, or STATUS,CODE (500)",
    "text": "plain text with this status (500)",
    "html": "a proxy's HTML page with this status (502)",
    "empty": "no body, with this status (200)",
    "truncated": "half of the answer, as if it were whole",
    "cut": "half of the answer, then the connection closes",
    "type": "the answer under another Content-Type (text/html)",
    "redirect": "redirect to this address, or STATUS,URL (302 to /login)",
    "rate-limit": "429 with Retry-After of these seconds (1)",
    "not-found": "404 with this message and no code (Mod not found)",
    "giant": "an answer of this many bytes (67108864)",
    "delay": "these seconds pass (1), then all goes on",
    "drip": "the portal acts, but its answer comes byte by byte, these seconds apart (0.05)",
    "hangup": "the portal acts and answers, then closes a connection that seemed to stay open",
    "drop": "the connection is reset instead of an answer",
    "reset": "the connection is reset after this many bytes of the body (half of it)",
    "hold": "held until released, until the client goes away, or for these seconds (600)",
    "call": "tests only: calls Fault.callback, then all goes on",
    "lag": "reads show the mod as it was before the write: reads=N of them, or for seconds=N (reads=3)",
    "flip": "reads show the mod with the write and without it by turns, as long as with lag (reads=6)",
    "repack": "the zip is stored with other bytes, so that its SHA-1 is another",
    "reencode": "the image is stored with other bytes, so that its id is not the SHA-1 of what was sent",
    "normalise": "texts are stored in the portal's own form: lines+blanks+tags+urls+title (all of these)",
    "ignore": "these fields are not stored, FIELD+FIELD (all of them)",
    "order": "the gallery is kept in the order of the ids, whatever order is sent",
    "needs-fields": "an edit without any field is refused as InvalidRequest",
    "without": "the JSON lacks these fields, FIELD+FIELD (sha1+download_url+file_name+released_at+info_json)",
    "other-mod": "the answer is about the mod of this name (another-mod)",
    "image-urls": "this is added to the addresses of images (characters that Markdown gives a meaning)",
}
_ZIPS = frozenset({"finish_publish", "finish_upload"})
_DETAILS = frozenset({"finish_publish", "edit_details"})
_CHANGING = frozenset(endpoint.name for endpoint in ENDPOINTS if endpoint.changes)
# How the portal behaves, with the endpoints where it can: these join each other and one of the kinds above.
BEHAVIOURS: dict[str, frozenset[str]] = {
    "lag": _CHANGING,
    "flip": _CHANGING,
    "repack": _ZIPS,
    "reencode": frozenset({"finish_image"}),
    "normalise": _DETAILS,
    "ignore": _DETAILS,
    "order": frozenset({"images_edit"}),
    "needs-fields": frozenset({"edit_details"}),
    "without": frozenset(endpoint.name for endpoint in ENDPOINTS),
    "other-mod": frozenset({"mod_full", "mod_short"}),
    "image-urls": frozenset({"mod_full", "finish_image", "images_edit"}),
}
NORMAL_FORMS = ("lines", "blanks", "tags", "urls", "title")
GROUPS: dict[str, Callable[[Endpoint], bool]] = {
    "*": lambda _: True,
    "reads": lambda endpoint: not endpoint.writes,
    "writes": lambda endpoint: endpoint.writes,
    "changes": lambda endpoint: endpoint.changes,
}
_PHASE_BOUND = {"drip", "reset", "hangup", *BEHAVIOURS}
_NUMBER = (re.compile(r"\d{1,12}(\.\d{1,6})?"), "a number")
_SPAN = (re.compile(r"reads=\d{1,6}|seconds=\d{1,6}(\.\d{1,3})?"), "reads=N or seconds=N")
_FIELDS = (re.compile(r"\w+(\+\w+)*"), "FIELD+FIELD")
_ONE_FORM = f"({'|'.join(NORMAL_FORMS)})"
_ARGUMENTS = {
    **dict.fromkeys(("text", "html", "empty", "giant", "reset", "rate-limit"), _NUMBER),
    **dict.fromkeys(("delay", "drip", "hold"), _NUMBER),
    **dict.fromkeys(("lag", "flip"), _SPAN),
    **dict.fromkeys(("without", "ignore"), _FIELDS),
    "status": (re.compile(r"[2-5]\d\d(,\w+)?"), "a status or STATUS,CODE"),
    "normalise": (re.compile(rf"{_ONE_FORM}(\+{_ONE_FORM})*"), f"some of {'+'.join(NORMAL_FORMS)}"),
}
_FORM = re.compile(
    r"(?P<endpoint>[^:]+):(?P<after>after-)?(?P<kind>[a-z-]+)(?::(?P<arg>.*?))?"
    r"(?:@(?P<nth>[1-9]\d{0,8}))?(?:x(?P<count>\d{1,9}|\*))?(?:~(?P<chance>\d{1,3}(?:\.\d+)?)%)?",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong.

    It strikes the `nth` request that matches `endpoint` (a name of ENDPOINTS, or `*`, `reads`,
    `writes`, `changes`), counted from when the fault is added, and `count` requests in all; a count
    of 0 never ends. `after` lets the portal act first. Before, a request is not acted on, except by
    `delay`, `hold`, `call`, `drip` and `hangup`. `chance` below 1 strikes at random.
    A kind of BEHAVIOURS is how the portal acts: it has no `after`, and joins another fault of the same
    request.
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
        form, described = _ARGUMENTS.get(self.kind, (None, ""))
        if form and self.arg and not form.fullmatch(self.arg):
            raise ValueError(f"{self.kind} takes {described}, not {self.arg!r}")
        if self.after and self.kind in _PHASE_BOUND:
            raise ValueError(f"{self.kind} has no after-{self.kind}")
        if not any(self.matches(endpoint) for endpoint in ENDPOINTS):
            raise ValueError(f"{self.kind} does not go with {self.endpoint}")

    def matches(self, endpoint: Endpoint) -> bool:
        """Return whether the fault is about this endpoint."""
        if self.kind in BEHAVIOURS and endpoint.name not in BEHAVIOURS[self.kind]:
            return False
        group = GROUPS.get(self.endpoint)
        return group(endpoint) if group else self.endpoint == endpoint.name

    def number(self, default: float) -> float:
        """Return the argument as a number."""
        return float(self.arg) if self.arg else default

    def __str__(self) -> str:
        phase = "after-" if self.after else ""
        arg = f":{self.arg}" if self.arg else ""
        count = "" if self.count == 1 else f"x{self.count or '*'}"
        chance = "" if self.chance == 1 else f"~{self.chance * 100:g}%"
        return f"{self.endpoint}:{phase}{self.kind}{arg}@{self.nth}{count}{chance}"


def parse_fault(text: str) -> Fault:
    """Read `ENDPOINT:[after-]KIND[:ARG][@NTH][xCOUNT][~CHANCE%]`; `x*` never ends.

    Raises:
        ValueError: naming what cannot be understood, with the nearest name that is known.
    """
    found = _FORM.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no fault; write ENDPOINT:[after-]KIND[:ARG][@NTH][xCOUNT][~CHANCE%]")
    count = found["count"] or ("0" if found["chance"] else "1")
    return Fault(
        endpoint=found["endpoint"],
        kind=found["kind"],
        arg=found["arg"] or "",
        nth=int(found["nth"] or 1),
        count=0 if count == "*" else int(count),
        after=found["after"] is not None,
        chance=float(found["chance"]) / 100 if found["chance"] else 1.0,
    )


class FaultList:
    """The faults in force, each with its own count of the requests it matched."""

    def __init__(self, faults: Iterable[Fault], random: Random) -> None:
        self._lock = threading.Lock()
        self._random = random
        self._counted: list[tuple[Fault, list[int]]] = []
        for fault in faults:
            self.add(fault)

    def add(self, fault: Fault) -> None:
        """Put a fault in force, counting from now."""
        with self._lock:
            self._counted.append((replace(fault), [0]))

    def clear(self) -> None:
        """Let everything go right again."""
        with self._lock:
            self._counted.clear()

    def due(self, endpoint: Endpoint) -> tuple[Fault, ...]:
        """Count a request and give what strikes it: every behaviour, and the first of the other faults."""
        struck: list[Fault] = []
        with self._lock:
            for fault, seen in self._counted:
                if not fault.matches(endpoint):
                    continue
                seen[0] += 1
                if fault.kind not in BEHAVIOURS and any(one.kind not in BEHAVIOURS for one in struck):
                    continue
                last = fault.nth + fault.count - 1 if fault.count else seen[0]
                inside = fault.nth <= seen[0] <= last
                if inside and self._random.random() < fault.chance:
                    struck.append(fault)
        return tuple(struck)


def _refuse_unknown(what: str, name: str, known: list[str]) -> None:
    if name in known:
        return
    near = difflib.get_close_matches(name, known, 1)
    hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
    raise ValueError(f"{name!r} is no {what}; {hint}")
