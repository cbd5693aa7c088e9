"""What several commands read from their own arguments."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from factorio_release.cli.declared import CHANGED, DATE
from factorio_release.cli.named_mods import find_mods, mods_below_here, named_paths
from factorio_release.errors import ModError, UsageError
from factorio_release.parsers.changelog.dates import is_placeholder
from factorio_release.settings.kinds import Choice

if TYPE_CHECKING:
    from pathlib import Path

    from factorio_release.cli.command_line import Arguments
    from factorio_release.cli.declared import Value
    from factorio_release.cli.session import Session


def one_path(session: Session, arguments: Arguments) -> Path:
    """Return the only mod that PATH names.

    Raises UsageError where PATH names several mods, and for every problem of the settings' sources. Without
    PATH, in a folder that is no mod, it raises ModError with the mods below.
    """
    sources = session.sources(arguments)
    found = [mod.path for mod in find_mods(named_paths(sources))]
    # With --changed the folder is the one around the mods.
    below = [] if arguments.has(CHANGED) else mods_below_here(sources)
    if below:
        raise ModError("no info.json in this folder", f"give one of {', '.join(below)}")
    if len(found) != 1:
        names = ", ".join(path.as_posix() for path in found)
        raise UsageError(f"path: {arguments.command} takes one mod at a time, not {names}")
    return found[0]


def chosen(arguments: Arguments, argument: Value) -> str:
    """Return the value of an argument with choices, empty where it was not given.

    Raises UsageError for any other word.
    """
    written = arguments.value(argument)
    if written is None:
        return ""
    try:
        return Choice(argument.choices)(written)
    except ValueError as error:
        raise UsageError(f"--{argument.name}: {error}", *arguments.problems) from None


def date_of_section(arguments: Arguments) -> str:
    """Return the value of `--date`, today's in UTC without a value; empty where it was not given.

    Raises UsageError for a text that is no date.
    """
    given = arguments.value(DATE)
    if given is None:
        return ""
    text = " ".join(given.split())
    if text in {"", "today"}:
        return f"{datetime.now(UTC).date()}"
    if is_placeholder(text):
        raise UsageError(f"--date: {text!r} is no date; without --date the section stays open")
    if not text.isprintable():
        raise UsageError(f"--date: {text!r} has characters that no date has")
    return text
