"""The main function: from arguments to an exit code, whatever is raised on the way."""

from __future__ import annotations

import os
import sys
import time
from contextlib import redirect_stderr, redirect_stdout
from importlib import import_module
from typing import TYPE_CHECKING, Final

from factorio_release.cli.command_line import parse, unread
from factorio_release.cli.declared import DATE, DETAILED_EXITCODE, FIX
from factorio_release.cli.interrupts import INTERRUPTS
from factorio_release.cli.session import Session
from factorio_release.errors import ExitCode, ReleaseError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from factorio_release.cli.command_line import Arguments

# Commands other than the release pipeline, by module and function. A module is imported when its
# command is run: importing all of them would slow down the start.
_SEPARATE_COMMANDS: Final = {
    "load": ("load", "load"),
    "rehearse": ("rehearse", "rehearse"),
    "portal": ("portal", "serve_portal"),
    "notes": ("notes", "notes"),
    "bump": ("bump", "bump"),
    "ship": ("ship", "ship"),
    "mods": ("mods", "mods"),
    "login": ("login", "login"),
    "cache": ("cache", "cache"),
    "servers": ("servers", "servers"),
    "completion": ("completion", "completion"),
    "init": ("init", "init"),
}
# Their printed result is their purpose: they fail when it cannot be printed.
_PRINTS_RESULT: Final = frozenset(
    {"notes", "bump", "mods", "login", "cache", "servers", "completion"}
)


def main(
    argv: Sequence[str] | None = None,
    environ: Mapping[str, str] | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> int:
    """Run one command and return its exit code; nothing is raised.

    `argv` and `environ` are this process's own by default. `sleep` takes the waits between requests.
    """
    if argv is None:
        argv = sys.argv[1:]
    if environ is None:
        environ = os.environ
    with INTERRUPTS.installed():
        session = Session.begin(environ, argv, sleep)
        with redirect_stdout(session.out), redirect_stderr(session.err):
            return session.finish(_exit_code(session, argv))


def _exit_code(session: Session, argv: Sequence[str]) -> int:
    try:
        arguments = _parsed(session, argv)
        with INTERRUPTS.released():
            return _run(session, arguments)
    except SystemExit as leaving:  # argparse raises it after --help and --version
        session.prints_result = True
        return int(leaving.code or 0)
    except ReleaseError as error:
        return _report_error(session, error)
    except KeyboardInterrupt:
        return _report_interrupt(session)
    except Exception as bug:  # noqa: BLE001 a bug of ours, whatever it is, gets a report
        return _report_bug(session, bug)


def _parsed(session: Session, argv: Sequence[str]) -> Arguments:
    """Return what the command line says; there is a report also where that cannot be read."""
    try:
        arguments = parse(argv)
    except UsageError:
        _expect_report(session, unread(argv))
        raise
    _expect_report(session, arguments)
    return arguments


def _expect_report(session: Session, arguments: Arguments) -> None:
    if arguments.command not in _SEPARATE_COMMANDS:
        session.expect_report(arguments)


def _run(session: Session, arguments: Arguments) -> int:
    session.verbose = arguments.verbose or session.ci.debug
    if arguments.command in _SEPARATE_COMMANDS:
        session.prints_result = arguments.command in _PRINTS_RESULT
        module, function = _SEPARATE_COMMANDS[arguments.command]
        command: Callable[[Session, Arguments], int] = getattr(
            import_module(f"factorio_release.cli.commands.{module}"), function
        )
        return command(session, arguments)
    if arguments.has(FIX):
        from factorio_release.cli.commands.fix import fix  # noqa: PLC0415 start-up: only with --fix

        fix(session, arguments)
    elif arguments.command == "check" and arguments.value(DATE) is not None:
        raise UsageError("--date is for `check --fix`, which writes the date")
    return _run_pipeline(session, arguments)


def _run_pipeline(session: Session, arguments: Arguments) -> int:
    from factorio_release.cli.commands.pipeline import run  # noqa: PLC0415 start-up: a whole stage
    from factorio_release.cli.output import show  # noqa: PLC0415 likewise

    finished = run(session, arguments)
    report = finished.report
    session.prints_result = finished.settings.format != "text" and not finished.may_write
    show(session, arguments, finished)
    if (
        report.exit_code == ExitCode.FINE
        and arguments.has(DETAILED_EXITCODE)
        and report.has_open_changes
    ):
        return ExitCode.CHANGES
    return report.exit_code


def _report_error(session: Session, error: ReleaseError) -> int:
    """Report an error that ended the run before there was a mod to report on."""
    from factorio_release.parsers.unseen import visible  # noqa: PLC0415 start-up: only after an error

    for line in str(error).splitlines():
        session.say(f"error: {visible(line)}")
    if error.hint:
        session.say(f"    hint: {visible(error.hint)}")
    session.fail(str(error), error.exit_code, error.hint)
    return error.exit_code


def _report_interrupt(session: Session) -> int:
    """Report an interrupt before the run of the first mod, or after the end of the last.

    An interrupt between the two is in the report of the mod.
    """
    if session.handed_on:
        session.say("interrupted after the end of the run")
        return session.handed_on.exit_code
    message = "interrupted; nothing was written to the portal"
    session.say(message)
    session.fail(message, ExitCode.INTERRUPTED)
    return ExitCode.INTERRUPTED


def _report_bug(session: Session, bug: Exception) -> int:
    from factorio_release.bug_report import bug_report  # noqa: PLC0415 start-up: only for a bug
    from factorio_release.project import home  # noqa: PLC0415 likewise

    for line in bug_report(bug, session.command_to_reproduce()):
        session.say(line)
    session.say(
        f"this is a bug of factorio-release; please report it with the lines above: {home()}/issues"
    )
    session.fail("a bug of factorio-release; see the log", ExitCode.BUG)
    return ExitCode.BUG
