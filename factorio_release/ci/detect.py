"""Which CI system runs this process."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from factorio_release.ci.base import Ci, truthy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factorio_release.ci.streams import Stream


def detect(environ: Mapping[str, str], stream: Stream | None = None) -> Ci:
    """Return the CI system that the environment describes, and what it says of the job.

    `stream` receives commands to the CI system; standard error unless given. Raises nothing: an
    unknown system is a `Ci` without a name. The module of a system is imported only where it runs.
    """
    stream = stream or sys.stderr
    if truthy(environ.get("GITHUB_ACTIONS", "")):
        from factorio_release.ci.github import github  # noqa: PLC0415 start-up: only where it runs

        return github(environ, stream)
    if truthy(environ.get("GITLAB_CI", "")):
        from factorio_release.ci.gitlab import gitlab  # noqa: PLC0415 likewise

        return gitlab(environ, stream)
    # Woodpecker and Crow set `CI` to their name, newer ones `CI_SYSTEM_NAME` as well; Drone sets `DRONE`.
    names = {environ.get("CI", ""), environ.get("CI_SYSTEM_NAME", "")}
    if names & {"woodpecker", "crow"}:
        return _plugin("woodpecker", environ, stream)
    if truthy(environ.get("DRONE", "")) or "drone" in names:
        return _plugin("drone", environ, stream)
    return Ci(
        in_ci=truthy(environ.get("CI", "")), debug=environ.get("RUNNER_DEBUG") == "1", stream=stream
    )


def _plugin(system: str, environ: Mapping[str, str], stream: Stream) -> Ci:
    from factorio_release.ci.woodpecker import plugin  # noqa: PLC0415 start-up: only where it runs
    from factorio_release.forges import CI_SYSTEMS  # noqa: PLC0415 likewise

    return plugin(CI_SYSTEMS[system], environ, stream)
