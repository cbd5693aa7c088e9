"""The bytes that were checked, planned and confirmed are the bytes that are sent, or nothing is."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from factorio_release.apply.context import image_contents
from factorio_release.errors import ModError
from factorio_release.page.image_file import read_image
from factorio_release.pipeline import Job, run_mods
from factorio_release.plan import AddImage, Plan
from factorio_release.portal.reader import PortalReader
from factorio_release.portal.transport import Transport
from factorio_release.portal.writer import PortalWriter
from factorio_release.settings.options import CiSource
from factorio_release.settings.sources import Sources, find_config, read_settings
from tests.conftest import environment

if TYPE_CHECKING:
    from collections.abc import Callable

    from factorio_release.local_portal import LocalPortal
    from factorio_release.report.model import ModReport

ZIP = "lamp-post_1.0.0.zip"
FAST = ["--verify-timeout", "2", "--retries", "1"]


def sha1(data: bytes) -> str:
    return hashlib.sha1(data, usedforsecurity=False).hexdigest()


def rebuilt(data: bytes, **contents: bytes) -> bytes:
    """Return the zip with other contents of some of its members, as another build would make it."""
    new = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(new, "w") as bundle:
        for name in old.namelist():
            bundle.writestr(
                name, contents.get(name.rpartition("/")[2].replace(".", "_"), old.read(name))
            )
    return new.getvalue()


def member(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as bundle:
        return bundle.read(f"lamp-post_1.0.0/{name}")


def published(portal: LocalPortal) -> list[tuple[str, str]]:
    mods = portal.state.mods.values()
    return [(release.version, release.sha1) for mod in mods for release in mod.releases]


class Terminal:
    """The program on a pseudo-terminal, which answers its question after `meanwhile` was done."""

    def __init__(self, folder: Path, portal: LocalPortal, key: str) -> None:
        self.folder = folder
        self.portal = portal
        self.key = key

    def __call__(self, path: Path, meanwhile: Callable[[int], None], *more: str) -> dict[str, Any]:
        import pty  # noqa: PLC0415 Windows has none

        report = self.folder / "report.json"
        where = ["--portal-url", self.portal.url, "--report", str(report)]
        command = ["-m", "factorio_release", "release", str(path), *where, *FAST, *more]
        child, terminal = pty.fork()
        if child == 0:
            os.chdir(self.folder)
            env = environment(FACTORIO_API_KEY=self.key, TERM="dumb")
            os.execve(sys.executable, [sys.executable, *command], env)
        shown = b""
        while b"[y/N]" not in shown and (piece := os.read(terminal, 65536)):
            shown += piece
        meanwhile(child)
        os.write(terminal, b"y\n")
        shown += b"".join(_rest(terminal))
        os.close(terminal)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        only: dict[str, Any] = json.loads(report.read_text("utf-8"))["mods"][0]
        return only | {"code": code, "shown": shown.decode()}


def _rest(terminal: int) -> list[bytes]:
    pieces = []
    try:
        while piece := os.read(terminal, 65536):
            pieces.append(piece)
    except OSError:  # the other end is closed
        pass
    return pieces


@pytest.fixture
def on_terminal(tmp_path: Path, portal: LocalPortal, key: str) -> Terminal:
    if sys.platform == "win32":
        pytest.skip("Windows has no pseudo-terminals")
    folder = tmp_path / "terminal"
    folder.mkdir()
    return Terminal(folder, portal, key)


pty_forks = pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")


@pty_forks
@pytest.mark.parametrize("in_place", [True, False])
def test_another_build_while_the_question_is_open(
    *, on_terminal: Terminal, repository: Any, portal: LocalPortal, in_place: bool
) -> None:
    seen: list[bytes] = []

    def rebuild(_child: int) -> None:
        path = on_terminal.folder / "dist" / ZIP
        seen.append(path.read_bytes())
        other = rebuilt(seen[0], control_lua=b"-- another build\n")
        _write(path, other) if in_place else _replace(path, other)
        repository.write("control.lua", "-- another build\n")

    told = on_terminal(repository.root, rebuild)
    assert (told["code"], told["status"]) == (0, "published")
    assert published(portal) == [("1.0.0", sha1(seen[0]))]
    assert told["package"]["sha1"] == sha1(seen[0])
    assert [warning for warning in told["warnings"] if ZIP in warning and sha1(seen[0]) in warning]


@pty_forks
@pytest.mark.parametrize("at_output", [True, False])
@pytest.mark.parametrize("in_place", [True, False])
def test_a_built_zip_that_is_exchanged_while_the_question_is_open(
    *,
    on_terminal: Terminal,
    repository: Any,
    program: Any,
    portal: LocalPortal,
    at_output: bool,
    in_place: bool,
) -> None:
    folder = on_terminal.folder if at_output else program.folder
    assert program("build", str(repository.root), cwd=folder).code == 0
    given = folder / "dist" / ZIP
    first = given.read_bytes()

    def exchange(_child: int) -> None:
        other = rebuilt(first, control_lua=b"-- another build\n")
        _write(given, other) if in_place else _replace(given, other)

    told = on_terminal(given, exchange, "--category", "utilities", "--license", "default_mit")
    assert (told["code"], told["status"]) == (0, "published"), told["shown"]
    assert published(portal) == [("1.0.0", sha1(first))]
    assert told["package"]["sha1"] == sha1(first)
    assert bool([warning for warning in told["warnings"] if ZIP in warning]) is at_output


@pty_forks
@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs Linux's /proc")
def test_not_even_the_private_copy_can_be_changed_unnoticed(
    on_terminal: Terminal, repository: Any, portal: LocalPortal
) -> None:
    """What is sent is hashed on its way, and its last bytes are kept back when it is not what was planned."""
    repository.write("noise.png.lua", b"--" + os.urandom(1_500_000).hex().encode())
    repository.save()
    changed: list[Path] = []

    def change(child: int) -> None:
        for link in Path(f"/proc/{child}/fd").iterdir():
            if "(deleted)" in str(link.readlink()):
                with link.open("r+b") as handle:
                    handle.seek(1000)
                    handle.write(b"changed")
                changed.append(link)

    told = on_terminal(repository.root, change)
    assert changed
    assert published(portal) == []
    assert (told["code"], told["status"], told["changed"]) == (3, "failed", False)
    assert "changed" in told["error"]


@pty_forks
def test_an_image_that_is_exchanged_while_the_question_is_open(
    on_terminal: Terminal, repository: Any, portal: LocalPortal, picture: Callable[..., bytes]
) -> None:
    image = repository.write("gallery/one.png", picture(1))
    repository.config |= {"images": ["gallery/*.png"], "exclude": ["gallery/**"]}
    repository.save()
    told = on_terminal(repository.root, lambda _child: _write(image, picture(200)))
    assert told["code"] == 0, told["shown"]
    assert [one.id for one in portal.state.find("lamp-post").images] == [sha1(picture(1))]


def _write(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def _replace(path: Path, data: bytes) -> None:
    _write(path.with_suffix(".new"), data)
    path.with_suffix(".new").replace(path)


@pytest.fixture
def release(
    tmp_path: Path, repository: Any, portal: LocalPortal, key: str
) -> Callable[..., ModReport]:
    """Release the mod in this process: `at` a line of progress, something happens to its files."""

    def run(
        at: str, happens: Callable[[], None], *, secrets: tuple[str, ...] = ("canary",)
    ) -> ModReport:
        def say(line: str) -> None:
            if line.startswith(at):
                happens()

        options = {"portal-url": portal.url, "output-dir": str(tmp_path / "dist"), "retries": "1"}
        root = repository.root
        settings = read_settings(Sources(options, {}, {}), find_config((root,)), root)
        transport = Transport(10)
        job = Job(
            root,
            "lamp-post",
            settings,
            "release",
            CiSource("none", "", ""),
            secrets=secrets,
            say=say,
        )
        reader = PortalReader(transport, portal.url, 1)
        writer = PortalWriter(transport, portal.url, key, retries=1)
        return run_mods([job], lambda _job: (reader, writer)).mods[0]

    return run


@pytest.mark.parametrize(
    "name",
    ["info.json", "control.lua", "changelog.txt", "locale/en/lamp.cfg", "picture.png", "large.dat"],
)
@pytest.mark.parametrize("secrets", [("canary",), ()])
def test_a_file_that_changes_between_its_check_and_its_packaging(
    *,
    release: Callable[..., ModReport],
    repository: Any,
    portal: LocalPortal,
    picture: Callable[..., bytes],
    tmp_path: Path,
    name: str,
    secrets: tuple[str, ...],
) -> None:
    """Its length stays the same: only the content tells."""
    repository.write("locale/en/lamp.cfg", "[item-name]\nlamp=Lamp\n")
    repository.write("picture.png", picture(1) + bytes(3000))
    repository.write("large.dat", bytes(100_000))
    repository.save()
    path = repository.root / name

    def change() -> None:
        old = path.read_bytes()
        new = old.replace(b'"1.0.0"', b'"1.0.1"') if name == "info.json" else old[:-1] + b"\x20"
        assert new != old
        path.write_bytes(new)

    report = release("packaging", change, secrets=secrets)
    assert published(portal) == []
    assert (report.exit_code, report.changed) == (3, False)
    assert f"{name} changed" in report.error
    assert "run again" in report.hint
    assert not [*tmp_path.glob("dist/*")]


def test_files_that_stay_as_they_are_disturb_nothing(
    release: Callable[..., ModReport], repository: Any, portal: LocalPortal
) -> None:
    """Written anew with the same content, as a formatter does that finds nothing."""
    path = repository.root / "control.lua"
    report = release("packaging", lambda: _write(path, path.read_bytes()))
    assert (report.exit_code, report.error) == (0, "")
    assert [version for version, _sha1 in published(portal)] == ["1.0.0"]


def test_an_info_json_that_changes_before_the_plan_is_shown(
    release: Callable[..., ModReport], repository: Any, portal: LocalPortal
) -> None:
    text = (repository.root / "info.json").read_text()
    report = release(
        "asking",
        lambda: _write(repository.root / "info.json", text.replace("1.0.0", "1.0.1").encode()),
    )
    assert report.exit_code == 0
    assert [version for version, _sha1 in published(portal)] == ["1.0.0"]


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script in place of git")
def test_an_info_json_that_changes_while_the_mod_is_read(
    program: Any, repository: Any, portal: LocalPortal, key: str, tmp_path: Path
) -> None:
    """Git is asked between the reading of info.json and that of the files: here it changes info.json."""
    git = shutil.which("git")
    fake = tmp_path / "bin" / "git"
    fake.parent.mkdir()
    info = repository.root / "info.json"
    fake.write_text(f'#!/bin/sh\ncp {tmp_path}/changed.json {info}\nexec {git} "$@"\n')
    fake.chmod(0o755)
    text = info.read_text()
    (tmp_path / "changed.json").write_text(text.replace("Lamp post", "Camp post"))
    ran = program(
        *("release", str(repository.root), "--yes", "--portal-url", portal.url),
        env={"FACTORIO_API_KEY": key, "PATH": f"{fake.parent}{os.pathsep}{os.environ['PATH']}"},
    )
    assert info.read_text() != text
    assert (ran.code, published(portal)) == (3, [])
    assert "info.json changed" in ran.mod["error"]


def test_an_image_that_changes_before_it_is_kept(
    tmp_path: Path, picture: Callable[..., bytes]
) -> None:
    path = tmp_path / "one.png"
    path.write_bytes(picture(1))
    image = read_image(path).image
    assert image
    plan = Plan("lamp-post", (AddImage(image),))
    kept = image_contents(plan)[image.id]
    assert (kept.name, kept.sha1, kept.size) == ("one.png", image.id, len(picture(1)))
    path.write_bytes(picture(2))
    with pytest.raises(ModError, match=r"one\.png changed"):
        image_contents(plan)


def test_a_zip_that_is_called_after_another_version_is_not_published(
    program: Any, repository: Any, portal: LocalPortal, key: str
) -> None:
    repository.release("2.0.0")
    assert program("build", str(repository.root)).code == 0
    old = program.folder / ZIP
    (program.folder / "dist" / "lamp-post_2.0.0.zip").rename(old)
    page = ["--category", "utilities", "--license", "default_mit"]
    ran = program(
        "release",
        str(old),
        "--yes",
        "--portal-url",
        portal.url,
        *page,
        env={"FACTORIO_API_KEY": key},
    )
    assert (ran.code, ran.mod["status"]) == (3, "failed")
    (found,) = ran.mod["findings"]
    assert found["code"] == "zip-contradiction"
    assert ZIP in found["message"]
    assert "lamp-post 2.0.0" in found["message"]
    assert published(portal) == []
