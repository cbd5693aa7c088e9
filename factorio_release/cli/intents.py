"""What a run does with each mod: by the command, the mod's settings and what started the job."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factorio_release.cli.declared import ACTION, SHOW_PLAN
from factorio_release.cli.key import missing_key
from factorio_release.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from factorio_release.cli.command_line import Arguments
    from factorio_release.cli.job_event import Decision
    from factorio_release.cli.plan_files import PlanToRelease
    from factorio_release.cli.session import Session
    from factorio_release.cli.targets import RunTarget
    from factorio_release.settings.options import Settings

OFFLINE_MODES: Final = frozenset({"check", "build"})
WRITING_MODES: Final = frozenset({"release", "page"})
_DRY_RUN: Final = "`dry-run` is set"


class Intent:
    """What the run does with a mod: its mode, and the key to write with, empty when it may not write.

    In a `rehearsal` the portal has no other mods, and is not asked about required ones. `tag` is the
    CI's, where it is about a release. `skip_existing`, `publish_new` and `waits` are the job's.
    `releases` is false in a pull request and the like, whose plan comes before the release: what is still
    open then is no error. `begin` is called with the mods once they are known, before anything is done.
    """

    def __init__(
        self,
        mode: str,
        key: str = "",
        *,
        rehearsal: bool = False,
        tag: str = "",
        skip_existing: bool = False,
        publish_new: bool = True,
        waits: bool = False,
        releases: bool = True,
        why_not: str = "",
        begin: Callable[[Sequence[RunTarget]], None] = lambda _targets: None,
    ) -> None:
        self.mode = mode
        self.key = key
        self.rehearsal = rehearsal
        self.tag = tag
        self.skip_existing = skip_existing
        self.publish_new = publish_new
        self.waits = waits
        self.releases = releases
        self.why_not = why_not
        self.begin = begin


def event_of(
    session: Session,
    arguments: Arguments,
    targets: tuple[RunTarget, ...],
    approved: PlanToRelease | None = None,
) -> Decision | None:
    """Return what the job's event allows; None outside of a CI where the portal is not asked."""
    modes = {_mode(arguments, target.settings) for target in targets}
    if modes <= OFFLINE_MODES and not session.ci.in_ci:
        return None
    from factorio_release.cli.job_event import decide  # noqa: PLC0415 start-up: not for a check

    mods = approved.names if approved else [(one.path, one.name) for one in targets]
    return decide(session.ci, targets[0].settings, mods)


def intents_of(
    session: Session,
    arguments: Arguments,
    targets: tuple[RunTarget, ...],
    event: Decision | None,
) -> list[Intent]:
    """Return the intent for each mod. Raises UsageError when one is to be written and that is impossible."""
    modes = [_mode(arguments, target.settings) for target in targets]
    if event is None:
        return [Intent(mode) for mode in modes]
    written = [
        mode in WRITING_MODES and not target.settings.dry_run and not arguments.has(SHOW_PLAN)
        for mode, target in zip(modes, targets, strict=True)
    ]
    run_settings = targets[0].settings
    if any(written) and not event.writes:
        session.say(event.why_not)
        written = [False] * len(targets)
    if any(written):
        _check_may_write(session, run_settings, event.refused)
    intents = []
    for mode, writes, target in zip(modes, written, targets, strict=True):
        if not writes and mode == "release":
            mode = "plan"  # noqa: PLW2901 a page that may not write still builds no zip
        intents.append(
            Intent(
                mode,
                session.key if writes else "",
                tag="" if event.is_about_no_mod else session.ci.tag,
                skip_existing=(target.settings.if_exists or event.if_exists) == "skip",
                publish_new=event.publishes_new,
                waits=event.waits,
                releases=event.writes,
                why_not=event.why_not or (_DRY_RUN if target.settings.dry_run else ""),
            )
        )
    return intents


def _mode(arguments: Arguments, settings: Settings) -> str:
    return settings.mode if arguments.command == ACTION else arguments.command


def _check_may_write(session: Session, settings: Settings, refused: str) -> None:
    problems = [refused] if refused else []
    if not session.key:
        problems.append(missing_key(session.ci.name, session.environ))
    if not (session.ci.in_ci or settings.yes or session.has_terminal):
        problems.append("no terminal to ask on before writing to the portal; add --yes to write")
    if problems:
        raise UsageError(*problems)


def goes_out(arguments: Arguments, settings: Settings) -> bool:
    """Return whether this run, or the release that it plans, makes the mod's version public.

    A mod that a config file holds back never goes out. A mod that whoever starts the run only plans is
    planned as if it went out.
    """
    if _mode(arguments, settings) not in {"plan", "release"}:
        return False
    mode_is_from_file = arguments.command == ACTION and settings.is_from_file("mode")
    dry_run_is_from_file = settings.dry_run and settings.is_from_file("dry_run")
    return not mode_is_from_file and not dry_run_is_from_file
