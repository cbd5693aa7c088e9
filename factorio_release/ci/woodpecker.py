"""Woodpecker, Crow and Drone: the image runs there as a plugin, settings come as `PLUGIN_*`."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from factorio_release.ci.base import Ci, prefixed
from factorio_release.ci.events import plan_only

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factorio_release.ci.streams import Stream


def woodpecker(environ: Mapping[str, str], stream: Stream) -> Ci:
    """Read what Woodpecker (or Crow) says."""
    url = environ.get("CI_REPO_URL", "").rstrip("/")
    return Ci(
        name="woodpecker",
        tag=environ.get("CI_COMMIT_TAG", ""),
        plan_only=plan_only(
            "woodpecker",
            environ.get("CI_PIPELINE_EVENT", ""),
            environ.get("CI_COMMIT_REF", ""),
            request="a pull request" if environ.get("CI_COMMIT_PULL_REQUEST") else "",
        ),
        commit=environ.get("CI_COMMIT_SHA", ""),
        repository_url=url,
        server=environ.get("CI_FORGE_URL", "").rstrip("/") or _server(url),
        in_ci=True,
        debug=environ.get("RUNNER_DEBUG") == "1",
        inputs=prefixed(environ, "PLUGIN_"),
        stream=stream,
    )


def drone(environ: Mapping[str, str], stream: Stream) -> Ci:
    """Read what Drone says."""
    url = environ.get("DRONE_REPO_LINK", "").rstrip("/")
    return Ci(
        name="drone",
        tag=environ.get("DRONE_TAG", ""),
        plan_only=plan_only(
            "drone",
            environ.get("DRONE_BUILD_EVENT", ""),
            environ.get("DRONE_COMMIT_REF", ""),
            # Promoting a build makes one with the event `promote` that inherits the rest.
            request="a pull request" if environ.get("DRONE_PULL_REQUEST") else "",
        ),
        commit=environ.get("DRONE_COMMIT_SHA", ""),
        repository_url=url,
        server=_server(url),
        in_ci=True,
        debug=environ.get("RUNNER_DEBUG") == "1",
        inputs=prefixed(environ, "PLUGIN_"),
        stream=stream,
    )


def _server(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
