"""`cache`: what is shown, what is removed, and that nothing else is."""

from __future__ import annotations

import json
import os
import time
from typing import TYPE_CHECKING

import pytest

from tests.conftest import ModRepository
from tests.support import mini_game
from tests.support.in_process import run_here

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.in_process import Answer

SHA1 = "0123456789" * 4


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Answer]:
    def run_cache(*arguments: str, **environ: str) -> Answer:
        folder = str(tmp_path)
        given = environ or {"XDG_CACHE_HOME": folder, "LOCALAPPDATA": folder}
        return run_here(capsys, "cache", *arguments, **given)

    return run_cache


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A cache with the game, a mod, a list, what was learnt of a portal, and files of others."""
    game = mini_game.fill_cache(tmp_path)
    files = {
        f"mods/lib_1.0.0_{SHA1}.zip": b"x" * 3 * 1024 * 1024,
        "mods/lib.01234567.releases.json": b"{}",
        "mods/my-mod_1.0.0.zip": b"not ours",
        "mods/mod-list.json": b"{}",
        "game/notes.txt": b"not ours",
        f"portal/{'0' * 64}.json": b"{}",
        "saves/mine.zip": b"not ours",
    }
    for name, content in files.items():
        path = game.parent / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    return game.parent


def left(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_what_is_there_is_shown_with_sizes(run: Callable[..., Answer], folder: Path) -> None:
    answer = run("show", "--format", "text", "--verbose")
    lines = answer.out.splitlines()
    assert lines[0] == str(folder)
    assert lines[1].startswith("game: ")
    assert "in 2 files: the game's public data" in lines[1]
    assert "    factorio-data-2.0.90.tar.gz" in answer.out
    assert "mods: 3.0 MiB in 2 files" in answer.out
    assert "my-mod" not in answer.out
    value = json.loads(run().out)
    assert value["folder"] == str(folder)
    assert value["kinds"]["mods"]["names"] == [
        "lib.01234567.releases.json",
        f"lib_1.0.0_{SHA1}.zip",
    ]


def test_only_what_loads_have_fetched_is_removed(run: Callable[..., Answer], folder: Path) -> None:
    answer = run("clear")
    assert answer.code == 0
    assert "3.0 MiB of game, mods, headless, servers removed" in answer.err
    assert left(folder) == {
        "mods/my-mod_1.0.0.zip",
        "mods/mod-list.json",
        "game/notes.txt",
        f"portal/{'0' * 64}.json",
        "saves/mine.zip",
    }
    assert run("clear", "--kind", "portal").code == 0
    assert f"portal/{'0' * 64}.json" not in left(folder)
    assert run("clear").code == 0


def test_a_kind_is_removed_alone(run: Callable[..., Answer], folder: Path) -> None:
    run("clear", "--kind", "game")
    assert "mods/lib.01234567.releases.json" in left(folder)
    assert "game/prototype-api-2.0.90.json" not in left(folder)


def test_a_build_of_the_game_and_what_killed_runs_left_are_removed(
    run: Callable[..., Answer], folder: Path
) -> None:
    build = folder / "headless/2.0.77/bin/x64"
    build.mkdir(parents=True)
    (build / "factorio").write_bytes(b"x" * 2 * 1024 * 1024)
    names = {
        ".factorio-data-2.0.77.tar.gz.0123abcd.part": True,
        ".lib_1.0.0_0123456789.0123abcd.part": True,
        ".prototype-api-2.0.77.json.0123abcd.part": False,
        ".notes.0123abcd.part": True,
    }
    for name, is_old in names.items():
        path = folder / ("mods" if "lib" in name else "game") / name
        path.write_text("a part")
        if is_old:
            os.utime(path, (time.time() - 7200, time.time() - 7200))
    assert "headless: 2.0 MiB in 1 files" in run("--format", "text").out
    run("clear", "--kind", "headless")
    assert not (folder / "headless/2.0.77").exists()
    run("clear")
    assert {path.name for path in folder.rglob("*.part")} == {
        ".prototype-api-2.0.77.json.0123abcd.part",  # another run may be writing it
        ".notes.0123abcd.part",
    }


def test_a_link_is_removed_and_not_what_it_leads_to(
    run: Callable[..., Answer], folder: Path, tmp_path: Path
) -> None:
    target = tmp_path / "target"
    target.mkdir()
    (target / "mine.txt").write_text("mine")
    (folder / "game" / "factorio-data-2.0.1.tar.gz").symlink_to(target)
    run("clear")
    assert (target / "mine.txt").read_text() == "mine"
    assert not (folder / "game" / "factorio-data-2.0.1.tar.gz").is_symlink()


def test_the_key_changes_with_what_lasts(run: Callable[..., Answer], folder: Path) -> None:
    key = run("key").out
    assert key.startswith("factorio-release-1-")
    (folder / "mods/other.01234567.releases.json").write_text("{}")
    assert run("key").out == key
    (folder / f"mods/lib_1.1.0_{SHA1}.zip").write_text("x")
    assert run("key").out != key
    run("clear")
    assert run("key").out == run("key", HOME="").out  # as without a cache


def test_another_folder_is_shown_unless_git_tracks_files_in_it(
    run: Callable[..., Answer], folder: Path, tmp_path: Path
) -> None:
    other = ModRepository(tmp_path / "repository")
    (other.root / "cached" / "game").mkdir(parents=True)
    (other.root / "cached" / "game" / "factorio-data-2.0.1.tar.gz").write_text("x")
    place = str(other.root / "cached")
    value = json.loads(run("--cache-dir", place).out)
    assert value["kinds"]["game"]["names"] == ["factorio-data-2.0.1.tar.gz"]
    other.save()
    answer = run("--cache-dir", place)
    assert answer.code == 2
    assert "holds files that git tracks" in answer.err


@pytest.mark.parametrize(
    ("arguments", "environ", "said"),
    [
        (("cler",), {}, "cache: 'cler' is not one of show, clear, key (did you mean clear?)"),
        (("clear", "--kind", "games"), {}, "--kind: games is not one of game, mods, headless"),
        (("show",), {"HOME": ""}, "there is no folder for a cache"),
    ],
)
def test_wrong_use_is_said(
    run: Callable[..., Answer], arguments: tuple[str, ...], environ: dict[str, str], said: str
) -> None:
    answer = run(*arguments, **environ)
    assert answer.code == 2
    assert said in answer.err
