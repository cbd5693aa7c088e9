"""`factorio-release ship`: from finished work to a pushed release in one command."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from factorio_release.checks.rules.open_section import is_open
from factorio_release.cli.arguments import date_of_section, one_path
from factorio_release.cli.commands.pipeline import check_mods
from factorio_release.cli.committed_bump import (
    files_of_version,
    message_of,
    refuse_to_plan,
    repository_around,
)
from factorio_release.cli.declared import (
    DATE,
    KEY_FILE,
    LEVEL,
    LOCAL,
    NEXT,
    RENAME,
    SET_LOWER,
    SHOW_PLAN,
)
from factorio_release.cli.key import missing_key
from factorio_release.cli.next_version import asked_version, changelog_version, refuse_lower
from factorio_release.cli.path_patterns import shown
from factorio_release.cli.push_release import push
from factorio_release.cli.release_commit import ReleaseCommit, committed_files, git_environment
from factorio_release.cli.ship_preview import Shipped, ShipRun, is_confirmed, show_release
from factorio_release.cli.version_edits import version_edits
from factorio_release.cli.written_files import check_report_path
from factorio_release.errors import ExitCode, ModError, UsageError
from factorio_release.git.push_target import read_push_target
from factorio_release.git.users_git import UsersGit
from factorio_release.mod.mod import read_description
from factorio_release.mod.repository_mods import find_mods_below
from factorio_release.parsers.changelog.model import CHANGELOG_FILE
from factorio_release.parsers.changelog.reader import read_changelog
from factorio_release.settings.options import OPTIONS

if TYPE_CHECKING:
    from factorio_release.cli.command_line import Arguments
    from factorio_release.cli.session import Session
    from factorio_release.edits.fix import FileFix
    from factorio_release.git.push_target import PushTarget
    from factorio_release.mod.mod import ModDescription
    from factorio_release.parsers.version import Version


def ship(session: Session, arguments: Arguments) -> int:
    """Check the mod as it will be, commit and tag it, ask, and push both at once.

    Whatever ends the run before the remote has taken the push, files, branch and tags are as they were.
    Standard output gets the tag alone. Raises UsageError where the repository is not ready,
    RemoteUnreachable without an answer of the remote, PushRefused where git, a hook or the remote refuses.
    """
    arguments = _without_level_that_is_a_path(arguments)
    path = one_path(session, arguments)
    if path.is_file():
        raise UsageError(f"path: {shown(path)} is a built zip; give the mod's folder")
    settings = refuse_to_plan(session, arguments, path)
    only_shown = arguments.has(SHOW_PLAN) or settings.dry_run
    is_local = arguments.has(LOCAL)
    asks = not (only_shown or settings.yes or session.ci.in_ci)
    _refuse_calls_without_effect(session, arguments, asks=asks)
    if settings.report:
        check_report_path(Path(settings.report))
    repository = repository_around(path)
    git = UsersGit(repository.root, git_environment(session))
    commit = ReleaseCommit(git, files_of_version(repository))
    target = _target(git, commit, is_local=is_local)
    run = ShipRun(session, arguments, path, repository, settings, git, commit, target)
    release = _release(run)
    with commit.or_nothing():
        commit.write(path, release.edits)
        report, _ = check_mods(session, arguments)
        if report.exit_code == ExitCode.INTERRUPTED:
            raise KeyboardInterrupt
        show_release(run, release, report)
        if report.exit_code or only_shown:
            commit.take_back()
            return report.exit_code
        if is_local:
            return _ship_from_here(run, release)
        if target and asks and not is_confirmed(session, release, target):
            commit.take_back()
            session.say("not confirmed: nothing was committed or pushed")
            return ExitCode.INTERRUPTED
        _commit_and_tag(run, release)
        _begin_next(run)
        _push(run, release)
    session.out.write(f"{release.tag}\n")
    return ExitCode.FINE


def _ship_from_here(run: ShipRun, release: Shipped) -> int:
    """Commit, tag and upload with the release pipeline, which asks; then push, where there is a remote."""
    from factorio_release.cli.ship_local import upload  # noqa: PLC0415 start-up: only with --local

    _commit_and_tag(run, release)
    code = upload(run.session, run.arguments, run.commit, release.tag)
    if run.commit.is_public:
        _begin_next(run)
        _push(run, release)
    elif not run.commit.is_kept:
        run.commit.take_back()
    return code


def _push(run: ShipRun, release: Shipped) -> None:
    if run.target:
        pushed = push(run.session, run.git, run.target, run.commit, release.tag)
        run.session.say(f"pushed {release.tag} to {run.target.remote}: {pushed}")


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


def _release(run: ShipRun) -> Shipped:
    """Return what is shipped. Raises UsageError where that version is released already."""
    description = read_description(run.path)
    name = description.info.name
    version = _version(run.arguments, description)
    mods = find_mods_below(run.repository.root)
    there_too = run.target.tags if run.target else {}
    mods = mods._replace(tags=(*mods.tags, *there_too))  # a shallow clone has none
    tag = mods.tag_for_version(name, str(version))
    message = message_of(run.arguments, name, str(version), tag)
    # An earlier run was stopped between tag and push: go on there.
    is_tagged = (
        run.git.object_id(f"refs/tags/{tag}^{{commit}}") == run.commit.checkout.head
        and tag not in there_too
        and description.info.version == version
        and not committed_files(run.repository, ())
    )
    if is_tagged:
        return Shipped(name, version, tag, message, (), None, is_tagged)
    for there in mods.release_tags(name):
        if there.version == version:
            place = f" on {run.target.remote}" if run.target and there.tag in there_too else ""
            raise UsageError(
                f"{version} is released, as the tag {there.tag}{place} says; "
                "give major, minor, patch or a version for the next release"
            )
    date = date_of_section(run.arguments) or date_of_section(
        run.arguments._replace(values={DATE.name: "today"})
    )
    edits = version_edits(run.path, description, version, date, rename=run.arguments.has(RENAME))
    changed = _finished(edits.changed, description, version)
    return Shipped(name, version, tag, message, changed, edits.kept, is_tagged)


def _finished(
    changed: tuple[FileFix, ...], description: ModDescription, version: Version
) -> tuple[FileFix, ...]:
    """Return the changes without a first changelog: a mod that has none gets none.

    Raises ModError where the changelog would be released with nothing about the version, or is still open.
    """
    if description.changelog_bytes is None:
        return tuple(fix for fix in changed if fix.path != CHANGELOG_FILE)
    after = {fix.path: fix.after for fix in changed}.get(CHANGELOG_FILE)
    changelog = read_changelog(after or description.changelog_bytes)
    section = changelog.section(version)
    if after is not None and section is not None and section.is_empty:
        raise ModError(
            f"{CHANGELOG_FILE} says nothing about {version}",
            f"write what changed first: `factorio-release bump {version}` opens its section",
        )
    if is_open(changelog, version):
        raise ModError(
            f"{CHANGELOG_FILE} is not finished: one of its sections has no version",
            "remove that section, or give it a version",
        )
    return changed


def _version(arguments: Arguments, description: ModDescription) -> Version:
    """Return the version that is asked for; without one, the higher of info.json's and the changelog's."""
    present = description.info.version
    word = arguments.value(LEVEL)
    if word is None:
        written = changelog_version(description)
        if present is None:
            raise UsageError("info.json has no version; give X.Y.Z")
        return written if written and written > present else present
    version = asked_version(word, description)
    refuse_lower(version, present, allowed=arguments.has(SET_LOWER))
    return version


def _commit_and_tag(run: ShipRun, release: Shipped) -> None:
    if run.commit.has_something_to_commit():
        run.commit.commit(release.message)
    if not release.is_tagged:
        run.commit.tag(release.tag, release.message)


def _begin_next(run: ShipRun) -> None:
    """Open the section of the next version, in a commit after the tag."""
    if run.arguments.has(NEXT):
        description = read_description(run.path)
        following = asked_version("patch", description)
        edits = version_edits(run.path, description, following, "")
        run.commit.write(run.path, edits.changed)
        run.commit.commit(f"Begin {following}")
