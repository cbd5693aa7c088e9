"""A gate holds one request, so that a test can act while the request is under way."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from factorio_release.local_portal.log import RequestRecord

PATIENCE_SECONDS = (
    600.0  # a busy machine delays everything; what never comes is waited for in vain once
)


class Gate:
    """Holds one request until the test releases it.

    The test calls `wait` for the request to arrive, acts (stops the client, changes the portal), and calls
    `release`. Without `proceed` the connection is dropped; the portal does not act on a request that was
    held before the action. The same happens when the client closes the connection.
    """

    def __init__(self) -> None:
        self._reached = threading.Event()
        self._released = threading.Event()
        self._proceed = False
        self.record: RequestRecord | None = None

    def wait(self, timeout: float = PATIENCE_SECONDS) -> RequestRecord:
        """Wait until a request is held and return its record.

        Raises:
            TimeoutError: when none arrives within `timeout` seconds.
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
        """Wait up to `timeout` seconds and return whether the gate was released."""
        return self._released.wait(timeout)

    @property
    def proceeds(self) -> bool:
        """Whether a released request continues."""
        return self._proceed
