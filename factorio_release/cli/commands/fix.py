"""`check --fix`: fixes what can be fixed safely, and shows the changes as a diff."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from factorio_release.cli.targets import read_targets, shown
from factorio_release.cli.written_files import replace_files
from factorio_release.disk.replace_rules import replaces_exactly
from factorio_release.edits.fix import fixes, unified_diff
from factorio_release.mod.mod import load_mod
from factorio_release.pipeline.job import package_rules
from factorio_release.report.escape import terminal_lines

if TYPE_CHECKING:
    from factorio_release.cli.command_line import Arguments
    from factorio_release.cli.session import Session


def fix(session: Session, arguments: Arguments) -> None:
    """Fix every mod that PATH names; the check that follows reports what is left.

    Raises ModError when a file of a mod cannot be written; then no file of that mod is changed.
    """
    for target in read_targets(session, arguments):
        path = target.path
        mod = load_mod(path, package_rules(target.settings, path))
        changed = fixes(mod, datetime.now(UTC).date())
        # A file that another program changes in between is not overwritten.
        replace_files(
            path, {path / one.path: (one.after, replaces_exactly(one.before)) for one in changed}
        )
        for one in changed:
            session.say(f"fixed {shown(path / one.path)}")
            session.err.write(terminal_lines(unified_diff(one)))
