"""Portals that are not like the plain one: late, by turns, with texts, sums and orders of their own."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

from tests.faults.observed import CHANGING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

T = TypeVar("T")

EVERYTHING: Final = bool(os.environ.get("FAULTS_EVERYTHING"))
SHORT, LONG, TURNS = "lag:reads=2", "lag:reads=100000", "flip:reads=6"
# What the client sees of a write that took effect: a plain answer, an error with a code, and none at all.
ANSWERS: Final = (
    "",
    "after-status:500,InternalError",
    "after-drop",
    "after-status:200,InternalError",
    "after-html:500",
)
# The first edit_details asks about the key alone.
FIRST: Final = {"edit_details": 2}
# Of a portal like this every run ends as from a plain one, and a run after it finds nothing to do.
REPACKED: Final = "zips packed anew"
REENCODED: Final = "images encoded anew"
HABITS: Final = {
    REPACKED: ["*:repackx*"],
    "answers without what is optional": ["reads:withoutx*"],
    "LF for CRLF": ["*:normalise:linesx*"],
    "no blanks at ends": ["*:normalise:blanks+titlex*"],
    "sorted tags and plain URLs": ["*:normalise:tags+urlsx*"],
    "texts in a form of its own": ["*:normalisex*"],
    "edits need a field": ["edit_details:needs-fieldsx*"],
    "addresses that break Markdown": ["*:image-urlsx*"],
    "a gallery in an order of its own": ["images_edit:orderx*"],
    REENCODED: ["finish_image:reencodex*"],
    "a FAQ that is ignored": ["*:ignore:faqx*"],
}
# Of these nothing can be learnt, so that nothing may be written.
SENSELESS: Final = {
    "answers about another mod": ["mod_full:other-modx*"],
    "a proxy's 404": ["mod_full:not-found:gonex*"],
}
# What may befall one read.
READ_FAULTS: Final = (
    "status:500",
    "not-found:gone",
    "not-found",
    "other-mod",
    "without",
    "after-truncated",
    "html",
    "drop",
    "rate-limit:0",
)


@dataclass(frozen=True)
class Late:
    """A portal whose reads do not show what one endpoint writes, and whose answer is one of ANSWERS."""

    endpoint: str
    span: str
    answer: str

    @property
    def faults(self) -> list[str]:
        first = FIRST.get(self.endpoint, 1)
        answer = [f"{self.endpoint}:{self.answer}@{first}"] if self.answer else []
        return [*answer, f"{self.endpoint}:{self.span}@{first}x*"]

    def case(self, stage: Any) -> dict[str, Any]:
        patience = {"verify-timeout": "0.3" if self.span == LONG else "20"}
        return dict(stage.case(faults=self.faults, options=patience, again=3))


def late_portals() -> Iterator[Late]:
    """Yield every endpoint that changes something, under every span and every answer."""
    for span in (SHORT, LONG, TURNS):
        for answer in ANSWERS:
            for endpoint in sorted(CHANGING):
                yield Late(endpoint, span, answer)


def thinned(cells: Sequence[T], share: int, start: int = 0) -> list[T]:
    """Give every `share`-th, or all of them when everything was asked for."""
    return list(cells) if EVERYTHING else list(cells[start % share :: share])
