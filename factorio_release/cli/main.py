"""From arguments to an exit code: dispatches, and answers for everything that is raised."""

from __future__ import annotations

import os
import sys
from contextlib import redirect_stderr, redirect_stdout
from importlib import import_module
from typing import TYPE_CHECKING, Final

from factorio_release.cli.command_line import parse
from factorio_release.cli.declared import DETAILED_EXITCODE, FIX
from factorio_release.cli.interrupts import INTERRUPTS
from factorio_release.cli.session import Session
from factorio_release.errors import ExitCode, ReleaseError
from factorio_release.report.model import failed_report

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from factorio_release.cli.command_line import Arguments

# The commands that are no pipeline: module and function, loaded when they are run.
APART: Final = {
    "rehearse": ("rehearse", "rehearse"),
    "portal": ("portal", "serve_portal"),
    "notes": ("notes", "notes"),
    "bump": ("bump", "bump"),
    "mods": ("mods", "mods"),
    "init": ("init", "init"),
}
# Of these, what they print is what they are run for: they fail when it cannot be printed.
PRINTS_RESULT: Final = frozenset({"notes", "bump", "mods"})


def main(argv: Sequence[str] | None = None, environ: Mapping[str, str] | None = None) -> int:
    """Run one command and return its exit code; nothing is raised."""
    with INTERRUPTS.installed():
        session = Session.begin(os.environ if environ is None else environ)
        with redirect_stdout(session.out), redirect_stderr(session.err):
            return session.finish(_answered(session, sys.argv[1:] if argv is None else argv))


def _answered(session: Session, argv: Sequence[str]) -> int:
    try:
        arguments = parse(argv)
        if arguments.command not in APART:
            session.expect_report(arguments)
        with INTERRUPTS.released():
            return _dispatch(session, arguments)
    except SystemExit as leaving:  # argparse after --help and --version
        session.prints_result = True
        return int(leaving.code or 0)
    except ReleaseError as error:
        return _refused(session, error)
    except KeyboardInterrupt:
        return _interrupted(session)
    except Exception:  # noqa: BLE001 our own bug, whatever it is: told in full and never hidden
        return _bug(session)


def _dispatch(session: Session, arguments: Arguments) -> int:
    session.verbose = arguments.verbose or session.ci.debug
    if arguments.command in APART:
        session.prints_result = arguments.command in PRINTS_RESULT
        module, function = APART[arguments.command]
        command: Callable[[Session, Arguments], int] = getattr(
            import_module(f"factorio_release.cli.commands.{module}"), function
        )
        return command(session, arguments)
    if arguments.has(FIX):
        from factorio_release.cli.commands.fix import fix  # noqa: PLC0415 start-up

        fix(session, arguments)
    from factorio_release.cli.commands.pipeline import run as run_pipeline  # noqa: PLC0415 start-up
    from factorio_release.cli.output import show  # noqa: PLC0415 start-up

    finished = run_pipeline(session, arguments)
    report = finished.report
    session.prints_result = finished.settings.format != "text" and not finished.may_write
    show(session, arguments, finished)
    changes = any(mod.plan and mod.plan.changes and not mod.changed for mod in report.mods)
    if report.exit_code == ExitCode.FINE and arguments.has(DETAILED_EXITCODE) and changes:
        return ExitCode.CHANGES
    return report.exit_code


def _refused(session: Session, error: ReleaseError) -> int:
    """Tell an error that ended the run before there was anything to report on."""
    for line in str(error).splitlines():
        session.say(f"error: {line}")
    if error.hint:
        session.say(f"    hint: {error.hint}")
    session.hand_on(failed_report(str(error), error.exit_code))
    return error.exit_code


def _interrupted(session: Session) -> int:
    """Tell that the run was ended before it had begun with a mod, or after its end; else its report tells."""
    if session.handed_on:
        session.say("interrupted after the end of the run")
        return session.handed_on.exit_code
    message = "interrupted; nothing was written to the portal"
    session.say(message)
    session.hand_on(failed_report(message, ExitCode.INTERRUPTED))
    return ExitCode.INTERRUPTED


def _bug(session: Session) -> int:
    import traceback  # noqa: PLC0415 start-up: only for a bug

    from factorio_release.project import home  # noqa: PLC0415 likewise

    session.err.write(traceback.format_exc())
    session.say(f"this is a bug of factorio-release; please report it with the lines above: {home()}/issues")
    session.hand_on(failed_report("a bug of factorio-release; see the log", ExitCode.BUG))
    return ExitCode.BUG
