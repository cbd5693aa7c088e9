"""The same content is the same release: other line ends, times or compression; and what differs otherwise."""

from __future__ import annotations

import os
import shutil
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from factorio_release.archive import build_archive
from factorio_release.mod.mod import load_mod
from factorio_release.public_zip import compare
from tests.conftest import KEY

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from factorio_release.local_portal import LocalPortal
    from tests.conftest import ModRepository
    from tests.support.in_process import InProcess

Release = Any


@pytest.fixture
def program(without_waits: InProcess) -> InProcess:
    """Nothing here needs a process of its own."""
    return without_waits


@pytest.fixture
def release(program: Any, portal: LocalPortal) -> Callable[..., Any]:
    def run(path: Path, *options: str, **more: str) -> Any:
        env = {"FACTORIO_API_KEY": KEY, "FACTORIO_RELEASE_PORTAL_URL": portal.url, **more}
        return program("release", str(path), "--yes", *options, env=env)

    return run


def clone(repository: ModRepository, name: str, *settings: str) -> Path:
    folder = repository.root.parent / name
    options = [part for setting in settings for part in ("-c", setting)]
    repository.git("clone", "--quiet", *options, str(repository.root), str(folder))
    return folder


def test_a_release_from_linux_is_unchanged_from_windows(
    release: Release, repository: ModRepository
) -> None:
    repository.config["description"] = "README.md"
    repository.write("README.md", "# Lamp\n\nLight.\n")
    repository.save()
    first = release(clone(repository, "linux"))
    assert (first.code, first.mod["status"]) == (0, "published"), first.err
    windows = clone(repository, "windows", "core.autocrlf=true")
    assert b"\r\n" in (windows / "control.lua").read_bytes()
    again = release(windows)
    assert (again.code, again.mod["status"]) == (0, "unchanged"), again.mod["error"]
    assert again.mod["package"]["sha1"] == first.mod["package"]["sha1"]
    assert (again.mod["findings"], again.mod["warnings"]) == ([], [])
    assert "comparing" not in again.err


def test_a_page_from_windows_has_the_text_that_git_has(
    release: Release, repository: ModRepository, portal: LocalPortal
) -> None:
    repository.config |= {"description": "README.md", "source-url": "https://github.com/OWNER/lamp"}
    repository.write("README.md", "# Lamp\n\nLight. [More](docs/more.md)\n")
    repository.write("docs/more.md", "More.\n")
    repository.save()
    windows = clone(repository, "windows", "core.autocrlf=true")
    assert release(windows).mod["status"] == "published"
    assert b"\r\n" in (windows / "README.md").read_bytes()
    assert "\r" not in portal.state.mods["lamp-post"].description


EPOCH = {"SOURCE_DATE_EPOCH": "1700000000"}


@pytest.mark.parametrize(
    ("first", "second", "says"),
    [
        (("max", {}), ("default", {}), "`compression: max` and the time 1980-01-01"),
        (("default", EPOCH), ("default", EPOCH), ""),
        (("fast", {}), ("default", EPOCH), "`compression: fast` and the time 1980-01-01"),
        (("default", None), ("max", {}), "`compression: default` and SOURCE_DATE_EPOCH="),
    ],
    ids=["compression", "nothing", "both", "the commit's time"],
)
def test_another_compression_or_time_is_the_same_release(
    release: Release, repository: ModRepository, first: Any, second: Any, says: str
) -> None:
    commit_time = {"SOURCE_DATE_EPOCH": repository.git("log", "-1", "--format=%ct")}
    for compression, epoch in (first, second):
        env = commit_time if epoch is None else epoch
        ran = release(repository.root, "--compression", compression, **env)
        assert ran.code == 0, ran.err
    assert ran.mod["status"] == "unchanged"
    assert says in ran.out
    assert ran.mod["warnings"] == []
    assert ran.mod["changed"] is False


def test_a_zip_with_the_line_ends_of_a_windows_checkout_is_the_same_release(
    release: Release, repository: ModRepository, tmp_path: Path
) -> None:
    """A version of this program that packed what is on disk, or another tool, made the public one."""
    windows = clone(repository, "windows", "core.autocrlf=true")
    shutil.rmtree(windows / ".git")
    public = build_archive(load_mod(windows), tmp_path)
    assert release(public.path, *page(repository)).mod["status"] == "published"
    again = release(repository.root)
    assert (again.code, again.mod["status"]) == (0, "unchanged"), again.err
    assert "with CRLF line ends, as a checkout on Windows has them" in again.out


def page(repository: ModRepository) -> tuple[str, ...]:
    return tuple(part for key, value in repository.config.items() for part in (f"--{key}", value))


@pytest.mark.parametrize("tag", ["v1.0.0", ""])
def test_what_changed_since_the_public_version_is_named(
    release: Release, repository: ModRepository, tag: str
) -> None:
    if tag:
        repository.git("tag", tag)
    assert release(repository.root).code == 0
    repository.write("control.lua", "script.on_init(function() end)\n-- more\n")
    repository.write("new.lua", "")
    repository.git("add", "--all")
    repository.git("commit", "--quiet", "--message", "More")
    ran = release(repository.root)
    name = "the tag v1.0.0" if tag else "which set this version,"
    assert ran.code == 6
    assert f"{name} has it; since then control.lua, new.lua changed" in ran.mod["error"]
    # The files have changed: another way to pack them is no explanation.
    assert "nothing is left to do" not in ran.mod["hint"]
    repository.git("checkout", "--quiet", "HEAD~1")
    assert release(repository.root).mod["status"] == "unchanged"


def rebuilt(source: Path, target: Path, year: int) -> Path:
    """Pack the same files anew with another program and other times."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, (year, 1, 1, 0, 0, 0))
            new.writestr(entry, old.read(name), zipfile.ZIP_DEFLATED)
    return target


def test_a_zip_of_another_program(
    release: Release, repository: ModRepository, program: Any, tmp_path: Path
) -> None:
    """Against a release of this program its files decide; between two others nothing can be known."""
    options = page(repository)
    program("build", str(repository.root), "--output-dir", str(tmp_path / "dist"))
    (own,) = (tmp_path / "dist").glob("*.zip")
    for year in (2025, 2026):
        (tmp_path / f"{year}").mkdir()
        rebuilt(own, tmp_path / f"{year}" / own.name, year)
    assert release(tmp_path / "2025" / own.name, *options).mod["status"] == "published"
    ran = release(tmp_path / "2026" / own.name, *options)
    assert ran.code == 6
    assert "cannot be known without a download" in ran.mod["error"]
    repository.git("tag", "v1.0.0")
    ran = release(repository.root)
    assert ran.code == 6
    assert "the tag v1.0.0 has the same files as this package" in ran.mod["error"]
    repository.write("control.lua", "-- other\n")
    ran = release(repository.root)
    assert "is not known, since only its SHA-1 is public" in ran.mod["error"]
    assert "since the tag v1.0.0 control.lua changed" in ran.mod["error"]


def test_the_machine_that_uploaded_a_zip_knows_its_files(
    release: Release, repository: ModRepository, program: Any, tmp_path: Path
) -> None:
    options, cache = page(repository), {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    program("build", str(repository.root), "--output-dir", str(tmp_path / "dist"))
    (own,) = (tmp_path / "dist").glob("*.zip")
    for year in (2025, 2026, 2027):
        (tmp_path / f"{year}").mkdir()
        rebuilt(own, tmp_path / f"{year}" / own.name, year)
    with zipfile.ZipFile(tmp_path / "2027" / own.name, "a") as bundle:
        bundle.writestr(f"{own.stem}/more.lua", "")
    assert release(tmp_path / "2025" / own.name, *options, **cache).mod["status"] == "published"
    for path in (tmp_path / "2026" / own.name, repository.root):
        ran = release(path, *options, **cache)
        assert (ran.code, ran.mod["status"]) == (0, "unchanged"), ran.mod["error"]
        assert "which this machine uploaded" in ran.out
    assert release(tmp_path / "2027" / own.name, *options, **cache).code == 6


def test_a_zip_of_another_program_with_the_files_of_the_release(
    release: Release, repository: ModRepository, program: Any, tmp_path: Path
) -> None:
    assert release(repository.root, "--output-dir", str(tmp_path / "dist")).code == 0
    (own,) = (tmp_path / "dist").glob("*.zip")
    other = rebuilt(own, tmp_path / own.name, 2026)
    ran = release(other, *page(repository))
    assert (ran.code, ran.mod["status"]) == (0, "unchanged"), ran.err
    changed = tmp_path / "changed" / own.name
    changed.parent.mkdir()
    with zipfile.ZipFile(rebuilt(own, changed, 2026), "a") as bundle:
        bundle.writestr(f"{own.stem}/more.lua", "")
    assert release(changed, *page(repository)).code == 6


def test_an_edit_that_is_not_committed_is_other_content(
    release: Release, repository: ModRepository
) -> None:
    repository.git("tag", "v1.0.0")
    assert release(repository.root).code == 0
    repository.write("control.lua", "script.on_init(function()  end)\n")
    ran = release(repository.root)
    assert ran.code == 6
    assert "as the tag v1.0.0 has it; since then control.lua changed" in ran.mod["error"]


def test_files_that_are_too_large_to_be_built_again_are_compared_by_their_object_ids(
    repository: ModRepository,
) -> None:
    repository.write("sound.ogg", b"OggS" + bytes(33 << 20))
    repository.save()
    repository.git("tag", "v1.0.0")
    found = compare(load_mod(repository.root), "0" * 40, "1" * 40)
    assert found.says.endswith("; the tag v1.0.0 has the same files in git")
    repository.write("control.lua", "-- other\n")
    repository.save()
    found = compare(load_mod(repository.root), "0" * 40, "1" * 40)
    assert not found.is_same
    assert "too large" in found.says
    assert found.says.endswith("; since the tag v1.0.0 control.lua changed")


def test_what_was_tried_is_what_is_said(repository: ModRepository) -> None:
    (repository.root / "link.lua").symlink_to("control.lua")
    repository.save()
    found = compare(load_mod(repository.root), "0" * 40, "1" * 40, epoch=5)
    assert "with `compression` fast, default, max, with the times 1980-01-01, " in found.says
    assert "of SOURCE_DATE_EPOCH, of the commit, and with LF and CRLF" in found.says
    repository.write("sound.ogg", os.urandom(1000) * (32 << 10))
    repository.write("more.ogg", bytes(20 << 20))
    repository.save()
    found = compare(load_mod(repository.root), "0" * 40, "1" * 40)
    assert (
        "with `compression` fast, default, with the times 1980-01-01, of the commit, " in found.says
    )
