"""`bump --commit --tag`: the commit and the tag of a new version, without a push."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factorio_release.cli.declared import COMMIT, MESSAGE, SET_TAG, SHOW_PLAN
from factorio_release.cli.job_event import decide
from factorio_release.cli.path_patterns import shown
from factorio_release.cli.release_commit import (
    ReleaseCommit,
    commit_message,
    committed_files,
    git_environment,
)
from factorio_release.cli.targets import settings_of
from factorio_release.disk.folder_walk import child_path
from factorio_release.edits.fix import unified_diff
from factorio_release.errors import UsageError
from factorio_release.git.repository import find_repository
from factorio_release.git.users_git import UsersGit
from factorio_release.mod.mod import read_description
from factorio_release.mod.repository_mods import find_mods_below
from factorio_release.parsers.changelog.model import CHANGELOG_FILE
from factorio_release.parsers.info import INFO_FILE

if TYPE_CHECKING:
    from pathlib import Path

    from factorio_release.cli.command_line import Arguments
    from factorio_release.cli.session import Session
    from factorio_release.cli.version_edits import VersionEdits
    from factorio_release.git.repository import Repository
    from factorio_release.settings.options import Settings


def commit_bump(session: Session, arguments: Arguments, path: Path, edits: VersionEdits) -> None:
    """Write the files, commit them and set the tag; all of it or nothing. `--plan` only shows it.

    Raises UsageError where no commit can be made, PushRefused where git or a hook refuses.
    """
    if not arguments.has(COMMIT):
        raise UsageError("--tag tags the commit of --commit; give both")
    refuse_to_plan(session, arguments, path)
    repository = repository_around(path)
    git = UsersGit(repository.root, git_environment(session))
    release = ReleaseCommit(git, files_of_version(repository))
    version = str(edits.step.following)
    name = read_description(path).info.name
    tag = find_mods_below(repository.root).tag_for_version(name, version)
    message = message_of(arguments, name, version, tag)
    if arguments.has(SET_TAG) and git.object_id(f"refs/tags/{tag}"):
        raise UsageError(f"the tag {tag} exists already")
    fixes = committed_files(repository, edits.changed)
    if not fixes and not arguments.has(SET_TAG):
        raise UsageError(f"{shown(path)} has the version {version} already, and it is committed")
    for fix in fixes:
        session.show_diff(unified_diff(fix))
    if arguments.has(SHOW_PLAN):
        return
    with release.or_nothing():
        release.write(path, edits.changed)
        if release.has_something_to_commit():
            release.commit(message)
            subject = message.splitlines()[0]
            session.say(f"committed on {release.checkout.name}: {subject} ({release.tip[:12]})")
        if arguments.has(SET_TAG):
            release.tag(tag, message)
            session.say(f"tagged {tag}; `git push --atomic REMOTE BRANCH {tag}` releases it")


def repository_around(path: Path) -> Repository:
    """Return the repository of a mod; raises UsageError without one."""
    repository = find_repository(path)
    if repository is None:
        raise UsageError(f"{shown(path)} is in no git repository; a commit and a tag need one")
    return repository


def files_of_version(repository: Repository) -> tuple[str, ...]:
    """Return the files that a new version changes, relative to the repository's top."""
    return tuple(child_path(repository.prefix, name) for name in (INFO_FILE, CHANGELOG_FILE))


def message_of(arguments: Arguments, name: str, version: str, tag: str) -> str:
    """Return the message of the release's commit and tag; by default it has what the tag has."""
    default = "Release {name} {version}" if tag.startswith(name) else "Release {version}"
    template = arguments.value(MESSAGE)
    return commit_message(
        default if template is None else template, name=name, version=version, tag=tag
    )


def refuse_to_plan(session: Session, arguments: Arguments, path: Path) -> Settings:
    """Return the mod's settings; raises UsageError in a job whose event only plans.

    Git would run what the checkout names, and a pull request can write the checkout.
    """
    settings = settings_of(session.sources(arguments), path)
    if session.ci.in_ci:
        event = decide(session.ci, settings, [(path, "")])
        if not event.writes or event.refused:
            reason = event.refused or event.why_not
            raise UsageError(f"{arguments.command} commits only where the job may write: {reason}")
    return settings
