"""What this run may do on account of the event that started its job."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.ci.events import RULES, EventKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from factorio_release.ci.base import Ci
    from factorio_release.report.model import Report
    from factorio_release.settings.options import Settings

# `1.2.0`, `v1.2.0-rc1`: no version of a mod perhaps, but meant as one. `docs-2026` and `v2` are not.
_LIKE_A_VERSION: Final = re.compile(r"[vV]?[0-9]+\.[0-9].*")


class Decision(NamedTuple):
    """What the run does by default, and why it does not write; `why_not` is empty where it may.

    `if_exists` is `fail` or `skip`, for a version that is out with other content. Without `publishes_new` a
    mod that the portal does not have is left alone. A run that `waits` leaves a version for later whose
    changelog section is still open. `refused` is a problem with the call, where the run was
    to write and nothing shows that it may.
    """

    kind: EventKind
    writes: bool
    if_exists: str
    publishes_new: bool
    waits: bool = False
    why_not: str = ""
    refused: str = ""

    @property
    def is_about_no_mod(self) -> bool:
        """Whether the event is a tag that names no version of a mod."""
        return self.kind is EventKind.OTHER_TAG


def decide(ci: Ci, settings: Settings, mods: Sequence[tuple[Path, str]]) -> Decision:
    """Return what a run of these mods (path and name) may do; only settings of the whole run are read."""
    event = ci.event
    branches = settings.release_branches
    if event.branch and not event.default_branch and not branches:
        event = event._replace(default_branch=_default_branch_of_clone(path for path, _ in mods))
    kind = event.kind(settings.tag, branches)
    if kind in {EventKind.TAG, EventKind.RELEASE} and settings.tag in {"", event.tag}:
        names = [name or _name_at(path) for path, name in mods]
        if event.tag and not names_a_release(event.tag, names):
            kind = EventKind.OTHER_TAG
    rule = RULES[kind]
    refused = ""
    if kind is EventKind.UNKNOWN and not settings.yes:
        refused = _unknown(event.system)
    return Decision(
        kind,
        writes=rule.writes or kind is EventKind.UNKNOWN,
        if_exists=rule.if_exists,
        # What is only planned is shown as a release would do it.
        publishes_new=rule.publishes_new or settings.first_publish,
        waits=rule.waits,
        why_not=event.why_not(kind),
        refused=refused,
    )


def skipped(mods: Iterable[tuple[Path, str]]) -> Report:
    """Return the report of a run that is about none of the mods."""
    from factorio_release.cli.path_patterns import shown  # noqa: PLC0415 start-up: only for such a tag
    from factorio_release.report.model import ModReport, Status, report_of  # noqa: PLC0415 likewise

    reports = [
        ModReport(name or _name_at(path), "", shown(path), Status.SKIPPED) for path, name in mods
    ]
    return report_of(tuple(reports))


def names_a_release(tag: str, mods: Iterable[str]) -> bool:
    """Return whether a tag is meant to name a version of one of the mods; it may be a wrong one."""
    for mod in ("", *mods):
        for mark in ("_", "-", "/", "@") if mod else ("",):
            prefix = f"{mod}{mark}"
            if tag.startswith(prefix) and _LIKE_A_VERSION.fullmatch(tag.removeprefix(prefix)):
                return True
    return False


def _name_at(path: Path) -> str:
    """Return the name in a mod's info.json, empty where it cannot be read."""
    from factorio_release.errors import ModError  # noqa: PLC0415 start-up: only for a tag
    from factorio_release.mod.mod import read_description  # noqa: PLC0415 likewise

    try:
        return read_description(path).info.name
    except ModError:
        return ""  # loading the mod reports it


def _default_branch_of_clone(paths: Iterable[Path]) -> str:
    """Return the default branch that the clone remembers of its remote, empty where it does not."""
    from factorio_release.errors import ModError  # noqa: PLC0415 start-up: only for a push
    from factorio_release.git.repository import find_repository  # noqa: PLC0415 likewise

    for path in paths:
        try:
            repository = find_repository(path)
        except (ModError, OSError):
            continue  # loading the mod reports it
        if repository:
            return repository.default_branch
    return ""


def _unknown(system: str) -> str:
    name = f"{system} does not say" if system else "this CI system does not say"
    return (
        f"{name} whether a push or a stranger's pull request started this job, so nothing is written; "
        "use `plan` here, and add --yes (or FACTORIO_RELEASE_YES=true) in a job that no pull request starts"
    )
