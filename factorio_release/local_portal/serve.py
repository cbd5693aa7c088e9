"""The portal as a command: it runs until it is interrupted and prints a line for each request."""

from __future__ import annotations

import signal
import time
from typing import TYPE_CHECKING

from factorio_release.local_portal.faults.faults import parse_fault
from factorio_release.local_portal.portal import (
    DEMO_ACCOUNTS,
    DEMO_KEY,
    DEMO_OWNER,
    DEMO_PASSWORDS,
    LocalPortal,
)
from factorio_release.local_portal.state.seed_file import load_seed_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path
    from types import FrameType

    from factorio_release.local_portal.log import RequestRecord

EXIT_USAGE = 2
_AN_HOUR = 3600.0


def serve(
    port: int,
    state_dir: Path | None,
    seed: Path | None,
    faults: Iterable[str],
    echo: Callable[[str], object],
) -> int:
    """Run a portal until SIGINT or SIGTERM; return the exit code, 2 when the portal cannot start.

    `faults` are texts for `parse_fault`. `echo` receives printable lines, one for each request, from the
    portal's threads. No line holds a key or an upload token, except the demo key that is printed once.
    """
    try:
        portal = LocalPortal(
            port=port,
            state_dir=state_dir,
            faults=[parse_fault(text) for text in faults],
            observer=lambda record: echo(request_line(record)),
        )
    except ValueError as error:
        echo(f"--fault: {printable(str(error))}")
        return EXIT_USAGE
    except (OSError, OverflowError) as error:
        echo(
            f"the portal cannot listen on port {port}: {printable(str(error))}; choose another with --port"
        )
        return EXIT_USAGE
    try:
        if seed is not None:
            load_seed_file(portal.state, seed)
    except (OSError, ValueError) as error:
        portal.stop()
        echo(f"--seed {printable(str(seed))}: {printable(str(error))}")
        return EXIT_USAGE
    return _run(portal, echo)


def _run(portal: LocalPortal, echo: Callable[[str], object]) -> int:
    try:
        with portal, _signals(_stop):
            for line in _greeting(portal):
                echo(line)
            while True:
                time.sleep(_AN_HOUR)
    except _Stopped:
        return 0


class _Stopped(BaseException):
    """A signal asked the portal to end."""


def _stop(_number: int, _frame: FrameType | None) -> None:
    # Raises, and takes no lock: the signal may have come while this thread holds the same one.
    raise _Stopped


def _greeting(portal: LocalPortal) -> Iterator[str]:
    yield f"mod portal at {portal.url} (uploads go to {portal.upload_url_base})"
    yield f"demo key with every usage: {DEMO_KEY}"
    password = f"{portal.url}/api-login gives it for {DEMO_PASSWORDS[DEMO_OWNER]}"
    yield f"downloads: ?username={DEMO_OWNER}&token={DEMO_ACCOUNTS[DEMO_OWNER]} ({password})"
    yield "Ctrl-C ends it"


class _signals:  # noqa: N801 - reads as a statement
    """Handles SIGINT and SIGTERM inside a with block; on Windows also SIGBREAK, which is Ctrl-Break."""

    def __init__(self, handler: Callable[[int, FrameType | None], None]) -> None:
        self._handler = handler

    def __enter__(self) -> None:
        numbers = [signal.SIGINT, signal.SIGTERM]
        numbers += [signal.Signals(one) for one in (getattr(signal, "SIGBREAK", None),) if one]
        self._before = {one: signal.signal(one, self._handler) for one in numbers}

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)


def request_line(record: RequestRecord) -> str:
    """Return the line of one request: method, path, status, code, bytes, time, fault."""
    parts = [record.method, record.path, str(record.status or "dropped")]
    if record.code:
        parts.append(record.code)
    if record.cached:
        parts.append("cached")
    if record.request_size:
        parts.append(f"{record.request_size} B in")
    parts.append(f"{record.seconds * 1000:.0f} ms")
    if record.fault:
        parts.append(f"fault {record.fault}")
    if record.host == "upload" and record.had_key:
        parts.append("KEY SENT TO THE UPLOAD HOST")
    return printable(" ".join(parts))


def printable(text: str) -> str:
    """Escape what could control a terminal or start a workflow command: paths come from any client."""
    shown = ""
    for character in text:
        if character.isprintable():
            shown += character
        else:
            shown += character.encode("unicode_escape").decode()
    return shown
