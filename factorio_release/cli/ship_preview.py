"""What `ship` shows before it writes to the outside, and its question."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

from factorio_release.cli.declared import LOCAL, NEXT
from factorio_release.cli.release_commit import committed_files
from factorio_release.cli.version_edits import kept_sentence
from factorio_release.disk.folder_walk import child_path
from factorio_release.edits.fix import FileFix, unified_diff
from factorio_release.mod.mod import read_description
from factorio_release.project import CONFIG_FILES
from factorio_release.report.escape import terminal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from factorio_release.cli.command_line import Arguments
    from factorio_release.cli.release_commit import ReleaseCommit
    from factorio_release.cli.session import Session
    from factorio_release.cli.targets import RunTarget
    from factorio_release.git.push_target import PushTarget
    from factorio_release.git.repository import Repository
    from factorio_release.git.users_git import UsersGit
    from factorio_release.mod.repository_mods import ModsBelow
    from factorio_release.parsers.version import Version
    from factorio_release.report.model import Report
    from factorio_release.settings.options import Settings


class Shipped(NamedTuple):
    """The version that is shipped. `is_tagged` where an earlier run set the tag and could not push it."""

    path: Path
    repository: Repository
    name: str
    version: Version
    tag: str
    message: str
    edits: tuple[FileFix, ...]
    kept: Version | None
    is_tagged: bool


class ShipRun(NamedTuple):
    """What the steps of one run share; `target` is None for `--local` without a remote.

    `mods` are all mods of the repository, with its tags.
    """

    session: Session
    arguments: Arguments
    settings: Settings
    git: UsersGit
    commit: ReleaseCommit
    target: PushTarget | None
    mods: ModsBelow


def show_releases(
    run: ShipRun, releases: Sequence[Shipped], report: Report, targets: Iterable[RunTarget]
) -> None:
    """Print the findings, how the committed files change, and what is made of them.

    `targets` are the mods that were checked for the `report`, with their settings.
    """
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
        session.say(f"{names_of(releases)} is not shipped; every file is as it was")
        return
    fixes = [fix for release in releases for fix in _committed(release)]
    for fix in fixes:
        session.show_diff(unified_diff(fix))
    for release in releases:
        if release.kept:
            session.say(kept_sentence(release.kept))
    for line in _warnings(run, releases, targets):
        session.say(f"warning: {line}")
    for line in _steps(run, releases, fixes):
        session.say(f"  + {line}")


def _warnings(
    run: ShipRun, releases: Sequence[Shipped], targets: Iterable[RunTarget]
) -> Iterator[str]:
    untracked = [name for name in run.commit.untracked if _is_of(name, releases)]
    if untracked:
        more = f" and {len(untracked) - 5} more" if len(untracked) > 5 else ""  # noqa: PLR2004
        yield f"in no commit, so not part of the release: {', '.join(untracked[:5])}{more}"
    if not run.arguments.has(LOCAL):  # a release from here reads the portal, and says it itself
        yield from _lacking(run, targets)


def _lacking(run: ShipRun, targets: Iterable[RunTarget]) -> Iterator[str]:
    """Yield, for each mod without an earlier tag, what its first publish needs and no file has.

    The CI's plan would refuse it, when the tag is public already. It is no finding: the mod may be on the
    portal without a tag, and the workflow may have the settings.
    """
    for target in targets:
        info = read_description(target.path).info
        if any(True for _ in run.mods.release_tags(info.name)):
            continue
        lacking = [name for name in ("category", "license") if not getattr(target.settings, name)]
        if lacking:
            yield (
                f"{info.name} has no earlier tag. If it is not on the portal yet, its first publish needs "
                f"`{'` and `'.join(lacking)}` in {CONFIG_FILES[0]} or in the workflow"
            )


def names_of(releases: Iterable[Shipped]) -> str:
    """Return the mods with their versions, as a list for people."""
    *others, last = [f"{release.name} {release.version}" for release in releases]
    return f"{', '.join(others)} and {last}" if others else last


def message_of_commit(releases: Sequence[Shipped]) -> str:
    """Return the message of the commit: that of the only release, or the names of all with their messages."""
    if len(releases) == 1:
        return releases[0].message
    return f"Release {names_of(releases)}\n\n" + "\n".join(one.message for one in releases)


def _committed(release: Shipped) -> list[FileFix]:
    """Return how the files of a mod change in the commit, by their paths in the repository."""
    prefix = release.repository.prefix
    fixes = committed_files(release.repository, release.edits)
    return [FileFix(child_path(prefix, fix.path), fix.before, fix.after) for fix in fixes]


def _is_of(name: str, releases: Iterable[Shipped]) -> bool:
    prefixes = [release.repository.prefix for release in releases]
    return any(not prefix or name.startswith(f"{prefix}/") for prefix in prefixes)


def _steps(run: ShipRun, releases: Sequence[Shipped], fixes: Sequence[FileFix]) -> list[str]:
    branch, target = run.commit.checkout.name, run.target
    subject = message_of_commit(releases).splitlines()[0]
    files = ", ".join(fix.path for fix in fixes)
    lines = [f"commit on {branch}: {subject} ({files})"] if fixes else []
    lines += [
        f"tag {release.tag}" + (" (it is set already)" if release.is_tagged else "")
        for release in releases
    ]
    if run.arguments.has(LOCAL):
        lines.append("upload to the portal, after its plan and the question")
    if run.arguments.has(NEXT):
        lines.append(f"commit on {branch}: the section of the next version")
    if target is None:
        return lines
    tags = ", ".join(release.tag for release in releases)
    where = f"{target.name} and {tags} to {target.remote}"
    if not target.tip:
        where += f", where {target.name} is new"
    elif target.ahead:
        many = "s" if target.ahead > 1 else ""
        where += f", with {target.ahead} earlier commit{many} that it does not have yet"
    return [*lines, f"push {where}"]


def is_confirmed(session: Session, releases: Sequence[Shipped], target: PushTarget) -> bool:
    """Ask the one question; return whether the answer is yes."""
    question = f"ship {names_of(releases)} to {target.remote}?"
    session.err.write(
        "The CI publishes what is pushed; a version is public for good.\n"
        f"{terminal(question)} [y/N] "
    )
    session.err.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}
