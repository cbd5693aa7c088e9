"""The end of a run in words: how it ended, what is public, what is not, and what to do next.

The terminal, the summary and the annotations say the same, in the words of `Status`.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from factorio_release.amounts import counted
from factorio_release.errors import RUN_AGAIN
from factorio_release.report.labels import mod_title
from factorio_release.report.model import Public, Status

if TYPE_CHECKING:
    from factorio_release.report.model import ModReport, Report

_OUTCOMES: Final = {
    Status.PUBLISHED: "published as a new mod",
    Status.UPLOADED: "uploaded as a new release",
    Status.UPDATED: "updated: the page, without a new release",
    Status.UNCHANGED: "unchanged: the portal already matches",
    Status.PLANNED: "planned: nothing was written",
    Status.BUILT: "built",
    Status.CHECKED: "checked",
    Status.REHEARSED: "rehearsed; nothing left this machine",
    Status.SKIPPED: "skipped: this run is not about it",
    Status.FAILED: "failed",
}
# The portal differs, and this run changed nothing: another run did, or the plan's notices or the
# warnings say why not.
_LEFT_UNCHANGED: Final = "unchanged: this run changed nothing"
_FAILURES: Final = {
    Public.YES: "failed, but {version} is public",
    Public.OTHER: "failed; {version} is public with other content",
    Public.NO: "failed; {version} is not public",
    Public.UNKNOWN: "failed; whether {version} is public is not known",
    Public.AS_BEFORE: "failed; nothing was written",
}
_UNFINISHED: Final = "; its page is not finished"
_PAGE_FAILED: Final = "failed; the page is not finished"
_PUBLIC: Final = {
    Public.YES: "{title}{where}",
    Public.OTHER: "{title}, with other content than here{where}",
    Public.NO: "{before}, as before{where}",
    Public.UNKNOWN: "whether {title} is public is not known{where}",
    Public.AS_BEFORE: "{before}{where}",
}
_NOT_ON_PORTAL: Final = "nothing: the portal does not have {mod}"
NOTHING_TO_DO: Final = "nothing"
_NOTHING_WRITTEN: Final = "the same as before: nothing{of_mod} was written to the portal"


def outcome(mod: ModReport) -> str:
    """Return how the mod's run ended, beginning with its status."""
    plan = mod.plan
    if mod.status is Status.UNCHANGED and plan and (plan.changes or plan.notices or plan.facts):
        return _LEFT_UNCHANGED
    if mod.status is not Status.FAILED or mod.public is None:
        return _OUTCOMES[mod.status]
    if mod.public is Public.AS_BEFORE and mod.changed:
        return _PAGE_FAILED
    failure = _FAILURES[mod.public].format(version=mod.version)
    return failure + (_UNFINISHED if mod.public is Public.YES and mod.missing else "")


def answers(mod: ModReport) -> tuple[tuple[str, str], ...]:
    """Return the answers to the three questions as label and sentence; what has no answer is left out."""
    if mod.public is None:
        return ()
    found = (
        ("public", _public(mod)),
        ("not public", _not_public(mod)),
        ("to do", mod.todo or NOTHING_TO_DO),
    )
    return tuple((label, text) for label, text in found if text)


def remedy(mod: ModReport) -> str:
    """Return the hint of the error that ended a run, empty where what to do says it already."""
    if not mod.error or mod.hint in mod.todo:
        return ""
    return "" if mod.todo and mod.hint == RUN_AGAIN else mod.hint


def things_to_do(report: Report) -> tuple[str, ...]:
    """Return what is left to do after a run of several mods, each with the names of its mods."""
    mods: dict[str, list[str]] = {}
    for mod in report.mods:
        if mod.todo:
            mods.setdefault(mod.todo, []).append(mod.mod or mod.path)
    if not mods and any(mod.public for mod in report.mods):
        return (NOTHING_TO_DO,)
    return tuple(f"{', '.join(names)}: {todo}" for todo, names in mods.items())


def headline(report: Report) -> str:
    """Return how many mods of a run ended in which way, failures first: `3 mods: 1 failed, 2 published`."""
    numbers = Counter(mod.status for mod in report.mods)
    order = sorted(Status, key=lambda status: status is not Status.FAILED)
    parts = [f"{numbers[status]} {status}" for status in order if numbers[status]]
    return f"{counted(len(report.mods), 'mod')}: {', '.join(parts)}"


def public_word(mod: ModReport) -> str:
    """Return one or two words for a table: whether the version is public."""
    return str(mod.public or "").replace("-", " ")


def _public(mod: ModReport) -> str:
    if mod.public is Public.NO and not mod.before:
        return _NOT_ON_PORTAL.format(mod=mod.mod)
    if mod.public is Public.AS_BEFORE and not mod.url:
        return _NOTHING_WRITTEN.format(of_mod=f" of {mod.mod}" if mod.mod else "")
    form = _PUBLIC[mod.public] if mod.public else ""
    return form.format(
        title=mod_title(mod),
        before=f"{mod.mod} {mod.before}".strip(),
        where=f", {mod.url}" if mod.url else "",
    )


def _not_public(mod: ModReport) -> str:
    parts = list(mod.missing)
    if mod.public is Public.NO:
        parts.insert(0, mod_title(mod))
    return ", ".join(parts)
