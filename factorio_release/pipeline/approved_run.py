"""A mod whose plan was made and approved before: it comes from a plan file, without its repository."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from factorio_release.archive import put_in_place
from factorio_release.checks import CheckContext, run_checks
from factorio_release.errors import ModError, NotReleased, PlanOutdated
from factorio_release.findings import NEVER_IGNORED
from factorio_release.page.result import DesiredPage
from factorio_release.pipeline.building import build
from factorio_release.pipeline.checking import judge, read
from factorio_release.pipeline.mod_run import ModRun
from factorio_release.pipeline.planning import Situation, note_unchanged
from factorio_release.pipeline.writing import Planned
from factorio_release.plan import make_plan
from factorio_release.plan_file.approved import approved
from factorio_release.plan_file.drift import refuse_drift
from factorio_release.portal_memory import PortalMemory
from factorio_release.report.model import Status, StepName

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from factorio_release.errors import ReleaseError
    from factorio_release.live.models import LiveMod
    from factorio_release.mod.mod import Mod
    from factorio_release.pipeline.mod_run import Connect
    from factorio_release.pipeline.required import RequiredMods
    from factorio_release.plan_file.entry import PlanEntry
    from factorio_release.portal.reader import PortalReader

# The mod was checked for its plan, by settings that are not here. What the plan's job could not see is looked
# for again: it has no key, and it may have run for another event.
_CODES: Final = NEVER_IGNORED | {"tag-version"}


class ApprovedRun(ModRun):
    """A mod of a plan file on its way through the stages; what is compared and sent is in the file."""

    @property
    def entry(self) -> PlanEntry:
        """The mod as the plan file has it."""
        if self.job.approved is None:
            raise RuntimeError("the run of a plan file was given no plan")
        return self.job.approved

    def meet(self, same: Sequence[ModRun]) -> None:
        """Learn which other versions of the mod the same run has; all of them are in the plan file."""
        super().meet(same)
        self._same_mod = [run.entry for run in same if isinstance(run, ApprovedRun)]

    def _prepare(self, connect: Connect, _apart: Callable[[], bytes]) -> None:
        entry = self.entry
        put_in_place(self.job.path, entry.zip)
        mod = read(self.job, self.builder, self._shared.around)
        self._check(mod, entry)
        build(self.job, self.builder, mod, self._files, None, is_alone=self._is_alone)
        archive = self.builder.archive
        if archive is None or archive.sha256 != entry.sha256:
            raise ModError(
                f"{self.job.path} was changed while it was read",
                "let no program write to it, and run again",
            )
        self._reader, self._writer = connect(self.job)
        self._read_live(mod, self._reader)

    def _fetch(self, mod: Mod, reader: PortalReader) -> LiveMod | None:
        """Return the whole mod: the portal's list has not all of what the plan saw."""
        return reader.fetch(mod.name)

    def _check(self, mod: Mod, entry: PlanEntry) -> None:
        with self.builder.step(StepName.CHECK):
            if (mod.name, str(mod.version)) != (entry.name, entry.version):
                raise ModError(
                    f"the package of {entry.name} {entry.version} is one of {mod.name} {mod.version}",
                    "make the plan again",
                )
            page = self._page = DesiredPage(entry.desired.page)
            context = CheckContext(
                self.job.tag, "", self.job.today, self.job.secrets, self.job.circle
            )
            judge(
                self.job.settings,
                self.builder,
                run_checks(mod, context, page=page.page, codes=_CODES),
            )
            self.builder.reached = Status.CHECKED

    def _plan(self, mod: Mod, reader: PortalReader, required: RequiredMods) -> None:  # noqa: ARG002 asked about for the plan
        entry, outcome = self.entry, self.builder.outcome
        memory = PortalMemory.of(self.job.cache, reader.base_url, mod.name, mod.path)
        outcome.forms = memory.load()
        plans = [one.plan for one in approved(self._same_mod)]
        desired = replace(
            entry.desired,
            newer=self.newer,
            publish_new=self.job.publish_new,
            forms=outcome.forms,
        )
        with self.builder.step(StepName.PLAN):
            refuse_drift(mod.name, plans, entry.seen, self._live, outcome.forms)
            self._follow_lower()
            plan = self.builder.plan = make_plan(desired, self._live)
            self.builder.reached = Status.PLANNED if plan.changes else Status.UNCHANGED
        if not plan.changes:
            note_unchanged(Situation(self.job, self.builder, mod, self._page, self._live), desired)
        self.planned = Planned(plan, desired, self._live, entry.images, memory)


def refuse_together(runs: Iterable[ModRun]) -> None:
    """End every run of a plan file if one of them cannot be carried out: the approval was for all of them."""
    all_runs = [run for run in runs if isinstance(run, ApprovedRun)]
    first = next((run for run in all_runs if run.has_ended), None)
    if first is None:
        return
    for run in all_runs:
        if not run.has_ended:
            run.builder.error = _because_of(first)


def _because_of(first: ApprovedRun) -> ReleaseError:
    hint = "make a new plan and have that approved"
    if not isinstance(first.builder.error, PlanOutdated):
        hint = "see what is said about it, then run the same command again"
    return NotReleased(
        f"nothing of the plan is carried out, because {first.name} failed",
        hint,
        exit_code=first.builder.exit_code,
    )
