"""The hosts of the game on this machine: releases, their sums, headless builds, and public servers.

Written from what is publicly documented, and from nothing of the client's. Each fault is what such a host, or
something on the way, can do: `faults` has their names.
"""

from __future__ import annotations

import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

FAULTS: Final = {
    "cut": "an archive ends in its middle, and the connection with it",
    "short": "an archive is whole for HTTP and ends in its middle",
    "changed": "an archive has another sum than the list says",
    "page": "a page comes in place of an archive",
    "login": "an archive is a redirect to a login",
    "elsewhere": "an archive is a redirect to a host that is not this machine",
    "circle": "an archive is a redirect to itself",
    "busy": "every answer is 503 before it comes",
    "down": "every answer is 503",
    "no-latest": "the list of latest releases is a page",
    "no-sums": "the list of sums is a page",
    "endless": "an archive does not end",
    "slow": "an answer does not come",
    "refused": "the token is refused with a message and 401",
    "refused-200": "the token is refused with a message and 200",
    "odd-list": "the list of servers is no list",
    "odd-details": "the details of a server are no object",
}
# Documented: https://wiki.factorio.com/Download_API and https://wiki.factorio.com/Matchmaking_API
_CDN: Final = "/cdn/"
_SECRET: Final = "?secure=signed"
_BUSY_TIMES: Final = 1


class _Answer(NamedTuple):
    status: int
    body: bytes = b""
    location: str = ""
    cut: bool = False


class GameHosts:
    """A server for all of these.

    `builds` has archives by version, `servers` what the matchmaking host lists, `mods` theirs by game_id.
    """

    def __init__(self, *faults: str) -> None:
        self.faults = set(faults)
        self.builds: dict[str, bytes] = {}
        self.latest = {"stable": "2.0.90", "experimental": "2.1.3"}
        self.servers: list[dict[str, Any]] = []
        self.mods: dict[str, list[dict[str, str]]] = {}
        self.token = "0123456789abcdef"
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        self._failed: dict[str, int] = {}
        self._over = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                outer.headers.append(dict(self.headers))
                outer.serve(self)

            def log_message(self, *_: Any) -> None: ...

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True)

    def __enter__(self) -> Self:
        unknown = self.faults - set(FAULTS)
        assert not unknown, unknown
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._http.shutdown()
        self._http.server_close()

    def serve(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer one request."""
        parts = urlsplit(handler.path)
        self.asked.append(parts.path)
        if "slow" in self.faults:
            self._over.wait(60)
            handler.close_connection = True
            return
        answer = self._answer(parts.path, parse_qs(parts.query), parts.query)
        body = answer.body
        handler.send_response(answer.status)
        if answer.location:
            handler.send_header("Location", answer.location)
        if "endless" in self.faults and parts.path.startswith(_CDN):
            self._send_for_ever(handler, body)
            return
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        if answer.cut:
            body = body[: len(body) // 2]
            handler.close_connection = True
        handler.wfile.write(body)

    @staticmethod
    def _send_for_ever(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        handler.send_header("Connection", "close")
        handler.end_headers()
        try:
            while True:
                handler.wfile.write(body)
        except OSError:
            handler.close_connection = True

    def _answer(self, path: str, query: dict[str, list[str]], raw: str) -> _Answer:  # noqa: PLR0911 a table
        if "down" in self.faults:
            return _Answer(503)
        if "busy" in self.faults:
            self._failed[path] = self._failed.get(path, 0) + 1
            if self._failed[path] <= _BUSY_TIMES:
                return _Answer(503)
        if path == "/api/latest-releases":
            return self._latest()
        if path == "/download/sha256sums/":
            return self._sums()
        if path.startswith("/get-download/"):
            return self._redirect(path)
        if path.startswith(_CDN):
            return self._archive(path, raw)
        if path == "/get-games":
            return self._games(query)
        if path.startswith("/get-game-details/"):
            return self._details(path.rpartition("/")[2])
        return _Answer(404)

    def _latest(self) -> _Answer:
        if "no-latest" in self.faults:
            return _Answer(200, b"<html>a page</html>")
        kinds = ("alpha", "demo", "expansion", "headless")
        branches = {name: dict.fromkeys(kinds, version) for name, version in self.latest.items()}
        return _Answer(200, json.dumps(branches).encode())

    def _sums(self) -> _Answer:
        if "no-sums" in self.faults:
            return _Answer(200, b"<html>a page</html>")
        lines = [
            "0" * 64 + "  factorio_linux_2.0.90.tar.xz",
            "1" * 64 + "  Setup_Factorio_x64_2.0.90.exe",
        ]
        for number, (version, archive) in enumerate(self.builds.items()):
            form = ("factorio-headless_linux_{}.tar.xz", "factorio_headless_x64_{}.tar.xz")[
                number % 2
            ]
            lines.append(f"{hashlib.sha256(archive).hexdigest()}  {form.format(version)}")
        return _Answer(200, "\n".join([*lines, ""]).encode())

    def _redirect(self, path: str) -> _Answer:
        _, _, version, build, system = path.split("/")
        if version not in self.builds or (build, system) != ("headless", "linux64"):
            return _Answer(404)
        location = f"{_CDN}factorio-headless_linux_{version}.tar.xz{_SECRET}"
        if "login" in self.faults:
            location = "/login?next=%2Fget-download"
        if "elsewhere" in self.faults:
            location = "http://192.0.2.1/factorio.tar.xz"
        if "circle" in self.faults:
            location = path
        return _Answer(302, b"", location)

    def _archive(self, path: str, raw: str) -> _Answer:
        version = path.rpartition("_")[2].removesuffix(".tar.xz")
        if f"?{raw}" != _SECRET:
            return _Answer(403)
        archive = self.builds[version]
        if "page" in self.faults:
            return _Answer(200, b"<html>please log in</html>")
        if "changed" in self.faults:
            archive = archive[:-1] + bytes([archive[-1] ^ 1])
        if "short" in self.faults:
            archive = archive[: len(archive) // 2]
        return _Answer(200, archive, cut="cut" in self.faults)

    def _games(self, query: dict[str, list[str]]) -> _Answer:
        refusal = json.dumps({"message": "User or token is invalid"}).encode()
        if "refused-200" in self.faults:
            return _Answer(200, refusal)
        if (
            "refused" in self.faults
            or query.get("token") != [self.token]
            or not query.get("username")
        ):
            return _Answer(401, refusal)
        if "odd-list" in self.faults:
            return _Answer(200, b'{"servers": 3}')
        return _Answer(200, json.dumps(self.servers).encode())

    def _details(self, game_id: str) -> _Answer:
        if "odd-details" in self.faults:
            return _Answer(200, b"[]")
        if game_id not in self.mods:
            return _Answer(404, json.dumps({"message": "Game not found"}).encode())
        server = next(one for one in self.servers if str(one["game_id"]) == game_id)
        return _Answer(200, json.dumps({**server, "mods": self.mods[game_id]}).encode())
