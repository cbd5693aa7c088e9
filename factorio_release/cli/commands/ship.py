"""`factorio-release ship`: from finished work to a pushed release in one command."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from factorio_release.checks.rules.open_section import is_open
from factorio_release.cli.arguments import date_of_section, one_path
from factorio_release.cli.commands.pipeline import check_mods
from factorio_release.cli.committed_bump import (
    files_of_version,
    message_of,
    refuse_to_plan,
    repository_around,
)
from factorio_release.cli.declared import DATE, LEVEL, NEXT, RENAME, SET_LOWER, SHOW_PLAN
from factorio_release.cli.next_version import asked_version, changelog_version, refuse_lower
from factorio_release.cli.path_patterns import shown
from factorio_release.cli.push_release import push
from factorio_release.cli.release_commit import ReleaseCommit, committed_files, git_environment
from factorio_release.cli.version_edits import kept_sentence, version_edits
from factorio_release.cli.written_files import check_report_path
from factorio_release.edits.fix import unified_diff
from factorio_release.errors import ExitCode, ModError, UsageError
from factorio_release.git.push_target import read_push_target
from factorio_release.git.users_git import UsersGit
from factorio_release.mod.mod import read_description
from factorio_release.mod.repository_mods import find_mods_below
from factorio_release.parsers.changelog.model import CHANGELOG_FILE
from factorio_release.parsers.changelog.reader import read_changelog
from factorio_release.report.escape import terminal, terminal_lines

if TYPE_CHECKING:
    from factorio_release.cli.command_line import Arguments
    from factorio_release.cli.session import Session
    from factorio_release.edits.fix import FileFix
    from factorio_release.git.push_target import PushTarget
    from factorio_release.git.repository import Repository
    from factorio_release.mod.mod import ModDescription
    from factorio_release.parsers.version import Version
    from factorio_release.report.model import Report
    from factorio_release.settings.options import Settings


class _Release(NamedTuple):
    """The version that is shipped. `is_tagged` where an earlier run set the tag and could not push it."""

    name: str
    version: Version
    tag: str
    message: str
    edits: tuple[FileFix, ...]
    kept: Version | None
    is_tagged: bool


class _Ship(NamedTuple):
    """What the steps of one run share."""

    session: Session
    arguments: Arguments
    path: Path
    repository: Repository
    settings: Settings
    git: UsersGit
    commit: ReleaseCommit
    target: PushTarget


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
    asks = not (only_shown or settings.yes or session.ci.in_ci)
    if asks and not session.has_terminal:
        raise UsageError("no terminal to ask on before the push; add --yes to push")
    if settings.report:
        check_report_path(Path(settings.report))
    repository = repository_around(path)
    git = UsersGit(repository.root, git_environment(session))
    commit = ReleaseCommit(git, files_of_version(repository))
    target = read_push_target(git, commit.checkout)
    run = _Ship(session, arguments, path, repository, settings, git, commit, target)
    release = _release(run)
    with commit.or_nothing():
        commit.write(path, release.edits)
        report, _ = check_mods(session, arguments)
        if report.exit_code == ExitCode.INTERRUPTED:
            raise KeyboardInterrupt
        _show(run, release, report)
        if report.exit_code or only_shown:
            commit.take_back()
            return report.exit_code
        if asks and not _is_confirmed(session, release, target):
            commit.take_back()
            session.say("not confirmed: nothing was committed or pushed")
            return ExitCode.INTERRUPTED
        _commit_and_tag(run, release)
        pushed = push(session, git, target, commit, release.tag)
    session.say(f"pushed {release.tag} to {target.remote}: {pushed}")
    session.out.write(f"{release.tag}\n")
    return ExitCode.FINE


def _without_level_that_is_a_path(arguments: Arguments) -> Arguments:
    """Return the arguments of `ship mods/big` with the folder as PATH."""
    first = arguments.value(LEVEL)
    if first is None or "path" in arguments.options or not Path(first).is_dir():
        return arguments
    values = {name: text for name, text in arguments.values.items() if name != LEVEL.name}
    return arguments._replace(values=values, options={**arguments.options, "path": [first]})


def _release(run: _Ship) -> _Release:
    """Return what is shipped. Raises UsageError where that version is released already."""
    description = read_description(run.path)
    name = description.info.name
    version = _version(run.arguments, description)
    mods = find_mods_below(run.repository.root)
    mods = mods._replace(tags=(*mods.tags, *run.target.tags))  # a shallow clone has none
    tag = mods.tag_for_version(name, str(version))
    message = message_of(run.arguments, name, str(version), tag)
    # An earlier run was stopped between tag and push: go on there.
    is_tagged = (
        run.git.object_id(f"refs/tags/{tag}^{{commit}}") == run.commit.checkout.head
        and tag not in run.target.tags
        and description.info.version == version
        and not committed_files(run.repository, ())
    )
    if is_tagged:
        return _Release(name, version, tag, message, (), None, is_tagged)
    for there in mods.release_tags(name):
        if there.version == version:
            place = f" on {run.target.remote}" if there.tag in run.target.tags else ""
            raise UsageError(
                f"{version} is released, as the tag {there.tag}{place} says; "
                "give major, minor, patch or a version for the next release"
            )
    date = date_of_section(run.arguments) or date_of_section(
        run.arguments._replace(values={DATE.name: "today"})
    )
    edits = version_edits(run.path, description, version, date, rename=run.arguments.has(RENAME))
    changed = _finished(edits.changed, description, version)
    return _Release(name, version, tag, message, changed, edits.kept, is_tagged)


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


def _show(run: _Ship, release: _Release, report: Report) -> None:
    """Print the findings, how the committed files change, and what is made of them."""
    session, settings = run.session, run.settings
    if settings.format == "text":
        from factorio_release.report.preview import render_preview  # noqa: PLC0415 start-up: only for people

        session.err.write(render_preview(report, color=session.color, excerpts=session.verbose))
    else:
        from factorio_release.report.formats import render  # noqa: PLC0415 start-up: only when asked

        session.err.write(render(report, settings.format, check=True))
    if settings.report:
        session.report_file = settings.report
        session.hand_on(report)
    if report.exit_code:
        session.say(f"{release.name} {release.version} is not shipped; every file is as it was")
        return
    fixes = committed_files(run.repository, release.edits)
    for fix in fixes:
        session.err.write(terminal_lines(unified_diff(fix)))
    if release.kept:
        session.say(kept_sentence(release.kept))
    folder = run.repository.prefix
    inside = f"{folder}/" if folder else ""
    untracked = [name for name in run.commit.untracked if name.startswith(inside)]
    if untracked:
        more = f" and {len(untracked) - 5} more" if len(untracked) > 5 else ""  # noqa: PLR2004
        session.say(
            f"warning: in no commit, so not part of the release: {', '.join(untracked[:5])}{more}"
        )
    for line in _steps(run, release, fixes):
        session.say(f"  + {line}")


def _steps(run: _Ship, release: _Release, fixes: tuple[FileFix, ...]) -> list[str]:
    branch, target = run.commit.checkout.name, run.target
    subject = release.message.splitlines()[0]
    files = " and ".join(fix.path for fix in fixes)
    commits = [f"commit on {branch}: {subject} ({files})"] if fixes else []
    tags = [f"tag {release.tag}" + (" (it is set already)" if release.is_tagged else "")]
    if run.arguments.has(NEXT):
        tags.append(f"commit on {branch}: the section of the next version")
    where = f"{target.name} and {release.tag} to {target.remote}"
    if not target.tip:
        where += f", where {target.name} is new"
    elif target.ahead:
        many = "s" if target.ahead > 1 else ""
        where += f", with {target.ahead} earlier commit{many} that it does not have yet"
    return [*commits, *tags, f"push {where}"]


def _is_confirmed(session: Session, release: _Release, target: PushTarget) -> bool:
    question = f"ship {release.name} {release.version} to {target.remote}?"
    session.err.write(
        "The CI publishes what is pushed; a version is public for good.\n"
        f"{terminal(question)} [y/N] "
    )
    session.err.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


def _commit_and_tag(run: _Ship, release: _Release) -> None:
    if run.commit.has_something_to_commit():
        run.commit.commit(release.message)
    if not release.is_tagged:
        run.commit.tag(release.tag, release.message)
    if run.arguments.has(NEXT):
        description = read_description(run.path)
        following = asked_version("patch", description)
        edits = version_edits(run.path, description, following, "")
        run.commit.write(run.path, edits.changed)
        run.commit.commit(f"Begin {following}")
