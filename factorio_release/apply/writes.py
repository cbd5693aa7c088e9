"""The two kinds of write: an upload, which is sent once, and an edit, which may be repeated.

A write ends in one of four ways, which the writer's exceptions tell apart: it took effect; it was refused
(PortalRefused); it cannot have arrived (PortalUnreachable); or its effect is not known (AnswerUnclear).
Afterwards the outcome says what is known. A write whose effect stays unknown stays in `outcome.in_flight`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from factorio_release.errors import (
    RUN_AGAIN,
    AlreadyThere,
    AnswerUnclear,
    PortalRefused,
    PortalUnreachable,
    RunTimeOver,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from factorio_release.apply.context import ApplyContext
    from factorio_release.live.models import LiveMod
    from factorio_release.portal.retry import Retries
    from factorio_release.report.model import StepName

T = TypeVar("T")

TAKEN: Final = (
    "another run may have uploaded it and the portal does not show it yet: run the same command again "
    "in some minutes; when it stays so, the version or the name is taken: choose another in info.json"
)
NOT_COMPARED: Final = (
    "look at the mod's page: another run may have uploaded it, or the portal may have repacked this upload; "
    "then run the same command again"
)


class HiddenFile(AnswerUnclear):
    """The portal says that it has the file, but does not show it."""


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file that the portal shows under the name of an upload.

    `is_same`: it has the content of the upload. `sha1` is the checksum that the portal shows, in hex;
    empty if it shows none, so that the contents could not be compared.
    """

    is_same: bool
    sha1: str = ""

    @property
    def checksum(self) -> str:
        """How the portal shows the file, for a message: with which SHA-1, or without one."""
        if not self.sha1:
            return "without a SHA-1"
        return f"with SHA-1 {self.sha1}"


@dataclass(frozen=True, slots=True)
class FileUpload:
    """A file that is added to the portal.

    `begin` returns an upload URL and changes nothing; it returns what it found if nothing is left to do.
    `finish` sends the file to the URL and reports the bytes handed over and their total. `find` returns
    what the portal shows under the file's name. `step` is the run's step, `kind` the plan's kind of
    change, `what` names the file in messages, and `sha1` is that of its content.
    """

    step: StepName
    kind: str
    what: str
    sha1: str
    begin: Callable[[Retries], str | FoundFile]
    finish: Callable[[str, Callable[[int, int], None]], object]
    find: Callable[[LiveMod | None], FoundFile | None]


def upload(
    context: ApplyContext, file: FileUpload, retries: Retries, url: str = ""
) -> FoundFile | None:
    """Upload the file, to `url` first; return None if this run did it, else what was there already.

    The file is sent again only if it cannot have arrived: its last byte was never handed over. A release
    is public at once and its version can never be used again (observed), so after an unclear answer the
    same run never sends it again. It reads the portal for `verify_timeout` instead.

    Raises PortalRefused or PortalUnreachable, after which this run has changed nothing, or AnswerUnclear,
    after which the file may be public.
    """

    def progress(done: int, total: int) -> None:
        if done >= total:
            context.outcome.sent_in_full(file.step)

    while True:
        target = url or file.begin(retries)
        url = ""
        if isinstance(target, FoundFile):
            return target
        try:
            file.finish(target, progress)
        except PortalRefused as refusal:
            context.outcome.had_no_effect()
            found = _find_after_refusal(context, file, refusal)
            if found is None:
                raise
            return found
        except AnswerUnclear as error:
            _confirm_own(context, file, error)
        except PortalUnreachable as error:
            context.outcome.had_no_effect()
            found = context.confirmer.find_now(file.find)
            if found:
                return found
            retries.wait(error)
            continue
        context.outcome.accepted(file.step, file.kind)
        return None


def _find_after_refusal(
    context: ApplyContext, file: FileUpload, refusal: PortalRefused
) -> FoundFile | None:
    """Return the file if it is there all the same: another run may have uploaded it."""
    # The refusal says that it is there, so that it only has to show. Any other refusal is looked up once.
    if isinstance(refusal, AlreadyThere):
        return wait_for_existing(context, file.what, file.find, refusal)
    return context.confirmer.find_now(file.find)


def _confirm_own(context: ApplyContext, file: FileUpload, unclear: AnswerUnclear) -> None:
    """Wait until the portal shows the content that this run has sent; raise AnswerUnclear otherwise.

    Another content proves nothing: whether the portal repacks zips is not established, and another run may
    have uploaded the same version in the same minute.
    """
    found = _wait_for(context, file.what, file.find, unclear)
    if found.is_same:
        return
    raise AnswerUnclear(
        f"{unclear}; the portal shows {file.what} {found.checksum}, {file.sha1} was sent: "
        "whether this run uploaded it is not known",
        NOT_COMPARED,
    )


def wait_for_existing(
    context: ApplyContext,
    what: str,
    find: Callable[[LiveMod | None], T | None],
    refusal: PortalRefused,
) -> T:
    """Return what the portal says it has, once it shows; raise HiddenFile if it does not in time.

    An earlier run's upload may be public and not show yet.
    """
    found, problem = _find_in_time(context, what, find)
    if found is None:
        message = str(refusal).rstrip(".")
        raise HiddenFile(f"{message}, but {problem}; who uploaded it is not known", TAKEN)
    return found


@dataclass(frozen=True, slots=True)
class PageEdit(Generic[T]):
    """A part of the page that is set as a whole.

    `prepare` returns the value to set, made from what is live, or None if nothing is left to do. `send`
    sets it. `is_set` returns whether the portal shows it.
    """

    step: StepName
    what: str
    prepare: Callable[[], T | None]
    send: Callable[[T], object]
    is_set: Callable[[LiveMod | None], bool]


def edit(context: ApplyContext, page_edit: PageEdit[T]) -> bool:
    """Set a part of the page; return True if this run did, False if it was set already.

    Unlike an upload, an edit is repeated although its effect is not known. Each attempt sets the whole
    value, so two of them leave what one leaves. The portal is read once before each repeat.

    Raises PortalRefused or PortalUnreachable, after which this run has changed nothing, or AnswerUnclear,
    after which the value may be set.
    """
    retries = context.writer.retries()
    unclear: AnswerUnclear | None = None
    while (value := page_edit.prepare()) is not None:
        context.outcome.sent_in_full(page_edit.step)
        try:
            page_edit.send(value)
        except (PortalRefused, PortalUnreachable) as error:
            failure = error
        else:
            context.outcome.accepted(page_edit.step)
            return True
        # An attempt of unknown effect may have set the value, whatever the later ones end with.
        if isinstance(failure, AnswerUnclear):
            unclear = failure
        if unclear is None:
            context.outcome.had_no_effect()
        if _shows_after_failure(context, page_edit, failure, unclear, retries):
            break
    if unclear is None:
        return False
    context.outcome.accepted(page_edit.step)
    return True


def _shows_after_failure(
    context: ApplyContext,
    page_edit: PageEdit[T],
    failure: PortalRefused | PortalUnreachable,
    unclear: AnswerUnclear | None,
    retries: Retries,
) -> bool:
    """Return True if the portal shows the value all the same; else wait before the next attempt.

    `unclear` belongs to an attempt whose effect is not known. Raises `failure` if no attempt is left,
    and AnswerUnclear if an attempt of unknown effect does not show in time.
    """
    if isinstance(failure, RunTimeOver):
        raise failure
    is_last = retries.used_up or isinstance(failure, PortalRefused)
    if unclear and is_last:
        _wait_for(context, page_edit.what, page_edit.is_set, unclear)
        return True
    if context.confirmer.find_now(page_edit.is_set):
        return True
    if isinstance(failure, PortalRefused):
        raise failure
    retries.wait(failure)
    return False


def _wait_for(
    context: ApplyContext,
    what: str,
    find: Callable[[LiveMod | None], T | None],
    unclear: AnswerUnclear,
) -> T:
    """Return what `find` returns once a write of unknown effect shows; AnswerUnclear if it does not."""
    found, problem = _find_in_time(context, what, find, unclear.retry_after)
    if found is None:
        raise AnswerUnclear(f"{unclear}; {problem}, so what happened to it is not known", RUN_AGAIN)
    return found


def _find_in_time(
    context: ApplyContext,
    what: str,
    find: Callable[[LiveMod | None], T | None],
    after: float = 0.0,
) -> tuple[T | None, str]:
    """Return what `find` returns within `verify_timeout`, or None and the reason why it was not seen."""
    try:
        found = context.confirmer.wait_for(what, find, after=after)
    except RunTimeOver:
        raise
    except PortalUnreachable as error:
        return None, f"the portal cannot be read: {error}"
    if found:
        return found, ""
    return None, f"the portal does not show {what} within {context.confirmer.verify_timeout:g} s"
