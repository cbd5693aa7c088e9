"""The release of one mod, from its folder to the verified page."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from factorio_release.checks import (
    CheckContext,
    CheckResult,
    PortalContext,
    required_mods_to_request,
    run_checks,
    run_portal_checks,
)
from factorio_release.errors import Interrupted, ModError, ReleaseError
from factorio_release.findings import Severity
from factorio_release.mod.mod import load_mod
from factorio_release.mod.package_changes import changes_since_release
from factorio_release.package.rules import PackageRules
from factorio_release.project import home
from factorio_release.report.model import Status, StepName
from factorio_release.report_builder import Blocked, ReportBuilder

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from datetime import date

    from factorio_release.archive import Archive
    from factorio_release.disk.upload_content import UploadContent
    from factorio_release.live.models import LiveMod
    from factorio_release.mod.mod import Mod
    from factorio_release.plan import Desired, Plan
    from factorio_release.portal.reader import PortalReader
    from factorio_release.portal.writer import PortalWriter
    from factorio_release.report.model import ModReport
    from factorio_release.settings.options import CiSource, Settings


@dataclass(frozen=True, slots=True)
class Job:
    """One mod to be taken through one of the modes.

    `folder` is the path as people know it, relative to the working directory. `confirm` is asked,
    with the plan, before the first write. `say` is told one line a stage, `packaging` and
    `uploading` the bytes done and their total. `epoch` is the time of the zip's members, in seconds
    since 1970. `tag_commit` is the commit for which the CI started the job, where `tag` is the CI's
    own. Below `cache` is kept what was learnt of the portal; None keeps nothing.
    A KeyboardInterrupt comes inside `interruptible` alone, so that the report is never cut off.
    In a `rehearsal` the portal knows no other mods and is not asked about them, nor ever about
    `together`: the names of the mods in the same run.
    """

    path: Path
    folder: str
    settings: Settings
    mode: str
    ci: CiSource
    rehearsal: bool = False
    together: frozenset[str] = frozenset()
    today: date | None = None
    command: str = ""
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
    """Return what the settings say of the package; this program's own files in the mod folder never ship."""
    files = [Path(name).resolve() for name in (settings.config, settings.report) if name]
    root = mod_folder.resolve()
    own = tuple(file.relative_to(root).as_posix() for file in files if file.is_relative_to(root))
    return PackageRules(settings.include, settings.exclude, own)


def run_mod(job: Job, reader: PortalReader | None = None, writer: PortalWriter | None = None) -> ModReport:
    """Take one mod through its mode; without `writer` nothing is written, whatever the mode.

    Never raises: the report tells what went wrong with a mod or a portal. An interrupt ends in a
    report as well, with exit code 130, and so does a bug of ours, with 1: other mods go on.
    """
    builder = ReportBuilder(job.path, job.folder, job.settings.portal_url)
    try:
        with job.interruptible():
            _Run(job, builder).go(reader, writer)
    except Blocked:
        pass  # the findings are in the builder
    except ReleaseError as error:
        builder.error = error
    except KeyboardInterrupt:
        standing = (
            "what is public is not known" if builder.outcome.begun else "nothing was written to the portal"
        )
        builder.error = Interrupted(f"interrupted; {standing}", "run the same command again")
    except Exception as bug:  # noqa: BLE001 ours, whatever it is: what was done before it must be told
        builder.error = _bug(job, bug)
    finally:
        builder.close()
    return builder.report(fallback=Path(job.folder).name)


def _bug(job: Job, bug: Exception) -> ReleaseError:
    from factorio_release.report.bug_report import bug_report  # noqa: PLC0415 start-up: only for a bug

    for line in bug_report(bug, job.command):
        job.say(line)
    hint = f"please report it with the lines above: {home()}/issues"
    return ReleaseError(f"this is a bug of factorio-release: {type(bug).__name__}: {bug}", hint)


class _Run:
    """One mod on its way; what is learnt goes into the builder at once."""

    def __init__(self, job: Job, builder: ReportBuilder) -> None:
        self.job = job
        self.builder = builder
        self.live: LiveMod | None = None

    def go(self, reader: PortalReader | None, writer: PortalWriter | None) -> None:
        mod = self.check()
        if self.job.mode == "check":
            return
        archive = self.build(mod)
        if self.job.mode == "build" or reader is None:
            return
        from factorio_release.apply.image_contents import image_contents  # noqa: PLC0415 start-up: only with a portal
        from factorio_release.plan import make_plan  # noqa: PLC0415 likewise
        from factorio_release.portal_memory import PortalMemory  # noqa: PLC0415 likewise

        memory = PortalMemory.of(self.job.cache, reader.base_url, mod.name, mod.path)
        known = self.builder.outcome.forms = memory.load()
        with self.builder.step(StepName.PLAN):
            live = self.look(mod, reader)
            desired = self.desired(mod, archive)
            self.check_online(mod, desired, live, reader)
            plan = self.builder.plan = make_plan(desired, live)
            self.builder.reached = Status.PLANNED if plan.changes else Status.UNCHANGED
        if not plan.changes:
            self.note_unchanged(desired, live)
        elif writer is not None:
            images = image_contents(plan)  # before the question: what is confirmed is what is sent
            if self.job.confirm(plan):
                try:
                    self.apply(plan, desired, images, reader, writer)
                finally:
                    if self.builder.outcome.forms != known:
                        memory.save(self.builder.outcome.forms)

    def check(self) -> Mod:
        job, builder = self.job, self.builder
        job.say(f"checking {job.folder}")
        with builder.step(StepName.CHECK):
            mod = builder.mod = load_mod(job.path, package_rules(job.settings, job.path))
            changes = builder.changes = changes_since_release(mod)
            self.judge(run_checks(mod, self.context(mod), job.settings.ignore, changes=changes))
            builder.reached = Status.CHECKED
        return mod

    def context(self, mod: Mod) -> CheckContext:
        """Return what the rules may know beside the mod."""
        job, commit = self.job, ""
        if job.tag_commit:
            from factorio_release.page.from_settings import is_repository_of_ci  # noqa: PLC0415 start-up: only for a tag

            commit = job.tag_commit if is_repository_of_ci(mod, job.ci) else ""
        return CheckContext(job.tag, commit, job.today, job.secrets)

    def build(self, mod: Mod) -> Archive | None:
        job, builder = self.job, self.builder
        if job.mode == "page":
            builder.skip(StepName.BUILD, "the page alone")
            return None
        from factorio_release.archive import build_archive  # noqa: PLC0415 start-up: not for a check

        job.say(f"packaging {mod.name} {mod.version}")
        with builder.step(StepName.BUILD):
            folder, effort = Path(job.settings.output_dir), job.settings.compression
            archive = builder.archive = build_archive(mod, folder, effort, job.packaging, epoch=job.epoch)
            builder.reached = Status.BUILT
        return archive

    def look(self, mod: Mod, reader: PortalReader) -> LiveMod | None:
        self.job.say(f"asking {reader.base_url} about {mod.name}")
        self.builder.live_url = f"{reader.base_url}/mod/{mod.name}"
        self.live = reader.fetch(mod.name)
        return self.live

    def desired(self, mod: Mod, archive: Archive | None) -> Desired:
        from factorio_release.page.from_settings import changed_since, desired_page  # noqa: PLC0415 likewise
        from factorio_release.plan import Desired, PlannedPackage  # noqa: PLC0415 start-up: only with a portal

        job = self.job
        page = desired_page(job.settings, mod, job.tag, job.ci)
        self.judge(CheckResult.of(page.findings, job.settings.ignore))
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
            forms=self.builder.outcome.forms,
            source=page.source,
            changed=changed_since(mod),
        )

    def check_online(self, mod: Mod, desired: Desired, live: LiveMod | None, reader: PortalReader) -> None:
        """Run the rules that need the portal: dependencies, a first publish, the order of versions."""
        ignore = self.job.settings.ignore
        names: list[str] = []
        if not self.job.rehearsal:
            names = [
                name for name in required_mods_to_request(mod.info, ignore) if name not in self.job.together
            ]
        found = reader.fetch_many(names) if names else {}
        required = {name: found.get(name) for name in names}
        portal = PortalContext(live, required, desired.page, self.job.settings.version_policy)
        self.judge(run_portal_checks(mod, self.context(mod), portal, ignore))

    def judge(self, checked: CheckResult) -> None:
        """Take over findings; Blocked when one of them stops the run."""
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
        from factorio_release.apply.confirm import Confirmer  # noqa: PLC0415 likewise
        from factorio_release.apply.context import ApplyContext  # noqa: PLC0415 likewise
        from factorio_release.apply.executor import apply  # noqa: PLC0415 start-up: only to write

        job, builder = self.job, self.builder
        job.say(f"writing: {', '.join(change.kind for change in plan.changes)}")
        confirmer = Confirmer(reader, desired.mod, job.settings.verify_timeout, reader.run_time)
        context = ApplyContext(desired, writer, confirmer, builder.outcome, images, self.live)
        apply(plan, context, builder.archive.content if builder.archive else None, job.uploading)
        if builder.archive and builder.outcome.released and not builder.archive.is_at_its_path():
            builder.outcome.warnings.append(
                f"{builder.archive.path} was changed by another program during the release; "
                f"what was published has SHA-1 {builder.archive.sha1}"
            )
        builder.reached = Status.UNCHANGED  # unless the outcome says what this run did
        if job.settings.page_failure == "warn":
            builder.outcome.forgive_page()

    def note_unchanged(self, desired: Desired, live: LiveMod | None) -> None:
        for name in (StepName.RELEASE, StepName.IMAGES, StepName.DETAILS, StepName.VERIFY):
            self.builder.skip(name, "nothing to change")
        if live and desired.package and (release := live.release(desired.package.number)):
            self.builder.outcome = replace(self.builder.outcome, download_url=release.download_url)
