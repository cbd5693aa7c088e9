"""Woodpecker, Crow and Drone: the image runs there as a plugin, settings come as `PLUGIN_*`."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO
from urllib.parse import urlsplit

from factorio_release.ci.base import Ci, prefixed

if TYPE_CHECKING:
    from collections.abc import Mapping


def woodpecker(environ: Mapping[str, str], stream: TextIO) -> Ci:
    """Read what Woodpecker (or Crow) says."""
    url = environ.get("CI_REPO_URL", "").rstrip("/")
    return Ci(
        name="woodpecker",
        tag=environ.get("CI_COMMIT_TAG", ""),
        is_pull_request=environ.get("CI_PIPELINE_EVENT", "").startswith("pull_request"),
        commit=environ.get("CI_COMMIT_SHA", ""),
        repository_url=url,
        server=environ.get("CI_FORGE_URL", "").rstrip("/") or _server(url),
        in_ci=True,
        debug=environ.get("RUNNER_DEBUG") == "1",
        inputs=prefixed(environ, "PLUGIN_"),
        stream=stream,
    )


def drone(environ: Mapping[str, str], stream: TextIO) -> Ci:
    """Read what Drone says."""
    url = environ.get("DRONE_REPO_LINK", "").rstrip("/")
    return Ci(
        name="drone",
        tag=environ.get("DRONE_TAG", ""),
        is_pull_request=environ.get("DRONE_BUILD_EVENT", "") == "pull_request",
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
