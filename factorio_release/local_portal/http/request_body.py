"""How a request's body is taken in, or turned away without losing the connection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factorio_release.local_portal.http.bodies import Body
from factorio_release.local_portal.http.form import read_form
from factorio_release.local_portal.refusals import Refusal

if TYPE_CHECKING:
    from pathlib import Path

    from factorio_release.local_portal.faults.faults import Fault
    from factorio_release.local_portal.http.form import Form
    from factorio_release.local_portal.http.handler import Handler
    from factorio_release.local_portal.log import RequestRecord

_CHUNKED_BREAK = 1 << 16


def receive(
    handler: Handler, fault: Fault | None, form: Form, spool: Path, record: RequestRecord
) -> Refusal | None:
    """Read the whole body into the form; give what is wrong with it.

    Raises:
        ConnectionLost: when the client goes away, or a fault breaks the connection.
    """
    try:
        body = Body(handler.rfile, handler.headers, handler.send_continue)
    except Refusal as refusal:
        handler.close_connection = True
        return refusal
    if fault is not None and fault.kind == "reset":
        half = body.length // 2 if body.length else _CHUNKED_BREAK
        body.break_at = int(fault.number(half))
    try:
        read_form(body, handler.headers.get("Content-Type", ""), spool, form)
    except Refusal as refusal:
        _drain(body, handler)
        return refusal
    finally:
        record.request_size = body.received
    return None


def turn_away(handler: Handler) -> None:
    """Read a body that nobody wants, as far as the connection needs it."""
    try:
        _drain(Body(handler.rfile, handler.headers, handler.send_continue), handler)
    except Refusal:
        handler.close_connection = True


def _drain(body: Body, handler: Handler) -> None:
    """Read what is left; a client that still waits to be asked for its body is not asked."""
    if body.untouched and handler.headers.get("Expect"):
        handler.close_connection = True
        return
    try:
        body.drain()
    except Refusal:
        handler.close_connection = True
