"""The key and the upload tokens are nowhere: not in what is printed, written, handed on or raised."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import KEY, environment
from tests.faults.leak_search import forms_of, leaks_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from factorio_release.local_portal import LocalPortal
    from tests.conftest import ModRepository
    from tests.faults.conftest import Answered

TOKEN = "0123456789abcdef-canary_token~0A"
FORMATS = ("text", "json", "github", "gitlab", "sarif", "junit")


@pytest.mark.parametrize("form", forms_of(KEY))
def test_the_search_finds_every_form(tmp_path: Path, form: str) -> None:
    (tmp_path / "log").write_bytes(b"before " + forms_of(KEY)[form] + b" after")
    assert any(leak.endswith("in log") for leak in leaks_in(tmp_path, [KEY]))
    with zipfile.ZipFile(tmp_path / "log", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inside", forms_of(KEY)[form])
    assert any(leak.endswith("in log: inside") for leak in leaks_in(tmp_path, [KEY]))


def test_the_search_finds_nothing_where_there_is_nothing(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("canary-key-0123456789abcde: another key")
    assert leaks_in(tmp_path, [KEY]) == []


class Gossip(BaseHTTPRequestHandler):
    """A portal that repeats what it was told, in every form, in each of its answers."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._say(404, {"message": "Mod not found"})

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        if self.path.endswith("/init_publish"):
            self._say(200, {"upload_url": f"{self.server.upload_url}"})  # type: ignore[attr-defined]  # set below
        elif self.path.startswith("/upload/"):
            self._say(*self.server.last)  # type: ignore[attr-defined]  # set below
        else:
            self._say(404, {"error": "UnknownMod", "message": gossip()})

    def _say(self, status: int, value: Any) -> None:
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", gossip().partition(" ")[0])
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


def gossip() -> str:
    """Name both secrets in the forms that are text, base64 also where they stand inside something longer."""
    words = []
    for secret in (KEY, TOKEN):
        words += [forms_of(secret)[form].decode() for form in ("plain", "URL", "JSON", "HTML")]
        for shift in range(3):
            inside = b"0" * shift + secret.encode() + b"and more"[shift:]
            words += [base64.b64encode(inside).decode(), base64.urlsafe_b64encode(inside).decode()]
        words.append(base64.b64encode(secret.encode()).decode())
    return " ".join(words)


@pytest.fixture
def gossiping() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Gossip)
    server.url = f"http://127.0.0.1:{server.server_port}"  # type: ignore[attr-defined]  # for the handler
    server.upload_url = f"{server.url}/upload/publish/{TOKEN}"  # type: ignore[attr-defined]  # likewise
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


LAST = {
    "a refusal": (400, {"error": "InvalidModUpload", "message": gossip()}),
    "a code": (400, {"error": gossip(), "message": "no"}),
    "a page": (502, gossip().encode()),
}


@pytest.mark.parametrize("last", LAST)
@pytest.mark.parametrize("style", FORMATS)
def test_a_portal_that_repeats_the_secrets(  # noqa: PLR0917 fixtures
    run: Callable[..., Answered],
    repository: ModRepository,
    gossiping: Any,
    tmp_path: Path,
    style: str,
    last: str,
) -> None:
    gossiping.last = LAST[last]
    repository.config |= {"tags": ["trains"]}
    repository.save()
    files = {name: tmp_path / "work" / name for name in ("outputs", "summary")}
    ran = run(
        *("release", str(repository.root), "--yes", "--verbose", "--format", style),
        *("--portal-url", gossiping.url, "--report", "report.json"),
        *("--retries", "1", "--verify-timeout", "0.2", "--timeout", "20"),
        GITHUB_ACTIONS="true",
        RUNNER_DEBUG="1",
        GITHUB_OUTPUT=str(files["outputs"]),
        GITHUB_STEP_SUMMARY=str(files["summary"]),
    )
    assert ran.code in {4, 5}, ran.text
    printed = "\n".join(line for line in ran.err.splitlines() if not line.startswith("::add-mask::"))
    assert leaks_in({"out": ran.out.encode(), "err": printed.encode()}, [KEY, TOKEN]) == []
    assert leaks_in(tmp_path / "work", [KEY, TOKEN]) == []
    assert ran.err.startswith(f"::add-mask::{KEY}\n")
    assert f"::add-mask::{TOKEN}\n" in ran.err


class Breaking(dict[str, str]):
    """An environment that cannot be read to the end, and says so with all it knows."""

    def get(self, name: str, default: Any = None) -> Any:
        if name == "SOURCE_DATE_EPOCH":
            raise RuntimeError(f"the environment holds {gossip()}")
        return super().get(name, default)


def test_a_traceback(repository: ModRepository, capsys: pytest.CaptureFixture[str]) -> None:
    from factorio_release.cli.main import main  # noqa: PLC0415 here alone

    code = main(["check", str(repository.root)], Breaking(FACTORIO_API_KEY=KEY))
    out, err = capsys.readouterr()
    assert code == 1
    assert "Traceback" in err
    assert "RuntimeError: the environment holds ***" in err
    assert leaks_in({"out": out.encode(), "err": err.encode()}, [KEY]) == []


@pytest.mark.parametrize("where", ["README.md", "docs/FAQ.md", "info.json", "control.lua", "base64"])
def test_the_key_in_what_would_be_published(
    run: Callable[..., Answered], repository: ModRepository, portal: LocalPortal, where: str
) -> None:
    """In the package or on the page, whether or not the page's file is packaged: the release stops."""
    repository.config |= {"description": "README.md", "faq": "docs/FAQ.md", "exclude": ["docs/**"]}
    repository.write("README.md", "# Lamp\n")
    repository.write("docs/FAQ.md", "# Questions\n")
    if where == "info.json":
        repository.info["description"] = f"Made with {KEY}"
    elif where == "base64":
        repository.write("control.lua", f"-- {base64.b64encode(KEY.encode()).decode()}\n")
    else:
        repository.write(where, f"-- {KEY}\n")
    repository.save()
    ran = run("release", str(repository.root), "--yes", "--portal-url", portal.url)
    assert ran.code == 3, ran.text
    assert "the API key" in ran.text
    assert leaks_in({"out": ran.out.encode(), "err": ran.err.encode()}, [KEY]) == []
    assert [record.method for record in portal.log if record.method == "POST"] == []


def test_the_key_from_a_file_is_masked_and_hidden(
    run: Callable[..., Answered], repository: ModRepository, portal: LocalPortal, tmp_path: Path
) -> None:
    file = tmp_path / "key"
    file.write_text(f"{KEY}-of-a-file\n")
    options = ("--yes", "--verbose", "--portal-url", portal.url, "--api-key-file", str(file))
    ran = run("release", str(repository.root), *options, FACTORIO_API_KEY="", GITHUB_ACTIONS="true")
    assert ran.code == 4
    assert f"::add-mask::{KEY}-of-a-file\n" in ran.err
    printed = "\n".join(line for line in ran.text.splitlines() if not line.startswith("::add-mask::"))
    assert leaks_in({"printed": printed.encode()}, [f"{KEY}-of-a-file"]) == []


@pytest.mark.skipif(os.name == "nt", reason="a pipe as POSIX has it")
@pytest.mark.parametrize("closed", ["stdout", "stderr"])
def test_a_reader_that_goes_away_does_not_stop_a_release(
    repository: ModRepository, portal: LocalPortal, tmp_path: Path, closed: str
) -> None:
    """`factorio-release release | head -1` must not end half-way, nor say that all is well when it is not."""
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "factorio_release", "release", str(repository.root)),
            *("--yes", "--verbose", "--portal-url", portal.url),
        ],
        env=environment(FACTORIO_API_KEY=KEY),
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    stream = getattr(process, closed)
    other = process.stderr if closed == "stdout" else process.stdout
    stream.close()
    assert other is not None
    said = other.read().decode()
    other.close()
    assert process.wait(60) == 0, said
    assert "lamp-post" in portal.state.mods
    assert "Traceback" not in said
    assert "BrokenPipe" not in said
