"""The options for what a run does, and with which mods, version and files."""

from __future__ import annotations

from typing import Final

from factorio_release.settings.kinds import (
    Choice,
    flag,
    globs,
    place_inside,
    portal_url,
    sha256,
    text,
    words,
)
from factorio_release.settings.option import option

MODES: Final = ("check", "build", "plan", "release", "page")


class RunOptions:
    """What a run does, and with which mods, version and files."""

    mode: str = option(
        "mode",
        Choice(MODES),
        "release",
        "What to do: check, build, plan, release or page.",
        "",
        file_values=("check", "build", "plan"),
    )
    dry_run: bool = option(
        "dry-run",
        flag,
        default=False,
        sentence="Only show the plan; write nothing.",
        group="write",
        file_values=("true",),
    )
    path: tuple[str, ...] = option(
        "path",
        words,
        (".",),
        "The mod's folder, a glob, or a built zip.",
        "",
        is_list=True,
        refused_in_file="which mods are released is decided by whoever starts the run",
        per_run=True,
    )
    config: str = option(
        "config",
        text,
        "",
        "The config file to use instead of factorio-release.yml.",
        "common",
        metavar="FILE",
        refused_in_file="a config file cannot name another one",
        per_run=True,
    )
    api_key: str = option(
        "api-key",
        text,
        "",
        "The portal's API key. Take it from a secret; never write it in a file.",
        "",
        refused_in_file="the key is a secret and never belongs in a file of the repository",
        per_run=True,
    )
    portal_url: str = option(
        "portal-url",
        portal_url,
        "https://mods.factorio.com",
        "The mod portal's address.",
        "portal",
        metavar="URL",
        refused_in_file="where the key is sent is decided by whoever starts the run",
        per_run=True,
    )
    output_dir: str = option(
        "output-dir",
        text,
        "dist",
        "The folder for the zip.",
        "package",
        metavar="DIR",
        file_parse=place_inside,
    )
    tag: str = option(
        "tag",
        text,
        "",
        "The tag that is released; default is the CI's tag.",
        "check",
        refused_in_file="which tag is released is decided by whoever starts the run",
        per_run=True,
    )
    version_policy: str = option(
        "version-policy",
        Choice(("unused", "increasing")),
        "unused",
        "Which new versions are allowed: `unused` (any free version) or `increasing` (higher than all).",
        "release",
    )
    if_exists: str | None = option(
        "if-exists",
        Choice(("fail", "skip")),
        None,
        "When the version is out with other content: `fail`, or `skip` the release; default by event.",
        "release",
    )
    release_branches: tuple[str, ...] = option(
        "release-branches",
        words,
        (),
        "Globs of the branches that release in a CI; default is the repository's default branch.",
        "release",
        metavar="GLOBS",
        is_list=True,
        refused_in_file="which branches write to the portal is decided by whoever starts the run",
        per_run=True,
    )
    first_publish: bool = option(
        "first-publish",
        flag,
        default=False,
        sentence="Also let a push or a schedule publish a mod that the portal does not have yet.",
        group="release",
        refused_in_file="whether a new mod becomes public is decided by whoever starts the run",
        per_run=True,
    )
    yes: bool = option(
        "yes",
        flag,
        default=False,
        sentence="Write without asking first, and in a CI that does not say what started the job.",
        group="write",
        refused_in_file="whether a run may write is decided by whoever starts the run",
        per_run=True,
    )
    out: str = option(
        "out",
        text,
        "",
        "With `plan`: also write the plan into this file, for an approval and a release later.",
        "plan-out",
        metavar="FILE",
        refused_in_file="where the plan goes is decided by whoever starts the run",
        per_run=True,
    )
    plan: str = option(
        "plan",
        text,
        "",
        "With `release`: carry out the plan in this file, if the portal is as the plan saw it.",
        "approved",
        metavar="FILE",
        refused_in_file="which plan is carried out is decided by whoever starts the run",
        per_run=True,
    )
    plan_sha256: str = option(
        "plan-sha256",
        sha256,
        "",
        "The SHA-256 of the file that `plan` names; with any other one nothing is released.",
        "approved",
        metavar="HEX",
        refused_in_file="which plan is carried out is decided by whoever starts the run",
        per_run=True,
    )
    include: tuple[str, ...] = option(
        "include",
        globs,
        (),
        "Globs of files to pack although git does not track them.",
        "package",
        metavar="GLOBS",
        is_list=True,
    )
    exclude: tuple[str, ...] = option(
        "exclude",
        globs,
        (),
        "Globs of files that are not packed.",
        "package",
        metavar="GLOBS",
        is_list=True,
    )
