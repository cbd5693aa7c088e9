"""The first workflow of a mod's repository, for GitHub, Forgejo and Gitea, or GitLab."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from factorio_release import __version__
from factorio_release.ci_systems import CI_SYSTEMS
from factorio_release.forges import FORGES
from factorio_release.page.source_urls import source_urls
from factorio_release.project import home

if TYPE_CHECKING:
    from factorio_release.forges import Forge

CHECKOUT: Final = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1"
FORGEJO_CHECKOUT: Final = "actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2"
# Other actions are pinned to a commit. A release cannot name its own: its hash depends on this file.
_TAGGED: Final = "# zizmor: ignore[unpinned-uses] this tag is never moved"


@dataclass(frozen=True, slots=True)
class ReleaseJob:
    """What a workflow needs of the mod that it releases.

    `path` is the mod's folder below the repository's root, `.` where it is the root. `tag_prefix` is the
    part of a tag before the version. `alone` is false where the repository has other mods, with their tags.
    `submodules` and `lfs`: the checkout has to fetch them.
    """

    mod: str
    path: str = "."
    tag_prefix: str = "v"
    alone: bool = True
    submodules: bool = False
    lfs: bool = False


def workflow_path(forge: Forge, job: ReleaseJob) -> str:
    """Return the workflow's path below the repository's root."""
    place = CI_SYSTEMS[forge.name].workflows
    if not place.endswith("/"):  # GitLab has one file for everything
        return place
    if job.alone:
        return f"{place}release.yml"
    return f"{place}release-{job.mod}.yml"


def workflow_text(forge: Forge, job: ReleaseJob) -> str:
    """Return the workflow: a tag releases the mod; a pull request is planned, a merge request checked."""
    if forge == FORGES["gitlab"]:
        return _gitlab(job)
    if forge == FORGES["github"]:
        return _github(job)
    return _forgejo(job)


def _github(job: ReleaseJob) -> str:
    # JSON's strings are YAML's: a mod's name may have characters that YAML reads otherwise.
    title = "Release" if job.alone else json.dumps(f"Release {job.mod}")
    return f"""\
# A tag such as {job.tag_prefix}1.2.3 releases that version; a pull request is only planned.
name: {title}
on:
  push:
    tags: [{_tags(job)}]
  pull_request:
permissions: {{}}
concurrency:
  group: ${{{{ github.workflow }}}}-${{{{ github.ref }}}}
  cancel-in-progress: false
jobs:
  release:
    name: Release
    runs-on: ubuntu-latest
    permissions:
      contents: read # to check the repository out
    steps:
      - uses: {CHECKOUT}
        with:
          persist-credentials: false
{_fetched(job)}      - uses: {home().removeprefix("https://github.com/")}@v{__version__} {_TAGGED}
        with:
{_with(job)}"""


def _forgejo(job: ReleaseJob) -> str:
    return f"""\
# A tag such as {job.tag_prefix}1.2.3 releases that version; a pull request is only planned.
on:
  push:
    tags: [{_tags(job)}]
  pull_request:
jobs:
  release:
    runs-on: docker
    steps:
      - uses: https://code.forgejo.org/{FORGEJO_CHECKOUT}
        with:
          persist-credentials: false
{_fetched(job)}      - uses: {home()}@v{__version__}
        with:
{_with(job)}"""


def _gitlab(job: ReleaseJob) -> str:
    urls = source_urls(home(), f"v{__version__}")
    template = urls.raw("templates/release.yml") if urls else f"{home()}/templates/release.yml"
    lines = [
        f"# A tag such as {job.tag_prefix}1.2.3 releases that version; a merge request is only checked.",
        "include:",
        f"  - remote: {template}",
    ]
    inputs: dict[str, str] = {}
    if job.path != ".":
        inputs["path"] = job.path
    if not job.alone:
        # The template has one set of jobs for each mod, and a tag starts the jobs of its own mod alone.
        inputs["job-prefix"] = job.mod
        prefix = re.escape(job.tag_prefix).replace("/", r"\/")
        lines += [
            "    rules:",
            "      - if: $CI_COMMIT_TAG == null",
            f"      - if: $CI_COMMIT_TAG =~ /^{prefix}[0-9]/",
        ]
    if inputs:
        lines.append("    inputs:")
        lines += [f"      {name}: {json.dumps(value)}" for name, value in inputs.items()]
    if job.submodules:
        lines += ["variables:", "  GIT_SUBMODULE_STRATEGY: recursive"]
    return "\n".join(lines) + "\n"


def _tags(job: ReleaseJob) -> str:
    return json.dumps(f"{job.tag_prefix}[0-9]*", ensure_ascii=False)


def _fetched(job: ReleaseJob) -> str:
    """Return the checkout's inputs beside `persist-credentials`."""
    lines = ["fetch-depth: 0 # for the comparison with the last release"]
    if job.submodules:
        lines.append("submodules: recursive")
    if job.lfs:
        lines.append("lfs: true")
    return _indented(lines)


def _with(job: ReleaseJob) -> str:
    """Return the inputs of this program's action."""
    lines = ["api-key: ${{ secrets.FACTORIO_API_KEY }}"]
    if job.path != ".":
        lines.insert(0, f"path: {json.dumps(job.path, ensure_ascii=False)}")
    return _indented(lines)


def _indented(lines: list[str]) -> str:
    return "".join(f"          {line}\n" for line in lines)
