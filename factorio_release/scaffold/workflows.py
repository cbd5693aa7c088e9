"""The first workflow of a mod's repository, for GitHub, Forgejo and Gitea, or GitLab."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from factorio_release import __version__
from factorio_release.ci_systems import CI_SYSTEMS
from factorio_release.forges import FORGES
from factorio_release.page.source_urls import source_urls
from factorio_release.project import home
from factorio_release.settings.options import KEY_VARIABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from factorio_release.forges import Forge
    from factorio_release.scaffold.job import ReleaseJob

CHECKOUT: Final = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1"
FORGEJO_CHECKOUT: Final = "actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2"
# Other actions are pinned to a commit. A release cannot name its own: its hash depends on this file.
_TAGGED: Final = "# zizmor: ignore[unpinned-uses] this tag is never moved"
_OWN_NAME: Final = "factorio-release"


def workflow_paths(forge: Forge) -> tuple[str, ...]:
    """Return where the workflow may be, below the repository's root, the best place first."""
    place = CI_SYSTEMS[forge.name].workflows
    if not place.endswith("/"):  # GitLab has one file for everything
        return (place,)
    return (f"{place}release.yml", f"{place}{_OWN_NAME}.yml")


def workflow_text(forge: Forge, job: ReleaseJob) -> str:
    """Return the workflow: a tag releases the mod; a pull request is planned, a merge request checked."""
    if forge == FORGES["gitlab"]:
        return gitlab_text(job)
    lines = [*_comment(job)]
    is_github = forge == FORGES["github"]
    if is_github:
        # JSON's strings are YAML's: a mod's name may have characters that YAML reads otherwise.
        lines.append(f"name: {job.title or _title(job)}")
    lines += job.on or default_triggers(job)
    if is_github:
        lines += [
            "permissions: {}",
            "concurrency:",
            "  group: ${{ github.workflow }}-${{ github.ref }}",
            "  cancel-in-progress: false",
        ]
    lines += ["jobs:", *_job(forge, job)]
    return "\n".join(lines) + "\n"


def _title(job: ReleaseJob) -> str:
    if job.alone or job.all_mods:
        return "Release"
    return json.dumps(f"Release {job.mod}")


def default_triggers(job: ReleaseJob) -> Iterator[str]:
    """Yield the triggers of a workflow that replaces none: tags and pull requests."""
    yield "on:"
    yield "  push:"
    yield f"    tags: [{_tags(job)}]"
    yield "  pull_request:"


def _comment(job: ReleaseJob) -> Iterator[str]:
    if job.dry_run:
        yield f"# This only plans, since {job.instead_of} uploads."
        yield "# To switch, run `factorio-release init --replace`, or remove that upload and `dry-run`."
    if job.on:
        yield "# The event decides what a run does; a pull request is only planned."
        return
    example = f"{job.tag_prefix}1.2.3"
    if job.all_mods:
        yield f"# A tag such as {example} releases that version of {job.mod}; a pull request is only planned."
        return
    yield f"# A tag such as {example} releases that version; a pull request is only planned."


def _job(forge: Forge, job: ReleaseJob) -> Iterator[str]:
    is_github = forge == FORGES["github"]
    yield "  release:"
    if is_github:
        yield "    name: Release"
    if job.condition:
        yield f"    if: {job.condition}"
    yield f"    runs-on: {job.runs_on or ('ubuntu-latest' if is_github else 'docker')}"
    yield from job.head
    if is_github:
        yield "    permissions:"
        yield "      contents: read # to check the repository out"
    checkout = CHECKOUT if is_github else f"https://code.forgejo.org/{FORGEJO_CHECKOUT}"
    yield "    steps:"
    yield f"      - uses: {checkout}"
    yield "        with:"
    yield "          persist-credentials: false"
    yield "          fetch-depth: 0 # for the comparison with the last release"
    given = dict(job.checkout)
    if job.submodules:
        given.setdefault("submodules", "recursive")
    if job.lfs:
        given.setdefault("lfs", "true")
    for name, value in given.items():
        yield f"          {name}: {value}"
    if job.build:
        yield "      - name: Build"
        adhoc = any(re.match(r"npm install\b", command) for command in job.build)
        ignored = " # zizmor: ignore[adhoc-packages] package.json names them" if adhoc else ""
        yield f"        run: |{ignored}"
        yield from (f"          {command}" for command in job.build)
    yield from step_lines(forge, _inputs(job), indent="      ")


def _inputs(job: ReleaseJob) -> Iterator[tuple[str, str]]:
    if job.path != ".":
        yield "path", json.dumps(job.path, ensure_ascii=False)
    yield "api-key", key_expression(job.secret)
    if job.release_branches:
        yield "release-branches", json.dumps(", ".join(job.release_branches), ensure_ascii=False)
    if job.dry_run:
        yield "dry-run", "true"


def key_expression(secret: str) -> str:
    """Return how a workflow reads the secret with the key."""
    return f"${{{{ secrets.{secret} }}}}"


def step_lines(
    forge: Forge,
    inputs: Iterable[tuple[str, str]],
    *,
    indent: str,
    head: Iterable[str] = (),
    is_native: bool = False,
) -> Iterator[str]:
    """Yield the step with this program; `head` are lines of the step in front of `uses`, such as its name.

    `is_native` is for runners without Docker.
    """
    action = f"{home()}{'/native' if is_native else ''}@v{__version__}"
    uses = f"uses: {action}"
    if forge == FORGES["github"]:
        uses = f"uses: {action.removeprefix('https://github.com/')} {_TAGGED}"
    first = f"{indent}- "
    for line in (*head, uses):
        yield f"{first}{line}"
        first = f"{indent}  "
    yield f"{indent}  with:"
    for name, value in inputs:
        yield f"{indent}    {name}: {value}"


def install_step_lines(indent: str) -> list[str]:
    """Return a step that installs the command, for tools that call it themselves."""
    return [
        f"{indent}- name: Install factorio-release",
        f"{indent}  run: pipx install factorio-release=={__version__}",
    ]


def gitlab_text(job: ReleaseJob) -> str:
    """Return the lines that GitLab's file needs, as a whole file."""
    urls = source_urls(home(), f"v{__version__}")
    template = urls.raw("templates/release.yml") if urls else f"{home()}/templates/release.yml"
    lines = [
        *_gitlab_comment(job),
        "include:",
        f"  - remote: {template}",
    ]
    inputs: dict[str, str] = {}
    if job.path != ".":
        inputs["path"] = job.path
    if job.dry_run:
        inputs["dry-run"] = "true"
    if not job.alone and not job.all_mods:
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
        lines += [
            f"      {name}: {'true' if name == 'dry-run' else json.dumps(value)}"
            for name, value in inputs.items()
        ]
    variables = []
    if job.submodules:
        variables.append("  GIT_SUBMODULE_STRATEGY: recursive")
    if job.secret not in KEY_VARIABLES:
        variables.append(f"  FACTORIO_API_KEY: ${job.secret}")
    if variables:
        lines += ["variables:", *variables]
    return "\n".join(lines) + "\n"


def _gitlab_comment(job: ReleaseJob) -> Iterator[str]:
    if job.dry_run:
        yield f"# This only plans, since {job.instead_of} uploads."
        yield "# To switch, remove that upload and `dry-run`."
    yield f"# A tag such as {job.tag_prefix}1.2.3 releases that version; a merge request is only checked."


def _tags(job: ReleaseJob) -> str:
    if job.tags:
        return ", ".join(json.dumps(tag, ensure_ascii=False) for tag in job.tags)
    return json.dumps(f"{job.tag_prefix}[0-9]*", ensure_ascii=False)
