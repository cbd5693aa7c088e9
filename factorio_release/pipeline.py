"""The release pipeline: from mod folders to verified mod pages, and to the report of the run."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from factorio_release.checks import (
    CheckContext,
    PortalContext,
    required_mods_to_request,
    run_checks,
    run_portal_checks,
)
from factorio_release.errors import ExitCode, Interrupted, ModError, ReleaseError
from factorio_release.findings import Severity
from factorio_release.mod.mod import load_mod
from factorio_release.mod.package_changes import changes_since_release
from factorio_release.package.rules import PackageRules
from factorio_release.page.presence import declares_page
from factorio_release.page.result import NO_PAGE
from factorio_release.project import home
from factorio_release.report.model import Status, StepName, report_of
from factorio_release.report_builder import Blocked, ReportBuilder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager
    from datetime import date

    from factorio_release.archive import Archive
    from factorio_release.checks import CheckResult
    from factorio_release.disk.upload_content import UploadContent
    from factorio_release.live.models import LiveMod
    from factorio_release.mod.mod import Mod
    from factorio_release.page.result import DesiredPage
    from factorio_release.plan import Desired, Plan
    from factorio_release.portal.reader import PortalReader
    from factorio_release.portal.writer import PortalWriter
    from factorio_release.report.model import ModReport, Report
    from factorio_release.settings.options import CiSource, Settings


_ONLINE_MODES: Final = frozenset({"plan", "release", "page"})


@dataclass(frozen=True, slots=True)
class Job:
    """One mod, and what the run does with it.

    `folder` is the path for messages, relative to the working directory. `mode` is one of the settings'
    modes. `key` is the API key to write with, empty when nothing may be written. `together` are the names
    of all mods in the same run: the portal is not asked about them. In a `rehearsal` the portal has no
    other mods, and is asked about none.

    `tag` is the tag of the release; `tag_commit` is the CI's commit for it where it is the CI's own tag.
    `epoch` is the time of the files in the zip, in seconds since 1970. `cache` is the folder for what runs
    learn about the portal, None to keep nothing.

    `command` returns the shell command that repeats the run. `confirm` is called with the plan before the
    first write and returns whether to write. `say` gets one line for each stage. `packaging` and
    `uploading` get the bytes done and their total. Signals raise KeyboardInterrupt only inside an
    `interruptible` block, so that the report is never cut off.
    """

    path: Path
    folder: str
    settings: Settings
    mode: str
    ci: CiSource
    key: str = field(default="", repr=False)
    rehearsal: bool = False
    together: frozenset[str] = frozenset()
    today: date | None = None
    command: Callable[[], str] = lambda: ""
    tag: str = ""
    tag_commit: str = ""
    epoch: int | None = None
    cache: Path | None = None
    secrets: tuple[str, ...] = field(default=(), repr=False)
    confirm: Callable[[Plan], bool] = lambda _plan: True
    say: Callable[[str], None] = lambda _line: None
    packaging: Callable[[int, int], None] | None = None
    uploading: Callable[[int, int], None] | None = None
    interruptible: Callable[[], AbstractContextManager[None]] = nullcontext


def package_rules(settings: Settings, mod_folder: Path) -> PackageRules:
    """Return the settings' packaging rules; the program's own files in the mod folder are never packed."""
    files = [Path(name).resolve() for name in (settings.config, settings.report) if name]
    root = mod_folder.resolve()
    own = tuple(file.relative_to(root).as_posix() for file in files if file.is_relative_to(root))
    return PackageRules(settings.include, settings.exclude, own)


def run_mods(
    jobs: Sequence[Job], connect: Callable[[Job], tuple[PortalReader, PortalWriter | None]]
) -> Report:
    """Run the jobs in their order and return the report of the run.

    `connect` returns the portal's clients for a job; it is called where the mode needs the portal. After
    an interrupt the remaining mods have no report.
    """
    reports = []
    for job in jobs:
        clients = connect(job) if job.mode in _ONLINE_MODES else ()
        report = run_mod(job, *clients)
        reports.append(report)
        if report.exit_code == ExitCode.INTERRUPTED:
            break
    return report_of(tuple(reports))


def run_mod(
    job: Job, reader: PortalReader | None = None, writer: PortalWriter | None = None
) -> ModReport:
    """Run one job and return its report; without `writer` nothing is written, whatever the mode.

    Raises nothing: the report has the error. After an interrupt its exit code is 130. After a bug of
    ours it is 1, and the other mods of the run go on.
    """
    builder = ReportBuilder(job.path, job.folder, job.settings.portal_url)
    try:
        with job.interruptible():
            _ModRun(job, builder).run(reader, writer)
    except Blocked:
        pass  # the builder has the findings
    except ReleaseError as error:
        builder.error = error
    except KeyboardInterrupt:
        builder.error = _interrupted(builder)
    except Exception as bug:  # noqa: BLE001 a bug of ours: the report must still say what was done before
        builder.error = _bug(job, bug)
    finally:
        builder.close()
    return builder.report(fallback=Path(job.folder).name)


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


class _ModRun:
    """The stages of one job. Each writes its results to the builder at once, for a report after an error."""

    def __init__(self, job: Job, builder: ReportBuilder) -> None:
        self.job = job
        self.builder = builder
        self.live: LiveMod | None = None
        self.page = NO_PAGE

    def run(self, reader: PortalReader | None, writer: PortalWriter | None) -> None:
        mod = self.check()
        if self.job.mode == "check":
            return
        archive = self.build(mod)
        if self.job.mode == "build" or reader is None:
            return
        self.plan_and_apply(mod, archive, reader, writer)

    def check(self) -> Mod:
        job, builder = self.job, self.builder
        job.say(f"checking {job.folder}")
        with builder.step(StepName.CHECK):
            mod = builder.mod = load_mod(job.path, package_rules(job.settings, job.path))
            changes = builder.changes = changes_since_release(mod)
            page = self.page = self.desired_page(mod)
            self.judge(
                run_checks(
                    mod,
                    self.check_context(mod),
                    job.settings.ignore,
                    changes,
                    page=page.page,
                    page_findings=page.findings,
                )
            )
            builder.reached = Status.CHECKED
        return mod

    def desired_page(self, mod: Mod) -> DesiredPage:
        """Return the page that the mod declares, with the problems in it; it needs no network."""
        job = self.job
        if not declares_page(job.settings, mod.info.package):
            return NO_PAGE
        from factorio_release.page.from_settings import desired_page  # noqa: PLC0415 start-up: only with a page

        return desired_page(job.settings, mod, job.tag, job.ci)

    def check_context(self, mod: Mod) -> CheckContext:
        """Return what the rules get beside the mod."""
        job = self.job
        commit = ""
        if job.tag_commit:
            from factorio_release.page.from_settings import is_repository_of_ci  # noqa: PLC0415 start-up: only for a tag

            # The mod may lie in another repository than the one for which the CI runs.
            if is_repository_of_ci(mod, job.ci):
                commit = job.tag_commit
        return CheckContext(job.tag, commit, job.today, job.secrets)

    def build(self, mod: Mod) -> Archive | None:
        """Return the zip, None when only the page is updated."""
        job, builder = self.job, self.builder
        if job.mode == "page":
            builder.skip(StepName.BUILD, "only the page is updated")
            return None
        from factorio_release.archive import build_archive  # noqa: PLC0415 start-up: not for a check

        job.say(f"packaging {mod.name} {mod.version}")
        with builder.step(StepName.BUILD):
            folder = Path(job.settings.output_dir)
            archive = build_archive(
                mod, folder, job.settings.compression, job.packaging, epoch=job.epoch
            )
            builder.archive = archive
            builder.reached = Status.BUILT
        return archive

    def plan_and_apply(
        self, mod: Mod, archive: Archive | None, reader: PortalReader, writer: PortalWriter | None
    ) -> None:
        from factorio_release.apply.context import image_contents  # noqa: PLC0415 start-up: only with a portal
        from factorio_release.portal_memory import PortalMemory  # noqa: PLC0415 likewise

        memory = PortalMemory.of(self.job.cache, reader.base_url, mod.name, mod.path)
        forms = memory.load()
        self.builder.outcome.forms = forms
        plan, desired = self.plan(mod, archive, reader)
        if not plan.changes:
            self.note_unchanged(desired)
            return
        if writer is None:
            return
        images = image_contents(plan)  # read before the question: what is confirmed is what is sent
        if not self.job.confirm(plan):
            return
        try:
            self.apply(plan, desired, images, reader, writer)
        finally:
            if self.builder.outcome.forms != forms:
                memory.save(self.builder.outcome.forms)

    def plan(self, mod: Mod, archive: Archive | None, reader: PortalReader) -> tuple[Plan, Desired]:
        from factorio_release.plan import make_plan  # noqa: PLC0415 start-up: only with a portal

        with self.builder.step(StepName.PLAN):
            self.job.say(f"asking {reader.base_url} about {mod.name}")
            self.builder.live_url = f"{reader.base_url}/mod/{mod.name}"
            self.live = reader.fetch(mod.name)
            desired = self.desired(mod, archive, self.page)
            self.check_online(mod, desired, reader)
            plan = self.builder.plan = make_plan(desired, self.live)
            self.builder.reached = Status.PLANNED if plan.changes else Status.UNCHANGED
        return plan, desired

    def desired(self, mod: Mod, archive: Archive | None, page: DesiredPage) -> Desired:
        """Return what is desired to be public."""
        from factorio_release.page.from_settings import changed_since  # noqa: PLC0415 start-up: only with a portal
        from factorio_release.plan import Desired, PlannedPackage  # noqa: PLC0415 likewise

        job, forms = self.job, self.builder.outcome.forms
        if mod.version is None:
            raise ModError("info.json has no version that can be released", "give it three numbers")
        package = None
        if archive:
            package = PlannedPackage(str(mod.version), archive.name, archive.sha1, archive.size)
        return Desired(
            mod.name,
            package,
            page.page,
            version=mod.version,
            title=mod.info.title,
            summary=mod.info.summary,
            prune=page.prune,
            ordered=page.ordered,
            sync_older=job.settings.sync_older,
            forms=forms,
            source=page.source,
            changed=changed_since(mod),
        )

    def check_online(self, mod: Mod, desired: Desired, reader: PortalReader) -> None:
        """Run the rules that need the portal: dependencies, a first publish, the order of versions."""
        settings = self.job.settings
        names: list[str] = []
        if not self.job.rehearsal:
            required = required_mods_to_request(mod.info, settings.ignore)
            names = [name for name in required if name not in self.job.together]
        found = reader.fetch_many(names) if names else {}
        required_mods = {name: found.get(name) for name in names}
        portal = PortalContext(self.live, required_mods, settings.version_policy)
        context = self.check_context(mod)
        self.judge(run_portal_checks(mod, context, portal, settings.ignore, page=desired.page))

    def judge(self, checked: CheckResult) -> None:
        """Add findings to the report. Raises Blocked when one of them stops the run."""
        self.builder.add(checked)
        worst = Severity(self.job.settings.fail_on).rank
        if any(finding.severity.rank <= worst for finding in self.builder.findings):
            raise Blocked

    def apply(
        self,
        plan: Plan,
        desired: Desired,
        images: dict[str, UploadContent],
        reader: PortalReader,
        writer: PortalWriter,
    ) -> None:
        """Execute the plan; errors of the page become warnings where `page-failure` says so."""
        from factorio_release.apply.confirm import Confirmer  # noqa: PLC0415 start-up: only to write
        from factorio_release.apply.context import ApplyContext  # noqa: PLC0415 likewise
        from factorio_release.apply.executor import apply  # noqa: PLC0415 likewise

        job, outcome, archive = self.job, self.builder.outcome, self.builder.archive
        job.say(f"writing: {', '.join(change.kind for change in plan.changes)}")
        confirmer = Confirmer(reader, desired.mod, job.settings.verify_timeout, reader.run_time)
        context = ApplyContext(desired, writer, confirmer, outcome, images, self.live)
        apply(plan, context, archive.content if archive else None, job.uploading)
        if archive and outcome.released and not archive.is_at_its_path():
            outcome.warnings.append(
                f"{archive.path} was changed by another program during the release; "
                f"what was published has SHA-1 {archive.sha1}"
            )
        # The outcome goes before this: it stays "unchanged" where another run had made the changes.
        self.builder.reached = Status.UNCHANGED
        if job.settings.page_failure == "warn":
            outcome.forgive_page()

    def note_unchanged(self, desired: Desired) -> None:
        for name in (StepName.RELEASE, StepName.IMAGES, StepName.DETAILS, StepName.VERIFY):
            self.builder.skip(name, "nothing to change")
        if self.live is None or desired.package is None:
            return
        release = self.live.release(desired.package.number)
        if release:
            self.builder.outcome.download_url = release.download_url
