"""The release itself: begun, uploaded, and public exactly once."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from factorio_release.apply.writes import FileUpload, found_there, upload
from factorio_release.errors import AlreadyThere, AnswerUnclear, PortalRefused, ReleaseError, RunTimeOver
from factorio_release.plan import Publish
from factorio_release.plan.decide import version_taken
from factorio_release.portal.answers import RUN_AGAIN
from factorio_release.report.model import StepName

if TYPE_CHECKING:
    from collections.abc import Callable

    from factorio_release.apply.context import ApplyContext
    from factorio_release.disk.upload_content import UploadContent
    from factorio_release.live.models import LiveMod, LiveRelease
    from factorio_release.plan import AddRelease
    from factorio_release.portal.retry import Retries

ELSEWHERE = "another run uploaded it"


def begin(context: ApplyContext, change: Publish | AddRelease, retries: Retries) -> str | None:
    """Return an upload URL; changes nothing, and proves that the key may publish or upload.

    None when another run published exactly this mod since the plan was made.
    """
    if not isinstance(change, Publish):
        return context.writer.init_upload(context.mod, retries)
    try:
        return context.writer.init_publish(context.mod, retries)
    except AlreadyThere as refusal:
        if _published_meanwhile(context, change, refusal):
            return None
        raise


def _published_meanwhile(context: ApplyContext, change: Publish, refusal: AlreadyThere) -> bool:
    seen: list[LiveMod] = []

    def there(live: LiveMod | None) -> bool:
        seen.extend([live] if live else [])
        return live is not None

    found_there(context, context.mod, there, refusal)
    if _is_there(context, change, seen[-1]):
        return True
    raise PortalRefused(
        f"{context.mod} was published by another job while this one began; nothing was written",
        "run the same command again",
        code=refusal.code,
    )


def _is_there(context: ApplyContext, change: Publish | AddRelease, live: LiveMod | None) -> bool:
    found = live.release(change.package.number) if live else None
    if found and found.sha1 and found.sha1 != change.package.sha1:
        raise version_taken(context.mod, change.package, found.sha1)
    return found is not None


def release(  # noqa: PLR0917 what an upload needs
    context: ApplyContext,
    change: Publish | AddRelease,
    archive: UploadContent,
    upload_url: str | None,
    retries: Retries,
    progress: Callable[[int, int], None] | None = None,
) -> bool:
    """Upload the zip to `upload_url`, or to a new one where that cannot have arrived.

    Returns whether this run made the release; without an `upload_url` there is nothing left to do.
    Raises VersionTaken when another upload of the version won, and whatever the portal said.
    """
    fields = change.fields if isinstance(change, Publish) else {}
    texts = {name: str(value) for name, value in fields.items()}

    def finish(url: str, sent: Callable[[int, int], None]) -> None:
        def handed_over(done: int, total: int) -> None:
            sent(done, total)
            if progress:
                progress(done, total)

        context.writer.finish_release(url, archive, texts, handed_over)

    one = FileUpload(
        StepName.RELEASE,
        change.kind,
        f"{context.mod} {change.package.version}",
        partial(begin, context, change),
        finish,
        partial(_is_there, context, change),
    )
    try:
        ours = upload_url is not None and upload(context, one, retries, upload_url)
    except RunTimeOver:
        raise
    except ReleaseError as error:
        context.outcome.failed(StepName.RELEASE, error)
        raise
    context.outcome.done(StepName.RELEASE, "" if ours else ELSEWHERE)
    return ours


def verify_release(context: ApplyContext) -> None:
    """Wait until the portal shows the release and compare its SHA-1; a difference is a warning.

    Raises AnswerUnclear when the release does not show in time.
    """
    package = context.desired.package
    if package is None:
        return
    seen: list[LiveRelease] = []

    def shown(live: LiveMod | None) -> bool:
        found = live.release(package.number) if live else None
        if found:
            seen.append(found)
        return found is not None

    name = f"{context.mod} {package.version}"
    if not context.confirmer.appears(name, shown):
        raise AnswerUnclear(f"the portal accepted {name} but does not show it yet", RUN_AGAIN)
    found = seen[-1]
    context.outcome.download_url = found.download_url
    if not found.sha1:
        context.outcome.warnings.append(
            f"the portal gives no SHA-1 for {name}: its content could not be compared"
        )
    elif found.sha1 != package.sha1:
        context.outcome.warnings.append(
            f"the portal shows SHA-1 {found.sha1} for {name}, {package.sha1} was sent"
        )
        if context.outcome.released:
            forms = context.outcome.forms
            context.outcome.forms = replace(forms, packages={**forms.packages, package.sha1: found.sha1})
