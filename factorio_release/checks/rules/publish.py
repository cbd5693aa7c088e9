"""Rules that compare the mod with its live state; they run only in a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factorio_release.parsers.info import INFO_FILE
from factorio_release.parsers.problem import Problem
from factorio_release.project import CONFIG_FILES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.live.models import LiveMod
    from factorio_release.mod_page import ModPage
    from factorio_release.parsers.info import Info


def publish_license(live: LiveMod | None, page: ModPage) -> Iterator[Problem]:
    """Report a first publish without a licence: the portal chooses MIT for it (observed).

    A licence that was once given cannot be called back, so the author has to choose it.
    """
    if live is None and not page.license:
        yield Problem(
            "a first publish needs a licence: without one the portal chooses MIT",
            CONFIG_FILES[0],
            hint="Add `license`, such as `license: default_mit`, to factorio-release.yml or as an input.",
        )


def publish_category(live: LiveMod | None, page: ModPage) -> Iterator[Problem]:
    """Report a first publish without a category: the portal then lists the mod under none (observed)."""
    if live is None and page.category is None:
        yield Problem(
            "a first publish needs a category: without one the portal lists the mod under none",
            CONFIG_FILES[0],
            hint="Add `category`, such as `category: utilities`, to factorio-release.yml or as an input.",
        )


def version_not_increasing(info: Info, live: LiveMod | None, policy: str) -> Iterator[Problem]:
    """Report a new version below the highest live one, with `version-policy: increasing`.

    A version that is already on the portal is a run that is repeated; its content is compared instead.
    """
    if policy != "increasing" or live is None or info.version is None:
        return
    if live.release(info.version):
        return
    highest = live.highest
    if highest and info.version < highest:
        message = f"version {info.version} is lower than {highest}, which is on the portal"
        hint = "Raise the version, or allow it with `version-policy: unused`."
        yield Problem(message, INFO_FILE, *info.place("version"), hint)
