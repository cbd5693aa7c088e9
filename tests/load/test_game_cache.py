"""The game's data from a server on this machine: what is fetched, what is kept, which answers are wrong."""

from __future__ import annotations

import os
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from factorio_release.errors import ExitCode
from tests.load.test_load import load, write  # noqa: F401 fixtures
from tests.support import mini_game
from tests.support.in_process import run_here

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.support.in_process import Answer

REFS = "/data/info/refs?service=git-upload-pack"
ARCHIVE = f"/data/archive/refs/tags/{mini_game.VERSION}.tar.gz"
API = f"/api/{mini_game.VERSION}/prototype-api.json"


def refs(*versions: str) -> bytes:
    """Return the refs as git's protocol writes them."""
    lines = [
        b"# service=git-upload-pack\n",
        *(f"{'0' * 40} refs/tags/{one}\n".encode() for one in versions),
    ]
    packets = [b"%04x%s" % (len(line) + 4, line) for line in lines]
    return packets[0] + b"0000" + b"".join(packets[1:]) + b"0000"


class Server:
    """Answers by path: bytes, a number as a status, or a text as the place of a redirect; 404 for others."""

    def __init__(self) -> None:
        self.answers: dict[str, bytes | int | str] = {
            REFS: refs("1.1.110", "2.0.80", mini_game.VERSION, "2.1.3"),
            ARCHIVE: mini_game.archive(),
            API: mini_game.api_document(),
        }
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append(self.path)
                outer.headers.append(dict(self.headers))
                answer = outer.answers.get(self.path, 404)
                body = answer if isinstance(answer, bytes) else b""
                self.send_response(
                    200 if isinstance(answer, bytes) else 302 if isinstance(answer, str) else answer
                )
                if isinstance(answer, str):
                    self.send_header("Location", answer)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None: ...

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}"
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.01,), daemon=True)


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    running.thread.start()
    yield running
    running.http.shutdown()
    running.http.server_close()


@pytest.fixture
def fetch(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], write: Callable[..., Path], server: Server,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[..., Answer]:  # fmt: skip
    """Load a mod with a cache that is empty at first."""
    monkeypatch.chdir(tmp_path)
    mod = write()

    def run(*arguments: str, **environ: str) -> Answer:
        folder = environ.pop("folder", str(tmp_path / "cache"))
        cache = {"XDG_CACHE_HOME": folder, "LOCALAPPDATA": folder, "FACTORIO_API_KEY": "canary"}
        urls = (
            "--retries=0",
            "--game-data-url",
            f"{server.url}/data/",
            "--game-api-url",
            f"{server.url}/api",
        )
        return run_here(capsys, "load", "--format=json", str(mod), *urls, *arguments, **cache)

    return run


def test_the_newest_fitting_version_is_fetched_once_and_kept(
    fetch: Callable[..., Answer], server: Server, tmp_path: Path
) -> None:
    answer = fetch()
    assert (answer.code, answer.findings) == (0, []), answer.err
    assert server.asked == [REFS, ARCHIVE, API]
    assert "loaded lamps 1.0.0 in Factorio 2.0.90 with base" in answer.err
    kept = sorted(path.name for path in (tmp_path / "cache/factorio-release/game").iterdir())
    assert kept == ["factorio-data-2.0.90.tar.gz", "prototype-api-2.0.90.json"]
    assert fetch().code == 0
    assert server.asked == [REFS, ARCHIVE, API]
    assert all("Authorization" not in one and "canary" not in str(one) for one in server.headers)
    assert {one["User-Agent"].partition("/")[0] for one in server.headers} == {"factorio-release"}


def test_a_base_that_calls_itself_one_patch_higher_is_of_its_tag(
    fetch: Callable[..., Answer], server: Server
) -> None:
    """The public data has many such tags, such as 2.0.55."""
    server.answers[ARCHIVE] = mini_game.archive(version="2.0.91")
    answer = fetch()
    assert answer.code == 0
    assert "in Factorio 2.0.90 with base" in answer.err


def test_without_a_cache_folder_nothing_is_kept(
    fetch: Callable[..., Answer], server: Server
) -> None:
    assert fetch(folder="").code == 0
    assert fetch(folder="").code == 0
    assert server.asked == [REFS, ARCHIVE, API] * 2


def test_a_redirect_is_followed_once_and_on_the_same_host(
    fetch: Callable[..., Answer], server: Server
) -> None:
    server.answers["/moved"] = mini_game.archive()
    server.answers[ARCHIVE] = f"{server.url}/moved"
    assert fetch().code == 0


@pytest.mark.parametrize(
    ("place", "answer", "said"),
    [
        (REFS, 404, "lists no versions"),
        (REFS, b"<html>a page</html>", "lists no versions"),
        (REFS, 503, "status 503"),
        (ARCHIVE, b"<html>a page</html>", "it is not a complete .tar.gz"),
        (ARCHIVE, mini_game.archive()[:900], "it is not a complete .tar.gz"),
        (ARCHIVE, mini_game.archive()[:-3], "it is not a complete .tar.gz"),
        (ARCHIVE, mini_game.archive(version="2.0.92"), "its base is version 2.0.92, not 2.0.90"),
        (
            ARCHIVE,
            mini_game.archive({"base/info.json": "{}"}),
            "it has no core/lualib/dataloader.lua",
        ),
        (ARCHIVE, 429, "status 429"),
        (ARCHIVE, "https://example.com/login", "a redirect to another place"),
        (ARCHIVE, "/login", "it asks for a login"),
        (API, b"{}", "is not a prototype-api.json"),
        (API, b"[" * 100_000, "is not a prototype-api.json"),
        (API, 404, "serves no prototype-api.json"),
    ],
)
def test_an_answer_that_is_wrong_ends_the_load_and_is_not_kept(
    fetch: Callable[..., Answer],
    server: Server,
    place: str,
    answer: bytes | int | str,
    said: str,
) -> None:
    right = server.answers[place]
    server.answers[place] = answer
    found = fetch()
    assert found.code == ExitCode.UNREACHABLE
    assert said in found.mods[0]["error"]
    assert "canary" not in found.out + found.err
    server.answers[place] = right
    assert fetch().code == 0


def test_a_version_that_is_not_there_is_an_error_with_the_remedy(
    fetch: Callable[..., Answer],
) -> None:
    found = fetch("--game-version", "2.0.99")
    assert found.code == ExitCode.FINDINGS
    assert "the game's public data has no version 2.0.99" in found.mods[0]["error"]
    assert "--game-version" in found.mods[0]["hint"]


def test_an_api_of_another_version_serves_where_the_exact_one_is_not(
    fetch: Callable[..., Answer], server: Server
) -> None:
    del server.answers[API]
    server.answers["/api/latest/prototype-api.json"] = mini_game.api_document()
    assert fetch().code == 0
    assert server.asked[-1] == "/api/latest/prototype-api.json"
    asked = len(server.asked)
    assert fetch().code == 0
    assert len(server.asked) == asked


@pytest.mark.parametrize("noted", [(404, "absent", 24), (503, "unreached", 1)])
def test_that_a_host_gave_no_document_is_remembered(
    fetch: Callable[..., Answer], server: Server, tmp_path: Path, noted: tuple[int, str, int]
) -> None:
    server.answers[API], note, hours = noted
    older = mini_game.api_document().replace(b"2.0.90", b"2.0.45")
    folder = mini_game.fill_cache(tmp_path / "cache")
    (folder / "prototype-api-2.0.90.json").unlink()
    (folder / "prototype-api-2.0.45.json").write_bytes(older)
    for _ in range(2):
        assert fetch().code == 0
        assert server.asked == [API]
    before = time.time() - hours * 60 * 60 - 1
    os.utime(folder / f"prototype-api-2.0.90.{note}", (before, before))
    assert fetch().code == 0
    assert server.asked == [API, API]


def test_a_host_that_fails_is_asked_once_for_all_mods(
    fetch: Callable[..., Answer], server: Server, write: Callable[..., Path]  # noqa: F811
) -> None:  # fmt: skip
    server.answers[REFS] = 503
    found = fetch(str(write("other")))
    assert [bool(one["error"]) for one in found.mods] == [True, True]
    assert server.asked == [REFS]


def test_a_broken_file_in_the_cache_is_fetched_again(
    fetch: Callable[..., Answer], server: Server, tmp_path: Path
) -> None:
    folder = mini_game.fill_cache(tmp_path / "cache")
    for path in folder.iterdir():
        path.write_bytes(path.read_bytes()[:50])
    assert fetch().code == 0
    assert server.asked == [ARCHIVE, API]
    assert fetch().code == 0
    assert server.asked == [ARCHIVE, API]


def test_a_cache_that_cannot_be_written_is_a_warning(
    fetch: Callable[..., Answer], tmp_path: Path
) -> None:
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "factorio-release").write_text("a file in the way")
    found = fetch()
    assert found.code == 0
    assert "could not be kept" in found.err


def test_a_server_that_is_gone_is_unreachable(fetch: Callable[..., Answer], server: Server) -> None:
    server.http.shutdown()
    server.http.server_close()
    assert fetch().code == ExitCode.UNREACHABLE
