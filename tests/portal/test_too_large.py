"""A 413 in a proxy's page says that the request is too large: nothing was done, nothing is sent again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from factorio_release.disk.upload_content import PrivateFile, copy_content
from factorio_release.errors import PortalRefused
from factorio_release.portal.transport import Transport
from factorio_release.portal.writer import PortalWriter
from tests.portal.conftest import answer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.portal.conftest import Server

PAGE = answer(
    b"<html><h1>413 Request Entity Too Large</h1></html>",
    b"HTTP/1.1 413 Request Entity Too Large\r\nContent-Type: text/html\r\n",
)


def writer_of(server: Server) -> PortalWriter:
    return PortalWriter(Transport(10), server.url, "canary-key", retries=5)


@pytest.mark.parametrize("size", [10, 10_000_000], ids=["all sent", "broken off"])
def test_an_upload_that_is_too_large(
    serve: Callable[..., Server], tmp_path: Path, size: int
) -> None:
    server = serve(PAGE, read=size < 1000)
    path = tmp_path / "lamp-post_1.0.0.zip"
    path.write_bytes(bytes(size))
    archive = copy_content(path, PrivateFile())
    with pytest.raises(PortalRefused, match="413") as refused:
        writer_of(server).finish_release(f"{server.url}/token", archive, {})
    assert "larger than the portal or a proxy" in refused.value.hint
    assert (refused.value.status, server.connections) == (413, 1)


def test_a_form_that_is_too_large(serve: Callable[..., Server]) -> None:
    server = serve(PAGE)
    with pytest.raises(PortalRefused, match="413"):
        writer_of(server).edit_details("lamp-post", {"description": "x" * 1000})
    with pytest.raises(PortalRefused, match="413"):
        writer_of(server).init_upload("lamp-post")
    assert server.connections == 2
