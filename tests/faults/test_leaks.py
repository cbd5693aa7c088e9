"""The key and the upload tokens are nowhere: not in what is printed, written, handed on or raised."""

from __future__ import annotations

import base64
import codecs
import json
import os
import re
import shlex
import subprocess
import sys
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from factorio_release.settings.options import FORMATS
from tests.conftest import KEY, environment, png
from tests.faults.declared import WithoutGit
from tests.faults.leak_search import as_the_runner_hears, forms_of, leaks_in
from tests.support.forks import start

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from factorio_release.local_portal import LocalPortal
    from tests.conftest import ModRepository
    from tests.faults.conftest import Answered

TOKEN = "0123456789abcdef-canary_token~0A"


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
        GITHUB_EVENT_NAME="workflow_dispatch",
        GITHUB_REF="refs/heads/main",
        RUNNER_DEBUG="1",
        GITHUB_OUTPUT=str(files["outputs"]),
        GITHUB_STEP_SUMMARY=str(files["summary"]),
    )
    assert ran.code in {4, 5}, ran.text
    assert leaks_in({"out": ran.out.encode(), "err": ran.err.encode()}, [KEY, TOKEN]) == []
    assert leaks_in(tmp_path / "work", [KEY, TOKEN]) == []


def test_an_action_has_the_runner_mask_both_secrets(
    run: Callable[..., Answered], repository: ModRepository, gossiping: Any
) -> None:
    """The streams of an action are read by the runner alone, which takes the masks out of the log."""
    gossiping.last = LAST["a refusal"]
    inputs = {"path": str(repository.root), "portal-url": gossiping.url, "api-key": KEY}
    inputs |= {"retries": "1", "verify-timeout": "0.2", "timeout": "20"}
    environ = {f"INPUT_{name.upper()}": value for name, value in inputs.items()}
    ran = run(
        "action",
        GITHUB_ACTIONS="true",
        GITHUB_EVENT_NAME="workflow_dispatch",
        GITHUB_REF="refs/heads/main",
        FACTORIO_API_KEY="",
        **environ,
    )
    assert ran.err.startswith(f"::add-mask::{KEY}\n")
    assert f"::add-mask::{TOKEN}\n" in ran.err
    masks, shown = as_the_runner_hears(ran.err)
    assert set(masks) >= {KEY, TOKEN}
    assert leaks_in({"out": ran.out.encode(), "err": shown.encode()}, [KEY, TOKEN]) == []


@pytest.mark.skipif(os.name == "nt", reason="a shell as POSIX has it")
@pytest.mark.parametrize("source", ["variable", "file"])
def test_a_log_that_a_step_keeps_holds_no_secret(
    repository: ModRepository, portal: LocalPortal, tmp_path: Path, source: str
) -> None:
    """`factorio-release release … 2>&1 | tee log`: the file has what the runner would take out of its log."""
    (tmp_path / "key").write_text(KEY)
    where = ("--portal-url", portal.url, "--verbose", "--yes")
    given = ("--api-key-file", str(tmp_path / "key")) if source == "file" else ()
    command = shlex.join(
        [sys.executable, "-m", "factorio_release", "release", str(repository.root), *where, *given]
    )
    work = tmp_path / "work"
    work.mkdir()
    done = subprocess.run(
        ["/bin/sh", "-c", f"{command} 2>&1 | tee log"],
        cwd=work,
        env=environment(
            GITHUB_ACTIONS="true",
            GITHUB_EVENT_NAME="workflow_dispatch",
            GITHUB_REF="refs/heads/main",
            **({"FACTORIO_API_KEY": KEY} if source == "variable" else {}),
        ),
        capture_output=True,
        check=True,
    )
    assert b"published" in done.stdout
    assert leaks_in({"log": (work / "log").read_bytes()}, [KEY, *portal.upload_tokens]) == []


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


# What `forms_of` does not have: the key beside other things, and as program text.
MORE_FORMS = {
    "basic": base64.b64encode(f"user:{KEY}".encode()),
    "basic in the middle": base64.urlsafe_b64encode(f"a:{KEY}:and more".encode()),
    "lua": "".join(f"\\{byte}" for byte in KEY.encode()).encode(),
    "C": "".join(f"\\x{byte:02X}" for byte in KEY.encode()).encode(),
    "JSON escapes": "".join(f"\\u{ord(letter):04X}" for letter in KEY).encode(),
    "HTML numbers": "".join(f"&#{ord(letter)};" for letter in KEY).encode(),
    "a list": json.dumps(list(KEY.encode())).encode(),
    "capitals": KEY.upper().encode(),
    "UTF-16 BE": KEY.encode("utf-16-be"),
    "UTF-32": KEY.encode("utf-32-le"),
    "base64 of UTF-16": base64.b64encode(KEY.encode("utf-16-le")),
    "ROT13": codecs.encode(KEY, "rot13").encode(),
}
for before in ("", "a", "ab", "abc", "abcd"):
    # What is before a secret decides on its form; what is after it, on its last character.
    MORE_FORMS[f"base32 after {before}"] = base64.b32encode(f"{before}{KEY}yz".encode())
    MORE_FORMS[f"base64 after {before}"] = base64.b64encode(f"{before}{KEY}".encode())
# The search for leaks cuts these two short.
EVERY_FORM = {name: form for name, form in forms_of(KEY).items() if "base" not in name} | MORE_FORMS


def stopped(ran: Answered, portal: LocalPortal) -> None:
    """Nothing was sent, and no form of the key was printed or reported."""
    assert ran.code == 3, ran.text
    assert "the API key" in ran.text
    assert leaks_in({"out": ran.out.encode(), "err": ran.err.encode()}, [KEY]) == []
    assert not any(
        form in ran.text for form in (form.decode("latin-1") for form in EVERY_FORM.values())
    )
    assert [record.method for record in portal.log if record.method == "POST"] == []


def test_the_key_in_any_form_in_a_file(
    run: Callable[..., Answered], repository: ModRepository, portal: LocalPortal
) -> None:
    """Each form in a file of its own, once as text and once as data."""
    paths = [
        f"{number}/notes.{kind}" for number in range(len(EVERY_FORM)) for kind in ("dat", "md")
    ]
    for path in paths:
        form = [*EVERY_FORM.values()][int(path.partition("/")[0])]
        repository.write(path, b"x" * 1500 + b" " + form + b" and more")
    repository.save()
    ran = run("release", str(repository.root), "--yes", "--portal-url", portal.url)
    stopped(ran, portal)
    assert [path for path in paths if f"{path} contains the API key" not in ran.text] == []


# Those that can be part of a name, and of a text.
AS_TEXT = {name: form.decode() for name, form in EVERY_FORM.items() if not {0, 47} & {*form}}


@pytest.mark.skipif(os.name == "nt", reason="names that Windows does not allow")
def test_the_key_in_any_form_in_a_name(
    run: Callable[..., Answered], repository: ModRepository, portal: LocalPortal
) -> None:
    for number, text in enumerate(AS_TEXT.values()):
        repository.write(f"{number}/folder{text[:200]}.lua", "")
    repository.save()
    where = ("--yes", "--portal-url", portal.url)
    ran = run("release", str(repository.root), *where)
    stopped(ran, portal)
    said = [line for line in ran.text.splitlines() if "has the API key in its name" in line]
    missing = [
        name
        for number, name in enumerate(AS_TEXT)
        if not any(re.search(rf"(?<!\d){number}/folder", line) for line in said)
    ]
    assert missing == []


def test_the_key_in_any_form_on_the_page(
    run: Callable[..., Answered], tmp_path: Path, portal: LocalPortal
) -> None:
    """Each form in the description of a mod of its own, all in one run."""
    for number, text in enumerate(AS_TEXT.values()):
        mod = WithoutGit(tmp_path / "mods" / f"lamp-{number}")
        mod.info["name"] = f"lamp-{number}"
        mod.write("README.md", f"Look: {text}\n")
        mod.config |= {"description": "README.md", "exclude": ["*.md"]}
        mod.save()
    where = ("--yes", "--portal-url", portal.url, "--format", "json")
    ran = run("release", str(tmp_path / "mods" / "*"), *where)
    stopped(ran, portal)
    found = {
        mod["mod"]
        for mod in json.loads(ran.out)["mods"]
        for finding in mod["findings"]
        if "the page's description contains the API key" in finding["message"]
    }
    missing = [name for number, name in enumerate(AS_TEXT) if f"lamp-{number}" not in found]
    assert missing == []


PLACES: dict[str, dict[str, Any]] = {
    "title": {"title": f"Lamp {KEY}"},
    "summary": {"summary": f"Lamp {KEY}"},
    "category": {"category": KEY, "ignore": {"page-category": "for the test"}},
    "license": {"license": KEY, "ignore": {"page-license": "for the test"}},
    "tags": {"tags": ["trains", KEY]},
    "homepage": {"homepage": f"https://example.com/?{KEY.encode().hex()}"},
    "source_url": {"source-url": f"https://example.com/{KEY}"},
    "faq": {"faq": "docs/FAQ.md"},
    "image": {"images": ["gallery/lamp.png"]},
    "image name": {"images": [f"gallery/{KEY}.png"]},
    "image of a text": {"description": "docs/README.md", "markdown-images": "gallery"},
}


@pytest.mark.parametrize("place", PLACES)
def test_the_key_anywhere_on_the_page(
    run: Callable[..., Answered], repository: ModRepository, portal: LocalPortal, place: str
) -> None:
    repository.write("docs/FAQ.md", f"Why? {KEY}\n")
    repository.write("docs/README.md", "![](../gallery/lamp.png)\n")
    repository.write("gallery/lamp.png", png() + b"x" * 3_000_000 + b" user:" + KEY.encode())
    repository.write(f"gallery/{KEY}.png", png(1))
    repository.config |= {"exclude": ["docs/**", "gallery/**"]} | PLACES[place]
    repository.save()
    ran = run("release", str(repository.root), "--yes", "--portal-url", portal.url)
    stopped(ran, portal)


@pytest.mark.parametrize("where", ["README.md", "info.json", "control.lua"])
def test_the_key_in_what_would_be_published(
    run: Callable[..., Answered], repository: ModRepository, portal: LocalPortal, where: str
) -> None:
    """In the package or on the page, whether or not the page's file is packaged: the release stops."""
    repository.config |= {"description": "README.md"}
    repository.write("README.md", "# Lamp\n")
    if where == "info.json":
        repository.info["description"] = f"Made with {KEY}"
    else:
        repository.write(where, f"-- {KEY}\n")
    repository.save()
    stopped(run("release", str(repository.root), "--yes", "--portal-url", portal.url), portal)


def test_every_key_of_the_environment_is_looked_for(
    run: Callable[..., Answered], repository: ModRepository, portal: LocalPortal
) -> None:
    """Another variable goes before this one, and its value is a key all the same."""
    repository.write("control.lua", "-- another-key-0123456789\n")
    repository.save()
    other = {"MOD_UPLOAD_API_KEY": "another-key-0123456789"}
    ran = run("release", str(repository.root), "--yes", "--portal-url", portal.url, **other)
    stopped(ran, portal)
    assert "another-key" not in ran.text


def test_the_key_in_a_changelog_is_in_no_output(
    run: Callable[..., Answered], repository: ModRepository, tmp_path: Path
) -> None:
    """The release stops; the notes are an output and part of the summary all the same."""
    text = (repository.root / "changelog.txt").read_text("utf-8")
    repository.write("changelog.txt", text.replace("Lights 1.0.0.", f"Lights {KEY}."))
    repository.save()
    files = {name: tmp_path / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    for file in files.values():
        file.touch()
    runner = {"GITHUB_ACTIONS": "true"} | {name: str(file) for name, file in files.items()}
    assert run("check", str(repository.root), **runner).code == 3
    written = {name: file.read_bytes() for name, file in files.items()}
    assert b"Lights ***." in written["GITHUB_OUTPUT"]
    assert leaks_in(written, [KEY]) == []


def test_the_key_from_a_file_is_hidden(
    run: Callable[..., Answered], repository: ModRepository, portal: LocalPortal, tmp_path: Path
) -> None:
    file = tmp_path / "key"
    file.write_text(f"{KEY}-of-a-file\n")
    options = ("--yes", "--verbose", "--portal-url", portal.url, "--api-key-file", str(file))
    runner = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": "workflow_dispatch",
        "GITHUB_REF": "refs/heads/main",
    }
    ran = run("release", str(repository.root), *options, FACTORIO_API_KEY="", **runner)
    assert ran.code == 4
    assert leaks_in({"printed": ran.text.encode()}, [f"{KEY}-of-a-file"]) == []


@pytest.mark.skipif(os.name == "nt", reason="a pipe as POSIX has it")
@pytest.mark.parametrize("closed", ["stdout", "stderr"])
def test_a_reader_that_goes_away_does_not_stop_a_release(
    repository: ModRepository, portal: LocalPortal, tmp_path: Path, closed: str
) -> None:
    """`factorio-release release | head -1` must not end half-way, nor say that all is well when it is not."""
    options = ("--yes", "--verbose", "--portal-url", portal.url)
    arguments = ("release", str(repository.root), *options)
    process = start(arguments, environment(FACTORIO_API_KEY=KEY), tmp_path)
    stream = getattr(process, closed)
    other = process.stderr if closed == "stdout" else process.stdout
    stream.close()
    assert other is not None
    said = other.read()
    other.close()
    assert process.wait(60) == 0, said
    assert "lamp-post" in portal.state.mods
    assert "Traceback" not in said
    assert "BrokenPipe" not in said


@pytest.mark.parametrize("before", [(1 << 20) - 5, (2 << 20) - len(KEY) + 1])
def test_the_key_across_two_pieces_of_a_large_file(
    run: Callable[..., Answered], repository: ModRepository, portal: LocalPortal, before: int
) -> None:
    repository.write("large.dat", bytes(before) + KEY.encode() + bytes(3 << 20))
    repository.save()
    stopped(run("release", str(repository.root), "--yes", "--portal-url", portal.url), portal)


QUOTED = {
    "double": f'"{KEY}"',
    "single": f"'{KEY}'",
    "typographic": f"\u201c{KEY}\u201d",
    "on one side": f'{KEY}"',
    "with white space": f' "{KEY}"\n',
}


@pytest.mark.parametrize(
    "place", ["the variable FACTORIO_API_KEY", "the input api-key", "--api-key-file"]
)
@pytest.mark.parametrize("how", QUOTED)
def test_a_quoted_key_is_reported_as_quoted(
    run: Callable[..., Answered],
    repository: ModRepository,
    portal: LocalPortal,
    how: str,
    place: str,
) -> None:
    value = QUOTED[how]
    # A message names an option that does not exist: here the key without its quotes.
    arguments = ["release", str(repository.root), "--yes", "--portal-url", portal.url, f"--{KEY}"]
    environ = {"FACTORIO_API_KEY": value if place.startswith("the variable") else ""}
    if place.startswith("the input"):
        arguments = ["action"]
        names = {"GITHUB_ACTIONS": "true", f"INPUT_{KEY}": "a name that is no option's"}
        environ |= names | {"INPUT_API-KEY": value}
    if place.startswith("--"):
        (repository.root.parent / "key").write_text(value, "utf-8")
        arguments += [place, str(repository.root.parent / "key")]
    ran = run(*arguments, **environ)
    assert ran.code == 2
    assert place in ran.err
    assert "the API key is in quotes; give it without them" in ran.err
    assert ("the input ***" if place.startswith("the input") else "--***") in ran.err
    shown = as_the_runner_hears(ran.err)[1] if place.startswith("the input") else ran.err
    assert leaks_in({"out": ran.out.encode(), "err": shown.encode()}, [KEY]) == []
    assert list(portal.log) == []


def test_white_space_around_the_key_is_no_part_of_it(
    run: Callable[..., Answered], repository: ModRepository, portal: LocalPortal
) -> None:
    where = ("--yes", "--portal-url", portal.url)
    assert run("release", str(repository.root), *where, FACTORIO_API_KEY=f" {KEY}\n").code == 0


REMOTES = (
    "https://user:hush-hush@github.com/OWNER/lamp-post.git",
    "https:/user:hush-hush@github.com/OWNER/lamp-post.git",
    "https://https://user:hush-hush@github.com/OWNER/lamp-post.git",
    "https://user:1234/hush-hush@github.com/OWNER/lamp-post.git",
    "https://hush-hush%40github.com/OWNER/lamp-post.git",
    "user:hush-hush@github.com:OWNER/lamp-post.git",
    "https://github.com/OWNER/lamp-post.git?token=hush-hush#hush-hush",
)


@pytest.mark.parametrize("remote", REMOTES)
def test_a_remote_shows_no_password(
    run: Callable[..., Answered],
    repository: ModRepository,
    portal: LocalPortal,
    tmp_path: Path,
    remote: str,
) -> None:
    repository.git("remote", "add", "origin", remote)
    repository.write("README.md", "[manual](manual.md) ![](lamp.png)\n")
    repository.write("manual.md", "")
    repository.write("lamp.png", png())
    repository.config |= {
        "description": "README.md",
        "source-url": "auto",
        "exclude": ["*.md", "lamp.png"],
    }
    repository.save()
    root = str(repository.root)
    plan = ("plan", root, "--portal-url", portal.url, "--verbose", "--format")
    # A format shows what was read of the remote, whatever it was.
    styles = FORMATS if remote == REMOTES[0] else ("text",)
    texts = [run(*plan, style).text for style in styles]
    texts.append(
        run("release", root, "--yes", "--portal-url", portal.url, "--report", "report.json").text
    )
    texts += [
        run("init", root, "--force", "--portal-url", portal.url, *ci).text
        for ci in ((), ("--ci", "github"))
    ]
    files = [path for place in (tmp_path / "work", repository.root) for path in place.rglob("*")]
    texts += [
        path.read_text("latin-1") for path in files if path.is_file() and ".git" not in path.parts
    ]
    assert not any("hush" in text for text in texts)
    assert not any(
        b"hush" in value.encode()
        for record in portal.log
        for values in record.fields.values()
        for value in values
    )
