"""Every write of the portal under every kind of fault, before it acts and after; made from its own tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from factorio_release.local_portal import BEHAVIOURS, ENDPOINTS, KINDS, Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

WRITES: Final = {endpoint.name: endpoint for endpoint in ENDPOINTS if endpoint.writes}
READS: Final = ("mod_full",)
# `call` is for tests in one process. Of the others, those that only cost time need a short time-out here.
STRIKING: Final = tuple(kind for kind in KINDS if kind != "call" and kind not in BEHAVIOURS)
SLOW: Final = frozenset({"drip", "hold"})
ARGUMENTS: Final = {"giant": "33600000", "delay": "0.2", "drip": "0.1", "rate-limit": "1"}
# Once sent in full these are never sent again: whether they were stored is not known from a lost answer.
ADDING: Final = frozenset({"finish_publish", "finish_upload", "finish_image"})
# The portal says no, or lets everything through: these end as they began, however often they come. A refusal
# with a 5xx is none where something may have been stored, and none of the key.
REFUSING: Final = frozenset({"status"})
HARMLESS: Final = frozenset({"delay", "hangup"})
# The first edit_details asks about the key alone; of several images the one in the middle is struck.
LATER: Final = {"edit_details": (1, 2), "finish_image": (2,), "images_add": (2,)}


@dataclass(frozen=True)
class Cell:
    """One cell of the matrix: a fault that strikes one request, or all of them from there on."""

    endpoint: str
    kind: str
    after: bool
    nth: int = 1
    lasting: bool = False

    @property
    def fault(self) -> str:
        argument = ARGUMENTS.get(self.kind, "")
        count = 0 if self.lasting else 1
        return str(Fault(self.endpoint, self.kind, argument, self.nth, count, after=self.after))

    @property
    def options(self) -> dict[str, str]:
        retries = {"retries": "1"} if self.lasting else {}
        return retries | ({"timeout": "3"} if self.kind in SLOW else {})

    def case(self, stage: Any) -> dict[str, Any]:
        return dict(stage.case(faults=[self.fault], options=self.options, again=2))

    @property
    def arrives(self) -> bool:
        """Tell whether the write takes effect though its answer is lost."""
        return WRITES[self.endpoint].changes and (self.after or self.kind == "drip")

    @property
    def asks(self) -> bool:
        """Tell whether the struck request only proves the key, and changes nothing."""
        return self.endpoint == "edit_details" and self.nth == 1

    @property
    def obscure(self) -> bool:
        """Tell whether the write was sent in full and its answer leaves open what it did."""
        clear = self.kind in {*HARMLESS, "reset"} or (self.kind == "type" and self.after)
        return WRITES[self.endpoint].changes and not self.asks and not clear

    @property
    def adds(self) -> bool:
        """Tell whether the write adds something, so that it is never sent again once it was sent in full."""
        return self.endpoint in ADDING

    @property
    def exit_codes(self) -> frozenset[int]:
        """Give the exit codes that the interface documents for the first run.

        A reset in the middle of a body meets the client before its last byte is handed over, or after it.
        """
        if self.kind == "reset" and self.adds and not self.lasting:
            return frozenset({0, 5})
        return frozenset({self._exit_code})

    @property
    def _exit_code(self) -> int:
        if self.kind in HARMLESS or (self.kind == "type" and self.after):
            return 0
        if self.arrives and not self.asks:
            return 0
        if self.kind in REFUSING and not WRITES[self.endpoint].changes:
            return 4
        if self.kind in REFUSING and self.asks and (self.after or not self.lasting):
            return 0  # what the key may do stays open, and the edit itself shows
        return 5 if self.lasting or self.adds else 0


def cells(endpoint: str, *, lasting: bool) -> Iterator[Cell]:
    """Yield the cells of one endpoint."""
    for kind in STRIKING:
        for after in (False, True):
            for nth in LATER.get(endpoint, (1,)):
                cell = Cell(endpoint, kind, after, nth, lasting)
                if _exists(cell):
                    yield cell


def _exists(cell: Cell) -> bool:
    try:
        Fault(cell.endpoint, cell.kind, after=cell.after)
    except ValueError:
        return False
    return True
