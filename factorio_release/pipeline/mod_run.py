"""One mod of a run, stage by stage: checked, packed and compared with the portal, then written."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from factorio_release.checks import (
    CheckContext,
    PortalContext,
    required_mods_to_request,
    run_checks,
    run_portal_checks,
)
from factorio_release.checks.registry import CODES_OF_PAGE_RUN
from factorio_release.checks.rules.required_mods import required_dependencies
from factorio_release.errors import Interrupted, ModError, NotReleased, ReleaseError
from factorio_release.findings import Severity
from factorio_release.mod.mod import load_mod
from factorio_release.mod.package_changes import changes_since_release
from factorio_release.page.presence import declares_page
from factorio_release.page.result import NO_PAGE
from factorio_release.pipeline.job import package_rules
from factorio_release.project import home
from factorio_release.report.model import Status, StepName
from factorio_release.report_builder import Blocked, ReportBuilder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from factorio_release.checks import CheckResult
    from factorio_release.disk.upload_content import UploadContent
    from factorio_release.live.models import LiveMod
    from factorio_release.mod.mod import Mod
    from factorio_release.page.result import DesiredPage
    from factorio_release.parsers.dependency import Dependency
    from factorio_release.parsers.version import Version
    from factorio_release.pipeline.job import Job
    from factorio_release.pipeline.required import RequiredMods
    from factorio_release.pipeline.run_files import RunFiles
    from factorio_release.plan import Desired
    from factorio_release.portal.reader import PortalReader
    from factorio_release.portal.writer import PortalWriter
    from factorio_release.portal_memory import PortalMemory
    from factorio_release.report.model import ModReport

    Connect = Callable[[Job], tuple[PortalReader, PortalWriter | None]]

_ONLINE_MODES: Final = frozenset({"plan", "release", "page"})
_RELEASES: Final = ("publish", "release")


class ModRun:
    """One job on its way through the stages.

    `prepare`, `plan` and `write` are called in this order. Each does nothing once the mod's run has ended
    with findings or an error, and raises nothing: the `builder` has what happened. `files` has what is
    sent. `is_alone` says that the run has no other mod.
    """

    def __init__(self, job: Job, files: RunFiles, *, is_alone: bool) -> None:
        self.job = job
        self.builder = ReportBuilder(
            job.path,
            job.folder,
            job.settings.portal_url,
            online=job.mode in _ONLINE_MODES,
            package=job.mode != "page",
            rehearsal=job.rehearsal,
            tag=job.tag,
        )
        self.has_begun = False
        self._files = files
        self._is_alone = is_alone
        self._reader: PortalReader | None = None
        self._writer: PortalWriter | None = None
        self._live: LiveMod | None = None
        self._page = NO_PAGE
        self.lower: tuple[ModRun, ...] = ()
        self.newer: Version | None = None
        self._desired: Desired | None = None
        self._images: Mapping[str, UploadContent] = {}
        self._memory: PortalMemory | None = None
        self._public_content = ""

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
        return required_dependencies(self.builder.mod.info) if self.builder.mod else {}

    @property
    def is_live(self) -> bool:
        """Whether the portal had the version when it was read."""
        version = self.version
        return bool(self._live and version and self._live.release(version))

    @property
    def has_ended(self) -> bool:
        """Whether findings or an error ended the mod's run."""
        return self.builder.error is not None or self.builder.blocked

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

    def prepare(self, connect: Connect) -> None:
        """Check the mod, pack it, and read what is live; each as far as the mode goes."""
        self.has_begun = True
        self.guarded(lambda: self._prepare(connect))
        self.builder.close_bundle()

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
            self.guarded(lambda: self._plan(mod, reader, required))

    def write(self) -> None:
        """Execute the plan."""
        if self.writes:
            self.guarded(self._write)

    def names_to_request(self) -> tuple[str, ...]:
        """Return the required mods that the portal has to be asked about."""
        job, mod = self.job, self.builder.mod
        if self._reader is None or mod is None or self.has_ended:
            return ()
        if job.rehearsal or job.mode == "page":
            return ()
        return required_mods_to_request(mod.info, job.settings.ignore, job.together)

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

    def _prepare(self, connect: Connect) -> None:
        mod = self._check()
        if self.job.mode == "check":
            return
        self._build(mod)
        if self.job.mode in _ONLINE_MODES:
            self._reader, self._writer = connect(self.job)
            self._read_live(mod, self._reader)
        self._drop_what_is_not_sent()

    def _check(self) -> Mod:
        job, builder = self.job, self.builder
        job.say(f"checking {job.folder}")
        with builder.step(StepName.CHECK):
            mod = builder.mod = load_mod(job.path, package_rules(job.settings, job.path))
            only_page = job.mode == "page"
            if not only_page:
                builder.changes = changes_since_release(mod)
            page = self._page = self._desired_page(mod)
            context = self._check_context(mod)
            self._judge(
                self._with_fixes_named(
                    mod,
                    context,
                    run_checks(
                        mod,
                        context,
                        job.settings.ignore,
                        builder.changes,
                        page=page.page,
                        page_findings=page.findings,
                        codes=CODES_OF_PAGE_RUN if only_page else None,
                    ),
                )
            )
            builder.reached = Status.CHECKED
        return mod

    def _with_fixes_named(
        self, mod: Mod, context: CheckContext, checked: CheckResult
    ) -> CheckResult:
        """Return the result with a hint at each finding that `check --fix` mends."""
        if not checked.findings:
            return checked
        from factorio_release.pipeline.fixable import with_fixes_named  # noqa: PLC0415 start-up: only with findings

        findings, self.builder.fixable = with_fixes_named(mod, context, checked.findings)
        return checked._replace(findings=findings)

    def _desired_page(self, mod: Mod) -> DesiredPage:
        """Return the page that the mod declares, with the problems in it; it needs no network."""
        job = self.job
        if not declares_page(job.settings, mod.info.package):
            return NO_PAGE
        from factorio_release.page.from_settings import desired_page  # noqa: PLC0415 start-up: only with a page

        return desired_page(job.settings, mod, job.tag, job.ci)

    def _check_context(self, mod: Mod) -> CheckContext:
        """Return what the rules get beside the mod."""
        job = self.job
        commit = ""
        if job.tag_commit:
            from factorio_release.page.from_settings import is_repository_of_ci  # noqa: PLC0415 start-up: only for a tag

            # The mod may lie in another repository than the one for which the CI runs.
            if is_repository_of_ci(mod, job.ci):
                commit = job.tag_commit
        return CheckContext(job.tag, commit, job.today, job.secrets, job.circle)

    def _build(self, mod: Mod) -> None:
        job, builder = self.job, self.builder
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
                private=self._files.on_disk_of,
            )
            # The copy of a given zip is a file of its own: one for each mod may be too many.
            if mod.is_zip and archive.content and not self._is_alone:
                content = self._files.keep(archive.content, folder)
                archive = archive._replace(content=content)
            builder.archive = archive
            builder.reached = Status.BUILT

    def _read_live(self, mod: Mod, reader: PortalReader) -> None:
        if not mod.name:
            raise ModError("info.json has no name", "set the mod's name there")
        self.job.say(f"asking {reader.base_url} about {mod.name}")
        with self.builder.step(StepName.PLAN, is_part=True):
            self._live = self.builder.live = reader.fetch(mod.name)
            self.builder.asked = True

    def _drop_what_is_not_sent(self) -> None:
        """Free the space of a package that no write needs: its version is public, or nothing is written."""
        archive = self.builder.archive
        if archive is None or archive.content is None:
            return
        if self._writer is None or self.is_live:
            self._files.drop(archive.content)
            self.builder.archive = archive._replace(content=None)

    def _plan(self, mod: Mod, reader: PortalReader, required: RequiredMods) -> None:
        from factorio_release.plan import make_plan  # noqa: PLC0415 start-up: only with a portal
        from factorio_release.portal_memory import PortalMemory  # noqa: PLC0415 likewise

        self._memory = PortalMemory.of(self.job.cache, reader.base_url, mod.name, mod.path)
        self.builder.outcome.forms = self._memory.load()
        self._note_uncommitted(mod)
        with self.builder.step(StepName.PLAN):
            self._follow_lower()
            self._compare_with_public(mod)
            desired = self._desired = self._desired_of(mod)
            self._check_online(mod, desired, reader, required)
            plan = self.builder.plan = make_plan(desired, self._live)
            self.builder.reached = Status.PLANNED if plan.changes else Status.UNCHANGED
        if not plan.changes:
            self._note_unchanged(desired)
        elif self._writer is not None:
            from factorio_release.apply.context import image_contents  # noqa: PLC0415 start-up: only to write

            # Before the question: what is confirmed is what is sent.
            self._images = image_contents(plan, self._files.temporary)

    def _note_uncommitted(self, mod: Mod) -> None:
        from factorio_release.pipeline.uncommitted import uncommitted_warning  # noqa: PLC0415 start-up: only with a portal

        if warning := uncommitted_warning(mod, self._page, self.job):
            self.builder.outcome.warnings.append(warning)

    def _follow_lower(self) -> None:
        """Plan as if the lower versions of the run were public. Raises ModError for a left-over zip."""
        highest = self._live.highest if self._live else None
        if self.newer and highest and self.version and self.version < highest and not self.is_live:
            raise ModError(
                f"{self.name} {self.version} is lower than {highest}, which is on the portal, and this run "
                f"has {self.newer} too",
                "take the old one out of the run, or release it in a run of its own",
            )
        if self.lower:
            from factorio_release.plan import live_after  # noqa: PLC0415 start-up: only for two versions

            before = max(self.lower, key=lambda run: run.version.key if run.version else (0, 0, 0))
            if before._desired and before.builder.plan:  # noqa: SLF001 another object of this class
                self._live = live_after(before._desired, before.builder.plan, before._live)  # noqa: SLF001 likewise

    def _desired_of(self, mod: Mod) -> Desired:
        """Return what is desired to be public."""
        from factorio_release.page.from_settings import changed_since, is_newer  # noqa: PLC0415 start-up: only with a portal
        from factorio_release.plan import Desired, PlannedPackage  # noqa: PLC0415 likewise

        job, page, archive = self.job, self._page, self.builder.archive
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
            newer=self.newer,
            skip_existing=job.skip_existing,
            publish_new=job.publish_new,
            forms=self.builder.outcome.forms,
            source=page.source,
            changed=changed_since(mod),
            is_newer=is_newer(mod),
            public_content=self._public_content,
        )

    def _compare_with_public(self, mod: Mod) -> None:
        """Find out what a public zip of this version holds, where its SHA-1 is not that of this package."""
        outcome, archive = self.builder.outcome, self.builder.archive
        public = self._live.release(mod.version) if self._live and mod.version else None
        if archive is None or public is None or not public.sha1:
            return
        if self.job.skip_existing:
            return  # it takes the time of several builds, for each pull request and push
        if public.sha1 in {archive.sha1, outcome.forms.packages.get(archive.sha1)}:
            return
        from factorio_release.public_zip import compare  # noqa: PLC0415 start-up: only for another SHA-1

        self.job.say(f"comparing {mod.name} {mod.version} with the public one")
        digest = outcome.forms.contents.get(public.sha1, "")
        comparison = compare(mod, archive.sha1, public.sha1, self.job.epoch, digest)
        self._public_content = comparison.says
        if comparison.is_same:
            packages = {**outcome.forms.packages, archive.sha1: public.sha1}
            outcome.forms = outcome.forms._replace(packages=packages)

    def _check_online(
        self, mod: Mod, desired: Desired, reader: PortalReader, required: RequiredMods
    ) -> None:
        """Run the rules that need the portal: dependencies, a first publish, the order of versions.

        All of them are about a package, which a run for the page alone does not send.
        """
        if self.job.mode == "page":
            return
        settings = self.job.settings
        required_mods = required.of(self.names_to_request(), reader)
        portal = PortalContext(
            self._live,
            required_mods,
            settings.version_policy,
            self.job.releases,
            self.job.together,
        )
        context = self._check_context(mod)
        self._judge(run_portal_checks(mod, context, portal, settings.ignore, page=desired.page))

    def _judge(self, checked: CheckResult) -> None:
        """Add findings to the report. Raises Blocked when one of them stops the run."""
        self.builder.add(checked)
        worst = Severity(self.job.settings.fail_on).rank
        if any(finding.severity.rank <= worst for finding in self.builder.findings):
            raise Blocked

    def _write(self) -> None:
        """Execute the plan; errors of the page become warnings where `page-failure` says so."""
        from factorio_release.apply.confirm import Confirmer  # noqa: PLC0415 start-up: only to write
        from factorio_release.apply.context import ApplyContext  # noqa: PLC0415 likewise
        from factorio_release.apply.executor import apply  # noqa: PLC0415 likewise

        job, outcome, archive = self.job, self.builder.outcome, self.builder.archive
        plan, desired, memory = self.builder.plan, self._desired, self._memory
        reader, writer = self._reader, self._writer
        if not (plan and desired and memory and reader and writer):
            raise RuntimeError("a mod without a plan was to be written")
        reader.run_time.check()  # an earlier mod may have used it up; nothing of this one is begun then
        job.say(f"writing {plan.mod}: {', '.join(change.kind for change in plan.changes)}")
        if self.lower:
            outcome.forms = memory.load()  # with what the lower version has learnt
        known = outcome.forms
        confirmer = Confirmer(reader, desired.mod, job.settings.verify_timeout, reader.run_time)
        context = ApplyContext(desired, writer, confirmer, outcome, self._images, self._live)
        try:
            apply(plan, context, archive.content if archive else None, job.uploading)
            self._note_written()
            self._remember_content()
        finally:
            if outcome.forms != known:
                memory.save(outcome.forms)

    def _remember_content(self) -> None:
        """Remember which files the released zip has, for a later run that has them in another zip."""
        outcome, archive, mod = self.builder.outcome, self.builder.archive, self.builder.mod
        if archive is None or mod is None or not outcome.released:
            return
        from factorio_release.public_zip import digest_of_mod  # noqa: PLC0415 start-up: only after a release

        digest = digest_of_mod(mod, archive.sha1)
        if digest:
            shown = outcome.forms.packages.get(archive.sha1, archive.sha1)
            contents = {**outcome.forms.contents, shown: digest}
            outcome.forms = outcome.forms._replace(contents=contents)

    def _note_written(self) -> None:
        outcome, archive = self.builder.outcome, self.builder.archive
        if archive and outcome.released and not archive.is_at_its_path():
            outcome.warnings.append(
                f"{archive.path} was changed by another program during the release; "
                f"what was published has SHA-1 {archive.sha1}"
            )
        # The outcome goes before this: it stays "unchanged" where another run had made the changes.
        self.builder.reached = Status.UNCHANGED
        if self.job.settings.page_failure == "warn":
            outcome.forgive_page()

    def _note_unchanged(self, desired: Desired) -> None:
        for name in (StepName.RELEASE, StepName.IMAGES, StepName.DETAILS, StepName.VERIFY):
            self.builder.skip(name, "nothing to change")
        if self._live is None or desired.package is None:
            return
        release = self._live.release(desired.package.number)
        if release:
            self.builder.outcome.download_url = release.download_url


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
