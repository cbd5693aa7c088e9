"""The first stage: a mod is read and checked, with the page that it declares; needs no network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factorio_release.findings import Severity
from factorio_release.mod.mod import load_mod
from factorio_release.page.presence import declares_page
from factorio_release.page.result import NO_PAGE
from factorio_release.pipeline.job import package_rules
from factorio_release.report.model import Status, StepName
from factorio_release.report_builder import Blocked

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from factorio_release.checks import CheckContext, CheckResult
    from factorio_release.git.repository import Repository
    from factorio_release.mod.mod import Mod
    from factorio_release.page.result import DesiredPage
    from factorio_release.pipeline.job import Job
    from factorio_release.report_builder import ReportBuilder
    from factorio_release.settings.options import Settings


def read(job: Job, builder: ReportBuilder, around: Callable[[Path], Repository | None]) -> Mod:
    """Return the mod, before anything of it is judged; raises ModError if it cannot be read.

    `around` finds the repository of a folder.
    """
    job.say(f"checking {job.folder}")
    with builder.step(StepName.CHECK, is_part=True):
        rules = package_rules(job.settings, job.path)
        builder.mod = load_mod(job.path, rules, job.source, around)
    return builder.mod


def check(job: Job, builder: ReportBuilder, mod: Mod) -> DesiredPage:
    """Return the page that the mod declares; what is found goes to the report.

    Raises Blocked when a finding stops the run, and ModError for a file that cannot be read.
    """
    from factorio_release.checks import run_checks  # noqa: PLC0415 start-up: packing begins before the checks are imported
    from factorio_release.checks.registry import CODES_OF_PAGE_RUN  # noqa: PLC0415 likewise
    from factorio_release.mod.package_changes import changes_since_release  # noqa: PLC0415 likewise

    with builder.step(StepName.CHECK):
        only_page = job.mode == "page"
        if not only_page:
            builder.changes = changes_since_release(mod)
        page = _desired_page(job, mod)
        context = check_context(job, mod)
        checked = run_checks(
            mod,
            context,
            job.settings.ignore,
            builder.changes,
            page=page.page,
            page_findings=page.findings,
            codes=CODES_OF_PAGE_RUN if only_page else None,
        )
        judge(job.settings, builder, _with_fixes_named(builder, mod, context, checked))
        builder.reached = Status.CHECKED
    return page


def check_context(job: Job, mod: Mod) -> CheckContext:
    """Return what the rules get beside the mod."""
    from factorio_release.checks import CheckContext  # noqa: PLC0415 start-up: packing begins before the checks are imported

    commit = ""
    if job.tag_commit:
        from factorio_release.page.from_settings import is_repository_of_ci  # noqa: PLC0415 start-up: only for a tag

        # The mod may lie in another repository than the one for which the CI runs.
        if is_repository_of_ci(mod, job.ci):
            commit = job.tag_commit
    return CheckContext(job.tag, commit, job.today, job.secrets, job.circle)


def judge(settings: Settings, builder: ReportBuilder, checked: CheckResult) -> None:
    """Add findings to the report. Raises Blocked when one of them stops the run."""
    builder.add(checked)
    worst = Severity(settings.fail_on).rank
    found = {finding.severity for finding in builder.findings}
    stopping = [
        f"{severity}s" for severity in Severity if severity in found and severity.rank <= worst
    ]
    if stopping:
        raise Blocked(" and ".join(stopping))


def _with_fixes_named(
    builder: ReportBuilder, mod: Mod, context: CheckContext, checked: CheckResult
) -> CheckResult:
    """Return the result with a hint at each finding that `check --fix` mends."""
    if not checked.findings:
        return checked
    from factorio_release.pipeline.fixable import with_fixes_named  # noqa: PLC0415 start-up: only with findings

    findings, builder.fixable = with_fixes_named(mod, context, checked.findings)
    return checked._replace(findings=findings)


def _desired_page(job: Job, mod: Mod) -> DesiredPage:
    """Return the page that the mod declares, with the problems in it."""
    if not declares_page(job.settings, mod.info.package):
        return NO_PAGE
    from factorio_release.page.from_settings import desired_page  # noqa: PLC0415 start-up: only with a page

    return desired_page(job.settings, mod, job.tag, job.ci)
