"""The multipart reader with bodies from other libraries, in pieces of any size."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from urllib3.filepost import encode_multipart_formdata

from factorio_release.local_portal.http.multipart import boundary_of, read_parts
from factorio_release.local_portal.refusals import Refusal

TEXT = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0%"), min_size=1, max_size=12
)
CONTENT = st.one_of(
    st.binary(max_size=300),
    st.lists(st.sampled_from([b"\r\n", b"--", b"\r\n--", b"x", b"\r", b"-"]), max_size=20).map(
        b"".join
    ),
)


class Pieces:
    """Gives a body in pieces of the sizes drawn."""

    def __init__(self, body: bytes, sizes: list[int]) -> None:
        self._body = io.BytesIO(body)
        self._sizes = sizes
        self._turn = 0

    def read(self, size: int) -> Any:
        self._turn += 1
        return self._body.read(min(size, self._sizes[self._turn % len(self._sizes)]))


class Part(io.BytesIO):
    """Keeps what was written when it is closed."""

    def __init__(self, name: str, filename: str | None) -> None:
        super().__init__()
        self.name, self.filename, self.content = name, filename, b""

    def close(self) -> Any:
        self.content = self.getvalue()
        super().close()


def read(body: bytes, content_type: str, sizes: list[int]) -> Any:
    parts = []

    def open_part(name: str, filename: str | None) -> Any:
        parts.append(Part(name, filename))
        return parts[-1]

    read_parts(Pieces(body, sizes), boundary_of(content_type), open_part)
    return [(part.name, part.filename, part.content) for part in parts]


@given(
    st.lists(st.tuples(TEXT, st.none() | TEXT, CONTENT), max_size=5),
    st.lists(st.integers(1, 200), min_size=1, max_size=5),
)
def test_what_was_sent_is_what_is_read(
    parts: list[tuple[str, str | None, bytes]], sizes: list[int]
) -> None:
    sent = [
        (name, content if filename is None else (filename, content))
        for name, filename, content in parts
    ]
    body, content_type = encode_multipart_formdata(sent, boundary="a-boundary-of-its-own")
    assert read(body, content_type, sizes) == [tuple(part) for part in parts]


DISPOSITIONS = [
    ('form-data; name="a"; filename="b.zip"', "a", "b.zip"),
    ("form-data; name=a; filename=b.zip", "a", "b.zip"),
    ("Form-Data ;NAME=a ;  FileName = b.zip", "a", "b.zip"),
    ('form-data; name="a b;c=d"', "a b;c=d", None),
    ('form-data; name="a%22b"; filename="C:\\x\\y.zip"', 'a"b', "C:\\x\\y.zip"),
    ("form-data; name=a; filename*=UTF-8''l%C3%A4mp.zip", "a", "l\u00e4mp.zip"),
    ('form-data; name="a"; filename=""', "a", None),
]


@pytest.mark.parametrize(("header", "name", "filename"), DISPOSITIONS)
def test_the_ways_of_naming_a_part(header: str | None, name: str, filename: str | None) -> None:
    body = f"preamble\r\n--b\r\nX: y\r\ncontent-disposition:{header}\r\n\r\nZ\r\n--b--\r\nepilogue"
    assert read(body.encode(), 'multipart/form-data; boundary="b"', [7]) == [(name, filename, b"Z")]


@settings(max_examples=300)
@given(st.binary(max_size=400), st.lists(st.integers(1, 50), min_size=1, max_size=3))
def test_any_bytes_are_read_or_refused(noise: bytes, sizes: list[int]) -> None:
    body = b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n' + noise
    try:
        parts = read(body, "multipart/form-data; boundary=b", sizes)
    except Refusal:
        return
    assert parts[0][0] == "a"
