"""What a workflow needs of the mod that it releases, and of the workflow that was there before."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReleaseJob:
    """The values of a workflow.

    `path` is the mod's folder below the repository's root, `.` where it is the root. `tag_prefix` is the
    part of a tag before the version. `alone` is false where the repository has other mods, with their tags.
    `all_mods`: one workflow releases every mod of the repository. `path` is then a glob or several folders,
    and `tags` are the patterns of their tags. `build` are commands that make the mod. `submodules` and
    `lfs`: the checkout has to fetch them.

    The rest is taken over from a workflow that was there: `title` is its name, `on` the lines of its
    triggers, `secret` the name of the secret with the key, `checkout` further inputs of the checkout,
    `runs_on` and `head` lines of the job, `condition` its `if`, `release_branches` the branches that release
    beside the default branch. `dry_run` only plans: another workflow still uploads, which `instead_of` names.
    """

    mod: str
    path: str = "."
    tag_prefix: str = "v"
    alone: bool = True
    all_mods: bool = False
    tags: tuple[str, ...] = ()
    build: tuple[str, ...] = ()
    submodules: bool = False
    lfs: bool = False
    title: str = ""
    on: tuple[str, ...] = ()
    secret: str = "FACTORIO_API_KEY"  # noqa: S105 a name, not a password
    checkout: tuple[tuple[str, str], ...] = ()
    runs_on: str = ""
    head: tuple[str, ...] = ()
    condition: str = ""
    release_branches: tuple[str, ...] = ()
    dry_run: bool = False
    instead_of: str = ""
