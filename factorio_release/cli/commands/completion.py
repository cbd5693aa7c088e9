"""`completion`: the script with which a shell completes commands, options and their values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import shtab

from factorio_release.cli.command_line import whole_parser
from factorio_release.cli.declared import SHELL, SHELLS
from factorio_release.errors import ExitCode, UsageError
from factorio_release.parsers.suggestion import did_you_mean

if TYPE_CHECKING:
    import argparse

    from factorio_release.cli.command_line import Arguments
    from factorio_release.cli.session import Session

_FOLDERS: Final = frozenset({"DIR"})
_FILES: Final = frozenset({"FILE", "PATH"})


def completion(session: Session, arguments: Arguments) -> int:
    """Print the script of a shell; raises UsageError for a shell that has none."""
    shell = arguments.value(SHELL) or ""
    if shell not in SHELLS:
        near = did_you_mean(shell, SHELLS)
        raise UsageError(f"completion: {shell} is not one of {', '.join(SHELLS)}{near}")
    parser = whole_parser()
    _add_values(parser)
    session.out.write(f"{shtab.complete(parser, shell)}\n")
    return ExitCode.FINE


def _add_values(parser: argparse.ArgumentParser) -> None:
    """Say of each argument which words or files it takes; the parser of a run reads them itself."""
    for action in parser._actions:  # noqa: SLF001 argparse has no other way to them
        if isinstance(action.choices, dict):  # the commands
            for each in action.choices.values():
                _add_values(each)
            continue
        words = action.metavar.split("|") if isinstance(action.metavar, str) else []
        if len(words) > 1:
            action.choices = [word for word in words if word != "X.Y.Z"]
        elif set(words) & (_FILES | _FOLDERS):
            told: Any = action  # shtab reads an attribute that argparse does not know
            told.complete = shtab.DIRECTORY if set(words) & _FOLDERS else shtab.FILE
