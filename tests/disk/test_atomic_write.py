"""A file is written whole, where it was meant, and through no link; once as POSIX does it, once by name."""

from __future__ import annotations

import importlib.util
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import factorio_release.disk.atomic_write
from factorio_release.disk.replace_rules import (
    remedy,
    replaces_anything,
    replaces_exactly,
    replaces_only,
)

if TYPE_CHECKING:
    from collections.abc import Callable

SOURCE = Path(factorio_release.disk.atomic_write.__file__)
posix = pytest.mark.skipif(os.name == "nt", reason="as POSIX has it")


def loaded_where(monkeypatch: pytest.MonkeyPatch, *, directory_handles: bool) -> Any:
    """Load the module as on a system that has `openat` and O_NOFOLLOW, or has neither."""
    if not directory_handles:
        monkeypatch.setattr(os, "supports_dir_fd", set())
        for flag in ("O_NOFOLLOW", "O_DIRECTORY"):
            monkeypatch.delattr(os, flag, raising=False)
    spec = importlib.util.spec_from_file_location("atomic_write_here", SOURCE)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(params=["handles", "names"])
def atomic(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    if request.param == "handles" and os.name == "nt":
        pytest.skip("Windows has no directory handles")
    return loaded_where(monkeypatch, directory_handles=request.param == "handles")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "checkout/.git").mkdir(parents=True)
    return tmp_path / "checkout"


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    (tmp_path / "home/.ssh").mkdir(parents=True)
    (tmp_path / "home/.profile").write_text("precious")
    return tmp_path / "home"


def test_a_file_appears_with_its_folders(atomic: Any, checkout: Path) -> None:
    atomic.write_file(checkout / "out/deep/report.json", b"{}")
    assert (checkout / "out/deep/report.json").read_bytes() == b"{}"
    assert list((checkout / "out/deep").iterdir()) == [checkout / "out/deep/report.json"]


@pytest.mark.skipif(not hasattr(os, "O_TMPFILE"), reason="files without a name, as Linux has them")
def test_an_open_file_gets_a_name_where_the_system_can_do_it(atomic: Any, checkout: Path) -> None:
    target = checkout / "a.zip"
    for content in (b"PK1", b"PK2"):
        handle = os.open(checkout, os.O_TMPFILE | os.O_RDWR, 0o600)
        os.write(handle, content)
        is_named = atomic.name_file(handle, target)
        assert is_named == bool(os.supports_dir_fd)  # not where folders are used by name
        assert (target.read_bytes() == content) if is_named else not target.exists()
        os.close(handle)
    with (checkout / "other").open("wb") as named_already:
        Path(named_already.name).unlink()
        assert not atomic.name_file(named_already.fileno(), checkout / "b.zip")
    left = {path.name for path in checkout.iterdir()} - {".git"}
    assert left == ({"a.zip"} if os.supports_dir_fd else set())


@pytest.mark.skipif(not hasattr(os, "O_TMPFILE"), reason="files without a name, as Linux has them")
def test_an_open_file_does_not_get_the_name_of_a_link(atomic: Any, checkout: Path) -> None:
    (checkout / "a.zip").symlink_to("elsewhere")
    handle = os.open(checkout, os.O_TMPFILE | os.O_RDWR, 0o600)
    with pytest.raises(OSError, match="is a link"):
        atomic.name_file(handle, checkout / "a.zip")
    os.close(handle)
    assert (checkout / "a.zip").is_symlink()


@posix
def test_a_file_that_is_there_keeps_its_mode_and_a_new_one_gets_the_usual(
    atomic: Any, checkout: Path
) -> None:
    there, new = checkout / "run.sh", checkout / "new"
    there.write_text("old")
    there.chmod(0o750)
    mask = os.umask(0o027)
    try:
        atomic.write_file(there, b"new")
        atomic.write_file(new, b"new")
    finally:
        os.umask(mask)
    assert [stat.S_IMODE(path.stat().st_mode) for path in (there, new)] == [0o750, 0o640]


@pytest.mark.parametrize("target", [".profile", "not-there"])
def test_no_link_is_followed_in_the_file_itself(
    atomic: Any, checkout: Path, elsewhere: Path, target: str
) -> None:
    link = checkout / "report.json"
    link.symlink_to(elsewhere / target)
    with pytest.raises(OSError, match=r"report\.json is a link") as raised:
        atomic.write_file(link, b"command")
    assert "leads to" in remedy(raised.value)
    assert link.is_symlink()
    assert (elsewhere / ".profile").read_text() == "precious"
    assert sorted(path.name for path in elsewhere.iterdir()) == [".profile", ".ssh"]


@pytest.mark.parametrize("below", ["x", "more/x", ".ssh/x"])
def test_no_link_is_followed_in_a_folder_on_the_way(
    atomic: Any, checkout: Path, elsewhere: Path, below: str
) -> None:
    (checkout / "dist").symlink_to(elsewhere, target_is_directory=True)
    with pytest.raises(OSError, match="dist is a link"):
        atomic.write_file(checkout / "dist" / below, b"command")
    assert sorted(path.name for path in elsewhere.rglob("*")) == [".profile", ".ssh"]


def test_a_dangling_link_on_the_way_makes_no_folder(
    atomic: Any, checkout: Path, elsewhere: Path
) -> None:
    (checkout / "dist").symlink_to(elsewhere / "made", target_is_directory=True)
    with pytest.raises(OSError, match="dist is a link"):
        atomic.write_file(checkout / "dist/x", b"command")
    assert not (elsewhere / "made").exists()


def test_a_link_into_another_checkout_is_one_too(
    atomic: Any, checkout: Path, elsewhere: Path
) -> None:
    (elsewhere / ".git").mkdir()
    (checkout / "sub").symlink_to(elsewhere, target_is_directory=True)
    with pytest.raises(OSError, match="sub is a link"):
        atomic.write_file(checkout / "sub/x", b"command")


def test_without_git_the_working_directory_is_what_no_link_leads_out_of(
    atomic: Any, tmp_path: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "unpacked").mkdir()
    monkeypatch.chdir(tmp_path / "unpacked")
    Path("dist").symlink_to(elsewhere, target_is_directory=True)
    with pytest.raises(OSError, match="dist is a link"):
        atomic.write_file(Path("dist/x"), b"command")


def test_a_link_of_the_users_own_outside_of_a_checkout_is_followed(
    atomic: Any, tmp_path: Path, elsewhere: Path
) -> None:
    (tmp_path / "big-disk").symlink_to(elsewhere, target_is_directory=True)
    atomic.write_file(tmp_path / "big-disk/builds/x", b"zip")
    assert (elsewhere / "builds/x").read_bytes() == b"zip"


def test_nothing_outside_of_a_named_root_is_written(
    atomic: Any, checkout: Path, elsewhere: Path
) -> None:
    for path in (elsewhere / "x", checkout / "../home/x"):
        with pytest.raises(OSError, match="outside of"):
            atomic.write_file(path, b"x", root=checkout)
    assert not (elsewhere / "x").exists()


@posix
@pytest.mark.parametrize("kind", ["folder", "fifo", "device"])
def test_only_a_regular_file_is_replaced(atomic: Any, checkout: Path, kind: str) -> None:
    path = checkout / "report.json"
    if kind == "folder":
        path.mkdir()
    elif kind == "fifo":
        os.mkfifo(path)
    else:
        path = Path(os.devnull)
    before = path.lstat()
    with pytest.raises(OSError, match="is not a regular file"):
        atomic.write_file(path, b"x")
    assert os.path.samestat(path.lstat(), before)


def test_a_file_of_another_kind_is_not_replaced(atomic: Any, checkout: Path) -> None:
    path = checkout / "info.json"
    path.write_text('{"name": "mine"}')
    only_zips = replaces_only(b"PK\x03\x04", "a zip")
    with pytest.raises(OSError, match="a file is there that is not a zip"):
        atomic.write_file(path, b"PK\x03\x04", only_zips)
    with pytest.raises(OSError, match="not a zip"):
        atomic.prove_writable(path, only_zips)
    with pytest.raises(OSError, match="not a zip"), atomic.new_file(path, only_zips):
        pass
    assert path.read_text() == '{"name": "mine"}'
    for content in (b"", b"PK\x03\x04 an older one"):
        path.write_bytes(content)
        atomic.write_file(path, b"PK\x03\x04 new", only_zips)
        assert path.read_bytes() == b"PK\x03\x04 new"


def test_a_file_that_changed_meanwhile_is_not_replaced(atomic: Any, checkout: Path) -> None:
    path = checkout / "info.json"
    path.write_bytes(b"as it was read and more")
    with pytest.raises(OSError, match="changed meanwhile"):
        atomic.write_file(path, b"new", replaces_exactly(b"as it was read"))
    writing = atomic.new_file(path, replaces_exactly(b"as it was read and more"))
    writing.__enter__().write(b"new")
    path.write_bytes(b"somebody else's")
    with pytest.raises(OSError, match="changed meanwhile"):
        writing.__exit__(None, None, None)
    assert [file.name for file in checkout.iterdir() if file.is_file()] == ["info.json"]
    assert path.read_bytes() == b"somebody else's"


def test_a_stream_that_fails_leaves_what_was_there(atomic: Any, checkout: Path) -> None:
    path = checkout / "out.zip"
    path.write_bytes(b"before")
    writing = atomic.new_file(path)
    writing.__enter__().write(b"half")
    assert not writing.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert [file.name for file in checkout.iterdir() if file.is_file()] == ["out.zip"]
    assert path.read_bytes() == b"before"


def test_all_files_or_none(atomic: Any, checkout: Path) -> None:
    (checkout / "changelog.txt").mkdir()
    files = {
        checkout / name: (b"new", replaces_anything)
        for name in ("info.json", "new/x", "changelog.txt")
    }
    with pytest.raises(OSError, match="not a regular file") as raised:
        atomic.write_files(files)
    assert raised.value.filename == str(checkout / "changelog.txt")
    assert [path.name for path in checkout.rglob("*") if path.is_file()] == []


def test_appending_keeps_what_is_there(atomic: Any, tmp_path: Path) -> None:
    path = tmp_path / "output"
    assert atomic.append_to_file(path, b"one\n")
    assert atomic.append_to_file(path, b"two\n", max_bytes=8)
    assert not atomic.append_to_file(path, b"three\n", max_bytes=13)
    assert path.read_bytes() == b"one\ntwo\n"


@posix
@pytest.mark.parametrize("kind", ["link", "folder", "fifo", "device"])
def test_nothing_is_appended_to_what_is_no_file(
    atomic: Any, tmp_path: Path, elsewhere: Path, kind: str
) -> None:
    path = tmp_path / "output"
    make: dict[str, Callable[[], object]] = {
        "link": lambda: path.symlink_to(elsewhere / ".profile"),
        "folder": path.mkdir,
        "fifo": lambda: os.mkfifo(path),
        "device": lambda: None,
    }
    make[kind]()
    with pytest.raises(
        OSError, match=r"is a link|Is a directory|is not a regular file|No such device"
    ):
        atomic.append_to_file(Path(os.devnull) if kind == "device" else path, b"x")
    assert (elsewhere / ".profile").read_text() == "precious"


FULL_DISK = """
import resource, sys
from pathlib import Path
from factorio_release.disk import atomic_write
from factorio_release.disk.replace_rules import remedy
hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
resource.setrlimit(resource.RLIMIT_FSIZE, (200, hard))
path = Path(sys.argv[2])
try:
    if sys.argv[1] == "write":
        atomic_write.write_file(path, b"n" * 616)
    elif sys.argv[1] == "stream":
        with atomic_write.new_file(path) as stream:
            stream.write(b"n" * 616)
    else:
        atomic_write.append_to_file(path, b"n" * 616)
except OSError as error:
    print(error.strerror, "-", remedy(error))
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))  # coverage writes its file at the end
"""


@posix
@pytest.mark.parametrize("way", ["write", "stream", "append"])
def test_a_full_disk_changes_nothing_and_is_not_reported_as_missing_rights(
    checkout: Path, way: str
) -> None:
    path = checkout / "info.json"
    path.write_bytes(b"before")
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, way, str(path)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == (
        "File too large - free space on the disk, or raise the limit on the size of files\n"
    )
    assert path.read_bytes() == b"before"
    assert [file.name for file in checkout.iterdir() if file.is_file()] == ["info.json"]
