"""What never ships: git's own data under any name, what git ignores, and dot names nobody has written."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from factorio_release.errors import ModError
from factorio_release.package.boundary import Boundary, FileRefusal, is_git_name
from tests.git.test_trust import put_git_in_front

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.work_tree import WorkTree

LINKS = pytest.mark.skipif(os.name == "nt", reason="links need rights there")


def messages(tree: WorkTree, **rules: tuple[str, ...]) -> str:
    return "\n".join(f"{p.code}: {p.message} ({p.hint})" for p in tree.files(**rules).problems)


@pytest.mark.parametrize(
    "name", [".git", ".GIT", ".Git.", ".git ", "git~1", "GIT~1", ".git:x", ".g\u200cit"]
)
def test_git_has_more_than_one_name_for_its_data(name: str) -> None:
    assert is_git_name(name)


@pytest.mark.parametrize(
    "name", [".github", ".gitignore", "git", "x.git", ".gitmodules", "git~2", "grün"]
)
def test_other_names_are_not_git_data(name: str) -> None:
    assert not is_git_name(name)


@pytest.mark.parametrize("root", [".git", ".git/hooks", "./.git/", "x/../.git"])
def test_no_extra_root_is_git_data(tree: WorkTree, root: str) -> None:
    tree.write_info(extra=[{"root": root}]).write({"x/a.lua": ""}).commit()
    assert tree.shipped() == ["info.json", "x/a.lua"]
    assert "extra-outside: package.extra: the root" in messages(tree)
    assert "is git's own data" in messages(tree)


WRONG_TYPES = [
    7,
    "lib",
    {"0": {"root": "lib"}},
    ["lib"],
    [["lib"]],
    [{"root": ["lib"]}],
    [{"root": {"lib": 1}}, None, 7],
    [{"glob": "lib/**"}],
]


@pytest.mark.parametrize("extra", WRONG_TYPES)
def test_values_of_another_type_in_extra_bring_nothing(tree: WorkTree, extra: Any) -> None:
    tree.write({".gitignore": "lib/\n", "lib/private.lua": ""}).write_info(extra=extra).commit()
    assert tree.shipped() == ["info.json"]


@pytest.mark.parametrize("ignore", ["**", {"**": 1}, 7, [["**"]], [{"**": 1}]])
def test_an_ignore_list_of_another_type_leaves_nothing_out(tree: WorkTree, ignore: Any) -> None:
    tree.write({"lib/a.lua": ""}).write_info(
        ignore=ignore, extra=[{"root": "lib", "ignore": ignore}]
    ).commit()
    assert tree.shipped() == ["a.lua", "info.json", "lib/a.lua"]


@pytest.mark.parametrize(
    "pattern", [".git/config", ".git/**", ".GIT/config", "x/.git/config", "{.git,a}/*"]
)
def test_no_include_names_git_data(tree: WorkTree, pattern: str) -> None:
    tree.commit()
    (tree.root / ".GIT").mkdir(exist_ok=True)
    (tree.root / ".GIT" / "config").write_text("secret")
    assert tree.shipped(include=(pattern,)) == ["info.json"]
    assert f"include-outside: include {pattern} names git's own data" in messages(
        tree, include=(pattern,)
    )


def test_the_data_of_a_repository_may_have_any_name(tree: WorkTree) -> None:
    tree.git("init", "-q", "--separate-git-dir=meta")
    (tree.root / ".git").write_text("gitdir: meta\n")
    extra: list[dict[str, Any]] = [{"root": "meta"}, {"root": "meta/refs"}, {"root": "."}]
    tree.write_info(extra=extra)
    assert tree.shipped(include=("meta/config", "**/config")) == ["info.json"]
    tree.git("init", "-q", "--bare", "backup")
    assert tree.shipped(include=("backup/config", "backup/**")) == ["info.json"]


@LINKS
def test_no_link_leads_to_git_data(tree: WorkTree) -> None:
    tree.git("init", "-q", "--bare", "backup")
    links = {"pub": ".git", "config.lua": ".git/config", "b": "backup", "up": "backup/.."}
    for name, target in links.items():
        (tree.folder / name).symlink_to(target)
    tree.write_info(extra=[{"root": "pub"}, {"root": "up/.git"}])
    tree.git("add", "info.json", "pub", "config.lua", "b")
    tree.git("commit", "-qm", "m")
    assert tree.shipped(include=("pub/config", "pub/**", "b/config", "up/.git/*")) == ["info.json"]
    found = messages(tree, include=("pub/config",))
    assert "symlink-outside: pub/config" in found
    assert "symlink-outside: config.lua" in found
    assert "extra-outside" in found


def test_the_git_file_and_data_of_a_submodule_are_not_packaged(
    tree: WorkTree, tmp_path: Path
) -> None:
    library = (
        type(tree)(tmp_path / "library")
        .init()
        .write({"lib.lua": "x", ".gitignore": "private\n"})
        .commit()
    )
    tree.git("submodule", "add", "-q", str(library.root), "lualib")
    tree.write_info(extra=[{"root": "lualib"}]).commit().write({"lualib/private": "secret"})
    assert tree.shipped(include=("lualib/**", "lualib/.git", "lualib/.*")) == [
        "info.json",
        "lib.lua",
        "lualib/.gitignore",
        "lualib/lib.lua",
    ]


SWEEPS = {
    "include everything": (("**",), []),
    "include by stars": (("*", "*/*", "lib/**", "lib/?*"), []),
    "include by classes": (("[a-z]*", "lib/!(x)", "{*,b}", "@(*|b)"), []),
    "include all but": (("!b",), []),
    "extra": ((), [{"root": "."}]),
    "extra folder": ((), [{"root": "lib"}, {"root": "lib/.."}]),
}


@pytest.mark.parametrize("sweep", SWEEPS)
def test_what_git_ignores_is_not_swept_up(tree: WorkTree, sweep: str) -> None:
    include, extra = SWEEPS[sweep]
    tree.write({".gitignore": "passwords\nbuild/\nlib/notes\n", "data.lua": "", "lib/a.lua": ""})
    tree.write_info(**({"extra": extra} if extra else {})).commit()
    tree.write({"passwords": "secret", "build/key": "secret", "lib/notes": "secret"})
    for path in tree.shipped(include=include):
        assert path.rpartition("/")[2] in {"a.lua", "data.lua", "info.json"}
    assert "pattern-ignored: " in messages(tree, include=include)
    assert "that git ignores, such as" in messages(tree, include=include)


NAMED = {
    "its folder": (("build/**",), [], ["build/a.lua", "build/b.txt"]),
    "a folder in it": (("build/**/*",), [], ["build/a.lua", "build/b.txt"]),
    "its kind": (("**/*.lua",), [], ["build/a.lua"]),
    "its name": (("notes.txt",), [], ["notes.txt"]),
    "one of two names": (("{notes,other}.txt",), [], ["notes.txt"]),
    "a root": ((), [{"root": "build"}], ["a.lua", "b.txt"]),
    "a root and its kind": ((), [{"root": ".", "glob": "*.txt"}], ["notes.txt"]),
}


@pytest.mark.parametrize("way", NAMED)
def test_what_git_ignores_is_packaged_when_it_is_named(tree: WorkTree, way: str) -> None:
    include, extra, more = NAMED[way]
    tree.write({".gitignore": "notes.txt\nbuild/\n", "data.lua": ""})
    tree.write_info(**({"extra": extra} if extra else {})).commit()
    tree.write({"notes.txt": "x", "build/a.lua": "x", "build/b.txt": "x"})
    assert tree.shipped(include=include) == sorted(["data.lua", "info.json", *more])
    assert tree.codes(include=include) == []


@LINKS
def test_a_link_to_what_git_ignores_is_refused(tree: WorkTree) -> None:
    tree.write({".gitignore": "private\n", "data.lua": ""})
    (tree.folder / "public.lua").symlink_to("private")
    (tree.folder / "twice.lua").symlink_to("public.lua")
    (tree.folder / "good.lua").symlink_to("data.lua")
    tree.write({"private": "secret"}).commit()
    assert tree.shipped() == ["data.lua", "good.lua", "info.json"]
    assert "symlink-outside: public.lua is a link to a file that git ignores" in messages(tree)
    assert tree.codes() == ["symlink-outside", "symlink-outside"]


@LINKS
def test_a_link_to_a_folder_brings_no_dot_names_and_nothing_ignored(tree: WorkTree) -> None:
    tree.write(
        {".gitignore": "private\n", "src/.env": "secret", "src/.deep/a": "secret", "src/a.lua": ""}
    )
    (tree.folder / "lib").symlink_to("src")
    (tree.folder / "all").mkdir()
    (tree.folder / "all" / "src").symlink_to("../src")
    tree.write_info(extra=[{"root": "all"}]).commit().write({"src/private": "secret"})
    rules: dict[str, tuple[str, ...]] = {"include": ("lib", "all/*"), "exclude": ("all/src/a.lua",)}
    assert tree.shipped(**rules) == ["info.json", "lib/a.lua", "src/a.lua"]


@LINKS
def test_a_link_within_an_extra_root_brings_nothing_ignored(tree: WorkTree) -> None:
    tree.write({".gitignore": "private\n", "shared/src/a.lua": ""})
    (tree.root / "shared" / "lib").symlink_to("src")
    for pattern in ("**", "lib"):
        tree.write_info(extra=[{"root": "shared", "glob": pattern}]).commit()
        tree.write({"shared/src/private": "secret"})
        assert "lib/a.lua" in tree.shipped()
        assert not [path for path in tree.shipped() if "private" in path]


@LINKS
def test_links_within_a_named_folder_that_git_ignores_are_packaged(tree: WorkTree) -> None:
    tree.write({".gitignore": "build/\nprivate\n"}).write_info(extra=[{"root": "build"}]).commit()
    tree.write({"build/src/a.lua": "", "private": "secret"})
    (tree.root / "build" / "lib").symlink_to("src")
    (tree.root / "build" / "b.lua").symlink_to("src/a.lua")
    (tree.root / "build" / "c.lua").symlink_to("../private")
    assert tree.shipped() == ["b.lua", "info.json", "lib/a.lua", "src/a.lua"]
    assert tree.codes() == ["symlink-outside"]
    tree.write_info()
    names = [
        "build/b.lua",
        "build/src/a.lua",
        "info.json",
    ]  # a link to a folder brings what git tracks there
    assert tree.shipped(include=("build/**",)) == names


def test_a_boundary_recognises_git_data_by_name_and_by_form(tree: WorkTree) -> None:
    tree.write({"a/.GIT/config": "", "w/HEAD": "", "w/commondir": "", "w/config": "", "x/HEAD": ""})
    boundary = Boundary(tree.root)
    assert boundary.refusal(tree.root / "a/.GIT/config") is FileRefusal.GIT_DATA
    assert boundary.refusal(tree.root / "w/config") is FileRefusal.GIT_DATA
    assert boundary.refusal(tree.root / "x/HEAD") is None
    assert boundary.refusal(tree.root.parent) is FileRefusal.OUTSIDE


def test_a_tracked_file_is_not_ignored_and_a_nested_repository_may_be(tree: WorkTree) -> None:
    tree.write({".gitignore": "vendor/\n*.md\n", "kept.md": "", "vendor/lib/a.lua": ""})
    tree.git("add", "--force", "kept.md")
    tree.git("init", "-q", "vendor/lib")
    boundary = Boundary(tree.root)
    assert boundary.refusal(tree.root / "kept.md") is None
    assert boundary.refusal(tree.root / "vendor/lib/a.lua") is FileRefusal.IGNORED


def test_what_git_ignores_is_not_packaged_from_a_folder_not_committed_yet(tree: WorkTree) -> None:
    (tree.root / "info.json").unlink()
    tree.write({".gitignore": "passwords\n", "x": ""}).commit()
    tree.prefix = "new"
    tree.write_info().write({"control.lua": "", "passwords": "secret"})
    assert tree.shipped() == ["control.lua", "info.json"]
    assert tree.reasons()["passwords"] == "ignored by git"


@pytest.mark.skipif(os.name == "nt", reason="the git in front is a shell script")
def test_the_ignore_file_of_the_user_decides_nothing(
    tree: WorkTree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every machine packs alike; the git in front of the real one tells it where the user's settings are."""
    (tmp_path / ".gitconfig").write_text(f"[core]\n\texcludesFile = {tmp_path}/ignored\n")
    (tmp_path / "ignored").write_text("*.lua\n")
    put_git_in_front(tmp_path, monkeypatch, f"export HOME={tmp_path}")
    tree.commit().write({"built/a.lua": ""})
    assert tree.shipped(include=("built/*",)) == ["built/a.lua", "info.json"]
    assert tree.codes(include=("built/*",)) == []


@LINKS
def test_names_that_git_could_take_for_patterns_are_names(tree: WorkTree) -> None:
    """A name such as `a[1]` is a pattern to `git check-ignore`, one that matches a tracked `a1`."""
    tree.write({".gitignore": ":top\n\\*\na\\[1]\n", "a1": ""}).commit()
    tree.write({":top": "secret", "*": "secret", "a[1]": "secret", "st*r": ""})
    assert tree.shipped(include=("**",)) == ["a1", "info.json", "st*r"]


def test_a_nested_repository_that_git_cannot_read_stops(tree: WorkTree) -> None:
    tree.commit().write({"lib/.git": "gitdir: /nowhere\n", "lib/a.lua": ""})
    with pytest.raises(ModError, match=r"git cannot read the repository at .*lib"):
        tree.shipped(include=("lib/**",))


def test_a_mod_folder_may_begin_with_a_dot(tree: WorkTree) -> None:
    (tree.root / "info.json").unlink()
    for folder in ("stage", ".stage"):
        tree.prefix = folder
        tree.write_info().write({f"of-{folder.strip('.')}{len(folder)}.lua": ""})
    tree.commit()
    assert tree.shipped() == ["info.json", "of-stage6.lua"]
    tree.prefix = "stage"
    assert tree.shipped() == ["info.json", "of-stage5.lua"]


@LINKS
def test_a_linked_folder_may_begin_with_a_dot(tree: WorkTree) -> None:
    tree.write({".lib/a.lua": "right", "lib/b.lua": "wrong"})
    (tree.folder / "link").symlink_to(".lib")
    tree.commit()
    assert tree.shipped() == ["info.json", "lib/b.lua", "link/a.lua"]


def test_dot_names_are_packaged_only_when_they_are_written(tree: WorkTree) -> None:
    tree.write({".github/a.md": "", "lib/.b": "", ".c/d": ""}).commit()
    assert tree.shipped(include=("**", "*", "lib/**", "!x", "lib/!x")) == ["info.json"]
    assert tree.shipped(include=(".github/*",)) == [".github/a.md", "info.json"]
    tree.write_info(extra=[{"root": ".c"}, {"root": "."}]).commit()
    assert tree.shipped() == ["d", "info.json"]
