"""A gate stops one request on its way, so that a test can act while it is under way."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from factorio_release.local_portal.log import RequestRecord


class Gate:
    """Where a held request waits.

    The test calls `wait` until the request has come, acts (kills the client, changes the portal), and
    then `release`; without `proceed` the connection is dropped, and a request held before the portal
    acted is never acted on. A client that goes away opens the gate in the same way by itself.
    """

    def __init__(self) -> None:
        self._reached = threading.Event()
        self._released = threading.Event()
        self._proceed = False
        self.record: RequestRecord | None = None

    def wait(self, timeout: float = 30.0) -> RequestRecord:
        """Wait until a request is held and give its record.

        Raises:
            TimeoutError: when none came.
        """
        if not self._reached.wait(timeout) or self.record is None:
            raise TimeoutError(f"no request came to the gate in {timeout:g} s")
        return self.record

    def release(self, *, proceed: bool = True) -> None:
        """Let the request go on, or drop it."""
        self._proceed = proceed
        self._released.set()

    def arrive(self, record: RequestRecord) -> None:
        """Report the held request."""
        self.record = record
        self._reached.set()

    def opened(self, timeout: float) -> bool:
        """Wait a moment and return whether the gate was released."""
        return self._released.wait(timeout)

    @property
    def proceeds(self) -> bool:
        """Return whether a released request goes on."""
        return self._proceed
