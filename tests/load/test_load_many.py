"""The script that loads many mods from clones: a list with commits, and all mods of a folder."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.conftest import environment
from tests.load.example_mods import FOUNDRY, LAMPS, RENAMED
from tests.support import mini_game
from tests.support.git import git

SCRIPT = Path(__file__).parents[2] / "scripts" / "load_many.py"


def run(folder: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    cache = dict.fromkeys(("XDG_CACHE_HOME", "LOCALAPPDATA"), str(folder / "cache"))
    return subprocess.run(
        [sys.executable, SCRIPT, *map(str, arguments), folder / "clones"],
        cwd=folder,
        env=environment(**cache),
        check=False,
        capture_output=True,
        text=True,
    )


def test_many_mods_are_loaded_and_summed_up(tmp_path: Path) -> None:
    mini_game.fill_cache(tmp_path / "cache")
    clones = tmp_path / "clones"
    RENAMED.write(clones, {})
    both = clones / "both"
    LAMPS.write(both, {"data.lua": "error('broken')"})
    FOUNDRY.write(both, {})
    (both / "old").mkdir()
    (both / "old/info.json").write_text('{"name": "old", "factorio_version": "1.1"}')
    git(both, "init", "--quiet", "--template=")
    git(both, "add", "--all")
    git(both, "commit", "--quiet", "--message", "One")
    done = run(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (
        "load-many/mods/lamps/data.lua:1: the mod does not load: broken [load-error]" in done.stdout
    )
    assert "3 loaded\nload-error: 1 in 1 mods\n" in done.stdout
    assert "lamps: " not in run(tmp_path).stdout.partition("load-many")[0]  # it is not loaded again
    listed = tmp_path / "list.txt"
    listed.write_text(
        f"# pinned\nrenamed-lamps@1.0.0\nboth@{git(both, 'rev-parse', 'HEAD')} lamps\n"
    )
    done = run(tmp_path, "--list", listed, "--out", "second")
    assert "2 loaded" in done.stdout, done.stdout + done.stderr
    assert "old-lamp" in (tmp_path / "second/mods/renamed-lamps/data.lua").read_text()
    assert (tmp_path / "second/mods/lamps/data.lua").is_file()


def test_a_clone_without_all_files_is_passed_over(tmp_path: Path) -> None:
    mini_game.fill_cache(tmp_path / "cache")
    clone = tmp_path / "clones/partial"
    LAMPS.write(clone, {"graphics/big.txt": "not fetched"})
    git(clone, "init", "--quiet", "--template=")
    git(clone, "add", "--all")
    git(clone, "commit", "--quiet", "--message", "One")
    blob = git(clone, "rev-parse", "HEAD:lamps/graphics/big.txt")
    (clone / ".git/objects" / blob[:2] / blob[2:]).unlink()
    done = run(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout == "lamps: passed over, partial has not all of its files\n\n"
