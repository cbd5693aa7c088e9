"""The second stage: the mod is packed, or the given zip taken as its package."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Final

from factorio_release.report.model import Status, StepName

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from factorio_release.archive import PackingAhead
    from factorio_release.mod.mod import Mod
    from factorio_release.pipeline.job import Job
    from factorio_release.pipeline.run_files import RunFiles
    from factorio_release.report_builder import ReportBuilder

_WITHOUT_PACKAGE: Final = frozenset({"check", "page"})


def packing_ahead(
    job: Job, mod: Mod, files: RunFiles
) -> AbstractContextManager[PackingAhead | None]:
    """Begin to pack the mod while it is checked, where that takes less time than one after the other."""
    if job.mode in _WITHOUT_PACKAGE or mod.is_zip:
        return nullcontext()
    from factorio_release.archive import PackingAhead  # noqa: PLC0415 start-up: not for a check
    from factorio_release.archive.packing import cores  # noqa: PLC0415 likewise

    if cores() == 1:
        return nullcontext()
    try:
        target = files.near(Path(job.settings.output_dir))
    except OSError:
        return nullcontext()  # the step that needs it says what is wrong
    return PackingAhead(mod, target, job.settings.compression, epoch=job.epoch)


def build(
    job: Job,
    builder: ReportBuilder,
    mod: Mod,
    files: RunFiles,
    ahead: PackingAhead | None,
    *,
    is_alone: bool,
) -> None:
    """Make the package and put it into the report; `is_alone` says that the run has no other mod."""
    if job.mode == "page":
        builder.skip(StepName.BUILD, "only the page is updated")
        return
    from factorio_release.archive import build_archive  # noqa: PLC0415 start-up: not for a check

    job.say(f"packaging {mod.name} {mod.version}")
    with builder.step(StepName.BUILD):
        folder = Path(job.settings.output_dir)
        archive = build_archive(
            mod,
            folder,
            job.settings.compression,
            job.packaging,
            epoch=job.epoch,
            private=files.on_disk_of,
            ahead=ahead,
            is_sent=job.mode != "build",
        )
        # The copy of a given zip is a file of its own: one for each mod may be too many.
        if mod.is_zip and archive.content and not is_alone:
            content = files.keep(archive.content, folder)
            archive = archive._replace(content=content)
        builder.archive = archive
        builder.reached = Status.BUILT
