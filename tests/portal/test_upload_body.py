"""The upload's body: the same bytes as a library would make, streamed, rewound, and honest about its end."""

from __future__ import annotations

from email.parser import BytesParser
from email.policy import HTTP
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factorio_release.portal.upload_body import READ_SIZE, UploadBody

if TYPE_CHECKING:
    from pathlib import Path


def parts_of(body: UploadBody, data: bytes) -> list[tuple[str | None, str | None, bytes]]:
    head = f"Content-Type: {body.content_type}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + data)
    return [
        (
            str(part.get_param("name", header="content-disposition")),
            part.get_filename(),
            bytes(part.get_payload(decode=True)),
        )
        for part in message.iter_parts()
    ]


@pytest.mark.parametrize("size", [0, 1, READ_SIZE - 1, READ_SIZE, 3 * READ_SIZE + 7])
def test_fields_and_file_arrive_as_they_are(tmp_path: Path, size: int) -> None:
    file = tmp_path / "lamp_1.0.0.zip"
    content = bytes(range(256)) * (size // 256) + bytes(size % 256)
    file.write_bytes(content)
    told: list[tuple[int, int]] = []
    with UploadBody(
        "file",
        file,
        file.name,
        "application/zip",
        fields={"category": "utilities", "license": "default_mit"},
        progress=lambda done, total: told.append((done, total)),
    ) as body:
        data = b""
        while piece := body.read():
            assert len(piece) <= READ_SIZE
            assert not body.sent_all or len(data) + len(piece) == len(body)
            data += piece
        assert body.sent_all
        assert len(data) == len(body) == body.tell()
    fields = [("category", None, b"utilities"), ("license", None, b"default_mit")]
    assert parts_of(body, data) == [*fields, ("file", "lamp_1.0.0.zip", content)]
    assert told[-1] == (len(data), len(data))


@given(sizes=st.lists(st.integers(1, 300), min_size=1, max_size=30), back=st.integers(0, 400))
def test_it_can_be_read_in_any_pieces_and_again(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[int], back: int
) -> None:
    file = tmp_path_factory.getbasetemp() / "piecewise"
    file.write_bytes(bytes(range(256)))
    with UploadBody("image", file, "a.png", "image/png") as body:
        whole = body.read() + body.read() + body.read()
        assert len(whole) == len(body)
        body.seek(back)
        assert body.sent_all is (back >= len(body))
        at = min(back, len(body))
        for size in sizes:
            piece = body.read(size)
            assert whole[at : at + len(piece)] == piece
            at += len(piece)


@pytest.mark.parametrize("name", ['a"b.zip', "a\r\nX-Evil: yes.zip", "a\\b.zip"])
def test_a_name_cannot_leave_its_header(tmp_path: Path, name: str) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"x")
    with UploadBody("file", file, name, "application/zip") as body:
        data = body.read() + body.read() + body.read()
    assert b"X-Evil" not in data.split(b"\r\n")[0]
    assert len(parts_of(body, data)) == 1
    assert data.count(b"\r\nX-Evil") == 0


def test_a_file_that_shrinks_ends_the_upload(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"x" * 1000)
    with UploadBody("file", file, "file", "application/zip") as body:
        body.read(len(body) // 4)
        file.write_bytes(b"")
        with pytest.raises(OSError, match="shorter"):
            list(iter(lambda: body.read(100), b""))
        assert not body.sent_all
