"""`factorio-release portal`: serves the embedded portal until it is interrupted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from factorio_release.cli.declared import FAULT, PORT, SEED, STATE
from factorio_release.errors import UsageError
from factorio_release.local_portal.serve import serve
from factorio_release.settings.kinds import whole_number

if TYPE_CHECKING:
    from factorio_release.cli.command_line import Arguments
    from factorio_release.cli.session import Session

_MAX_PORT: Final = 65535


def serve_portal(session: Session, arguments: Arguments) -> int:
    """Serve until SIGINT or SIGTERM, and print a line for each request."""
    problems = list(arguments.problems)
    given = arguments.value(PORT) or "0"
    port = whole_number(given, _MAX_PORT)
    if port is None:
        problems.insert(0, f"--port: {given} is not a port, a number from 0 to {_MAX_PORT}")
    if port is None or problems:
        raise UsageError(*problems)

    def print_line(line: str) -> None:
        session.out.write(f"{line}\n")
        session.out.flush()

    state, seed = (
        Path(text) if text else None for text in (arguments.value(STATE), arguments.value(SEED))
    )
    return serve(port, state, seed, arguments.lists[FAULT.name], print_line)
