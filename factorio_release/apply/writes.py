"""The two kinds of write: an upload, which is sent once, and an edit, which may be repeated.

After each the outcome says what is known. A write that was sent in full and whose effect is not known
stays in `outcome.in_flight`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from factorio_release.errors import (
    AlreadyThere,
    AnswerUnclear,
    PortalRefused,
    PortalUnreachable,
    RunTimeOver,
    VersionTaken,
)
from factorio_release.portal.answers import RUN_AGAIN

if TYPE_CHECKING:
    from collections.abc import Callable

    from factorio_release.apply.context import ApplyContext
    from factorio_release.live.models import LiveMod
    from factorio_release.portal.retry import Retries
    from factorio_release.report.model import StepName

T = TypeVar("T")

TAKEN = (
    "another run may have uploaded it and the portal does not show it yet: run the same command again "
    "in some minutes; when it stays so, the version or the name is taken: choose another in info.json"
)
OTHER = (
    "look at the mod's page: another run may have uploaded the version, or the portal packed this one anew; "
    "then run the same command again"
)


@dataclass(frozen=True, slots=True)
class FileUpload:
    """A file that is added to the portal.

    `begin` returns an upload URL and changes nothing; None when there is nothing left to do. `finish`
    sends the file to it and reports the bytes that were handed over. `there` tells whether the portal
    shows the file. `step` is the run's step, `kind` the plan's kind of change, and `what` names the
    file in messages.
    """

    step: StepName
    kind: str
    what: str
    begin: Callable[[Retries], str | None]
    finish: Callable[[str, Callable[[int, int], None]], object]
    there: Callable[[LiveMod | None], bool]


def upload(context: ApplyContext, one: FileUpload, retries: Retries, url: str | None = None) -> bool:
    """Upload the file, to `url` first; True when this run did it, False when it was there already.

    It is sent again only when it cannot have arrived: its last byte was never handed over. When an
    answer leaves open what happened, the portal is looked at for `verify_timeout`, and what does
    not show then is not known. Raises PortalRefused, PortalUnreachable or AnswerUnclear.
    """
    while True:
        url = url or one.begin(retries)
        if url is None:
            return False
        try:
            one.finish(url, lambda done, total: context.outcome.sent(one.step, done >= total))
        except PortalRefused as refusal:
            context.outcome.had_no_effect()
            if _there_already(context, one, refusal):
                return False
            raise
        except AnswerUnclear as error:
            _wait_for_own(context, one, error)
        except PortalUnreachable as error:
            context.outcome.had_no_effect()
            if context.confirmer.shows(one.there):
                return False
            retries.wait(error)
            url = None
            continue
        context.outcome.accepted(one.step, one.kind)
        return True


def _wait_for_own(context: ApplyContext, one: FileUpload, unclear: AnswerUnclear) -> None:
    """Look for what was sent; AnswerUnclear also when something else shows in its place."""
    try:
        _wait_for(context, one.what, one.there, unclear)
    except VersionTaken as other:
        raise AnswerUnclear(
            f"{unclear}; {other}: whether that is what was sent is not known", OTHER
        ) from None


def _there_already(context: ApplyContext, one: FileUpload, refusal: PortalRefused) -> bool:
    """Look whether the file is there all the same: another run may have uploaded it.

    One look is enough, unless the portal itself says that the file is there.
    """
    if isinstance(refusal, AlreadyThere):
        found_there(context, one.what, one.there, refusal)
        return True
    return context.confirmer.shows(one.there)


def found_there(
    context: ApplyContext, what: str, there: Callable[[LiveMod | None], bool], refusal: PortalRefused
) -> None:
    """Look for what the portal says is there; AnswerUnclear when it does not show in time."""
    if unseen := _look_for(context, what, there):
        said = str(refusal).rstrip(".")
        raise AnswerUnclear(f"{said}, but {unseen}; who uploaded it is not known", TAKEN)


@dataclass(frozen=True, slots=True)
class PageEdit(Generic[T]):
    """Something on the page that is set in full.

    `prepare` returns what is to be set, from what is live, or None when nothing is left to do; `send`
    sets it, `there` tells whether the portal shows it.
    """

    step: StepName
    what: str
    prepare: Callable[[], T | None]
    send: Callable[[T], object]
    there: Callable[[LiveMod | None], bool]


def edit(context: ApplyContext, one: PageEdit[T]) -> bool:
    """Set it; True when this run did, False when it was so already.

    An edit may be repeated though its effect is not known, unlike an upload: each attempt sets the
    whole of it to the same, so that two leave what one leaves. Before each repeat one look is taken.
    """
    retries = context.writer.retries()
    unclear: AnswerUnclear | None = None
    while (value := one.prepare()) is not None:
        context.outcome.sent(one.step)
        try:
            one.send(value)
        except (PortalRefused, PortalUnreachable) as error:
            failure = error
        else:
            context.outcome.accepted(one.step)
            return True
        if isinstance(failure, AnswerUnclear):
            unclear = failure
        if unclear is None:
            context.outcome.had_no_effect()
        if _is_set(context, one, failure, unclear, retries):
            break
    if unclear:
        context.outcome.accepted(one.step)
    return unclear is not None


def _is_set(
    context: ApplyContext,
    one: PageEdit[T],
    failure: PortalRefused | PortalUnreachable,
    unclear: AnswerUnclear | None,
    retries: Retries,
) -> bool:
    """Look whether the portal shows it all the same; wait before the next attempt when it does not.

    `unclear` is the attempt whose effect is not known. After the last attempt the look takes as long
    as a write may take to show. Raises `failure` when no attempt is left.
    """
    if isinstance(failure, RunTimeOver):
        raise failure
    if unclear and (isinstance(failure, PortalRefused) or retries.used_up):
        _wait_for(context, one.what, one.there, unclear)
        return True
    if context.confirmer.shows(one.there):
        return True
    if isinstance(failure, PortalRefused):
        raise failure
    retries.wait(failure)
    return False


def _wait_for(
    context: ApplyContext, what: str, there: Callable[[LiveMod | None], bool], unclear: AnswerUnclear
) -> None:
    """Look for as long as a write may take to show; AnswerUnclear when it does not."""
    if unseen := _look_for(context, what, there, unclear.retry_after):
        raise AnswerUnclear(f"{unclear}; {unseen}, so what happened to it is not known", RUN_AGAIN)


def _look_for(
    context: ApplyContext, what: str, there: Callable[[LiveMod | None], bool], after: float = 0.0
) -> str:
    """Look until the portal shows it, and return nothing; or return why it was not seen."""
    try:
        if context.confirmer.appears(what, there, after=after):
            return ""
    except RunTimeOver:
        raise
    except PortalUnreachable as blind:
        return f"the portal cannot be read: {blind}"
    return f"the portal does not show {what} within {context.confirmer.verify_timeout:g} s"
