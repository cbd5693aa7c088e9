"""The first workflow of a mod's repository: for GitHub, for Forgejo and Gitea, for GitLab."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from factorio_release import __version__
from factorio_release.forges import CI_SYSTEMS, FORGES
from factorio_release.page.source_urls import source_urls
from factorio_release.project import home

if TYPE_CHECKING:
    from factorio_release.forges import Forge

CHECKOUT: Final = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1"
FORGEJO_CHECKOUT: Final = "actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2"
# The commit of a release is not known to the release itself.
_TAGGED: Final = "# zizmor: ignore[unpinned-uses] this tag is never moved"


@dataclass(frozen=True, slots=True)
class ReleaseJob:
    """What a workflow must know of the mod that it releases.

    `path` is the mod's folder below the repository's root, `.` where it is the root. `tag_prefix`
    is what stands in a tag before the version. `alone` is false where other mods have tags too.
    """

    mod: str
    path: str = "."
    tag_prefix: str = "v"
    alone: bool = True
    submodules: bool = False
    lfs: bool = False


def workflow_path(forge: Forge, job: ReleaseJob) -> str:
    """Return where the workflow lies below the repository's root."""
    place = CI_SYSTEMS[forge.name].workflows
    if not place.endswith("/"):
        return place
    return f"{place}release.yml" if job.alone else f"{place}release-{job.mod}.yml"


def workflow_text(forge: Forge, job: ReleaseJob) -> str:
    """Return the workflow: a tag releases the mod, a pull or merge request is planned or checked."""
    if forge == FORGES["gitlab"]:
        return _gitlab(job)
    return _github(job) if forge == FORGES["github"] else _forgejo(job)


def _github(job: ReleaseJob) -> str:
    title = "Release" if job.alone else f"Release {job.mod}"
    return f"""\
# A tag such as {job.tag_prefix}1.2.3 releases that version; a pull request is only planned.
name: {json.dumps(title) if not job.alone else title}
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
    given = {"path": job.path} if job.path != "." else {}
    if not job.alone:
        form = re.escape(job.tag_prefix).replace("/", r"\/")
        given["job-prefix"] = job.mod
        lines += [
            "    rules:",
            "      - if: $CI_COMMIT_TAG == null",
            f"      - if: $CI_COMMIT_TAG =~ /^{form}[0-9]/",
        ]
    if given:
        lines += ["    inputs:", *(f"      {name}: {json.dumps(value)}" for name, value in given.items())]
    wanted = {"GIT_SUBMODULE_STRATEGY": "recursive"} if job.submodules else {}
    if wanted:
        lines += ["variables:", *(f"  {name}: {value}" for name, value in wanted.items())]
    return "\n".join(lines) + "\n"


def _tags(job: ReleaseJob) -> str:
    return json.dumps(f"{job.tag_prefix}[0-9]*", ensure_ascii=False)


def _fetched(job: ReleaseJob) -> str:
    lines = ["fetch-depth: 0 # for the comparison with the last release"]
    lines += ["submodules: recursive"] if job.submodules else []
    lines += ["lfs: true"] if job.lfs else []
    return "".join(f"          {line}\n" for line in lines)


def _with(job: ReleaseJob) -> str:
    path = [f"path: {json.dumps(job.path, ensure_ascii=False)}"] if job.path != "." else []
    lines = [*path, "api-key: ${{ secrets.FACTORIO_API_KEY }}"]
    return "".join(f"          {line}\n" for line in lines)
