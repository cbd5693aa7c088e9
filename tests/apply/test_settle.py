"""One write, carried through: done once, looked up when its answer was unclear, never blindly repeated."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from factorio_release.apply.settle import Settler
from factorio_release.errors import AnswerUnclear, PortalRefused, PortalUnreachable
from factorio_release.mod_page import ModPage
from factorio_release.portal.models import LiveMod

if TYPE_CHECKING:
    from collections.abc import Sequence

HERE = LiveMod("lamp-post", ModPage())
DONE, REFUSED = "done", PortalRefused("no: it is there")
NEVER, UNCLEAR = PortalUnreachable("never arrived"), AnswerUnclear("who knows", "look")
BLIND = PortalUnreachable("the portal is down")


class Script:
    """A portal in two lists: what the attempts to write end with, and what the looks see."""

    def __init__(self, writes: Sequence[object], looks: Sequence[object]) -> None:
        self.writes, self.looks = list(writes), list(looks)
        self.written = self.looked = 0

    def write(self) -> None:
        self.written += 1
        end = self.writes.pop(0)
        if isinstance(end, Exception):
            raise end

    def fetch(self, _name: str) -> LiveMod | None:
        """Give the next thing seen, the last one for ever."""
        self.looked += 1
        seen = self.looks.pop(0) if len(self.looks) > 1 else self.looks[0]
        if isinstance(seen, Exception):
            raise seen
        return HERE if seen else None


SETTLED: dict[str, tuple[Any, ...]] = {
    # name: (what writes end with, what looks see, this run did it, attempts, looks at most)
    "at once": ([DONE], [False], True, 1, 0),
    "not arrived, then done": ([NEVER, DONE], [False], True, 2, 0),
    "unclear, and there": ([UNCLEAR], [True], True, 1, 1),
    "unclear, and there after a while": ([UNCLEAR], [False, False, True], True, 1, 3),
    "unclear, not there, then done": ([UNCLEAR, DONE], [False], True, 2, 9),
    "unclear, the portal blind for a moment, then there": ([UNCLEAR], [BLIND, True], True, 1, 2),
    "refused, and another job did it": ([REFUSED], [True], False, 1, 1),
    "unclear, then refused because it had arrived": ([UNCLEAR, REFUSED], [False] * 4 + [True], True, 2, 9),
    "not arrived, then refused because another job was quicker": ([NEVER, REFUSED], [True], False, 2, 1),
}


@pytest.mark.parametrize("name", SETTLED)
def test_a_write_that_is_settled(name: str) -> None:
    writes, looks, ours, attempts, most = SETTLED[name]
    script = Script(writes, looks)
    settler = Settler(script, "lamp-post", 0.6, 2)  # type: ignore[arg-type]  # all it asks of a reader is fetch
    assert settler.settle(script.write, lambda live: live is not None) is ours
    assert script.written == attempts
    assert script.looked <= most


FAILED: dict[str, tuple[Any, ...]] = {
    "refused": ([REFUSED], [False], PortalRefused, "no: it is there", 1),
    "refused, and the portal is down": ([REFUSED], [BLIND], PortalRefused, "no: it is there", 1),
    "never arrived": ([NEVER] * 3, [False], PortalUnreachable, "never arrived", 3),
    "unclear for good": ([UNCLEAR] * 3, [False], AnswerUnclear, "who knows; it did not show within 0.3 s", 3),
    "unclear, and the portal is down": ([UNCLEAR], [BLIND], AnswerUnclear, "who knows; and .* is down", 1),
    "once unclear, then never arrived": ([UNCLEAR, NEVER, NEVER], [False], AnswerUnclear, "who knows", 3),
    "unclear, then refused": ([UNCLEAR, REFUSED], [False], PortalRefused, "no: it is there", 2),
}


@pytest.mark.parametrize("name", FAILED)
def test_a_write_that_fails(name: str) -> None:
    writes, looks, kind, says, attempts = FAILED[name]
    script = Script(writes, looks)
    settler = Settler(script, "lamp-post", 0.3, 2)  # type: ignore[arg-type]  # all it asks of a reader is fetch
    with pytest.raises(kind, match=says) as caught:
        settler.settle(script.write, lambda live: live is not None)
    assert type(caught.value) is kind
    assert script.written == attempts


@pytest.mark.parametrize("kind", [PortalUnreachable, AnswerUnclear])
def test_the_portals_wish_is_honoured(kind: type[PortalUnreachable]) -> None:
    script = Script([kind("not now", retry_after=0.7), DONE], [False])
    began = time.monotonic()
    Settler(script, "lamp-post", 0.1, 2).settle(script.write, lambda live: live is not None)  # type: ignore[arg-type]  # likewise
    assert time.monotonic() - began >= 0.7


def test_without_retries_nothing_is_sent_twice() -> None:
    script = Script([NEVER], [False])
    with pytest.raises(PortalUnreachable):
        Settler(script, "lamp-post", 0.1, 0).settle(script.write, lambda live: live is not None)  # type: ignore[arg-type]  # likewise
    assert script.written == 1
