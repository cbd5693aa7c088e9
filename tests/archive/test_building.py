"""Where the zip appears, and what happens when it cannot."""

from __future__ import annotations

import os
import stat
import zipfile
from typing import TYPE_CHECKING

import pytest

from factorio_release.archive import build_archive
from factorio_release.archive.reading_ahead import MAX_IN_MEMORY_BYTES
from factorio_release.errors import ModError
from factorio_release.mod.mod import load_mod
from factorio_release.pipeline.run_files import RunFiles

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from factorio_release.package.file_set import PackageFile
    from tests.archive.conftest import MakeMod


def test_an_older_zip_is_replaced_at_once(make_mod: MakeMod, tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = build_archive(make_mod({"data.lua": b"1"}), out)
    second = build_archive(make_mod({"data.lua": b"2"}), out)
    assert first.path == second.path
    assert first.sha1 != second.sha1
    assert [path.name for path in out.iterdir()] == ["my-mod_1.2.3.zip"]


@pytest.mark.skipif(os.name == "nt", reason="modes")
def test_others_may_read_it(make_mod: MakeMod, tmp_path: Path) -> None:
    path = build_archive(make_mod({}), tmp_path / "out").path
    (path.parent / "other").touch()
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE((path.parent / "other").stat().st_mode)


@pytest.mark.skipif(not hasattr(os, "O_TMPFILE"), reason="files without a name, as Linux has them")
def test_a_zip_that_is_not_sent_is_the_private_file_itself(
    make_mod: MakeMod, tmp_path: Path
) -> None:
    mod, out = make_mod({"data.lua": b"1"}), tmp_path / "out"
    sent = build_archive(mod, out)
    before, inode = sent.path.read_bytes(), sent.path.stat().st_ino
    sent.path.chmod(0o604)
    with RunFiles() as files:
        given = files.on_disk_of(out)
        named = build_archive(mod, out, private=files.on_disk_of, is_sent=False)
        assert named.content is None
        assert named[:7] == sent[:7]
        assert named.path.stat().st_ino != inode
        assert named.path.stat().st_ino == os.fstat(given.stream.fileno()).st_ino
        assert stat.S_IMODE(named.path.stat().st_mode) == 0o604
        # The next mod of the run has another file; one that shares it with others is copied.
        files.on_disk_of(out).append([b"an earlier mod"])
        copied = build_archive(mod, out, private=files.on_disk_of, is_sent=False)
        assert copied.content
        assert files.on_disk_of(out).read_at(0, 14) == b"an earlier mod"
    assert named.path.read_bytes() == copied.path.read_bytes() == before
    assert [path.name for path in out.iterdir()] == ["my-mod_1.2.3.zip"]


def test_a_file_that_goes_away_leaves_nothing_behind(make_mod: MakeMod, tmp_path: Path) -> None:
    mod = make_mod({"data.lua": b"1", "z.lua": b"2" * 900_000})
    out = tmp_path / "out"
    kept = build_archive(mod, out).path.read_bytes()
    (mod.path / "z.lua").write_bytes(b"short")
    with pytest.raises(ModError, match=r"z\.lua changed"):
        build_archive(mod, out)
    assert [path.name for path in out.iterdir()] == ["my-mod_1.2.3.zip"]
    assert (out / "my-mod_1.2.3.zip").read_bytes() == kept


def first_bytes(file: PackageFile) -> bytes:
    with file.open() as stream:
        return stream.read(10)


LOOKS: dict[str, Callable[[PackageFile], object]] = {
    "read whole": lambda file: file.read(),
    "read in blocks": lambda file: [len(block) for block in file.blocks(1 << 16)],
    "its first bytes": first_bytes,
}


@pytest.mark.skipif(
    os.name == "nt", reason="Windows has no time of a file that only the system sets"
)
@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("size", [5000, MAX_IN_MEMORY_BYTES + 1])
def test_what_is_packaged_is_what_was_checked(
    make_mod: MakeMod, tmp_path: Path, look: str, size: int
) -> None:
    """Neither the length nor the file's own time tells: the content does, or the system's time."""
    path = make_mod({"data.lua": b"1", "z.dat": bytes(size)}).path / "z.dat"
    mod = load_mod(path.parent)
    file = mod.files.get("z.dat")
    assert file is not None
    LOOKS[look](file)
    times = path.stat()
    while (
        path.stat().st_ctime_ns == times.st_ctime_ns
    ):  # the system's clock for files goes in steps
        with path.open("r+b") as stream:
            stream.seek(size - 1)
            stream.write(b"x")
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    with pytest.raises(ModError, match=r"z\.dat changed"):
        build_archive(mod, tmp_path / "out", "fast")
    assert list((tmp_path / "out").iterdir()) == []


def test_the_copy_for_the_user_is_a_file_of_its_own(make_mod: MakeMod, tmp_path: Path) -> None:
    archive = build_archive(make_mod({"data.lua": b"1"}), tmp_path / "out")
    assert archive.content
    before = archive.path.read_bytes()
    assert archive.is_at_its_path()
    archive.path.write_bytes(b"PK, and another content")
    assert not archive.is_at_its_path()
    assert b"".join(archive.content.file.blocks()) == before
    archive.path.unlink()
    assert not archive.is_at_its_path()


def test_an_interrupt_leaves_nothing_behind(make_mod: MakeMod, tmp_path: Path) -> None:
    def interrupt(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_archive(make_mod({"data.lua": b"1"}), tmp_path / "out", progress=interrupt)
    assert list((tmp_path / "out").iterdir()) == []


def test_progress_ends_with_everything(make_mod: MakeMod, tmp_path: Path) -> None:
    mod, heard = make_mod({f"{i}.lua": b"x" * i for i in range(50)}), list[tuple[int, int]]()
    build_archive(mod, tmp_path / "out", progress=lambda done, total: heard.append((done, total)))
    assert heard[-1] == (mod.files.size, mod.files.size)
    assert heard == sorted(heard)


@pytest.mark.parametrize(
    "name", ["../../evil", "a/b", "a\\b", "C:x", ".hidden", "new\nline", "", "trailing.", "nul\0"]
)
def test_a_name_cannot_lead_elsewhere(make_mod: MakeMod, tmp_path: Path, name: str) -> None:
    with pytest.raises(ModError):
        build_archive(make_mod({}, name=name), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_legacy_name_with_spaces_is_fine(make_mod: MakeMod, tmp_path: Path) -> None:
    archive = build_archive(make_mod({}, name="Squeak Through", version="0.1.01"), tmp_path / "out")
    assert archive.name == "Squeak Through_0.1.01.zip"
    with zipfile.ZipFile(archive.path) as bundle:
        assert bundle.namelist() == ["Squeak Through_0.1.01/info.json"]


def test_a_folder_that_cannot_be_written_is_named(make_mod: MakeMod, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(
        ModError,
        match=r"my-mod_1\.2\.3\.zip cannot be written: (Not a directory|File exists|.* already exists)",
    ):
        build_archive(make_mod({}), tmp_path / "file")


def test_no_version_no_zip(make_mod: MakeMod, tmp_path: Path) -> None:
    mod = make_mod({}, version="next")
    with pytest.raises(ModError, match=r"takes its name from info\.json"):
        build_archive(mod, tmp_path / "out")


def test_the_mod_folder_may_hold_the_output(make_mod: MakeMod) -> None:
    mod = make_mod({"data.lua": b"1"})
    first = build_archive(mod, mod.path / "dist")
    again = load_mod(mod.path)
    assert [file.path for file in again.files.files] == ["data.lua", "info.json"]
    assert build_archive(again._replace(), mod.path / "dist").sha1 == first.sha1
