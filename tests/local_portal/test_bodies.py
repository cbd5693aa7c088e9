"""Bodies that end too early or are too long."""

from __future__ import annotations

import pytest

from factorio_release.local_portal.http.bodies import (
    DRAIN_BLOCK_BYTES,
    MAX_BODY_BYTES,
    Body,
    ConnectionLost,
)
from factorio_release.local_portal.refusals import Refusal

BLOCK = bytes(DRAIN_BLOCK_BYTES)


class Flood:
    """A client that sends chunks for ever."""

    def read(self, size: int) -> bytes:
        return BLOCK if size == len(BLOCK) else BLOCK[:size]

    def readline(self, _size: int) -> bytes:
        return b"4000000\r\n"


class Silence:
    """A client that went away."""

    def read(self, _size: int) -> bytes:
        return b""

    def readline(self, _size: int) -> bytes:
        return b""


def test_a_flood_is_stopped_at_the_limit() -> None:
    body = Body(Flood(), {"Transfer-Encoding": "chunked"}, lambda: None)
    with pytest.raises(Refusal) as refused:
        body.drain()
    assert refused.value.status == 413
    assert MAX_BODY_BYTES < body.received <= MAX_BODY_BYTES + DRAIN_BLOCK_BYTES


@pytest.mark.parametrize("headers", [{"Transfer-Encoding": "chunked"}, {"Content-Length": "5"}])
def test_a_client_that_went_away_is_no_end(headers: dict[str, str]) -> None:
    with pytest.raises(ConnectionLost):
        Body(Silence(), headers, lambda: None).read(10)


@pytest.mark.parametrize("headers", [{}, {"Content-Length": "0"}, {"Content-Length": " 00 "}])
def test_no_body_is_not_asked_for(headers: dict[str, str]) -> None:
    body = Body(Silence(), headers, lambda: pytest.fail("asked"))
    assert body.read(10) == b""
    assert not body.untouched
