"""One mod of a run on its way through the stages: checked, packed, planned, written."""

from __future__ import annotations

from contextlib import nullcontext
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.errors import Interrupted, ModError, NotReleased, ReleaseError
from factorio_release.git.repository import find_repository
from factorio_release.page.result import NO_PAGE
from factorio_release.pipeline.building import build, packing_ahead
from factorio_release.pipeline.checking import check, read
from factorio_release.pipeline.listed import is_up_to_date, may_suffice
from factorio_release.pipeline.planning import Situation, check_online, names_to_request, plan_mod
from factorio_release.pipeline.writing import Planned, write_mod
from factorio_release.project import home
from factorio_release.report.model import StepName
from factorio_release.report_builder import Blocked, ReportBuilder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from factorio_release.archive import PackingAhead
    from factorio_release.disk.upload_content import UploadContent
    from factorio_release.git.repository import Repository
    from factorio_release.git.run_repositories import RunRepositories
    from factorio_release.live.models import LiveMod
    from factorio_release.mod.mod import Mod
    from factorio_release.parsers.dependency import Dependency
    from factorio_release.parsers.version import Version
    from factorio_release.pipeline.job import Job
    from factorio_release.pipeline.listed import ListedMods
    from factorio_release.pipeline.loading import LoadRun
    from factorio_release.pipeline.required import RequiredMods
    from factorio_release.pipeline.run_files import RunFiles
    from factorio_release.portal.reader import PortalReader
    from factorio_release.portal.writer import PortalWriter
    from factorio_release.report.model import ModReport

    Connect = Callable[[Job], tuple[PortalReader, PortalWriter | None]]

_ONLINE_MODES: Final = frozenset({"plan", "release", "page"})
LOADING_MODES: Final = frozenset({"plan", "release"})
_RELEASES: Final = ("publish", "release")


class Shared(NamedTuple):
    """What the mods of a run share: what is sent, what the portal's list says, and their repositories.

    `repositories` is None where there is one mod.
    """

    files: RunFiles
    listed: ListedMods
    repositories: RunRepositories | None

    def around(self, folder: Path) -> Repository | None:
        """Return the repository around a mod's folder."""
        return (self.repositories.around if self.repositories else find_repository)(folder)


class ModRun:
    """One job on its way through the stages.

    `prepare`, `plan` and `write` are called in this order. Each does nothing once the mod's run has ended
    with findings or an error, and raises nothing: the `builder` has what happened. `is_alone` says that the
    run has no other mod, and `loads` that packages are loaded between `prepare` and `plan`. `lower` and
    `newer` are other versions of the mod in the same run. `planned` is there when the plan is.
    """

    def __init__(
        self,
        job: Job,
        shared: Shared,
        *,
        is_alone: bool,
        loads: bool = False,
    ) -> None:
        self.job = job
        self.builder = ReportBuilder(
            job.path,
            job.folder,
            job.settings.portal_url,
            online=job.mode in _ONLINE_MODES,
            package=job.mode != "page",
            rehearsal=job.rehearsal,
            tag=job.tag,
            why_not=job.why_not,
            saved=job.settings.out if job.saves else "",
        )
        self.has_begun = False
        self.lower: tuple[ModRun, ...] = ()
        self.newer: Version | None = None
        self.planned: Planned | None = None
        self._shared = shared
        self._files, self._listed = shared.files, shared.listed
        self._is_alone = is_alone
        self._loads = loads
        self._is_stopped_by_load = False
        self._reader: PortalReader | None = None
        self._writer: PortalWriter | None = None
        self._live: LiveMod | None = None
        self._page = NO_PAGE
        self._package: Mod | None = None

    @property
    def name(self) -> str:
        """The mod's name; of a mod that cannot be read, the name of its folder or zip."""
        of_file = self.job.path.stem.rpartition("_")[0] if self.job.path.is_file() else ""
        of_mod = self.builder.mod.name if self.builder.mod else ""
        return of_mod or self.job.name or of_file or self.job.path.name

    @property
    def version(self) -> Version | None:
        """The mod's version, None where it is not known."""
        return self.builder.mod.version if self.builder.mod else None

    @cached_property
    def required(self) -> dict[str, list[Dependency]]:
        """The dependencies on required mods, by name; known once the mod is prepared."""
        from factorio_release.checks.rules.required_mods import required_dependencies  # noqa: PLC0415 start-up: packing begins before the checks are imported

        return required_dependencies(self.builder.mod.info) if self.builder.mod else {}

    @property
    def is_live(self) -> bool:
        """Whether the portal had the version when it was read."""
        version = self.version
        return bool(self._live and version and self._live.release(version))

    def has_live(self, dependencies: Iterable[Dependency]) -> bool:
        """Return whether the portal had a release of the mod that satisfies all these dependencies."""
        wanted = list(dependencies)
        numbers = [release.number for release in self._live.releases] if self._live else []
        return any(number and all(one.accepts(number) for one in wanted) for number in numbers)

    @property
    def has_ended(self) -> bool:
        """Whether findings or an error ended the mod's run."""
        return self.builder.error is not None or bool(self.builder.blocked)

    @property
    def has_failed(self) -> bool:
        """Whether the mod's run ended, or a step of the page or of reading back failed."""
        return self.has_ended or bool(self.builder.outcome.errors)

    @property
    def is_interrupted(self) -> bool:
        """Whether a signal ended the mod's run, and with it the whole run."""
        return isinstance(self.builder.error, Interrupted)

    @property
    def is_held(self) -> bool:
        """Whether the mod was not released because of another one."""
        return isinstance(self.builder.error, NotReleased)

    @property
    def releases(self) -> bool:
        """Whether the plan makes a version public."""
        return self.builder.plan is not None and bool(self.builder.plan.of(*_RELEASES))

    @property
    def writes(self) -> bool:
        """Whether there is something to write, and it may be written."""
        plan = self.builder.plan
        return plan is not None and bool(plan.changes) and bool(self._writer) and not self.has_ended

    def report(self) -> ModReport:
        """Return the mod's report as it is now."""
        return self.builder.report(fallback=self.job.name or Path(self.job.folder).name)

    def check_apart(self) -> bytes:
        """Read and check the mod in a process beside the run, and return what `prepare` takes."""
        from factorio_release.pipeline.checked_apart import CheckedApart, packed  # noqa: PLC0415 start-up: only for many mods

        if self.job.path.is_file():
            return b""  # the copy of a zip is a file that only this process has
        lines: list[str] = []
        self.job = self.job._replace(say=lines.append, interruptible=nullcontext)
        self.guarded(self._check_apart)
        return packed(CheckedApart(self.builder, self._page, tuple(lines)))

    def _check_apart(self) -> None:
        mod = read(self.job, self.builder, self._shared.around)
        self._page = check(self.job, self.builder, mod)

    def prepare(self, connect: Connect, apart: Callable[[], bytes] = bytes) -> None:
        """Check the mod, pack it, and read what is live; each as far as the mode goes.

        `apart` waits for what `check_apart` has returned in another process; without that, all is done here.
        """
        self.has_begun = True
        self.guarded(lambda: self._prepare(connect, apart))
        if not self._loads or self.has_ended:
            self.drop_what_is_not_sent()

    def will_load(self) -> bool:
        """Return whether the package is to be loaded; one that is public with the same bytes is skipped."""
        archive, version = self.builder.archive, self.version
        is_meant = self.job.mode in LOADING_MODES and self.job.settings.load != "off"
        if self.has_ended or archive is None or not is_meant:
            return False
        public = self._live.release(version) if self._live and version else None
        if public is not None and public.sha1 == archive.sha1:
            self.builder.skip(StepName.LOAD, "this version is public with the same bytes")
            return False
        return True

    def packed(self) -> Mod | None:
        """Return the mod as its package has it; None without one."""
        self.guarded(self._read_package)
        return self._package

    def _read_package(self) -> None:
        mod, archive = self.builder.mod, self.builder.archive
        if mod and archive and archive.content:
            from factorio_release.mod.mod import load_packed  # noqa: PLC0415 start-up: only to load

            self._package = load_packed(archive.content, mod)

    def load(self, together: LoadRun) -> None:
        """Load the package, with those of the run that it requires; what is found goes to the report."""
        package = self._package
        if package:
            self.guarded(lambda: together.load(self.job.settings, self.builder, package))
            self._is_stopped_by_load = self.has_ended and self.builder.error is None

    def meet(self, same: Sequence[ModRun]) -> None:
        """Learn which other versions of the mod the same run has: `lower` ones, and the `newer` one."""
        versions = [(run.version, run) for run in same if run.version is not None]
        mine = self.version
        if mine is not None:
            self.lower = tuple(run for version, run in versions if version < mine)
            self.newer = max((version for version, _ in versions if mine < version), default=None)

    def plan(self, required: RequiredMods) -> None:
        """Make the plan; reads the mods that this one requires, and the images that the plan adds."""
        if self._reader is not None and self.builder.mod is not None:
            reader, mod = self._reader, self.builder.mod
            if self._is_stopped_by_load:
                self._find_online(mod, reader, required)
            self.guarded(lambda: self._plan(mod, reader, required))

    def write(self) -> None:
        """Execute the plan."""
        planned, reader, writer = self.planned, self._reader, self._writer
        if not (self.writes and planned and reader and writer):
            return
        if self.lower:
            self.builder.outcome.forms = planned.memory.load()  # what the lower version has learnt
        self.guarded(lambda: write_mod(self.job, self.builder, planned, reader, writer))

    def names_to_request(self) -> tuple[str, ...]:
        """Return the required mods that the portal has to be asked about."""
        is_planned = self._is_stopped_by_load or not self.has_ended
        if self._reader is None or self.builder.mod is None or not is_planned:
            return ()
        return names_to_request(self.job, self.builder.mod)

    def guarded(self, work: Callable[[], None]) -> None:
        """Do a part of the run's work, unless it has ended; what is raised ends it and is recorded."""
        if self.has_ended:
            return
        try:
            with self.job.interruptible():
                work()
        except Blocked:
            pass  # the builder has the findings
        except ReleaseError as error:
            self.builder.error = error
        except KeyboardInterrupt:
            self.builder.error = _interrupted(self.builder)
        except Exception as bug:  # noqa: BLE001 a bug of ours: the report must still say what was done before
            self.builder.error = _bug(self.job, bug)

    def _prepare(self, connect: Connect, apart: Callable[[], bytes]) -> None:
        answer = apart()
        if not (answer and self._take(answer)):
            mod = read(self.job, self.builder, self._shared.around)
            with packing_ahead(self.job, mod, self._files) as ahead:
                self._page = check(self.job, self.builder, mod)
                self._build(mod, ahead)
        elif self.builder.mod and not self.has_ended:
            mod = self.builder.mod
            self._build(mod, None)
        else:
            return
        if self.job.mode in _ONLINE_MODES:
            self._reader, self._writer = connect(self.job)
            self._read_live(mod, self._reader)

    def _build(self, mod: Mod, ahead: PackingAhead | None) -> None:
        if self.job.mode != "check":
            build(self.job, self.builder, mod, self._files, ahead, is_alone=self._is_alone)

    def _take(self, answer: bytes) -> bool:
        """Take what another process has found out; False where it cannot be read."""
        from factorio_release.pipeline.checked_apart import unpacked  # noqa: PLC0415 start-up: only for many mods

        checked = unpacked(answer, self._shared.repositories)
        if checked is None:
            return False
        self.builder, self._page, lines = checked
        for line in lines:
            self.job.say(line)
        return True

    def _read_live(self, mod: Mod, reader: PortalReader) -> None:
        if not mod.name:
            raise ModError("info.json has no name", "set the mod's name there")
        self.job.say(f"asking {reader.base_url} about {mod.name}")
        with self.builder.step(StepName.PLAN, is_part=True):
            self._live = self.builder.live = self._fetch(mod, reader)
            self.builder.asked = True

    def _fetch(self, mod: Mod, reader: PortalReader) -> LiveMod | None:
        """Return the mod as it is on the portal: by the run's list where no change can follow from more."""
        if may_suffice(self.job, self._page):
            entry = self._listed.of(mod.name, reader)
            archive = self.builder.archive
            if entry and is_up_to_date(self.job, mod, archive, self._page, entry):
                return entry
        return reader.fetch(mod.name)

    def drop_what_is_not_sent(self) -> None:
        """Free the space of a package that nobody needs: its version is public, or nothing is written."""
        archive = self.builder.archive
        self._package = None
        is_sent = self.job.saves or (self._writer is not None and not self.is_live)
        if archive and archive.content and not is_sent:
            self._files.drop(archive.content)
            self.builder.archive = archive._replace(content=None)
        self.builder.close_bundle()

    def _plan(self, mod: Mod, reader: PortalReader, required: RequiredMods) -> None:
        from factorio_release.portal_memory import PortalMemory  # noqa: PLC0415 start-up: only with a portal

        memory = PortalMemory.of(self.job.cache, reader.base_url, mod.name, mod.path)
        self.builder.outcome.forms = memory.load()
        self._follow_lower()
        at = Situation(self.job, self.builder, mod, self._page, self._live, self.newer)
        desired = plan_mod(at, reader, required)
        plan = self.builder.plan
        images: Mapping[str, UploadContent] = {}
        if plan and plan.changes and (self._writer is not None or self.job.saves):
            from factorio_release.apply.context import image_contents  # noqa: PLC0415 start-up: only to write

            # Before the question: what is confirmed is what is sent.
            images = image_contents(plan, self._files.temporary)
        if plan:
            self.planned = Planned(plan, desired, self._live, images, memory)

    def _find_online(self, mod: Mod, reader: PortalReader, required: RequiredMods) -> None:
        """Add what the portal's rules find to what stopped the load, so that one run tells all of it.

        The run has ended already: a portal that does not answer is said and changes nothing.
        """
        at = Situation(self.job, self.builder, mod, self._page, self._live, self.newer)
        try:
            with self.job.interruptible():
                check_online(at, self._page.page, reader, required)
        except Blocked:
            pass  # the builder has the findings
        except ReleaseError as error:
            self.builder.outcome.warnings.append(f"not checked against the portal: {error}")
        except KeyboardInterrupt:
            self.builder.error = _interrupted(self.builder)

    def _follow_lower(self) -> None:
        """Plan as if the lower versions of the run were public."""
        before = [run.planned for run in self.lower if run.planned]
        if before:
            from factorio_release.plan import live_after  # noqa: PLC0415 start-up: only for two versions

            last = before[-1]  # they come in the order of their versions
            self._live = live_after(last.desired, last.plan, last.live)


def _interrupted(builder: ReportBuilder) -> Interrupted:
    effect = "nothing was written to the portal"
    if builder.outcome.begun:
        effect = "what is public is not known"
    return Interrupted(f"interrupted; {effect}", "run the same command again")


def _bug(job: Job, bug: Exception) -> ReleaseError:
    from factorio_release.bug_report import bug_report  # noqa: PLC0415 start-up: only for a bug

    for line in bug_report(bug, job.command()):
        job.say(line)
    hint = f"please report it with the lines above: {home()}/issues"
    return ReleaseError(f"this is a bug of factorio-release: {type(bug).__name__}: {bug}", hint)
