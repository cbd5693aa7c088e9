"""`factorio-release portal`: serves the embedded portal until it is interrupted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from factorio_release.cli.declared import FAULT, PORT, SEED, STATE
from factorio_release.errors import UsageError
from factorio_release.settings.option import whole_number

if TYPE_CHECKING:
    from factorio_release.cli.command_line import Arguments
    from factorio_release.cli.session import Session

LARGEST_PORT = 65535


def serve_portal(session: Session, arguments: Arguments) -> int:
    """Serve until SIGINT or SIGTERM; each request is told on a line."""
    from factorio_release.local_portal.serve import serve  # noqa: PLC0415 start-up: only here

    given = arguments.value(PORT) or "0"
    port = whole_number(given, LARGEST_PORT)
    if port is None:
        raise UsageError(
            f"--port: {given} is not a port, a number from 0 to {LARGEST_PORT}", *arguments.problems
        )
    if arguments.problems:
        raise UsageError(*arguments.problems)
    state, seed = arguments.value(STATE), arguments.value(SEED)

    def echo(line: str) -> None:
        session.out.write(f"{line}\n")
        session.out.flush()

    folder, seeds = (Path(name) if name else None for name in (state, seed))
    return serve(port, folder, seeds, arguments.lists[FAULT.name], echo)
