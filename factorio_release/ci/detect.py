"""Which CI system runs this process."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from factorio_release.ci.base import Ci, truthy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factorio_release.ci.events import JobEvent
    from factorio_release.ci.streams import Stream
    from factorio_release.ci_systems import CiSystem


def detect(environ: Mapping[str, str], stream: Stream | None = None) -> Ci:
    """Return the CI system that the environment describes, and what it says of the job.

    `stream` receives commands to the CI system; standard error unless given. Raises nothing: an
    unknown system is a `Ci` without a name. The module of a system is imported only where it runs.
    """
    stream = stream or sys.stderr
    system = _system_of(environ)
    if system is None:
        return _unknown(environ, stream)
    if system.name == "github":
        from factorio_release.ci.github import github  # noqa: PLC0415 start-up: only where it runs

        return github(environ, stream)
    if system.name == "gitlab":
        from factorio_release.ci.gitlab import gitlab  # noqa: PLC0415 likewise

        return gitlab(environ, stream)
    from factorio_release.ci.variables import ci_of  # noqa: PLC0415 likewise

    return ci_of(system, environ, stream)


def _system_of(environ: Mapping[str, str]) -> CiSystem | None:
    from factorio_release.ci_systems import CI_SYSTEMS  # noqa: PLC0415 start-up: a long table

    for system in CI_SYSTEMS.values():
        if any(_is_set(environ, mark) for mark in system.marks):
            return system
    return None


def _is_set(environ: Mapping[str, str], mark: str) -> bool:
    name, has_value, value = mark.partition("=")
    if has_value:
        return environ.get(name) == value
    return truthy(environ.get(name, ""))


def _unknown(environ: Mapping[str, str], stream: Stream) -> Ci:
    """Return what is known outside of the known systems: on a machine of one's own, or under another one."""
    in_ci = truthy(environ.get("CI", ""))

    def event() -> JobEvent:
        from factorio_release.ci.events import JobEvent  # noqa: PLC0415 start-up: not for a check
        from factorio_release.ci.variables import request_in  # noqa: PLC0415 likewise

        return JobEvent(request=request_in(environ, is_ci=in_ci), is_ci=in_ci)

    return Ci(
        find_event=event,
        in_ci=in_ci,
        debug=environ.get("RUNNER_DEBUG") == "1",
        stream=stream,
    )
