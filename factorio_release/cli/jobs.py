"""The pipeline's jobs: one for each mod of a run."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from factorio_release.cli.intents import goes_out
from factorio_release.cli.interrupts import INTERRUPTS
from factorio_release.cli.path_patterns import shown
from factorio_release.cli.progress import Progress
from factorio_release.errors import UsageError
from factorio_release.pipeline import Job
from factorio_release.portal_memory import cache_folder
from factorio_release.settings.options import CiSource

if TYPE_CHECKING:
    from factorio_release.cli.command_line import Arguments
    from factorio_release.cli.intents import Intent
    from factorio_release.cli.session import Session
    from factorio_release.cli.targets import RunTarget
    from factorio_release.parsers.version import Version

_MAX_EPOCH_DIGITS: Final = 12


def jobs_of(
    session: Session, arguments: Arguments, targets: tuple[RunTarget, ...], intents: list[Intent]
) -> list[Job]:
    """Return the job for each mod; each knows all versions that go out together.

    Raises UsageError where SOURCE_DATE_EPOCH is no time.
    """
    together: dict[str, tuple[Version, ...]] = {}
    going_out = [goes_out(arguments, target.settings) for target in targets]
    for target, is_going_out in zip(targets, going_out, strict=True):
        info = target.mod.info
        if info and info.version and is_going_out:
            together[info.name] = (*together.get(info.name, ()), info.version)
    jobs = [_job(session, target, one) for target, one in zip(targets, intents, strict=True)]
    return [
        job._replace(
            together=together, goes_out=is_going_out, releases=is_going_out and intent.releases
        )
        for job, is_going_out, intent in zip(jobs, going_out, intents, strict=True)
    ]


def _job(session: Session, target: RunTarget, intent: Intent) -> Job:
    job = Job(
        target.path.absolute(),
        shown(target.path),
        target.settings,
        intent.mode,
        CiSource(session.ci.name, session.ci.repository_url, session.ci.commit),
        key=intent.key,
        rehearsal=intent.rehearsal,
        why_not=intent.why_not,
        name=target.name,
        circle=target.mod.circle,
        source=target.source,
        skip_existing=intent.skip_existing,
        publish_new=intent.publish_new,
        waits=intent.waits,
        today=datetime.now(UTC).date(),
        command=session.command_to_reproduce,
        tag=target.settings.tag or intent.tag,
        epoch=epoch_of(session),
        secrets=session.secrets,
        say=session.say,
        packaging=Progress(session.err, "packaging"),
        uploading=Progress(session.err, "uploading"),
        interruptible=INTERRUPTS.released,
    )
    if job.tag and job.tag == session.ci.tag:
        job = job._replace(tag_commit=session.ci.commit)
    if not intent.rehearsal:
        job = job._replace(cache=cache_folder(session.environ))
    return job


def epoch_of(session: Session) -> int | None:
    """Return the time in SOURCE_DATE_EPOCH, the usual variable for reproducible files; None when empty."""
    text = session.environ.get("SOURCE_DATE_EPOCH", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= _MAX_EPOCH_DIGITS):
        raise UsageError(f"SOURCE_DATE_EPOCH: {text!r} is not a number of seconds since 1970")
    return int(text)
