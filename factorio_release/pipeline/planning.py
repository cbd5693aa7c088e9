"""The second stage: a mod is compared with the portal, and its plan is made; nothing is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from factorio_release.errors import ModError
from factorio_release.pipeline.checking import check_context, judge
from factorio_release.report.model import Status, StepName

if TYPE_CHECKING:
    from factorio_release.live.models import LiveMod
    from factorio_release.mod.mod import Mod
    from factorio_release.mod_page import ModPage
    from factorio_release.page.result import DesiredPage
    from factorio_release.parsers.version import Version
    from factorio_release.pipeline.job import Job
    from factorio_release.pipeline.required import RequiredMods
    from factorio_release.plan import Desired
    from factorio_release.portal.reader import PortalReader
    from factorio_release.public_zip import Comparison
    from factorio_release.report_builder import ReportBuilder


class Situation(NamedTuple):
    """A checked mod and what the portal has of it, before there is a plan.

    `newer` is the highest version of the mod in the same run, where it is another one.
    """

    job: Job
    builder: ReportBuilder
    mod: Mod
    page: DesiredPage
    live: LiveMod | None
    newer: Version | None = None


def names_to_request(job: Job, mod: Mod) -> tuple[str, ...]:
    """Return the required mods that the portal has to be asked about."""
    if job.rehearsal or job.mode == "page":
        return ()
    from factorio_release.checks import required_mods_to_request  # noqa: PLC0415 start-up: only with a portal

    return required_mods_to_request(mod.info, job.settings.ignore, job.together)


def plan_mod(at: Situation, reader: PortalReader, required: RequiredMods) -> Desired:
    """Return what is desired to be public; the plan that leads there goes to the report.

    Raises Blocked when a finding stops the run, and what `make_plan` and the reader raise.
    """
    from factorio_release.plan import make_plan  # noqa: PLC0415 start-up: only with a portal

    builder = at.builder
    _note_uncommitted(at)
    with builder.step(StepName.PLAN):
        _refuse_left_over(at)
        desired = _desired(at, _comparison_with_public(at))
        check_online(at, desired.page, reader, required)
        plan = builder.plan = make_plan(desired, at.live)
        builder.reached = Status.PLANNED if plan.changes else Status.UNCHANGED
    if not plan.changes:
        note_unchanged(at, desired)
    return desired


def _note_uncommitted(at: Situation) -> None:
    from factorio_release.pipeline.uncommitted import uncommitted_warning  # noqa: PLC0415 start-up: only with a portal

    if warning := uncommitted_warning(at.mod, at.page, at.job):
        at.builder.outcome.warnings.append(warning)


def _refuse_left_over(at: Situation) -> None:
    """Raise ModError for an old version that was never public beside a new one: a zip that was left over."""
    version = at.mod.version
    highest = at.live.highest if at.live else None
    if at.live is None or at.newer is None or highest is None or version is None:
        return
    if version < highest and not at.live.release(version):
        raise ModError(
            f"{at.mod.name} {version} is lower than {highest}, which is on the portal, and this run "
            f"has {at.newer} too",
            "take the old one out of the run, or release it in a run of its own",
        )


def _comparison_with_public(at: Situation) -> Comparison | None:
    """Return what a public zip of this version holds, None where its SHA-1 is that of this package."""
    outcome, archive, mod = at.builder.outcome, at.builder.archive, at.mod
    public = at.live.release(mod.version) if at.live and mod.version else None
    if archive is None or public is None or not public.sha1:
        return None
    if at.job.skip_existing:
        return None  # it takes the time of several builds, for each pull request and push
    if public.sha1 in {archive.sha1, outcome.forms.packages.get(archive.sha1)}:
        return None
    from factorio_release.public_zip import compare  # noqa: PLC0415 start-up: only for another SHA-1

    at.job.say(f"comparing {mod.name} {mod.version} with the public one")
    digest = outcome.forms.contents.get(public.sha1, "")
    comparison = compare(mod, archive.sha1, public.sha1, at.job.epoch, digest)
    if comparison.is_same:
        packages = {**outcome.forms.packages, archive.sha1: public.sha1}
        outcome.forms = outcome.forms._replace(packages=packages)
    return comparison


def _desired(at: Situation, public: Comparison | None) -> Desired:
    from factorio_release.page.from_settings import changed_since, is_newer  # noqa: PLC0415 start-up: only with a portal
    from factorio_release.plan import Desired, PlannedPackage  # noqa: PLC0415 likewise

    job, mod, page, archive = at.job, at.mod, at.page, at.builder.archive
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
        newer=at.newer,
        skip_existing=job.skip_existing,
        publish_new=job.publish_new,
        waits=_waits(at),
        forms=at.builder.outcome.forms,
        source=page.source,
        changed=changed_since(mod),
        is_newer=is_newer(mod),
        public_content=public.says if public else "",
        differs=public is not None and public.differs,
        pictures=page.pictures,
    )


def _waits(at: Situation) -> bool:
    """Return whether the version is left for later because the author has not finished its changelog."""
    if not at.job.waits or at.mod.version is None:
        return False
    from factorio_release.checks.rules.open_section import is_open  # noqa: PLC0415 start-up: only for a push

    return is_open(at.mod.changelog, at.mod.version)


def _is_left_for_later(at: Situation) -> bool:
    """Return whether this run does not make the version public, whatever the portal has."""
    return _waits(at) or (at.live is None and not at.job.publish_new)


def check_online(
    at: Situation, page: ModPage, reader: PortalReader, required: RequiredMods
) -> None:
    """Run the rules that need the portal: dependencies, a first publish, the order of versions.

    All of them are about a package, which a run for the page alone does not send. Raises Blocked when a
    finding stops the run, and what the reader raises.
    """
    job, mod = at.job, at.mod
    if job.mode == "page":
        return
    from factorio_release.checks import PortalContext, run_portal_checks  # noqa: PLC0415 start-up: only with a portal

    portal = PortalContext(
        at.live,
        required.of(names_to_request(job, mod), reader),
        job.settings.version_policy,
        job.releases and not _is_left_for_later(at),
        job.together,
    )
    context = check_context(job, mod)
    found = run_portal_checks(mod, context, portal, job.settings.ignore, page=page)
    judge(job.settings, at.builder, found)


def note_unchanged(at: Situation, desired: Desired) -> None:
    """Say in the report that nothing is left to do, with the address of a release that is public."""
    for name in (StepName.RELEASE, StepName.IMAGES, StepName.DETAILS, StepName.VERIFY):
        at.builder.skip(name, "nothing to change")
    if at.live is None or desired.package is None:
        return
    release = at.live.release(desired.package.number)
    if release:
        at.builder.outcome.download_url = release.download_url
