"""Which files ship, rule by rule, on real repositories and folders."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from factorio_release.errors import ModError
from factorio_release.git.repository import find_repository

if TYPE_CHECKING:
    from pathlib import Path

    from tests.mod.conftest import Work

BASE = ["data.lua", "info.json"]


def test_tracked_files_ship_in_order_and_others_say_why_not(work: Work) -> None:
    work.write({"data.lua": "x", "b/x.lua": "", "a.lua": "y", ".gitignore": "build\n", ".github/w.yml": ""})
    work.write({"factorio-release.yml": "", "my-mod_1.2.2.zip": "", "old/my-mod_1.0.0.zip": ""}).commit()
    work.write({"build/x.lua": "", "new.lua": ""})
    assert work.shipped() == ["a.lua", "b/x.lua", *BASE]
    assert work.reasons() == {
        ".github/w.yml": "name begins with a dot",
        ".gitignore": "name begins with a dot",
        "build/": "not tracked by git",
        "factorio-release.yml": "file of factorio-release",
        "my-mod_1.2.2.zip": "earlier package",
        "new.lua": "not tracked by git",
        "old/my-mod_1.0.0.zip": "earlier package",
    }
    assert work.codes() == []
    assert work.files().origin == "git"


def test_the_working_tree_ships_and_not_the_commit(work: Work) -> None:
    work.write({"data.lua": "old"}).commit().write({"data.lua": "newer"})
    file = work.files().get("data.lua")
    assert file is not None
    assert (file.size, file.read()) == (5, b"newer")


def test_without_git_everything_ships_and_it_says_so(work: Work) -> None:
    work.write(
        {"data.lua": "x", ".env": "secret", ".vscode/a.json": "", "deep/.hidden/x": "", "deep/y.lua": ""}
    )
    shutil.rmtree(work.root / ".git")
    assert work.shipped() == ["data.lua", "deep/y.lua", "info.json"]
    assert work.codes() == ["no-git"]
    assert set(work.reasons()) == {".env", ".vscode/", "deep/.hidden/"}
    assert work.files().origin == "folder"


def test_a_build_folder_that_git_does_not_track_is_a_plain_folder(work: Work) -> None:
    work.write({".gitignore": "dist\n"}).commit()
    work.prefix = "dist"
    work.write_info().write({"control.lua": "x"})
    assert work.shipped() == ["control.lua", "info.json"]
    assert [problem.message[:30] for problem in work.files().problems] == ["git does not track info.json h"]


FMTK = {
    "crowdin.yml": {"crowdin.yml"},
    "*.xcf": {"top.xcf"},
    "**/*.xcf": {"top.xcf", "graphics/icon.xcf"},
    "graphics/**": {"graphics/icon.xcf", "graphics/icon.png"},
    "graphics/*": {"graphics/icon.xcf", "graphics/icon.png"},
    "{docs,tests}/**/*": {"docs/a/b.md", "tests/t.lua"},
    "!**/*.*": set(),
    "**/b.@(md|txt)": {"docs/a/b.md"},
    "[dt]*/**": {"docs/a/b.md", "tests/t.lua"},
}
MANY = dict.fromkeys(
    [
        "crowdin.yml",
        "top.xcf",
        "graphics/icon.xcf",
        "graphics/icon.png",
        "docs/a/b.md",
        "tests/t.lua",
        "other.json",
        "data.lua",
    ],
    "x",
)


@pytest.mark.parametrize("pattern", FMTK)
def test_package_ignore_leaves_out(work: Work, pattern: str) -> None:
    work.write(MANY).write_info(ignore=[pattern]).commit()
    assert set(MANY) - set(work.shipped()) == FMTK[pattern]


@pytest.mark.parametrize("pattern", ["tests", "tests/", "graphics", "*.md", "#docs", "Docs/**", "nothing"])
def test_a_pattern_that_matches_nothing_is_told_at_its_place(work: Work, pattern: str) -> None:
    work.write(MANY).write_info(ignore=["other.json", pattern]).commit()
    (problem,) = work.files().problems
    assert (problem.code, problem.file, problem.line) == ("pattern-unmatched", "info.json", 1)
    text = (work.folder / "info.json").read_text()
    assert text[problem.column - 1 :].startswith(f'"{pattern}"')
    folder = pattern.strip("/") in {"tests", "graphics"}
    assert problem.hint == (
        f"a folder is written {pattern.strip('/')}/**" if folder else "correct or remove it"
    )


def test_patterns_for_what_only_lies_on_disk_do_match(work: Work) -> None:
    work.write({".gitignore": "node_modules\nx.ini\n"}).write_info(
        ignore=["node_modules/**", "x.ini"]
    ).commit()
    work.write({"node_modules/a/b.js": "", "x.ini": ""})
    assert work.codes() == []


def test_exclude_and_include(work: Work) -> None:
    work.write({"data.lua": "", "a.xcf": "", "src/a.ts": "", ".gitignore": "*.lua\n!data.lua\n"})
    work.write({"old.txt": ""}).write_info(ignore=["old.txt"]).commit()
    work.write({"src/a.lua": "a", "src/b.lua": "b", ".env": "", "my-mod_1.0.0.zip": "", "src/.c.lua": ""})
    rules = {
        "include": ("src/**/*.lua", "**/*.zip", "old.txt", "*env"),
        "exclude": ("**/*.xcf", "src/b.lua", "**/*.ts"),
    }
    assert work.shipped(**rules) == ["data.lua", "info.json", "old.txt", "src/a.lua"]
    assert work.codes(**rules) == ["pattern-unmatched", "pattern-unmatched"]
    assert "old.txt" not in work.reasons(**rules)


def test_include_reaches_no_further_than_the_mod(work: Work) -> None:
    work.commit()
    rules = {"include": ("../*.lua", "/etc/passwd", ".git/config", "**/HEAD", ".git/**")}
    assert work.shipped(**rules) == ["info.json"]
    assert work.codes(**rules) == ["include-outside"] * 4 + ["pattern-unmatched"]


def test_a_pattern_bomb_is_refused(work: Work) -> None:
    work.write_info(ignore=["{1..1000000}{1..1000000}"]).commit()
    assert work.codes(exclude=("{a,b}{1..600}",)) == ["pattern-unusable", "pattern-unusable"]


def test_extra_roots_ship_under_the_same_folder(work: Work) -> None:
    work.prefix = "mod"
    extra = [
        {"root": "../build", "glob": "**/*.lua", "ignore": ["**/*.test.lua"]},
        {"root": "../assets"},
        {"root": "../gone"},
        {"root": "../.."},
        {"root": "/etc"},
        {"root": "../assets", "glob": "*.nope"},
    ]
    work.write_info(extra=extra).write({"data.lua": ""}).commit()
    work.write(
        {"x/a.lua": "", "x/a.test.lua": "", "x/a.map": "", ".git-like/b.lua": ""}, at=work.root / "build"
    )
    work.write({"icon.png": "", ".hidden": ""}, at=work.root / "assets")
    assert work.shipped() == ["data.lua", "icon.png", "info.json", "x/a.lua"]
    assert work.codes() == ["extra-missing", "extra-outside", "extra-outside", "pattern-unmatched"]


def test_the_same_path_from_two_places_is_told(work: Work) -> None:
    work.write_info(extra=[{"root": "build"}, {"root": "."}]).write(
        {"data.lua": "1", "build/data.lua": "2"}
    ).commit()
    assert work.codes() == ["duplicate-path"]
    file = work.files().get("data.lua")
    assert file is not None
    assert file.read() == b"1"


@pytest.mark.parametrize("target", ["control.lua", "data.lua", "changelog.txt"])
def test_a_file_of_the_game_that_stays_behind_is_told(work: Work, target: str) -> None:
    work.write({".gitignore": target}).commit().write({target: ""})
    assert work.codes() == ["game-file-left-out"]
    assert work.codes(include=(target,)) == []


def test_a_submodule_ships_by_its_own_rules(work: Work, tmp_path: Path) -> None:
    library = type(work)(tmp_path / "library").init()
    library.write(
        {"lib.lua": "x", "test.lua": "", ".gitattributes": "test.lua export-ignore\n", "in/deep.lua": ""}
    )
    library.commit()
    work.git("submodule", "add", "-q", str(library.root), "lualib")
    work.git("submodule", "add", "-q", str(library.root), "dev/lib")
    work.write_info(ignore=["dev/**"]).commit()
    assert work.shipped() == ["info.json", "lualib/in/deep.lua", "lualib/lib.lua"]
    assert work.reasons()["lualib/test.lua"] == "export-ignore in .gitattributes"
    work.git("submodule", "deinit", "-q", "-f", "lualib", "dev/lib")
    assert work.codes() == ["submodule-empty"]
    assert work.reasons()["lualib/"] == "empty submodule"
    work.write({"lualib/lib.lua": "copied by hand"})
    assert work.shipped() == ["info.json", "lualib/lib.lua"]
    work.write({".gitattributes": "lualib export-ignore\n"})
    assert (work.shipped(), work.codes()) == (["info.json"], [])


def test_a_tracked_file_that_is_gone_is_told(work: Work) -> None:
    work.write({"data.lua": "", "gone.lua": "", "sub/x.lua": ""}).commit()
    work.git("sparse-checkout", "set", "--no-cone", "/*", "!/sub")
    (work.folder / "gone.lua").unlink()
    assert {problem.message for problem in work.files().problems} == {
        "gone.lua is tracked by git and not in the folder",
        "sub/x.lua lies outside the sparse checkout",
    }
    assert work.codes() == ["file-missing", "file-missing"]


def test_a_merge_that_is_not_solved_is_told(work: Work) -> None:
    work.write({"data.lua": "1"}).commit()
    work.git("checkout", "-q", "-b", "other")
    work.write({"data.lua": "2"}).commit()
    work.git("checkout", "-q", "main")
    work.write({"data.lua": "3"}).commit()
    with pytest.raises(Exception, match="merge"):
        work.git("merge", "other")
    assert work.codes() == ["merge-conflict"]
    assert work.shipped() == BASE


@pytest.mark.skipif(os.name == "nt", reason="names are text there")
def test_a_name_that_is_not_utf8_is_told(work: Work) -> None:
    (work.folder / os.fsdecode(b"gr\xfcn.lua")).write_bytes(b"")
    work.commit()
    assert work.codes() == ["file-name-encoding"]
    assert work.reasons() == {"gr\\xfcn.lua": "file-name-encoding"}


@pytest.mark.skipif(os.name == "nt", reason="there are no pipes in folders there")
def test_a_pipe_is_neither_opened_nor_shipped(work: Work) -> None:
    shutil.rmtree(work.root / ".git")
    os.mkfifo(work.folder / "pipe")
    assert work.codes() == ["file-special", "no-git"]
    assert work.shipped() == ["info.json"]


def test_a_file_that_changes_under_our_hands_is_an_error(work: Work) -> None:
    work.write({"data.lua": "12345"}).commit()
    file = work.files().get("data.lua")
    assert file is not None
    work.write({"data.lua": "123456"})
    with pytest.raises(ModError, match=r"data\.lua changed while the mod was being read"):
        file.read()
    (work.folder / "data.lua").unlink()
    with pytest.raises(ModError, match=r"data\.lua cannot be read"):
        file.open()


def test_no_repository_no_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert find_repository(tmp_path) is None


def test_a_pattern_for_an_empty_submodule_does_match(work: Work, tmp_path: Path) -> None:
    library = type(work)(tmp_path / "library").init().write({"page.md": "x"}).commit()
    work.git("submodule", "add", "-q", str(library.root), "wiki")
    work.write_info(ignore=["wiki/**"]).commit()
    work.git("submodule", "deinit", "-q", "-f", "wiki")
    assert work.codes() == []
