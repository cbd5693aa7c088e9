"""`plan --out FILE` and `release --plan FILE`: the plan as a file, between the two."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.cli.declared import ACTION
from factorio_release.cli.named_mods import NamedMod
from factorio_release.cli.path_patterns import shown
from factorio_release.cli.targets import RunTarget
from factorio_release.disk.atomic_write import new_file, prove_writable
from factorio_release.disk.replace_rules import remedy
from factorio_release.errors import ModError, UsageError
from factorio_release.plan_file.container import open_plan, replaces_plan, write_plan
from factorio_release.report.model import ModReport, Public, Status
from factorio_release.settings.sources import read_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from factorio_release.cli.command_line import Arguments
    from factorio_release.cli.session import Session
    from factorio_release.pipeline import Job
    from factorio_release.plan_file.entry import PlanEntry, SavedPlan
    from factorio_release.settings.options import Settings
    from factorio_release.settings.sources import Sources

# What a run of a plan file reads. Everything else was decided when the plan was made.
_READ: Final = frozenset(
    {
        "mode",
        "plan",
        "plan-sha256",
        "dry-run",
        "yes",
        "portal-url",
        "output-dir",
        "tag",
        "release-branches",
        "first-publish",
        "page-failure",
        "verify-timeout",
        "timeout",
        "run-timeout",
        "retries",
        "report",
        "format",
    }
)


class PlanToRelease(NamedTuple):
    """A plan file that a run carries out: the mods that it changes, with their settings, and all others."""

    entries: tuple[PlanEntry, ...]
    targets: tuple[RunTarget, ...]
    idle: tuple[ModReport, ...]

    @property
    def names(self) -> list[tuple[Path, str]]:
        """The path and the name of each mod that the plan changes."""
        return [
            (target.path, entry.name)
            for target, entry in zip(self.targets, self.entries, strict=False)
        ]

    def jobs(self, jobs: list[Job]) -> list[Job]:
        """Return the jobs of `targets` as those of the plan; none where it has nothing to do."""
        return [
            job._replace(approved=entry, name=entry.name)
            for job, entry in zip(jobs, self.entries, strict=False)
        ]


def plan_to_release(session: Session, arguments: Arguments) -> PlanToRelease | None:
    """Return the plan that the run carries out, None where it makes its own.

    No file of a repository is read: its settings were read when the plan was made. Where the key goes is
    decided by whoever starts this run. Raises UsageError for options that the plan decides, and for a file
    that is not as it was written, or was made for another portal.
    """
    sources = session.sources(arguments)
    mode = _mode(arguments, sources)
    problems = list(_misplaced(mode, sources))
    if mode != "release" or not sources.get("plan"):
        if problems:
            raise UsageError(*sources.problems, *problems)
        return None
    settings = read_settings(sources._replace(problems=(*sources.problems, *problems)))
    path = Path(settings.plan)
    opened = open_plan(path)
    _refuse_other_file(settings, opened.sha256)
    if opened.saved.portal != settings.portal_url:
        raise UsageError(
            f"plan: {path} was made for {opened.saved.portal}, and this run is for {settings.portal_url}; "
            "give the address with --portal-url, the input or the variable"
        )
    session.say(f"the plan in {shown(path)} (SHA-256 {opened.sha256})")
    return _to_release(opened.saved, sources, settings)


def _mode(arguments: Arguments, sources: Sources) -> str:
    if arguments.command != ACTION:
        return arguments.command
    return str(sources.get("mode") or "release").strip()


def _misplaced(mode: str, sources: Sources) -> Iterator[str]:
    """Yield a problem for each option that this run does not read, because of its plan or for want of one."""
    given = sources.command_line.keys() | sources.inputs.keys()
    if "out" in given and mode != "plan":
        yield f"out: `plan` writes a plan into a file, and this is `{mode}`; leave it out"
    if "plan" in given and mode != "release":
        yield f"plan: `release` carries out the plan of a file, and this is `{mode}`; leave it out"
    if not sources.get("plan"):
        if "plan-sha256" in given:
            yield "plan-sha256: it belongs to a plan file; give that as `plan`"
        return
    if mode == "release":
        for name in sorted(given - _READ):
            yield f"{name}: this was decided when the plan was made; leave it out beside `plan`"


def _refuse_other_file(settings: Settings, sha256: str) -> None:
    if settings.plan_sha256 and settings.plan_sha256 != sha256:
        raise UsageError(
            f"plan-sha256: {settings.plan} has the SHA-256 {sha256}, not {settings.plan_sha256}: "
            "it is another file than the approved one, or was changed"
        )


def _to_release(saved: SavedPlan, sources: Sources, settings: Settings) -> PlanToRelease:
    folder = Path(settings.output_dir)
    targets = []
    for entry in saved.mods:
        environment = {"page-failure": entry.page_failure, **sources.environment}
        own = read_settings(sources._replace(environment=environment))
        targets.append(RunTarget(NamedMod(folder / entry.zip.name), own, folder))
    idle = tuple(
        ModReport(mod.name, mod.version, mod.path, Status.UNCHANGED, public=Public.AS_BEFORE)
        for mod in saved.idle
    )
    if not targets:  # the report is printed by the settings of a target
        targets.append(RunTarget(NamedMod(Path(settings.plan)), settings, folder))
    return PlanToRelease(saved.mods, tuple(targets), idle)


def plan_writer(session: Session, out: str) -> Callable[[SavedPlan], None]:
    """Return the function that writes the plans of a run to the file `out`.

    Raises UsageError where that cannot be written, before the run begins.
    """
    path = Path(out)
    try:
        prove_writable(path, replaces_plan)
    except OSError as error:
        raise UsageError(
            f"out: {path} cannot be written: {error.strerror}; {remedy(error)}"
        ) from None

    def save(saved: SavedPlan) -> None:
        try:
            with new_file(path, replaces_plan) as stream:
                digest = write_plan(saved, stream)
        except OSError as error:
            raise ModError(f"{path} cannot be written: {error.strerror}", remedy(error)) from error
        session.plan_file, session.plan_sha256 = str(path), digest
        session.say(
            f"the plan is in {shown(path)} (SHA-256 {digest}); "
            f"`factorio-release release --plan {shown(path)}` carries it out"
        )

    return save
