"""From arguments to an exit code: dispatches, and answers for everything that is raised."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, NoReturn

from factorio_release.cli.command_line import parse
from factorio_release.cli.session import Session
from factorio_release.errors import ExitCode, ReleaseError
from factorio_release.report.model import failed_report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

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


def run() -> NoReturn:
    """Run the command with this process's arguments and exit with its code."""
    sys.exit(main())


def main(argv: Sequence[str] | None = None, environ: Mapping[str, str] | None = None) -> int:
    """Run one command and return its exit code; nothing is raised."""
    session = Session.begin(os.environ if environ is None else environ)
    with redirect_stdout(session.out), redirect_stderr(session.err), _terminated_as_interrupted():
        try:
            return _dispatch(session, parse(sys.argv[1:] if argv is None else argv))
        except SystemExit as leaving:  # argparse after --help and --version
            return int(leaving.code or 0)
        except ReleaseError as error:
            return _refused(session, error)
        except KeyboardInterrupt:
            session.say("interrupted")
            return ExitCode.INTERRUPTED
        except Exception:  # noqa: BLE001 our own bug, whatever it is: told in full and never hidden
            return _bug(session)
        finally:
            session.finish()


def _dispatch(session: Session, arguments: Arguments) -> int:
    session.verbose = arguments.verbose or session.ci.debug
    if arguments.command in APART:
        module, function = APART[arguments.command]
        command: Callable[[Session, Arguments], int] = getattr(
            import_module(f"factorio_release.cli.{module}"), function
        )
        return command(session, arguments)
    if arguments.switches.get("fix"):
        from factorio_release.cli.fix import fix  # noqa: PLC0415 start-up

        fix(session, arguments)
    from factorio_release.cli.runs import run as run_pipeline  # noqa: PLC0415 start-up
    from factorio_release.cli.showing import show  # noqa: PLC0415 start-up

    finished = run_pipeline(session, arguments)
    report = finished.report
    show(session, arguments, finished)
    changes = any(mod.plan and mod.plan.changes and not mod.changed for mod in report.mods)
    if report.exit_code == ExitCode.FINE and arguments.switches.get("detailed-exitcode") and changes:
        return ExitCode.CHANGES
    return report.exit_code


def _refused(session: Session, error: ReleaseError) -> int:
    """Tell an error that ended the run before there was anything to report on."""
    for line in str(error).splitlines():
        session.say(f"error: {line}")
    if error.hint:
        session.say(f"    hint: {error.hint}")
    session.publish(failed_report(str(error), error.exit_code), "")
    return error.exit_code


def _bug(session: Session) -> int:
    import traceback  # noqa: PLC0415 start-up: only for a bug

    from factorio_release.project import home  # noqa: PLC0415 likewise

    session.err.write(traceback.format_exc())
    session.say(f"this is a bug of factorio-release; please report it with the lines above: {home()}/issues")
    session.publish(failed_report("a bug of factorio-release; see the log", ExitCode.BUG), "")
    return ExitCode.BUG


@contextmanager
def _terminated_as_interrupted() -> Iterator[None]:
    """Let a cancelled job's SIGTERM end a run as Ctrl-C does: with a report of what is public."""

    def interrupt(*_: Any) -> NoReturn:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # a second one must not stop the report of the first
        raise KeyboardInterrupt

    try:
        before = signal.signal(signal.SIGTERM, interrupt)
    except ValueError:  # not the main thread, where signals are somebody else's
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
