"""Which files ship, rule by rule, on real repositories and folders."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from factorio_release.errors import ModError
from factorio_release.git.repository import find_repository
from factorio_release.package.file_set import DiskFile

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.work_tree import WorkTree

BASE = ["data.lua", "info.json"]


def test_tracked_files_are_packaged_in_order_and_others_have_a_reason(tree: WorkTree) -> None:
    tree.write(
        {"data.lua": "x", "b/x.lua": "", "a.lua": "y", ".gitignore": "build\n", ".github/w.yml": ""}
    )
    tree.write(
        {"factorio-release.yml": "", "my-mod_1.2.2.zip": "", "old/my-mod_1.0.0.zip": ""}
    ).commit()
    tree.write({"build/x.lua": "", "new.lua": ""})
    assert tree.shipped() == ["a.lua", "b/x.lua", *BASE]
    assert tree.reasons() == {
        ".github/w.yml": "name begins with a dot",
        ".gitignore": "name begins with a dot",
        "build/": "not tracked by git",
        "factorio-release.yml": "file of factorio-release",
        "my-mod_1.2.2.zip": "earlier package",
        "new.lua": "not tracked by git",
        "old/my-mod_1.0.0.zip": "earlier package",
    }
    assert tree.codes() == []
    assert tree.files().origin == "git"


def test_the_content_on_disk_is_packaged_and_not_the_commit(tree: WorkTree) -> None:
    tree.write({"data.lua": "old"}).commit().write({"data.lua": "newer"})
    file = tree.files().get("data.lua")
    assert file is not None
    assert (file.size, file.read()) == (5, b"newer")


def test_without_git_everything_is_packaged_with_a_problem(tree: WorkTree) -> None:
    tree.write(
        {
            "data.lua": "x",
            ".env": "secret",
            ".vscode/a.json": "",
            "deep/.hidden/x": "",
            "deep/y.lua": "",
        }
    )
    shutil.rmtree(tree.root / ".git")
    assert tree.shipped() == ["data.lua", "deep/y.lua", "info.json"]
    assert tree.codes() == ["no-git"]
    assert set(tree.reasons()) == {".env", ".vscode/", "deep/.hidden/"}
    assert tree.files().origin == "folder"


def test_a_build_folder_that_git_does_not_track_is_a_plain_folder(tree: WorkTree) -> None:
    tree.write({".gitignore": "dist\n"}).commit()
    tree.prefix = "dist"
    tree.write_info().write({"control.lua": "x"})
    assert tree.shipped() == ["control.lua", "info.json"]
    assert [problem.message[:30] for problem in tree.files().problems] == [
        "git does not track info.json h"
    ]


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
def test_package_ignore_leaves_out(tree: WorkTree, pattern: str) -> None:
    tree.write(MANY).write_info(ignore=[pattern]).commit()
    assert set(MANY) - set(tree.shipped()) == FMTK[pattern]


@pytest.mark.parametrize(
    ("pattern", "hint"),
    {
        "tests": "Write a folder as tests/**.",
        "tests/": "Write a folder as tests/**.",
        "graphics": "Write a folder as graphics/**.",
        "*.md": "To match it in every folder, write **/*.md.",
        "b.md": "To match it in every folder, write **/b.md.",
        "Docs/**": "Did you mean docs/**?",
        "test/**": "Did you mean tests/**?",
    }.items(),
)
def test_a_pattern_that_matches_nothing_is_reported_at_its_place(
    tree: WorkTree, pattern: str, hint: str
) -> None:
    tree.write(MANY).write_info(ignore=["other.json", pattern]).commit()
    (problem,) = tree.files().problems
    assert (problem.code, problem.file, problem.line) == ("pattern-unmatched", "info.json", 1)
    text = (tree.folder / "info.json").read_text()
    assert text[problem.column - 1 :].startswith(f'"{pattern}"')
    assert problem.hint == hint


@pytest.mark.parametrize(
    "pattern",
    [
        *(".git*", ".vscode", "**/.DS_Store", ".github/**", "**/*.exe", "*.psd", "*.zip"),
        *("node_modules", "**/__pycache__/**", "dist/**", "imgui.ini", "screenshots/*", "nothing"),
    ],
)
def test_a_pattern_that_is_there_in_case_is_not_reported(tree: WorkTree, pattern: str) -> None:
    tree.write(MANY).write_info(ignore=["other.json", pattern]).commit()
    assert tree.codes() == []
    assert tree.codes(exclude=(pattern,)) == []


def test_a_pattern_for_a_hidden_name_is_not_compared(tree: WorkTree) -> None:
    tree.write({".vscodes/a": "", "data.lua": ""}).write_info(ignore=[".vscode", ".vscode/**"])
    assert tree.commit().codes() == []
    tree.write({".portal/a.png": ""}).write_info(ignore=["portal/*", "vscodes/**"]).commit()
    assert tree.codes() == []


def test_a_pattern_for_what_tools_make_is_reported_where_it_misses_the_folder(
    tree: WorkTree,
) -> None:
    tree.write({"dist/a.lua": "", "data.lua": ""}).write_info(ignore=["dist"]).commit()
    assert tree.codes() == ["pattern-unmatched"]


def test_patterns_for_untracked_files_do_match(tree: WorkTree) -> None:
    tree.write({".gitignore": "node_modules\nx.ini\n"}).write_info(
        ignore=["node_modules/**", "x.ini"]
    ).commit()
    tree.write({"node_modules/a/b.js": "", "x.ini": ""})
    assert tree.codes() == []


def test_exclude_and_include(tree: WorkTree) -> None:
    tree.write({"data.lua": "", "a.xcf": "", "src/a.ts": "", ".gitignore": "*.lua\n!data.lua\n"})
    tree.write({"old.txt": ""}).write_info(ignore=["old.txt"]).commit()
    tree.write(
        {"src/a.lua": "a", "src/b.lua": "b", ".env": "", "my-mod_1.0.0.zip": "", "src/.c.lua": ""}
    )
    rules = {
        "include": ("src/**/*.lua", "**/*.zip", "old.txt", "*env"),
        "exclude": ("**/*.xcf", "src/b.lua", "**/*.ts"),
    }
    assert tree.shipped(**rules) == ["data.lua", "info.json", "old.txt", "src/a.lua"]
    assert tree.codes(**rules) == ["pattern-unmatched", "pattern-unmatched"]
    assert "old.txt" not in tree.reasons(**rules)


def test_include_reaches_no_further_than_the_mod(tree: WorkTree) -> None:
    tree.commit()
    rules = {"include": ("../*.lua", "/etc/passwd", ".git/config", "**/HEAD", ".git/**")}
    assert tree.shipped(**rules) == ["info.json"]
    assert tree.codes(**rules) == ["include-outside"] * 4 + ["pattern-unmatched"]


def test_a_pattern_bomb_is_refused(tree: WorkTree) -> None:
    tree.write_info(ignore=["{1..1000000}{1..1000000}"]).commit()
    assert tree.codes(exclude=("{a,b}{1..600}",)) == ["pattern-unusable", "pattern-unusable"]


def test_extra_roots_are_packaged_under_the_same_folder(tree: WorkTree) -> None:
    tree.prefix = "mod"
    extra = [
        {"root": "../build", "glob": "**/*.lua", "ignore": ["**/*.test.lua"]},
        {"root": "../assets"},
        {"root": "../gone"},
        {"root": "../.."},
        {"root": "/etc"},
        {"root": "../assets", "glob": "*.nope"},
    ]
    tree.write_info(extra=extra).write({"data.lua": ""}).commit()
    tree.write(
        {"x/a.lua": "", "x/a.test.lua": "", "x/a.map": "", ".git-like/b.lua": ""},
        at=tree.root / "build",
    )
    tree.write({"icon.png": "", ".hidden": ""}, at=tree.root / "assets")
    assert tree.shipped() == ["data.lua", "icon.png", "info.json", "x/a.lua"]
    assert tree.codes() == ["extra-missing", "extra-outside", "extra-outside", "pattern-unmatched"]


def test_the_same_path_from_two_places_is_reported(tree: WorkTree) -> None:
    tree.write_info(extra=[{"root": "build"}, {"root": "."}]).write(
        {"data.lua": "1", "build/data.lua": "2"}
    ).commit()
    assert tree.codes() == ["duplicate-path"]
    file = tree.files().get("data.lua")
    assert file is not None
    assert file.read() == b"1"


@pytest.mark.parametrize("target", ["control.lua", "data.lua", "changelog.txt"])
def test_a_file_of_the_game_that_is_left_out_is_reported(tree: WorkTree, target: str) -> None:
    tree.write({".gitignore": target}).commit().write({target: ""})
    assert tree.codes() == ["game-file-left-out"]
    assert tree.codes(include=(target,)) == []


def test_a_submodule_is_packaged_by_its_own_rules(tree: WorkTree, tmp_path: Path) -> None:
    library = type(tree)(tmp_path / "library").init()
    library.write(
        {
            "lib.lua": "x",
            "test.lua": "",
            ".gitattributes": "test.lua export-ignore\n",
            "in/deep.lua": "",
        }
    )
    library.commit()
    tree.git("submodule", "add", "-q", str(library.root), "lualib")
    tree.git("submodule", "add", "-q", str(library.root), "dev/lib")
    tree.write_info(ignore=["dev/**"]).commit()
    assert tree.shipped() == ["info.json", "lualib/in/deep.lua", "lualib/lib.lua"]
    assert tree.reasons()["lualib/test.lua"] == "export-ignore in .gitattributes"
    tree.git("submodule", "deinit", "-q", "-f", "lualib", "dev/lib")
    assert tree.codes() == ["submodule-empty"]
    assert tree.reasons()["lualib/"] == "empty submodule"
    tree.write({"lualib/lib.lua": "copied by hand"})
    assert tree.shipped() == ["info.json", "lualib/lib.lua"]
    tree.write({".gitattributes": "lualib export-ignore\n"})
    assert (tree.shipped(), tree.codes()) == (["info.json"], [])


def test_a_tracked_file_that_is_missing_is_reported(tree: WorkTree) -> None:
    tree.write({"data.lua": "", "gone.lua": "", "sub/x.lua": ""}).commit()
    tree.git("sparse-checkout", "set", "--no-cone", "/*", "!/sub")
    (tree.folder / "gone.lua").unlink()
    assert {problem.message for problem in tree.files().problems} == {
        "gone.lua is tracked by git and not in the folder",
        "sub/x.lua lies outside the sparse checkout",
    }
    assert tree.codes() == ["file-missing", "file-missing"]


def test_an_unresolved_merge_conflict_is_reported(tree: WorkTree) -> None:
    tree.write({"data.lua": "1"}).commit()
    tree.git("checkout", "-q", "-b", "other")
    tree.write({"data.lua": "2"}).commit()
    tree.git("checkout", "-q", "main")
    tree.write({"data.lua": "3"}).commit()
    with pytest.raises(Exception, match="merge"):
        tree.git("merge", "other")
    assert tree.codes() == ["merge-conflict"]
    assert tree.shipped() == BASE


@pytest.mark.skipif(os.name == "nt", reason="names are text there")
def test_a_name_that_is_not_utf8_is_reported(tree: WorkTree) -> None:
    (tree.folder / os.fsdecode(b"gr\xfcn.lua")).write_bytes(b"")
    tree.commit()
    assert tree.codes() == ["file-name-encoding"]
    assert tree.reasons() == {"gr\\xfcn.lua": "file-name-encoding"}


@pytest.mark.skipif(os.name == "nt", reason="there are no pipes in folders there")
def test_a_pipe_is_neither_opened_nor_packaged(tree: WorkTree) -> None:
    shutil.rmtree(tree.root / ".git")
    os.mkfifo(tree.folder / "pipe")
    assert tree.codes() == ["file-special", "no-git"]
    assert tree.shipped() == ["info.json"]


def test_a_file_that_changes_while_it_is_read_is_an_error(tree: WorkTree) -> None:
    tree.write({"data.lua": "12345"}).commit()
    file = tree.files().get("data.lua")
    assert file is not None
    tree.write({"data.lua": "123456"})
    with pytest.raises(ModError, match=r"data\.lua changed while the mod was being read"):
        file.read()
    (tree.folder / "data.lua").unlink()
    with pytest.raises(ModError, match=r"data\.lua cannot be read"):
        file.open()


def test_the_ends_of_a_file(tree: WorkTree) -> None:
    tree.write({"a.png": b"0123456789"}).commit()
    file = tree.files().get("a.png")
    assert file is not None
    assert file.ends(4, 3) == (b"0123", b"789")
    assert file.ends(10, 3) == (b"0123456789", b"789")
    assert file.ends(99, 99) == (b"0123456789", b"0123456789")
    assert file.ends(4, 99) == (b"0123", b"0123456789")


def test_after_its_ends_were_read_a_file_is_not_exchanged_for_an_equal_one(tree: WorkTree) -> None:
    """Who read a part may have seen other content in between."""
    tree.write({"a.png": b"0123456789"}).commit()
    whole, part = tree.files().get("a.png"), tree.files().get("a.png")
    assert isinstance(whole, DiskFile)
    assert isinstance(part, DiskFile)
    whole.read()
    part.read()
    part.ends(4, 3)
    later = (tree.folder / "a.png").stat().st_mtime + 9
    os.utime(tree.folder / "a.png", (later, later))
    whole.require_unchanged()
    with pytest.raises(ModError, match=r"a\.png changed while the mod was being read"):
        part.require_unchanged()


@pytest.mark.parametrize("in_blocks", [True, False])
def test_of_a_large_file_the_times_count_as_well(*, tree: WorkTree, in_blocks: bool) -> None:
    """Its checksum alone could be that of another content; a small file has a digest that cannot."""
    content = bytes(200_000)
    tree.write({"large.png": content, "small.png": b"1"}).commit()
    large, small = tree.files().get("large.png"), tree.files().get("small.png")
    assert isinstance(large, DiskFile)
    assert isinstance(small, DiskFile)

    def read(file: DiskFile) -> bytes:
        return b"".join(file.blocks(1 << 16)) if in_blocks else file.read()

    assert read(large) == read(large) == content
    assert read(small) == b"1"
    later = (tree.folder / "large.png").stat().st_mtime + 9
    for file in (large, small):
        os.utime(file.source, (later, later))
    assert read(small) == b"1"
    with pytest.raises(ModError, match=r"large\.png changed while the mod was being read"):
        read(large)
    same_times = tree.files().get("large.png")
    assert isinstance(same_times, DiskFile)
    read(same_times)
    tree.write({"large.png": bytes(199_999) + b"1"})
    with pytest.raises(ModError, match=r"large\.png changed while the mod was being read"):
        read(same_times)


def test_no_repository_no_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert find_repository(tmp_path) is None


def test_a_pattern_for_an_empty_submodule_does_match(tree: WorkTree, tmp_path: Path) -> None:
    library = type(tree)(tmp_path / "library").init().write({"page.md": "x"}).commit()
    tree.git("submodule", "add", "-q", str(library.root), "wiki")
    tree.write_info(ignore=["wiki/**"]).commit()
    tree.git("submodule", "deinit", "-q", "-f", "wiki")
    assert tree.codes() == []
