"""Woodpecker, Crow and Drone: the image runs there as a plugin, and its settings are `PLUGIN_*` variables."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from factorio_release.ci.base import Ci, prefixed
from factorio_release.ci.events import plan_only

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factorio_release.ci.streams import Stream
    from factorio_release.forges import CiSystem


def plugin(system: CiSystem, environ: Mapping[str, str], stream: Stream) -> Ci:
    """Return the job that the environment of Woodpecker, Crow or Drone describes."""
    repository_url = environ.get(system.repository_variable, "").rstrip("/")
    server = environ.get(system.server_variable, "").rstrip("/")
    return Ci(
        name=system.name,
        tag=environ.get(system.tag_variable, ""),
        plan_only=plan_only(
            system,
            environ.get(system.event_variable, ""),
            environ.get(system.ref_variable, ""),
            is_request=any(environ.get(name) for name in system.request_variables),
        ),
        commit=environ.get(system.commit_variable, ""),
        repository_url=repository_url,
        server=server or _server_of(repository_url),
        in_ci=True,
        debug=environ.get("RUNNER_DEBUG") == "1",
        inputs=prefixed(environ, system.input_prefix),
        stream=stream,
    )


def _server_of(url: str) -> str:
    """Return the scheme and host of an address, empty if it has no host."""
    parts = urlsplit(url)
    if not parts.netloc:
        return ""
    return f"{parts.scheme}://{parts.netloc}"
