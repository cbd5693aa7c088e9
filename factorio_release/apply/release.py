"""The release itself: begun, uploaded once, and read back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from factorio_release.apply.writes import FileUpload, FoundFile, upload, wait_for_existing
from factorio_release.errors import (
    RUN_AGAIN,
    AlreadyThere,
    AnswerUnclear,
    PortalRefused,
    ReleaseError,
    RunTimeOver,
)
from factorio_release.plan import Publish
from factorio_release.plan.decide import version_taken
from factorio_release.report.model import StepName

if TYPE_CHECKING:
    from collections.abc import Callable

    from factorio_release.apply.context import ApplyContext
    from factorio_release.disk.upload_content import UploadContent
    from factorio_release.live.models import LiveMod, LiveRelease
    from factorio_release.plan import AddRelease, PlannedPackage
    from factorio_release.portal.retry import Retries

ELSEWHERE: Final = "another run uploaded it"


def begin(context: ApplyContext, change: Publish | AddRelease, retries: Retries) -> str | FoundFile:
    """Return an upload URL, or the release if another run has published it since the plan was made.

    Changes nothing: `init_publish` and `init_upload` only hand out a URL (observed). They prove that the
    key has the usage that the upload needs. Raises PortalRefused (VersionTaken if the other run's release
    has another content), PortalUnreachable or AnswerUnclear.
    """
    if not isinstance(change, Publish):
        return context.writer.init_upload(context.mod, retries)
    try:
        return context.writer.init_publish(context.mod, retries)
    except AlreadyThere as refusal:
        return _published_meanwhile(context, change, refusal)


def _published_meanwhile(
    context: ApplyContext, change: Publish, refusal: AlreadyThere
) -> FoundFile:
    # A name that is taken may also be that of a deleted account, whose mod never shows (observed):
    # wait_for_existing ends with both causes then.
    live = wait_for_existing(context, context.mod, lambda live: live, refusal)
    found = find_release(context, change.package, live)
    if found is None:
        raise PortalRefused(
            f"{context.mod} was published by another job while this one began; nothing was written",
            "run the same command again",
            code=refusal.code,
        )
    _refuse_other_content(context, change.package, found)
    return found


def find_release(
    context: ApplyContext, package: PlannedPackage, live: LiveMod | None
) -> FoundFile | None:
    """Return the release that the portal shows under the package's version, compared with the package.

    The SHA-1 that the portal shows may differ from that of the bytes sent (not established). Where an
    earlier run has learnt the portal's own SHA-1 for this package, that one counts as the same.
    """
    release = _live_release(package, live)
    if release is None:
        return None
    own = {package.sha1, context.outcome.forms.packages.get(package.sha1)}
    return FoundFile(release.sha1 in own, release.sha1)


def _live_release(package: PlannedPackage, live: LiveMod | None) -> LiveRelease | None:
    if live is None:
        return None
    return live.release(package.number)


def _refuse_other_content(context: ApplyContext, package: PlannedPackage, found: FoundFile) -> None:
    """Raise VersionTaken if the release found is known to have another content."""
    if found.sha1 and not found.is_same:
        raise version_taken(context.mod, package, found.sha1)


def release(
    context: ApplyContext,
    change: Publish | AddRelease,
    archive: UploadContent,
    target: str | FoundFile,
    retries: Retries,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> bool:
    """Upload the zip to `target`, what `begin` returned; return whether this run made the release.

    A new URL is begun if the upload to the first one cannot have arrived. `progress` is called with the
    bytes handed over and their total. The release is public at once; page and verification come later.

    Raises VersionTaken if another upload of the version won, PortalRefused or PortalUnreachable if nothing
    was published by this run, AnswerUnclear if that is not known. All but RunTimeOver are recorded.
    """
    file = FileUpload(
        StepName.RELEASE,
        change.kind,
        f"{context.mod} {change.package.version}",
        change.package.sha1,
        partial(begin, context, change),
        _finish(context, change, archive, progress),
        partial(find_release, context, change.package),
    )
    try:
        found = target if isinstance(target, FoundFile) else upload(context, file, retries, target)
        if found:
            _refuse_other_content(context, change.package, found)
    except RunTimeOver:
        raise
    except ReleaseError as error:
        context.outcome.failed(StepName.RELEASE, error)
        raise
    if found:
        context.outcome.done(StepName.RELEASE, ELSEWHERE)
        return False
    context.outcome.done(StepName.RELEASE)
    return True


def _finish(
    context: ApplyContext,
    change: Publish | AddRelease,
    archive: UploadContent,
    progress: Callable[[int, int], None] | None,
) -> Callable[[str, Callable[[int, int], None]], None]:
    """Return the function that sends the zip to an upload URL."""
    fields: dict[str, str] = {}
    if isinstance(change, Publish):
        # Documented: fields travel with the zip of a new mod only.
        fields = {name: str(value) for name, value in change.fields.items()}

    def finish(url: str, sent: Callable[[int, int], None]) -> None:
        def handed_over(done: int, total: int) -> None:
            sent(done, total)
            if progress:
                progress(done, total)

        context.writer.finish_release(url, archive, fields, handed_over)

    return finish


def verify_release(context: ApplyContext) -> None:
    """Wait until the portal shows the release, and compare its SHA-1; a difference is a warning.

    A difference is no error, because whether the portal's SHA-1 is that of the bytes sent is not
    established. If this run made the release, the portal's SHA-1 is remembered for this package.
    Raises AnswerUnclear if the release does not show in time.
    """
    package = context.desired.package
    if package is None:
        return
    name = f"{context.mod} {package.version}"
    shown = context.confirmer.wait_for(name, partial(_live_release, package))
    if shown is None:
        raise AnswerUnclear(f"the portal accepted {name} but does not show it yet", RUN_AGAIN)
    outcome = context.outcome
    outcome.download_url = shown.download_url
    if not shown.sha1:
        outcome.warnings.append(
            f"the portal gives no SHA-1 for {name}: its content could not be compared"
        )
    elif shown.sha1 != package.sha1:
        outcome.warnings.append(
            f"the portal shows SHA-1 {shown.sha1} for {name}, {package.sha1} was sent"
        )
        if outcome.released:
            packages = {**outcome.forms.packages, package.sha1: shown.sha1}
            outcome.forms = outcome.forms._replace(packages=packages)
