"""`factorio-release ship`: from finished work to a pushed release in one command."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from factorio_release.cli.arguments import one_path
from factorio_release.cli.commands.pipeline import check_mods
from factorio_release.cli.committed_bump import files_of_version, refuse_to_plan, repository_around
from factorio_release.cli.declared import CHANGED, KEY_FILE, LEVEL, LOCAL, NEXT, SHOW_PLAN
from factorio_release.cli.key import missing_key
from factorio_release.cli.named_mods import named_paths
from factorio_release.cli.next_version import asked_version
from factorio_release.cli.path_patterns import shown
from factorio_release.cli.push_release import push
from factorio_release.cli.release_commit import ReleaseCommit, committed_files, git_environment
from factorio_release.cli.ship_preview import (
    ShipRun,
    is_confirmed,
    message_of_commit,
    show_releases,
)
from factorio_release.cli.ship_version import shipped_version
from factorio_release.cli.targets import settings_of
from factorio_release.cli.version_edits import version_edits
from factorio_release.cli.written_files import check_report_path
from factorio_release.errors import ExitCode, UsageError
from factorio_release.git.push_target import read_push_target
from factorio_release.git.users_git import UsersGit
from factorio_release.mod.mod import load_mod, read_description
from factorio_release.mod.package_changes import changes_since_last_release
from factorio_release.mod.release_order import in_dependency_order
from factorio_release.mod.repository_mods import find_mods_below
from factorio_release.pipeline.job import package_rules
from factorio_release.settings.options import OPTIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from factorio_release.cli.command_line import Arguments
    from factorio_release.cli.session import Session
    from factorio_release.cli.ship_preview import Shipped
    from factorio_release.git.push_target import PushTarget


def ship(session: Session, arguments: Arguments) -> int:
    """Check the mod as it will be, commit and tag it, ask, and push both at once.

    Whatever ends the run before the remote has taken the push, files, branch and tags are as they were.
    Standard output gets the tag alone. Raises UsageError where the repository is not ready,
    RemoteUnreachable without an answer of the remote, PushRefused where git, a hook or the remote refuses.
    """
    arguments = _without_level_that_is_a_path(arguments)
    several = arguments.has(CHANGED)
    paths = _changed_mods(session, arguments) if several else (one_path(session, arguments),)
    if paths[0].is_file():
        raise UsageError(f"path: {shown(paths[0])} is a built zip; give the mod's folder")
    settings = refuse_to_plan(session, arguments, paths[0])
    arguments = arguments._replace(
        options={**arguments.options, "path": [str(one) for one in paths]}
    )
    only_shown = arguments.has(SHOW_PLAN) or settings.dry_run
    is_local = arguments.has(LOCAL)
    asks = not (only_shown or settings.yes or session.ci.in_ci)
    _refuse_calls_without_effect(session, arguments, asks=asks)
    if settings.report:
        check_report_path(Path(settings.report))
    repositories = [repository_around(one) for one in paths]
    if len({repository.root for repository in repositories}) > 1:
        raise UsageError(
            "the changed mods are in several repositories (submodules); ship them there"
        )
    git = UsersGit(repositories[0].root, git_environment(session))
    files = [file for repository in repositories for file in files_of_version(repository)]
    commit = ReleaseCommit(git, files)
    target = _target(git, commit, is_local=is_local)
    run = ShipRun(
        session, arguments, settings, git, commit, target, find_mods_below(repositories[0].root)
    )
    releases = [shipped_version(run, one) for one in paths]
    with commit.or_nothing():
        for release in releases:
            commit.write(release.path, release.edits)
        report, targets = check_mods(session, arguments)
        if report.exit_code == ExitCode.INTERRUPTED:
            raise KeyboardInterrupt
        show_releases(run, releases, report, targets)
        if report.exit_code or only_shown:
            commit.take_back()
            return report.exit_code
        if is_local:
            return _ship_from_here(run, releases)
        if target and asks and not is_confirmed(session, releases, target):
            commit.take_back()
            session.say("not confirmed: nothing was committed or pushed")
            return ExitCode.INTERRUPTED
        _commit_and_tag(run, releases)
        _begin_next(run, releases)
        _push(run, releases)
    session.out.write("".join(f"{release.tag}\n" for release in releases))
    return ExitCode.FINE


def _ship_from_here(run: ShipRun, releases: Sequence[Shipped]) -> int:
    """Commit, tag and upload with the release pipeline, which asks; then push, where there is a remote."""
    from factorio_release.cli.ship_local import upload  # noqa: PLC0415 start-up: only with --local

    _commit_and_tag(run, releases)
    code = upload(run.session, run.arguments, run.commit, releases[0].tag)
    if run.commit.is_public:
        _begin_next(run, releases)
        _push(run, releases)
    elif not run.commit.is_kept:
        run.commit.take_back()
    return code


def _push(run: ShipRun, releases: Sequence[Shipped]) -> None:
    if run.target:
        tags = [release.tag for release in releases]
        pushed = push(run.session, run.git, run.target, run.commit, tags)
        run.session.say(f"pushed {', '.join(tags)} to {run.target.remote}: {pushed}")


def _changed_mods(session: Session, arguments: Arguments) -> tuple[Path, ...]:
    """Return the mods below PATH that have changed since their last tag, in dependency order.

    A changelog that is not committed yet is a change as well.

    Left out are a mod without a tag, since a draft would become public, and one that its config file holds
    back.
    """
    sources = session.sources(arguments)
    places = named_paths(sources)
    found = {
        path: info for place in places for path, info in find_mods_below(Path(place)).mods.items()
    }
    changed: list[Path] = []
    for path in in_dependency_order(found):
        settings = settings_of(sources, path)
        if settings.dry_run and settings.is_from_file("dry_run"):
            session.say(f"{shown(path)} is left out: its config file has `dry-run`")
            continue
        changes = changes_since_last_release(load_mod(path, package_rules(settings, path)))
        if changes is None:
            session.say(f"{shown(path)} is left out: it has no tag yet; ship it by its name first")
        elif changes.changes or committed_files(repository_around(path), ()):
            changed.append(path)
    if not changed:
        raise UsageError(f"no mod below {', '.join(places)} has changed since its last tag")
    return tuple(changed)


def _target(git: UsersGit, commit: ReleaseCommit, *, is_local: bool) -> PushTarget | None:
    if is_local and not git.found("remote"):
        return None
    return read_push_target(git, commit.checkout)


def _refuse_calls_without_effect(session: Session, arguments: Arguments, *, asks: bool) -> None:
    """Raise UsageError where nobody can answer, a key is missing, or an option has no effect."""
    problems = []
    if asks and not session.has_terminal:
        problems.append("no terminal to ask on before the release goes out; add --yes to ship")
    if arguments.has(LOCAL):
        if arguments.has(CHANGED):
            problems.append("--local ships one mod at a time; without it, --changed ships several")
        if not session.key:
            problems.append(missing_key(session.ci.name, session.environ))
    else:
        given = [name for name in arguments.options if OPTIONS[name].group == "portal"]
        given += [KEY_FILE.name] if arguments.value(KEY_FILE) else []
        problems += [f"--{name} is for `ship --local`; the CI has its own" for name in given]
    if problems:
        raise UsageError(*problems)


def _without_level_that_is_a_path(arguments: Arguments) -> Arguments:
    """Return the arguments of `ship mods/big` with the folder as PATH."""
    first = arguments.value(LEVEL)
    if first is None or "path" in arguments.options or not Path(first).is_dir():
        return arguments
    values = {name: text for name, text in arguments.values.items() if name != LEVEL.name}
    return arguments._replace(values=values, options={**arguments.options, "path": [first]})


def _commit_and_tag(run: ShipRun, releases: Sequence[Shipped]) -> None:
    if run.commit.has_something_to_commit():
        run.commit.commit(message_of_commit(releases))
    for release in releases:
        if not release.is_tagged:
            run.commit.tag(release.tag, release.message)


def _begin_next(run: ShipRun, releases: Sequence[Shipped]) -> None:
    """Open the sections of the next versions, in a commit after the tags."""
    if not run.arguments.has(NEXT):
        return
    begun = []
    for release in releases:
        description = read_description(release.path)
        following = asked_version("patch", description)
        edits = version_edits(release.path, description, following, "")
        run.commit.write(release.path, edits.changed)
        begun.append(f"{release.name} {following}" if len(releases) > 1 else str(following))
    run.commit.commit(f"Begin {', '.join(begun)}")
