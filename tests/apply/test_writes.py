"""The two kinds of write: an upload is sent once, an edit may be repeated; neither claims too much."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from factorio_release.apply.confirm import Confirmer
from factorio_release.apply.context import ApplyContext
from factorio_release.apply.outcome import Outcome
from factorio_release.apply.page import verify_page
from factorio_release.apply.writes import FileUpload, FoundFile, HiddenFile, PageEdit, edit, upload
from factorio_release.errors import (
    AlreadyThere,
    AnswerUnclear,
    PortalRefused,
    PortalUnreachable,
    RunTimeOver,
)
from factorio_release.live.models import LiveMod
from factorio_release.mod_page import ModPage
from factorio_release.plan import Desired, Plan
from factorio_release.portal.retry import Retries
from factorio_release.portal.run_time import RunTime
from factorio_release.report.model import StepName

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

HERE = LiveMod("lamp-post", ModPage())
DONE, REFUSED, THERE = "done", PortalRefused("no: it is bad"), AlreadyThere("no: it already exists")
NEVER, UNCLEAR = PortalUnreachable("never arrived"), AnswerUnclear("who knows", "look")
STOPPED = KeyboardInterrupt()
BLIND = PortalUnreachable("the portal is down")
SAME, OTHER, WITHOUT_SUM = (
    FoundFile(is_same=True, sha1="a"),
    FoundFile(is_same=False, sha1="b"),
    FoundFile(is_same=False),
)


def doze(_seconds: float) -> None:
    """Do not sleep: the time that it would take is counted all the same."""


class Script:
    """A portal in two lists: what the attempts to write end with, and what the looks see."""

    def __init__(self, writes: Sequence[object], looks: Sequence[object], **time_for: Any) -> None:
        self.writes, self.looks = list(writes), list(looks)
        self.written = self.looked = self.begun = 0
        self.content: FoundFile = time_for.get("content", SAME)
        self.said: list[str] = []
        self.run_time = RunTime(
            time_for.get("seconds", 100), self.said.append, time_for.get("sleep", doze)
        )

    def begin(self, _retries: Retries) -> str:
        self.begun += 1
        return f"url {self.begun}"

    def write(self, *_: object) -> None:
        self.written += 1
        end = self.writes.pop(0)
        if isinstance(end, BaseException):
            raise end

    def finish(self, _url: str, sent: Callable[[int, int], None]) -> None:
        """Hand everything over, unless the attempt ends before that."""
        sent(1, 2)
        if self.writes[0] not in {NEVER, STOPPED}:
            sent(2, 2)
        self.write()

    def fetch_once(self, _name: str) -> LiveMod | None:
        """Give the next thing seen, the last one for ever."""
        self.looked += 1
        seen = self.looks.pop(0) if len(self.looks) > 1 else self.looks[0]
        if isinstance(seen, Exception):
            raise seen
        return HERE if seen else None

    def find(self, live: LiveMod | None) -> FoundFile | None:
        """Return the file that a live mod has: the one of `content`."""
        return self.content if live else None

    def retries(self) -> Retries:
        """As the writer does."""
        return Retries(2, self.run_time)

    def context(self, seconds: float) -> ApplyContext:
        confirmer = Confirmer(self, "lamp-post", seconds, self.run_time)  # type: ignore[arg-type]  # the only method used of a reader is fetch_once
        return ApplyContext(Desired("lamp-post", None, ModPage()), self, confirmer, Outcome())  # type: ignore[arg-type]  # the only method used of a writer is retries

    def uploaded(self, context: ApplyContext) -> bool:
        name = "lamp-post 1.0.0"
        file = FileUpload(
            StepName.RELEASE, "publish", name, "a", self.begin, self.finish, self.find
        )
        return upload(context, file, self.retries()) is None

    def edited(self, context: ApplyContext) -> bool:
        return edit(
            context, PageEdit(StepName.DETAILS, "the title", lambda: "title", self.write, bool)
        )


UPLOADED: dict[str, tuple[Any, ...]] = {
    # name: (what writes end with, what looks see, this run did it, attempts, looks at most)
    "at once": ([DONE], [False], True, 1, 0),
    "not arrived, then done": ([NEVER, DONE], [False], True, 2, 1),
    "not arrived, and another job did it": ([NEVER], [True], False, 1, 1),
    "unclear, and there": ([UNCLEAR], [True], True, 1, 1),
    "unclear, and there after a while": ([UNCLEAR], [False, False, True], True, 1, 3),
    "unclear, the portal blind for a moment, then there": ([UNCLEAR], [BLIND, True], True, 1, 2),
    "refused, and another job did it": ([REFUSED], [True], False, 1, 1),
    "there already, which shows after a while": ([THERE], [False, False, True], False, 1, 3),
    "not arrived, then refused because another job was quicker": (
        [NEVER, THERE],
        [False, True],
        False,
        2,
        2,
    ),
}


@pytest.mark.parametrize("name", UPLOADED)
def test_an_upload_that_is_known(name: str) -> None:
    writes, looks, ours, attempts, most = UPLOADED[name]
    script = Script(writes, looks)
    context = script.context(3)
    assert script.uploaded(context) is ours
    assert (script.written, script.begun) == (attempts, attempts)
    assert script.looked <= most
    assert (context.outcome.released, context.outcome.in_flight) == (
        "publish" if ours else "",
        None,
    )


NOT_UPLOADED: dict[str, tuple[Any, ...]] = {
    # name: (what writes end with, what looks see, the error, its words, attempts, may have changed something)
    "refused": ([REFUSED], [False], PortalRefused, "no: it is bad", 1, False),
    "refused, and the portal is down": (
        [REFUSED],
        [BLIND],
        PortalRefused,
        "no: it is bad",
        1,
        False,
    ),
    "there already, and not shown": (
        [THERE],
        [False],
        HiddenFile,
        "already exists, but the portal does not show",
        1,
        False,
    ),
    "there already, and the portal is down": (
        [THERE],
        [BLIND],
        HiddenFile,
        "already exists, but the portal cannot",
        1,
        False,
    ),
    "never arrived": ([NEVER] * 3, [False], PortalUnreachable, "never arrived", 3, False),
    "unclear for good": (
        [UNCLEAR] * 3,
        [False],
        AnswerUnclear,
        "who knows; .* within 0.3 s.* not known",
        1,
        True,
    ),
    "unclear, and the portal is down": (
        [UNCLEAR],
        [BLIND],
        AnswerUnclear,
        "who knows; .* is down.* not known",
        1,
        True,
    ),
    "not arrived, then unclear": ([NEVER, UNCLEAR], [False], AnswerUnclear, "who knows", 2, True),
}


@pytest.mark.parametrize("name", NOT_UPLOADED)
def test_an_upload_that_failed_or_is_not_known(name: str) -> None:
    writes, looks, kind, says, attempts, may_be_public = NOT_UPLOADED[name]
    script = Script(writes, looks)
    context = script.context(0.3)
    with pytest.raises(kind, match=says) as caught:
        script.uploaded(context)
    assert type(caught.value) is kind
    assert script.written == attempts
    assert context.outcome.changed is may_be_public


@pytest.mark.parametrize("content", [OTHER, WITHOUT_SUM], ids=["another sum", "no sum"])
def test_an_unclear_upload_that_shows_another_content_is_not_known(content: FoundFile) -> None:
    script = Script([UNCLEAR], [False, True], content=content)
    context = script.context(3)
    with pytest.raises(
        AnswerUnclear, match=r"who knows; .* whether this run uploaded it is not known"
    ):
        script.uploaded(context)
    assert (script.written, context.outcome.changed, context.outcome.released) == (1, True, "")


@pytest.mark.parametrize("end", [NEVER, REFUSED, THERE], ids=["never arrived", "refused", "there"])
@pytest.mark.parametrize("content", [OTHER, WITHOUT_SUM], ids=["another sum", "no sum"])
def test_what_another_run_uploaded_is_returned(content: FoundFile, end: Exception) -> None:
    """Nothing of this run arrived, so that whoever uploaded it was another one."""
    script = Script([end], [True], content=content)
    context = script.context(3)
    step = StepName.RELEASE
    file = FileUpload(step, "publish", "lamp-post", "a", script.begin, script.finish, script.find)
    assert upload(context, file, script.retries()) == content
    assert not context.outcome.changed


EDITED: dict[str, tuple[Any, ...]] = {
    # name: (what writes end with, what looks see, this run did it, attempts, looks at most)
    "at once": ([DONE], [False], True, 1, 0),
    "not arrived, then done": ([NEVER, DONE], [False], True, 2, 1),
    "unclear, and there": ([UNCLEAR], [True], True, 1, 1),
    "unclear, and there after a while": ([UNCLEAR, DONE], [False], True, 2, 1),
    "unclear until no attempt is left, then there": (
        [UNCLEAR] * 3,
        [False] * 4 + [True],
        True,
        3,
        5,
    ),
    "refused, and another job did it": ([REFUSED], [True], False, 1, 1),
    "unclear, then refused, and there": ([UNCLEAR, REFUSED], [False, False, True], True, 2, 3),
}


@pytest.mark.parametrize("name", EDITED)
def test_an_edit_that_is_known(name: str) -> None:
    writes, looks, ours, attempts, most = EDITED[name]
    script = Script(writes, looks)
    context = script.context(3)
    assert script.edited(context) is ours
    assert script.written == attempts
    assert script.looked <= most
    assert (context.outcome.page, context.outcome.in_flight) == (ours, None)


NOT_EDITED: dict[str, tuple[Any, ...]] = {
    "refused": ([REFUSED], [False], PortalRefused, "no: it is bad", 1, False),
    "never arrived": ([NEVER] * 3, [False], PortalUnreachable, "never arrived", 3, False),
    "unclear for good": (
        [UNCLEAR] * 3,
        [False],
        AnswerUnclear,
        "who knows; .* within 0.3 s.* not known",
        3,
        True,
    ),
    "once unclear, then never arrived": (
        [UNCLEAR, NEVER, NEVER],
        [False],
        AnswerUnclear,
        "who knows",
        3,
        True,
    ),
    "unclear, then refused": ([UNCLEAR, REFUSED], [False], AnswerUnclear, "who knows", 2, True),
}


@pytest.mark.parametrize("name", NOT_EDITED)
def test_an_edit_that_failed_or_is_not_known(name: str) -> None:
    writes, looks, kind, says, attempts, may_be_live = NOT_EDITED[name]
    script = Script(writes, looks)
    context = script.context(0.3)
    with pytest.raises(kind, match=says) as caught:
        script.edited(context)
    assert type(caught.value) is kind
    assert script.written == attempts
    assert context.outcome.changed is may_be_live


def test_a_repeat_waits_as_long_as_the_portal_asks() -> None:
    slept: list[float] = []
    script = Script(
        [PortalUnreachable("not now", retry_after=7), DONE], [False], sleep=slept.append
    )
    assert script.uploaded(script.context(1))
    assert slept == [7]
    assert script.said == ["not now; trying again in 7.0 s, 1 of 2"]


def test_a_read_waits_as_long_as_the_portal_asks() -> None:
    slept: list[float] = []
    blind = PortalUnreachable("not now", retry_after=7)
    script = Script([UNCLEAR], [blind, True], sleep=slept.append)
    assert script.uploaded(script.context(20))
    assert slept == [7]
    assert script.said == ["not now; looking again in 7.0 s, for 20 s at most"]


def test_a_wait_longer_than_the_time_left_does_not_begin() -> None:
    slept: list[float] = []
    script = Script([NEVER, DONE], [False], seconds=0.1, sleep=slept.append)
    with pytest.raises(RunTimeOver, match=r"never arrived; .* 0\.1 s, ends before"):
        script.uploaded(script.context(1))
    assert (slept, script.written) == ([], 1)


def test_an_upload_that_is_stopped_half_way_has_changed_nothing() -> None:
    script = Script([STOPPED], [False])
    context = script.context(1)
    with pytest.raises(KeyboardInterrupt):
        script.uploaded(context)
    assert not context.outcome.changed


def test_an_upload_that_is_stopped_after_its_last_byte_may_be_public() -> None:
    script = Script([KeyboardInterrupt()], [False])
    context = script.context(1)
    with pytest.raises(KeyboardInterrupt):
        script.uploaded(context)
    assert context.outcome.changed


def test_the_page_may_take_all_of_verify_timeout_to_show() -> None:
    """It had 15 seconds, whatever was set; what showed later was said not to have been taken."""
    script = Script([], [False, BLIND, False, True])
    context = script.context(90)
    verify_page(context, Plan("lamp-post"))
    assert len(script.said) == 3
    assert all(int(re.findall(r"for (\d+) s at most", line)[0]) > 20 for line in script.said)
    assert context.outcome.warnings == []
