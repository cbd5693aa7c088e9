"""The portal as a command: runs until it is interrupted and says what it is asked."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING

from factorio_release.local_portal.faults.faults import parse_fault
from factorio_release.local_portal.portal import DEMO_ACCOUNTS, DEMO_KEY, DEMO_OWNER, LocalPortal
from factorio_release.local_portal.state.seed_file import load_seed_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path
    from types import FrameType

    from factorio_release.local_portal.log import RequestRecord

EXIT_USAGE = 2


def serve(
    port: int, state_dir: Path | None, seed: Path | None, faults: Iterable[str], echo: Callable[[str], object]
) -> int:
    """Run a portal until SIGINT or SIGTERM; give 0, or 2 for what cannot be started.

    `faults` are texts for `parse_fault`. `echo` is given printable lines, one a request, from the
    portal's threads; no line holds a key or an upload token, except the demo key that is printed once.
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
        echo(f"the portal cannot listen on port {port}: {printable(str(error))}; choose another with --port")
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
    done = threading.Event()

    def finish(_number: int, _frame: FrameType | None) -> None:
        done.set()

    with portal, _signals(finish):
        for line in _greeting(portal):
            echo(line)
        while not done.wait(0.2):
            pass
    return 0


def _greeting(portal: LocalPortal) -> Iterator[str]:
    yield f"mod portal at {portal.url} (uploads go to {portal.upload_url_base})"
    yield f"demo key with every usage: {DEMO_KEY}"
    yield f"downloads: ?username={DEMO_OWNER}&token={DEMO_ACCOUNTS[DEMO_OWNER]}"
    yield "Ctrl-C ends it"


class _signals:  # noqa: N801 - reads as a statement
    """Handles SIGINT and SIGTERM inside a with block."""

    def __init__(self, handler: Callable[[int, FrameType | None], None]) -> None:
        self._handler = handler

    def __enter__(self) -> None:
        self._before = {one: signal.signal(one, self._handler) for one in (signal.SIGINT, signal.SIGTERM)}

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)


def request_line(record: RequestRecord) -> str:
    """Return the line of one request: method, path, status, code, bytes, time, fault."""
    outcome = str(record.status) if record.status else "dropped"
    parts = [
        record.method,
        record.path,
        outcome,
        record.code,
        "cached" if record.cached else "",
        f"{record.request_size} B in" if record.request_size else "",
        f"{record.seconds * 1000:.0f} ms",
        f"fault {record.fault}" if record.fault else "",
        "KEY SENT TO THE UPLOAD HOST" if record.host == "upload" and record.had_key else "",
    ]
    return printable(" ".join(part for part in parts if part))


def printable(text: str) -> str:
    """Replace what could steer a terminal or start a workflow command."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)
