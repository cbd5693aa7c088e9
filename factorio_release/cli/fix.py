"""`check --fix`: writes what has one right answer, and shows it as a diff."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from factorio_release.checks.fix import fixes, unified_diff
from factorio_release.cli.targets import find_mods, shown
from factorio_release.errors import ModError
from factorio_release.mod.loading import load_mod
from factorio_release.pipeline import package_rules
from factorio_release.report.escape import terminal_lines

if TYPE_CHECKING:
    from factorio_release.checks.fix import FileFix
    from factorio_release.cli.command_line import Arguments
    from factorio_release.cli.session import Session


def fix(session: Session, arguments: Arguments) -> None:
    """Mend every mod that PATH names; the check that follows judges the result.

    Raises ModError for a file that cannot be written, before the next one is touched.
    """
    sources = session.sources(arguments)
    for path in find_mods(session.settings_of(sources, Path()).path):
        settings = session.settings_of(sources, path)
        mod = load_mod(path, package_rules(settings, path))
        for one in fixes(mod, datetime.now(UTC).date()):
            _write(path / one.path, one)
            session.say(f"mended {shown(path / one.path)}")
            session.err.write(terminal_lines(unified_diff(one)))


def _write(path: Path, one: FileFix) -> None:
    if path.is_symlink() or path.read_bytes() != one.before:
        raise ModError(f"{shown(path)} is a link or changed meanwhile", "mend the file itself, or run again")
    try:
        path.write_bytes(one.after)
    except OSError as error:
        raise ModError(f"{shown(path)} cannot be written: {error.strerror}", "make it writable") from error
