"""What a report of a bug in this program needs: the traceback, the versions, the command to reproduce it."""

from __future__ import annotations

import platform
import shlex
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Final

from factorio_release import __version__
from factorio_release.git.process import run_git

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SECRET_WORDS: Final = ("key", "token", "secret", "password")


def bug_report(bug: BaseException, command: str) -> list[str]:
    """Return the lines of a report; `command` is what `shell_command` returned.

    They go through the redacting stream like everything that is printed.
    """
    return [
        *"".join(traceback.format_exception(bug)).splitlines(),
        f"factorio-release {__version__}, Python {platform.python_version()}, {_git_version()}",
        f"system: {platform.platform()}",
        f"command: {command}",
    ]


def shell_command(argv: Sequence[str], variables: Mapping[str, str]) -> str:
    """Return the run as one command of a POSIX shell, with the variables that were set for it.

    No option takes a secret on the command line. A user may have tried it, so `***` replaces the value of
    an option whose name sounds like one.
    """
    assignments = [f"{name}={shlex.quote(value)}" for name, value in variables.items()]
    return " ".join([*assignments, "factorio-release", *map(shlex.quote, _without_secrets(argv))])


def _without_secrets(argv: Sequence[str]) -> list[str]:
    shown: list[str] = []
    is_secret = False  # of the word that follows
    for word in argv:
        name, equals, _ = word.partition("=")
        if is_secret:
            shown.append("***")
            is_secret = False
        elif _sounds_secret(name):
            shown.append(f"{name}=***" if equals else name)
            is_secret = not equals
        else:
            shown.append(word)
    return shown


def _sounds_secret(name: str) -> bool:
    if not name.startswith("-") or name.endswith("-file"):
        return False
    return any(word in name.lower() for word in _SECRET_WORDS)


def _git_version() -> str:
    # Not in the working directory, which is usually a checkout with a configuration of its own.
    folder = Path(sys.executable).parent
    try:
        return run_git(["--version"], {}, folder, b"").stdout.decode("utf-8", "replace").strip()
    except Exception as error:  # noqa: BLE001 whatever is wrong with git, the report of the bug goes on
        return f"no git ({type(error).__name__})"
