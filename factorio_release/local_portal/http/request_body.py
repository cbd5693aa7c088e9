"""Reading the body of a request, or discarding it so that the connection stays usable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factorio_release.local_portal.http.bodies import Body
from factorio_release.local_portal.http.form import read_form
from factorio_release.local_portal.refusals import Refusal

if TYPE_CHECKING:
    from pathlib import Path

    from factorio_release.local_portal.faults.faults import Fault
    from factorio_release.local_portal.http.connection import Connection
    from factorio_release.local_portal.http.form import Form
    from factorio_release.local_portal.log import RequestRecord

# Where `reset` breaks a body whose length is not announced.
_CHUNKED_BREAK_BYTES = 1 << 16


def receive(
    connection: Connection, fault: Fault | None, form: Form, spool: Path, record: RequestRecord
) -> Refusal | None:
    """Read the whole body into the form; return the refusal of a body that is not valid.

    A refusal is returned, not raised: a fault may still replace its answer.

    Raises:
        ConnectionLost: when the client closes the connection, or a fault breaks it.
    """
    try:
        body = Body(connection.rfile, connection.headers, connection.send_continue)
    except Refusal as refusal:
        connection.close_connection = True
        return refusal
    if fault is not None and fault.kind == "reset":
        half = body.length // 2
        if not body.length:
            half = _CHUNKED_BREAK_BYTES
        body.break_at = int(fault.number(half))
    try:
        read_form(body, connection.headers.get("Content-Type") or "", spool, form)
    except Refusal as refusal:
        _drain(body, connection)
        return refusal
    finally:
        record.request_size = body.received
    return None


def turn_away(connection: Connection) -> None:
    """Discard the body of a request that no endpoint serves."""
    try:
        _drain(Body(connection.rfile, connection.headers, connection.send_continue), connection)
    except Refusal:
        connection.close_connection = True


def _drain(body: Body, connection: Connection) -> None:
    """Read what is left of a body, so that the next request can be read, or let the connection close."""
    # A client that waits for `100 Continue` has sent nothing: it is not asked for a body that is refused.
    if body.untouched and connection.headers.get("Expect"):
        connection.close_connection = True
        return
    try:
        body.drain()
    except Refusal:
        connection.close_connection = True
