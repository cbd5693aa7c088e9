"""The upload's body: the same bytes as a library would make, streamed, rewound, and honest about its end."""

from __future__ import annotations

import os
from email.parser import BytesParser
from email.policy import HTTP
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factorio_release.disk.upload_content import PrivateFile, copy_content
from factorio_release.errors import ModError
from factorio_release.portal.upload_body import MAX_READ_BYTES, UploadBody

if TYPE_CHECKING:
    from pathlib import Path

    from factorio_release.disk.upload_content import UploadContent


def content_of(file: Path) -> UploadContent:
    return copy_content(file, PrivateFile())


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


@pytest.mark.parametrize("size", [0, 1, MAX_READ_BYTES - 1, MAX_READ_BYTES, 3 * MAX_READ_BYTES + 7])
def test_fields_and_file_arrive_unchanged(tmp_path: Path, size: int) -> None:
    file = tmp_path / "lamp_1.0.0.zip"
    content = bytes(range(256)) * (size // 256) + bytes(size % 256)
    file.write_bytes(content)
    told: list[tuple[int, int]] = []
    body = UploadBody(
        "file",
        content_of(file),
        "application/zip",
        fields={"category": "utilities", "license": "default_mit"},
        progress=lambda done, total: told.append((done, total)),
    )
    data = b""
    while piece := body.read():
        assert len(piece) <= MAX_READ_BYTES
        assert not body.sent_all or len(data) + len(piece) == len(body)
        data += piece
    assert body.sent_all
    assert len(data) == len(body) == body.tell()
    fields = [("category", None, b"utilities"), ("license", None, b"default_mit")]
    assert parts_of(body, data) == [*fields, ("file", "lamp_1.0.0.zip", content)]
    assert told[-1] == (len(data), len(data))


@given(sizes=st.lists(st.integers(1, 300), min_size=1, max_size=30), back=st.integers(0, 400))
def test_a_body_can_be_read_in_any_pieces_and_again(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[int], back: int
) -> None:
    file = tmp_path_factory.getbasetemp() / "piecewise"
    file.write_bytes(bytes(range(256)))
    body = UploadBody("image", content_of(file), "image/png")
    whole = body.read() + body.read() + body.read()
    assert len(whole) == len(body)
    body.seek(back)
    assert body.sent_all, (
        "a body that was sent in full may have been stored, wherever it is read from again"
    )
    at = min(back, len(body))
    for size in sizes:
        piece = body.read(size)
        assert whole[at : at + len(piece)] == piece
        at += len(piece)


@pytest.mark.parametrize("name", ['a"b.zip', "a\r\nX-Evil: yes.zip", "a\\b.zip"])
def test_a_file_name_cannot_end_its_header(tmp_path: Path, name: str) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"x")
    body = UploadBody("file", content_of(file)._replace(name=name), "application/zip")
    data = body.read() + body.read() + body.read()
    assert b"X-Evil" not in data.split(b"\r\n")[0]
    assert len(parts_of(body, data)) == 1
    assert data.count(b"\r\nX-Evil") == 0


@pytest.mark.parametrize("what", ["a byte", "the end", "everything"])
@pytest.mark.parametrize("when", ["before", "on the way"])
def test_changed_content_is_never_sent_in_full(tmp_path: Path, what: str, when: str) -> None:
    file = tmp_path / "lamp_1.0.0.zip"
    file.write_bytes(b"x" * (3 * MAX_READ_BYTES))
    content = content_of(file)
    body = UploadBody("file", content, "application/zip")
    sent = [] if when == "before" else [body.read(), body.read()]
    stream = content.file.stream
    match what:
        case "a byte":
            stream.seek(2 * MAX_READ_BYTES + 5)
            stream.write(b"y")
        case "the end":
            stream.truncate(3 * MAX_READ_BYTES - 1)
        case "everything":
            stream.truncate(0)
    stream.flush()
    with pytest.raises(ModError, match=r"lamp_1\.0\.0\.zip changed"):
        sent.extend(iter(body.read, b""))
    assert not body.sent_all
    assert b"".join(sent).count(b"x") < 3 * MAX_READ_BYTES


def test_contents_share_one_file(tmp_path: Path) -> None:
    shared = PrivateFile()
    contents = []
    for name in ("one", "two"):
        (tmp_path / name).write_bytes(name.encode() * 1000)
        contents.append(copy_content(tmp_path / name, shared))
    for content in (*contents, *contents):
        body = UploadBody("image", content, "image/png")
        assert parts_of(body, body.read() + body.read() + body.read()) == [
            ("image", content.name, content.name.encode() * 1000)
        ]


@pytest.mark.skipif(os.name == "nt", reason="pipes as POSIX has them")
def test_a_pipe_in_place_of_a_file_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "image.png")
    with pytest.raises(ModError, match="regular file"):
        copy_content(tmp_path / "image.png", PrivateFile())
    with pytest.raises(ModError, match=r"gone\.png cannot be copied: No such file"):
        copy_content(tmp_path / "gone.png", PrivateFile())
