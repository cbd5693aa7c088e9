"""Which CI system this is."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from factorio_release.ci.base import Ci, truthy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factorio_release.ci.streams import Stream


def detect(environ: Mapping[str, str], stream: Stream | None = None) -> Ci:
    """Read the environment; `stream` takes commands to the CI, standard error unless given.

    The modules of the systems are loaded only where they are at work.
    """
    stream = stream or sys.stderr
    if truthy(environ.get("GITHUB_ACTIONS", "")):
        from factorio_release.ci.github import github  # noqa: PLC0415 start-up: only where it runs

        return github(environ, stream)
    if truthy(environ.get("GITLAB_CI", "")):
        from factorio_release.ci.gitlab import gitlab  # noqa: PLC0415 likewise

        return gitlab(environ, stream)
    kinds = {environ.get("CI", ""), environ.get("CI_SYSTEM_NAME", "")}
    if kinds & {"woodpecker", "crow"}:
        from factorio_release.ci.woodpecker import woodpecker  # noqa: PLC0415 likewise

        return woodpecker(environ, stream)
    if truthy(environ.get("DRONE", "")) or "drone" in kinds:
        from factorio_release.ci.woodpecker import drone  # noqa: PLC0415 likewise

        return drone(environ, stream)
    return Ci(in_ci=truthy(environ.get("CI", "")), debug=environ.get("RUNNER_DEBUG") == "1", stream=stream)
