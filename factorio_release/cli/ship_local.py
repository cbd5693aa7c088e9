"""`ship --local`: the upload from this machine, between the tag and the push."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factorio_release.cli.commands.pipeline import run
from factorio_release.cli.intents import Intent
from factorio_release.cli.output import show
from factorio_release.report.model import Public

if TYPE_CHECKING:
    from factorio_release.cli.command_line import Arguments
    from factorio_release.cli.release_commit import ReleaseCommit
    from factorio_release.cli.session import Session


def upload(session: Session, arguments: Arguments, commit: ReleaseCommit, tag: str) -> int:
    """Release what the tag names, as `factorio-release release` does; return the exit code of that.

    It shows the plan and asks. Where the version is public then, or may be, `commit` is kept; `is_public`
    of it says that it is for certain.
    """
    release = arguments._replace(command="release", switches=frozenset())
    session.may_write = True
    finished = run(session, release, Intent("release", session.key, tag=tag))
    show(session, release, finished)
    public = {mod.public for mod in finished.report.mods}
    if public == {Public.YES}:
        commit.keep()
        commit.is_public = True
    elif Public.UNKNOWN in public:
        commit.keep()
        session.say(
            f"commit and tag were kept and not pushed, since {tag} may be public; "
            "`factorio-release release` finds out, then push them"
        )
    return finished.report.exit_code
