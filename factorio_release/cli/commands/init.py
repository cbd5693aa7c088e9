"""`factorio-release init`: writes a config file and a workflow, filled in from the repository."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from factorio_release.ci_systems import CI_SYSTEMS
from factorio_release.cli.arguments import chosen, one_path
from factorio_release.cli.declared import CI, OVERWRITE
from factorio_release.cli.path_patterns import shown
from factorio_release.cli.written_files import replace_files
from factorio_release.disk.relative import relative
from factorio_release.disk.replace_rules import replaces_anything, replaces_exactly
from factorio_release.errors import ExitCode, ModError, UsageError
from factorio_release.forges import FORGES
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
    from pathlib import Path

    from factorio_release.cli.command_line import Arguments
    from factorio_release.cli.session import Session
    from factorio_release.forges import Forge
    from factorio_release.mod.mod import Mod

# GitHub last: many repositories are mirrored there and have its files too.
_BY_MARK: Final = ("forgejo", "gitea", "gitlab", "github")


def init(session: Session, arguments: Arguments) -> int:
    """Write the files that do not exist yet, with `--force` all of them; print what is left to do."""
    choice = chosen(arguments, CI)
    mod = _mod(one_path(session, arguments))
    root = mod.path
    if mod.repository:
        root = mod.repository.root
    forge = _forge(mod, root, choice)
    job = _job(mod, root)
    found = find_page(mod, alone=job.alone)
    overwrite = arguments.has(OVERWRITE)
    config = _config_path(mod, root, overwrite=overwrite)
    workflow = root / workflow_path(forge, job)
    texts = {config: first_config(found), workflow: workflow_text(forge, job)}
    written = [path for path in texts if overwrite or not path.exists()]
    # A file that another program has created in between is kept.
    may_replace = replaces_anything if overwrite else replaces_exactly(b"")
    replace_files(mod.path, {path: (texts[path].encode(), may_replace) for path in written})
    for path in texts:
        if path in written:
            session.say(f"wrote {shown(path)}")
        else:
            session.say(f"kept {shown(path)}; --force overwrites it")
    # GitLab has one file for all jobs, so the job must be added to it by hand.
    if forge == FORGES["gitlab"] and workflow not in written:
        session.say("to release from it, add this:")
        session.err.write(terminal_lines(texts[workflow]))
    if config in written:
        missing = "a category"
        if not found.license:
            missing = "a category and a licence"
        session.say(
            f"choose {missing} in {shown(config)}; `factorio-release plan` shows what a release would do"
        )
    session.say(
        f"store the portal's API key as the {CI_SYSTEMS[forge.name].secret_kind} FACTORIO_API_KEY"
    )
    session.say(
        f"then push a tag such as {job.tag_prefix}{mod.version or '1.0.0'} to release that version"
    )
    return ExitCode.FINE


def _config_path(mod: Mod, root: Path, *, overwrite: bool) -> Path:
    """Return the config file that is there, else the one to create beside info.json.

    The file at the root of a repository may configure other mods too, so it is never overwritten.
    """
    found = find_config((mod.path, root))
    if found is None or (overwrite and found.parent != mod.path):
        return mod.path / CONFIG_FILES[0]
    return found


def _mod(path: Path) -> Mod:
    """Return the mod. Raises ModError or UsageError where PATH is not the folder of a mod with a name."""
    if path.is_dir() and not (path / "info.json").exists():
        mods = [shown(folder) for folder in find_mods_below(path).mods]
        hint = "give the folder that holds the mod's info.json"
        if mods:
            hint = f"give one of {', '.join(mods)}"
        folder = "this folder" if shown(path) == "." else shown(path)
        raise ModError(f"no info.json in {folder}", hint)
    mod = load_mod(path)
    if mod.is_zip:
        raise UsageError(f"path: {shown(path)} is a built zip; give the mod's folder")
    if not mod.name:
        raise ModError(
            f"{shown(path / 'info.json')} has no name",
            "`factorio-release check` says what it needs",
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
        raise UsageError(
            f"--ci: {seen} does not say which workflow to write; give {', '.join(CI.choices)}"
        )
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
    path = relative(mod.path, root)
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
