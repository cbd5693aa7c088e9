"""The part of a connection that an exchange uses; it does not depend on the server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from factorio_release.local_portal.answers import Answer
    from factorio_release.local_portal.endpoints import Host
    from factorio_release.local_portal.http.bodies import Headers, Stream


class Connection(Protocol):
    """One connection with a request whose head has been read."""

    command: str
    path: str
    close_connection: bool

    @property
    def host(self) -> Host:
        """Which of the portal's two ports the client asked."""

    @property
    def headers(self) -> Headers:
        """The request's headers."""

    @property
    def rfile(self) -> Stream:
        """The incoming side."""

    def send_continue(self) -> None:
        """Send `100 Continue` to a client that waits for it."""

    def deliver(self, answer: Answer) -> None:
        """Send an answer, with the effects of a fault on the connection."""

    def client_gone(self) -> bool:
        """Return whether the client has closed the connection."""
