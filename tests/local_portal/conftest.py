"""A running portal, a client that uses it over sockets, and zips to upload."""

import io
import json
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from factorio_release.local_portal import DEMO_KEY, ENDPOINTS, LocalPortal

PATHS = {endpoint.name: endpoint.pattern for endpoint in ENDPOINTS}


MakeBytes = Callable[..., bytes]


class Clock:
    """Epoch seconds that a test sets."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


def _zip(files: Mapping[str, bytes | str]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name), text)
    return content.getvalue()


def _mod_zip(
    name: str = "lamp-post",
    version: str = "1.0.0",
    files: Mapping[str, bytes | str] | None = None,
    **info: Any,
) -> bytes:
    standard = {"name": name, "version": version, "title": "Lamp post", "author": "demo"}
    content = {**standard, "factorio_version": "2.0", "description": "Light at night", **info}
    members = {"info.json": json.dumps(content), **(files or {})}
    return _zip({f"{name}_{version}/{path}": text for path, text in members.items()})


def _png(width: int = 4, height: int = 4, shade: int = 0) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    rows = b"".join(b"\0" + bytes([shade]) * width for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@dataclass
class Client:
    """A client of the portal; it sends ``key`` to the portal and not to the upload address."""

    portal: LocalPortal
    session: requests.Session
    key: str = DEMO_KEY

    def call(self, endpoint: str, fields: Any = None, **parameters: str) -> requests.Response:
        url = self.portal.url + PATHS[endpoint].format(**parameters)
        headers = {"Authorization": f"Bearer {self.key}"}
        return self.session.post(
            url, data=fields or {}, headers=headers, allow_redirects=False, timeout=300
        )

    def get(self, path: str, **query: str) -> requests.Response:
        return self.session.get(
            self.portal.url + path, params=query, allow_redirects=False, timeout=300
        )

    def full(self, name: str = "lamp-post") -> dict[str, Any]:
        answer: dict[str, Any] = self.get(
            f"/api/mods/{name}/full", cb=str(len(self.portal.log))
        ).json()
        return answer

    def send(self, url: str, field: str, content: bytes, fields: Any = None) -> requests.Response:
        files = {field: ("upload.bin", content, "application/octet-stream")}
        return self.session.post(
            url, data=fields or {}, files=files, allow_redirects=False, timeout=300
        )

    def begin(self, endpoint: str, mod: str = "lamp-post") -> str:
        answer = self.call(endpoint, {"mod": mod})
        assert answer.status_code == 200, answer.text
        return str(answer.json()["upload_url"])

    def publish(self, content: bytes, mod: str = "lamp-post", **fields: str) -> requests.Response:
        return self.send(self.begin("init_publish", mod), "file", content, fields)

    def upload(self, content: bytes, mod: str = "lamp-post") -> requests.Response:
        return self.send(self.begin("init_upload", mod), "file", content)

    def add_image(self, content: bytes, mod: str = "lamp-post") -> requests.Response:
        return self.send(self.begin("images_add", mod), "image", content)


Connect = Callable[[LocalPortal], Client]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def portal(clock: Clock) -> Iterator[LocalPortal]:
    with LocalPortal(clock=clock, random_seed=1) as running:
        yield running
        assert running.defects == []


@pytest.fixture
def connect() -> Iterator[Callable[[LocalPortal], Client]]:
    with requests.Session() as session:
        yield lambda portal: Client(portal, session)


@pytest.fixture
def client(portal: LocalPortal, connect: Callable[[LocalPortal], Client]) -> Client:
    return connect(portal)


@pytest.fixture
def mod_zip() -> Callable[..., bytes]:
    return _mod_zip


@pytest.fixture
def plain_zip() -> Callable[[Mapping[str, bytes | str]], bytes]:
    return _zip


@pytest.fixture
def png() -> Callable[..., bytes]:
    return _png
