"""Rules that compare the mod with what the portal has: they run only in a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factorio_release.parsers.problem import Problem
from factorio_release.project import CONFIG_FILES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.live.models import LiveMod
    from factorio_release.mod_page import ModPage
    from factorio_release.parsers.info import Info


def publish_license(live: LiveMod | None, page: ModPage) -> Iterator[Problem]:
    """A first publish without a licence becomes MIT (observed): nobody should license by accident."""
    if live is None and not page.license:
        yield Problem(
            "a first publish needs a licence: without one the portal chooses MIT for you",
            CONFIG_FILES[0],
            hint="add `license: default_mit`, or another one, to factorio-release.yml or as an input",
        )


def publish_category(live: LiveMod | None, page: ModPage) -> Iterator[Problem]:
    """A first publish without a category has none (observed), and few players find it."""
    if live is None and page.category is None:
        yield Problem(
            "a first publish needs a category: without one the portal lists the mod under none",
            CONFIG_FILES[0],
            hint="add `category: utilities`, or another one, to factorio-release.yml or as an input",
        )


def version_not_increasing(info: Info, live: LiveMod | None, policy: str) -> Iterator[Problem]:
    """Under `version-policy: increasing` a new release must be the highest; a re-run is none."""
    if policy != "increasing" or live is None or info.version is None or live.release(info.version):
        return
    highest = live.highest
    if highest and info.version < highest:
        line, column = info.place("version")
        yield Problem(
            f"version {info.version} is lower than {highest}, which is on the portal",
            "info.json",
            line,
            column,
            "raise the version, or allow it with `version-policy: unused`",
        )
