"""What can go wrong, and the exit code of each.

    ReleaseError        1   the root; itself a bug of ours, told in a report
    ├── UsageError        2   wrong options, settings or config file; carries every mistake
    ├── ModError          3   the mod cannot be read or packaged at all
    ├── PortalRefused     4   the portal said no: its code, its message, the remedy
    │   ├── VersionTaken  6   the version exists on the portal with another SHA-1
    │   └── AlreadyThere  4   what was sent is on the portal already, the portal says
    ├── PortalUnreachable 5   no answer
    │   ├── AnswerUnclear 5   something came back, or was sent, but what it did is not known
    │   └── RunTimeOver   5   the time that a run may take is over
    └── Interrupted     130   Ctrl-C, SIGTERM of a cancelled job, SIGHUP; tells what is public

Findings are values, not exceptions: a run that ends with them exits with 3. Anything else that
is raised is a bug of ours and exits with 1.
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """The exit codes of the command, part of the public contract."""

    FINE = 0
    BUG = 1
    USAGE = 2
    FINDINGS = 3
    REFUSED = 4
    UNREACHABLE = 5
    VERSION_TAKEN = 6
    CHANGES = 10
    INTERRUPTED = 130


class ReleaseError(Exception):
    """Something the user can act on: `str()` names the thing, `hint` the remedy."""

    exit_code = ExitCode.BUG

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class UsageError(ReleaseError):
    """Options, environment or config file are wrong; `problems` holds all of them, one line each."""

    exit_code = ExitCode.USAGE

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class ModError(ReleaseError):
    """The mod cannot be read or packaged: no info.json, an unreadable folder, a broken zip."""

    exit_code = ExitCode.FINDINGS


class PortalRefused(ReleaseError):
    """The portal answered with an error of its own.

    `code` is the portal's (`InvalidApiKey`, …), `status` the HTTP status it came with.
    """

    exit_code = ExitCode.REFUSED

    def __init__(self, message: str, hint: str = "", *, code: str = "", status: int = 0) -> None:
        super().__init__(message, hint)
        self.code = code
        self.status = status


class VersionTaken(PortalRefused):
    """This version is on the portal already, with another SHA-1; a version is never used twice."""

    exit_code = ExitCode.VERSION_TAKEN


class AlreadyThere(PortalRefused):
    """The portal refused to add what it has already; another run may have sent it a moment ago."""


class PortalUnreachable(ReleaseError):
    """No usable answer came, and nothing was changed by the request that failed.

    `retry_after` is the wait in seconds that the portal asked for, 0 without one.
    """

    exit_code = ExitCode.UNREACHABLE

    def __init__(self, message: str, hint: str = "", *, retry_after: float = 0.0) -> None:
        super().__init__(message, hint)
        self.retry_after = retry_after


class AnswerUnclear(PortalUnreachable):
    """A request went out and its effect is unknown: look before repeating it."""


class RunTimeOver(PortalUnreachable):
    """The time that one run may take is over; the request at hand was not sent."""


class Interrupted(ReleaseError):
    """The run was stopped from outside; the message tells what is public and what is not."""

    exit_code = ExitCode.INTERRUPTED
