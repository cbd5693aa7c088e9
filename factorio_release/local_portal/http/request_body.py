"""How a request's body is taken in, or turned away without losing the connection."""

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

_CHUNKED_BREAK_BYTES = 1 << 16


def receive(
    connection: Connection, fault: Fault | None, form: Form, spool: Path, record: RequestRecord
) -> Refusal | None:
    """Read the whole body into the form; return what is wrong with it.

    Raises:
        ConnectionLost: when the client goes away, or a fault breaks the connection.
    """
    try:
        body = Body(connection.rfile, connection.headers, connection.send_continue)
    except Refusal as refusal:
        connection.close_connection = True
        return refusal
    if fault is not None and fault.kind == "reset":
        half = body.length // 2 if body.length else _CHUNKED_BREAK_BYTES
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
    """Read a body that nobody wants, as far as the connection needs it."""
    try:
        _drain(Body(connection.rfile, connection.headers, connection.send_continue), connection)
    except Refusal:
        connection.close_connection = True


def _drain(body: Body, connection: Connection) -> None:
    """Read what is left; a client that still waits to be asked for its body is not asked."""
    if body.untouched and connection.headers.get("Expect"):
        connection.close_connection = True
        return
    try:
        body.drain()
    except Refusal:
        connection.close_connection = True
