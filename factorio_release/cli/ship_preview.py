"""What `ship` shows before it writes to the outside, and its question."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

from factorio_release.cli.declared import LOCAL, NEXT
from factorio_release.cli.release_commit import committed_files
from factorio_release.cli.version_edits import kept_sentence
from factorio_release.edits.fix import unified_diff
from factorio_release.report.escape import terminal, terminal_lines

if TYPE_CHECKING:
    from pathlib import Path

    from factorio_release.cli.command_line import Arguments
    from factorio_release.cli.release_commit import ReleaseCommit
    from factorio_release.cli.session import Session
    from factorio_release.edits.fix import FileFix
    from factorio_release.git.push_target import PushTarget
    from factorio_release.git.repository import Repository
    from factorio_release.git.users_git import UsersGit
    from factorio_release.parsers.version import Version
    from factorio_release.report.model import Report
    from factorio_release.settings.options import Settings


class Shipped(NamedTuple):
    """The version that is shipped. `is_tagged` where an earlier run set the tag and could not push it."""

    name: str
    version: Version
    tag: str
    message: str
    edits: tuple[FileFix, ...]
    kept: Version | None
    is_tagged: bool


class ShipRun(NamedTuple):
    """What the steps of one run share; `target` is None for `--local` without a remote."""

    session: Session
    arguments: Arguments
    path: Path
    repository: Repository
    settings: Settings
    git: UsersGit
    commit: ReleaseCommit
    target: PushTarget | None


def show_release(run: ShipRun, release: Shipped, report: Report) -> None:
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


def _steps(run: ShipRun, release: Shipped, fixes: tuple[FileFix, ...]) -> list[str]:
    branch, target = run.commit.checkout.name, run.target
    subject = release.message.splitlines()[0]
    files = " and ".join(fix.path for fix in fixes)
    commits = [f"commit on {branch}: {subject} ({files})"] if fixes else []
    tags = [f"tag {release.tag}" + (" (it is set already)" if release.is_tagged else "")]
    if run.arguments.has(NEXT):
        tags.append(f"commit on {branch}: the section of the next version")
    if run.arguments.has(LOCAL):
        tags.insert(1, "upload to the portal, after its plan and the question")
    if target is None:
        return [*commits, *tags]
    where = f"{target.name} and {release.tag} to {target.remote}"
    if not target.tip:
        where += f", where {target.name} is new"
    elif target.ahead:
        many = "s" if target.ahead > 1 else ""
        where += f", with {target.ahead} earlier commit{many} that it does not have yet"
    return [*commits, *tags, f"push {where}"]


def is_confirmed(session: Session, release: Shipped, target: PushTarget) -> bool:
    """Ask the one question; return whether the answer is yes."""
    question = f"ship {release.name} {release.version} to {target.remote}?"
    session.err.write(
        "The CI publishes what is pushed; a version is public for good.\n"
        f"{terminal(question)} [y/N] "
    )
    session.err.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}
