"""`factorio-release init`: a config file and a workflow, with what is known of the mod filled in."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from factorio_release.cli.arguments import chosen, one_path
from factorio_release.cli.replacing import replace_files
from factorio_release.cli.targets import shown
from factorio_release.disk.atomic_write import replaces_anything, replaces_exactly
from factorio_release.errors import ExitCode, ModError, UsageError
from factorio_release.mod.mod import load_mod
from factorio_release.mod.repository_mods import find_mods_below
from factorio_release.page.source_urls import forge_of, repository_home
from factorio_release.report.escape import terminal_lines
from factorio_release.scaffold.config import first_config
from factorio_release.scaffold.found_page import find_page
from factorio_release.scaffold.workflows import ReleaseJob, workflow_path, workflow_text
from factorio_release.settings.config_file import NAMES
from factorio_release.settings.sources import find_config

if TYPE_CHECKING:
    from factorio_release.cli.command_line import Arguments
    from factorio_release.cli.session import Session
    from factorio_release.mod.mod import Mod
    from factorio_release.page.source_urls import Forge

FORGES: Final = ("github", "gitlab", "forgejo")
_TRACES: Final[tuple[tuple[str, Forge], ...]] = (
    (".forgejo", "forgejo"),
    (".gitea", "forgejo"),
    (".gitlab-ci.yml", "gitlab"),
    (".github/workflows", "github"),
)


def init(session: Session, arguments: Arguments) -> int:
    """Write what is not there yet, and all of it with `--force`; says what is left to do."""
    ci = chosen(arguments, "ci", *FORGES)
    mod = _mod(one_path(session, arguments))
    root = mod.repository.root if mod.repository else mod.path
    forge = next((forge for forge in FORGES if forge == ci), None) or _forge(mod, root)
    job = _job(mod, root)
    known = find_page(mod, alone=job.alone)
    config = find_config((mod.path, root)) or mod.path / NAMES[0]
    if arguments.switches["force"] and config.parent != mod.path:
        config = mod.path / NAMES[0]
    workflow = root / workflow_path(forge, job, gitea=_is_gitea(mod, root))
    wanted = {config: first_config(known), workflow: workflow_text(forge, job)}
    force = arguments.switches["force"]
    new = {path: text for path, text in wanted.items() if force or not path.exists()}
    may_replace = replaces_anything if force else replaces_exactly(b"")
    replace_files(mod.path, {path: (text.encode(), may_replace) for path, text in new.items()})
    for path in wanted:
        session.say(f"wrote {shown(path)}" if path in new else f"kept {shown(path)}; --force overwrites it")
    if workflow.name == ".gitlab-ci.yml" and workflow not in new:
        session.say("to release from it, add this:")
        session.err.write(terminal_lines(wanted[workflow]))
    if config in new:
        choice = "a category" if known.license else "a category and a licence"
        session.say(
            f"choose {choice} in {shown(config)}; `factorio-release plan` shows what a release would do"
        )
    kind = "masked and protected variable" if forge == "gitlab" else "secret"
    session.say(f"keep the portal's API key as the {kind} FACTORIO_API_KEY")
    session.say(f"then push a tag such as {job.tag_prefix}{mod.version or '1.0.0'} to release that version")
    return ExitCode.FINE


def _mod(path: Path) -> Mod:
    if path.is_dir() and not (path / "info.json").exists():
        mods = [shown(folder) for folder in find_mods_below(path).mods]
        hint = f"name one of {', '.join(mods)}" if mods else "give the folder that holds the mod's info.json"
        raise ModError(f"{shown(path)} is no mod", hint)
    mod = load_mod(path)
    if mod.is_zip:
        raise UsageError(f"path: {shown(path)} is a finished package; give the mod's folder")
    if not mod.name:
        raise ModError(
            f"{shown(path / 'info.json')} has no name", "`factorio-release check` says what it needs"
        )
    return mod


def _forge(mod: Mod, root: Path) -> Forge:
    """Tell the forge by the remote, else by the files that one has left; UsageError when neither says."""
    remote = repository_home(mod.repository.remote_url) if mod.repository else ""
    found = forge_of(remote) or next((forge for trace, forge in _TRACES if (root / trace).exists()), None)
    if found is None:
        told = f"the remote {remote}" if remote else "a repository without a remote"
        raise UsageError(f"--ci: {told} does not say which workflow is wanted; give {', '.join(FORGES)}")
    return found


def _is_gitea(mod: Mod, root: Path) -> bool:
    host = repository_home(mod.repository.remote_url) if mod.repository else ""
    return (root / ".gitea").is_dir() or "gitea" in host


def _job(mod: Mod, root: Path) -> ReleaseJob:
    path = Path(os.path.relpath(mod.path, root)).as_posix()
    everything = find_mods_below(root)
    alone = all(info.name == mod.name for info in everything.mods.values())
    prefix = everything.tag_for(mod.info).removesuffix(str(mod.version))
    job = ReleaseJob(mod.name, path, prefix, alone=alone)
    if mod.repository is None:
        return job
    tracked = mod.repository.tracked()
    filters = mod.repository.attributes([file.path for file in tracked], "filter")
    return replace(
        job,
        submodules=any(file.is_submodule for file in tracked),
        lfs=any(values.get("filter") == "lfs" for values in filters.values()),
    )
