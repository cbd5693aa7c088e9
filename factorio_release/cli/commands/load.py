"""`factorio-release load`: builds packages, and loads them as the game does."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from factorio_release.archive import pack_privately
from factorio_release.cli.commands.pipeline import Finished
from factorio_release.cli.declared import MODS_FOLDER
from factorio_release.cli.interrupts import INTERRUPTS
from factorio_release.cli.jobs import epoch_of
from factorio_release.cli.load_setup import loading_of
from factorio_release.cli.output import show
from factorio_release.cli.path_patterns import shown
from factorio_release.cli.portal_clients import run_time_of
from factorio_release.cli.progress import Progress
from factorio_release.cli.targets import read_targets
from factorio_release.errors import ReleaseError, UsageError
from factorio_release.mod.mod import load_mod, load_packed
from factorio_release.pipeline.job import package_rules
from factorio_release.pipeline.loading import LoadRun
from factorio_release.pipeline.run_files import RunFiles
from factorio_release.report.model import Status, StepName, report_of
from factorio_release.report_builder import Blocked, ReportBuilder

if TYPE_CHECKING:
    from factorio_release.cli.command_line import Arguments
    from factorio_release.cli.session import Session
    from factorio_release.cli.targets import RunTarget
    from factorio_release.mod.mod import Mod
    from factorio_release.pipeline.loading import Loading


def load(session: Session, arguments: Arguments) -> int:
    """Build and load every mod that PATH names, and report what only a finished load can show.

    The packages are made and not kept; only the cache, the report and the game's log are written. Raises
    UsageError for a wrong argument before anything is loaded.
    """
    targets = read_targets(session, _asked_for(arguments))
    settings = targets[0].settings
    if settings.load == "off":
        raise UsageError("load: off is for the other commands; `factorio-release load` loads")
    loading = loading_of(session, settings, run_time_of(session, settings))
    session.output_folder = settings.output_dir
    if settings.report:
        from factorio_release.cli.written_files import check_report_path  # noqa: PLC0415 start-up: only with a report

        check_report_path(Path(settings.report))
        session.report_file = settings.report
    builders = [
        ReportBuilder(one.path.absolute(), shown(one.path), one.settings.portal_url)
        for one in targets
    ]
    with INTERRUPTS.held():
        _load_all(session, targets, builders, loading)
        report = report_of(
            tuple(
                one.report(fallback=target.name or Path(one.folder).name)
                for one, target in zip(builders, targets, strict=True)
            )
        )
        session.hand_on(report)
    finished = Finished(report, targets, only_checked=True, may_write=False)
    session.prints_result = settings.format != "text"
    show(session, arguments, finished)
    return report.exit_code


def _asked_for(arguments: Arguments) -> Arguments:
    """Return the arguments with the load asked for by name, as the command is, and `--mods` as its option."""
    options = {"load": "emulated", **arguments.options}
    folder = arguments.value(MODS_FOLDER)
    if folder is not None:
        options["mods-folder"] = folder
    return arguments._replace(options=options)


def _load_all(
    session: Session,
    targets: tuple[RunTarget, ...],
    builders: list[ReportBuilder],
    loading: Loading,
) -> None:
    """Pack all mods, then load each with those of the run that it needs."""
    packages: dict[int, Mod] = {}
    epoch = epoch_of(session)
    with RunFiles() as files:
        for number, (target, builder) in enumerate(zip(targets, builders, strict=True)):
            with _Guard(builder), builder.step(StepName.BUILD):
                packages[number] = _package(session, target, builder, files, epoch)
        together = LoadRun(loading, tuple(packages.values()))
        for number, package in packages.items():
            builder = builders[number]
            with _Guard(builder):
                together.load(targets[number].settings, builder, package)
                builder.reached = Status.CHECKED


def _package(
    session: Session,
    target: RunTarget,
    builder: ReportBuilder,
    files: RunFiles,
    epoch: int | None,
) -> Mod:
    """Return the mod as its package has it, which is what `build` makes of it."""
    rules = package_rules(target.settings, target.path)
    mod = builder.mod = load_mod(target.path.absolute(), rules, target.source)
    if mod.is_zip:
        return mod
    progress = Progress(session.err, "packaging")
    compression = target.settings.compression
    return load_packed(
        pack_privately(mod, files.temporary(), compression, progress, epoch=epoch), mod
    )


class _Guard:
    """Records what ends the work on one mod, so that the others are still loaded; signals may end it."""

    def __init__(self, builder: ReportBuilder) -> None:
        self._builder = builder
        self._released = INTERRUPTS.released()

    def __enter__(self) -> None:
        self._released.__enter__()

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        self._released.__exit__(None, None, None)
        if isinstance(error, Blocked):
            return True
        if isinstance(error, ReleaseError):
            self._builder.error = error
            return True
        return False
