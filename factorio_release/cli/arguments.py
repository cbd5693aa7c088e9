"""What is typed behind a command that takes one folder and no settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factorio_release.cli.targets import find_mods, named_paths
from factorio_release.errors import UsageError
from factorio_release.settings.option import choice

if TYPE_CHECKING:
    from pathlib import Path

    from factorio_release.cli.command_line import Arguments
    from factorio_release.cli.session import Session


def one_path(session: Session, arguments: Arguments) -> Path:
    """Return the one mod that PATH names; UsageError with all mistakes made so far when there are several."""
    found = list(find_mods(named_paths(session.sources(arguments))))
    if len(found) != 1:
        named = ", ".join(path.as_posix() for path in found)
        raise UsageError(f"path: {arguments.command} takes one mod at a time, and there are {named}")
    return found[0]


def chosen(arguments: Arguments, name: str, *allowed: str) -> str:
    """Return a value of the command's own, one of `allowed`; empty when it was not given."""
    written = arguments.switches[name]
    if written is None:
        return ""
    try:
        return choice(*allowed)(written)
    except ValueError as error:
        raise UsageError(f"--{name}: {error}", *arguments.mistakes) from None
