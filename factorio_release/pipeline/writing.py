"""The last stage: the plan of a mod is executed, and what the run learnt of the portal is remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from factorio_release.report.model import Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factorio_release.disk.upload_content import UploadContent
    from factorio_release.live.models import LiveMod
    from factorio_release.pipeline.job import Job
    from factorio_release.plan import Desired, Plan
    from factorio_release.portal.reader import PortalReader
    from factorio_release.portal.writer import PortalWriter
    from factorio_release.portal_memory import PortalMemory
    from factorio_release.report_builder import ReportBuilder


class Planned(NamedTuple):
    """A plan with all that is needed to execute it; what is sent is in `images` and in the archive."""

    plan: Plan
    desired: Desired
    live: LiveMod | None
    images: Mapping[str, UploadContent]
    memory: PortalMemory


def write_mod(
    job: Job, builder: ReportBuilder, planned: Planned, reader: PortalReader, writer: PortalWriter
) -> None:
    """Execute the plan; errors of the page become warnings where `page-failure` says so."""
    from factorio_release.apply.confirm import Confirmer  # noqa: PLC0415 start-up: only to write
    from factorio_release.apply.context import ApplyContext  # noqa: PLC0415 likewise
    from factorio_release.apply.executor import apply  # noqa: PLC0415 likewise

    outcome, archive = builder.outcome, builder.archive
    plan, desired = planned.plan, planned.desired
    reader.run_time.check()  # an earlier mod may have used it up; nothing of this one is begun then
    job.say(f"writing {plan.mod}")
    known = outcome.forms
    confirmer = Confirmer(reader, desired.mod, job.settings.verify_timeout, reader.run_time)
    context = ApplyContext(desired, writer, confirmer, outcome, planned.images, planned.live)
    try:
        apply(plan, context, archive.content if archive else None, job.uploading)
        _note_written(job, builder)
        _remember_content(builder)
    finally:
        if outcome.forms != known:
            planned.memory.save(outcome.forms)


def _note_written(job: Job, builder: ReportBuilder) -> None:
    outcome, archive = builder.outcome, builder.archive
    if archive and outcome.released and not archive.is_at_its_path():
        outcome.warnings.append(
            f"{archive.path} was changed by another program during the release; "
            f"what was published has SHA-1 {archive.sha1}"
        )
    # The outcome goes before this: it stays "unchanged" where another run had made the changes.
    builder.reached = Status.UNCHANGED
    if job.settings.page_failure == "warn":
        outcome.forgive_page()


def _remember_content(builder: ReportBuilder) -> None:
    """Remember which files the released zip has, for a later run that has them in another zip."""
    outcome, archive, mod = builder.outcome, builder.archive, builder.mod
    if archive is None or mod is None or not outcome.released:
        return
    from factorio_release.public_zip import digest_of_mod  # noqa: PLC0415 start-up: only after a release

    digest = digest_of_mod(mod, archive.sha1)
    if digest:
        shown = outcome.forms.packages.get(archive.sha1, archive.sha1)
        contents = {**outcome.forms.contents, shown: digest}
        outcome.forms = outcome.forms._replace(contents=contents)
