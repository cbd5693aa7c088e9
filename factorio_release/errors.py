"""The errors of the program, and the exit code of each.

    ReleaseError        1   the base class; raised itself only for a bug of ours
    ├── UsageError        2   wrong options, settings or config file; has every problem
    ├── PlanOutdated      2   the portal has changed since the plan in a file was made
    ├── ModError          3   the mod cannot be read or packed at all
    ├── PortalRefused     4   the portal refused: its code, its message, the remedy
    │   ├── VersionTaken  6   the version is on the portal with another SHA-1
    │   └── AlreadyThere  4   the portal says that it already has what was sent
    ├── PortalUnreachable 5   no answer
    │   ├── AnswerUnclear 5   a request was sent, and its effect is not known
    │   └── RunTimeOver   5   the time that a run may take is over
    ├── PushRefused       4   git or its remote refused a commit, a tag or a push
    ├── RemoteUnreachable 5   the git remote does not answer
    ├── NotReleased     …   a mod that it requires failed in the same run; the exit code is that mod's
    └── Interrupted     130   Ctrl-C, SIGTERM of a cancelled job, SIGHUP; says what is public

Findings are values, not exceptions: a run that ends with them exits with 3. Any other exception is a bug
of ours and exits with 1.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final

# The hint after an answer that says too little.
RUN_AGAIN: Final = (
    "look at the mod's page, then run the same command again: it finishes what is missing"
)


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
    """An error that the user can act on: `str()` names the thing, `hint` the remedy."""

    exit_code = ExitCode.BUG

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint

    def about(self, what: str) -> None:
        """Put what the error is about in front of its message, unless the message names it."""
        if what not in str(self):
            self.args = (f"{what}: {self}",)


class UsageError(ReleaseError):
    """Options, environment or config file are wrong; `problems` has all problems, one line each."""

    exit_code = ExitCode.USAGE

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class PlanOutdated(ReleaseError):
    """The portal has changed since the plan was made that is to be released: nothing was written."""

    exit_code = ExitCode.USAGE


class ModError(ReleaseError):
    """The mod cannot be read or packed: no info.json, an unreadable folder, a broken zip."""

    exit_code = ExitCode.FINDINGS


class PortalRefused(ReleaseError):
    """The portal refused a request with an error.

    `code` is the portal's (`InvalidApiKey`, …), `status` the HTTP status of the answer.
    """

    exit_code = ExitCode.REFUSED

    def __init__(self, message: str, hint: str = "", *, code: str = "", status: int = 0) -> None:
        super().__init__(message, hint)
        self.code = code
        self.status = status


class VersionTaken(PortalRefused):
    """The version is on the portal already, with another SHA-1; no version can be used twice."""

    exit_code = ExitCode.VERSION_TAKEN


class AlreadyThere(PortalRefused):
    """The portal refused to add what it already has; another run may have sent it a moment ago."""


class PortalUnreachable(ReleaseError):
    """No usable answer came, and the failed request has changed nothing.

    `retry_after` is the wait in seconds that the portal asks for, 0 without one.
    """

    exit_code = ExitCode.UNREACHABLE

    def __init__(self, message: str, hint: str = "", *, retry_after: float = 0.0) -> None:
        super().__init__(message, hint)
        self.retry_after = retry_after


class AnswerUnclear(PortalUnreachable):
    """A request was sent and its effect is not known: read the live state before repeating it."""


class RunTimeOver(PortalUnreachable):
    """The time that a run may take is over; the next request was not sent."""


class PushRefused(ReleaseError):
    """Git, a hook or the remote refused a commit, a tag or a push; the message says what is left."""

    exit_code = ExitCode.REFUSED


class RemoteUnreachable(ReleaseError):
    """The git remote does not answer."""

    exit_code = ExitCode.UNREACHABLE


class NotReleased(ReleaseError):
    """A mod that this one requires failed in the same run; `exit_code` is that of the failed mod."""

    def __init__(self, message: str, hint: str, *, exit_code: int) -> None:
        super().__init__(message, hint)
        self.exit_code = ExitCode(exit_code)


class Interrupted(ReleaseError):
    """The run was stopped from outside; the message says what is public and what is not."""

    exit_code = ExitCode.INTERRUPTED
