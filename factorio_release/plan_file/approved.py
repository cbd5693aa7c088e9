"""The plan that a plan file stands for, made again from what the file has."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from factorio_release.plan import live_after, make_plan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from factorio_release.live.models import LiveMod
    from factorio_release.plan import Desired, Plan
    from factorio_release.plan_file.entry import PlanEntry


class Approved(NamedTuple):
    """The plan of one mod: from `live` to `desired`.

    `live` is as if the plans of lower versions of the same mod, which come first, were carried out.
    """

    desired: Desired
    live: LiveMod | None
    plan: Plan


def approved(entries: Sequence[PlanEntry]) -> tuple[Approved, ...]:
    """Return the plan of each entry, in their order. Raises what `make_plan` raises."""
    made: list[Approved] = []
    for entry in entries:
        lower = [one for one in made if one.desired.mod == entry.name]
        versions = [one.desired.version for one in entries if one.name == entry.name]
        mine = entry.desired.version
        newer = max((one for one in versions if one and mine and mine < one), default=None)
        desired = replace(entry.desired, newer=newer)
        live = entry.seen
        if lower:
            live = live_after(lower[-1].desired, lower[-1].plan, lower[-1].live)
        made.append(Approved(desired, live, make_plan(desired, live)))
    return tuple(made)
