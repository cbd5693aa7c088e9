"""`factorio-release init`: a config file and a workflow, with what is known of the mod filled in."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from factorio_release.cli.arguments import chosen, one_path
from factorio_release.cli.declared import CI, OVERWRITE
from factorio_release.cli.targets import shown
from factorio_release.cli.written_files import replace_files
from factorio_release.disk.atomic_write import replaces_anything, replaces_exactly
from factorio_release.errors import ExitCode, ModError, UsageError
from factorio_release.forges import CI_SYSTEMS, FORGES
from factorio_release.mod.mod import load_mod
from factorio_release.mod.repository_mods import find_mods_below
from factorio_release.page.source_urls import forge_of, repository_home
from factorio_release.project import CONFIG_FILES
from factorio_release.report.escape import terminal_lines
from factorio_release.scaffold.config import first_config
from factorio_release.scaffold.found_page import find_page
from factorio_release.scaffold.workflows import ReleaseJob, workflow_path, workflow_text
from factorio_release.settings.sources import find_config

if TYPE_CHECKING:
    from factorio_release.cli.command_line import Arguments
    from factorio_release.cli.session import Session
    from factorio_release.forges import Forge
    from factorio_release.mod.mod import Mod

# GitHub last: many repositories are mirrored there and have its files too.
_BY_MARK: Final = ("forgejo", "gitea", "gitlab", "github")


def init(session: Session, arguments: Arguments) -> int:
    """Write what is not there yet, and all of it with `--force`; says what is left to do."""
    ci = chosen(arguments, CI)
    mod = _mod(one_path(session, arguments))
    root = mod.repository.root if mod.repository else mod.path
    forge = _forge(mod, root, ci)
    job = _job(mod, root)
    known = find_page(mod, alone=job.alone)
    config = find_config((mod.path, root)) or mod.path / CONFIG_FILES[0]
    if arguments.has(OVERWRITE) and config.parent != mod.path:
        config = mod.path / CONFIG_FILES[0]
    workflow = root / workflow_path(forge, job)
    wanted = {config: first_config(known), workflow: workflow_text(forge, job)}
    force = arguments.has(OVERWRITE)
    new = {path: text for path, text in wanted.items() if force or not path.exists()}
    may_replace = replaces_anything if force else replaces_exactly(b"")
    replace_files(mod.path, {path: (text.encode(), may_replace) for path, text in new.items()})
    for path in wanted:
        session.say(f"wrote {shown(path)}" if path in new else f"kept {shown(path)}; --force overwrites it")
    if forge == FORGES["gitlab"] and workflow not in new:
        session.say("to release from it, add this:")
        session.err.write(terminal_lines(wanted[workflow]))
    if config in new:
        choice = "a category" if known.license else "a category and a licence"
        session.say(
            f"choose {choice} in {shown(config)}; `factorio-release plan` shows what a release would do"
        )
    kind = CI_SYSTEMS[forge.name].secret_kind
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


def _forge(mod: Mod, root: Path, choice: str) -> Forge:
    """Return the forge chosen, else that of the remote's host, else that of the files in the repository.

    Raises UsageError if none of them says.
    """
    remote = repository_home(mod.repository.remote_url) if mod.repository else ""
    found = FORGES.get(choice) or forge_of(remote) or _by_mark(root)
    if found is None:
        seen = f"the remote {remote}" if remote else "a repository without a remote"
        raise UsageError(f"--ci: {seen} does not say which workflow is wanted; give {', '.join(CI.choices)}")
    is_gitea = (root / CI_SYSTEMS["gitea"].mark).is_dir() or forge_of(remote) == FORGES["gitea"]
    if found == FORGES["forgejo"] and is_gitea:
        return FORGES["gitea"]
    return found


def _by_mark(root: Path) -> Forge | None:
    for name in _BY_MARK:
        if (root / CI_SYSTEMS[name].mark).exists():
            return FORGES[name]
    return None


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
