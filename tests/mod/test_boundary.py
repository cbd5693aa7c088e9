"""What never ships: git's own data under any name, what git ignores, and dot names nobody has written."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from factorio_release.errors import ModError
from factorio_release.package.boundary import Boundary, FileRefusal, is_git_name
from tests.mod.test_git_trust import put_git_in_front

if TYPE_CHECKING:
    from pathlib import Path

    from tests.mod.conftest import Work

LINKS = pytest.mark.skipif(os.name == "nt", reason="links need rights there")


def messages(work: Work, **rules: tuple[str, ...]) -> str:
    return "\n".join(f"{p.code}: {p.message} ({p.hint})" for p in work.files(**rules).problems)


@pytest.mark.parametrize("name", [".git", ".GIT", ".Git.", ".git ", "git~1", "GIT~1", ".git:x", ".g\u200cit"])
def test_git_has_more_than_one_name_for_its_data(name: str) -> None:
    assert is_git_name(name)


@pytest.mark.parametrize("name", [".github", ".gitignore", "git", "x.git", ".gitmodules", "git~2", "grün"])
def test_other_names_are_not_git_data(name: str) -> None:
    assert not is_git_name(name)


@pytest.mark.parametrize("root", [".git", ".git/hooks", "./.git/", "x/../.git"])
def test_no_extra_root_is_git_data(work: Work, root: str) -> None:
    work.write_info(extra=[{"root": root}]).write({"x/a.lua": ""}).commit()
    assert work.shipped() == ["info.json", "x/a.lua"]
    assert "extra-outside: package.extra: the root" in messages(work)
    assert "is git's own data" in messages(work)


@pytest.mark.parametrize("pattern", [".git/config", ".git/**", ".GIT/config", "x/.git/config", "{.git,a}/*"])
def test_no_include_names_git_data(work: Work, pattern: str) -> None:
    work.commit()
    (work.root / ".GIT").mkdir(exist_ok=True)
    (work.root / ".GIT" / "config").write_text("secret")
    assert work.shipped(include=(pattern,)) == ["info.json"]
    assert f"include-outside: include {pattern} names git's own data" in messages(work, include=(pattern,))


def test_the_data_of_a_repository_may_lie_under_any_name(work: Work) -> None:
    work.git("init", "-q", "--separate-git-dir=meta")
    (work.root / ".git").write_text("gitdir: meta\n")
    extra: list[dict[str, Any]] = [{"root": "meta"}, {"root": "meta/refs"}, {"root": "."}]
    work.write_info(extra=extra)
    assert work.shipped(include=("meta/config", "**/config")) == ["info.json"]
    work.git("init", "-q", "--bare", "backup")
    assert work.shipped(include=("backup/config", "backup/**")) == ["info.json"]


@LINKS
def test_no_link_leads_to_git_data(work: Work) -> None:
    work.git("init", "-q", "--bare", "backup")
    links = {"pub": ".git", "config.lua": ".git/config", "b": "backup", "up": "backup/.."}
    for name, target in links.items():
        (work.folder / name).symlink_to(target)
    work.write_info(extra=[{"root": "pub"}, {"root": "up/.git"}])
    work.git("add", "info.json", "pub", "config.lua", "b")
    work.git("commit", "-qm", "m")
    assert work.shipped(include=("pub/config", "pub/**", "b/config", "up/.git/*")) == ["info.json"]
    found = messages(work, include=("pub/config",))
    assert "symlink-outside: pub/config" in found
    assert "symlink-outside: config.lua" in found
    assert "extra-outside" in found


def test_the_git_file_and_data_of_a_submodule_do_not_ship(work: Work, tmp_path: Path) -> None:
    library = (
        type(work)(tmp_path / "library").init().write({"lib.lua": "x", ".gitignore": "private\n"}).commit()
    )
    work.git("submodule", "add", "-q", str(library.root), "lualib")
    work.write_info(extra=[{"root": "lualib"}]).commit().write({"lualib/private": "secret"})
    assert work.shipped(include=("lualib/**", "lualib/.git", "lualib/.*")) == [
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
def test_what_git_ignores_is_not_swept_up(work: Work, sweep: str) -> None:
    include, extra = SWEEPS[sweep]
    work.write({".gitignore": "passwords\nbuild/\nlib/notes\n", "data.lua": "", "lib/a.lua": ""})
    work.write_info(**({"extra": extra} if extra else {})).commit()
    work.write({"passwords": "secret", "build/key": "secret", "lib/notes": "secret"})
    for path in work.shipped(include=include):
        assert path.rpartition("/")[2] in {"a.lua", "data.lua", "info.json"}
    assert "pattern-ignored: " in messages(work, include=include)
    assert "that git ignores, such as" in messages(work, include=include)


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
def test_what_git_ignores_ships_when_it_is_named(work: Work, way: str) -> None:
    include, extra, more = NAMED[way]
    work.write({".gitignore": "notes.txt\nbuild/\n", "data.lua": ""})
    work.write_info(**({"extra": extra} if extra else {})).commit()
    work.write({"notes.txt": "x", "build/a.lua": "x", "build/b.txt": "x"})
    assert work.shipped(include=include) == sorted(["data.lua", "info.json", *more])
    assert work.codes(include=include) == []


@LINKS
def test_a_link_to_what_git_ignores_is_refused(work: Work) -> None:
    work.write({".gitignore": "private\n", "data.lua": ""})
    (work.folder / "public.lua").symlink_to("private")
    (work.folder / "twice.lua").symlink_to("public.lua")
    (work.folder / "good.lua").symlink_to("data.lua")
    work.write({"private": "secret"}).commit()
    assert work.shipped() == ["data.lua", "good.lua", "info.json"]
    assert "symlink-outside: public.lua is a link to a file that git ignores" in messages(work)
    assert work.codes() == ["symlink-outside", "symlink-outside"]


@LINKS
def test_a_link_to_a_folder_brings_no_dot_names_and_nothing_ignored(work: Work) -> None:
    work.write({".gitignore": "private\n", "src/.env": "secret", "src/.deep/a": "secret", "src/a.lua": ""})
    (work.folder / "lib").symlink_to("src")
    (work.folder / "all").mkdir()
    (work.folder / "all" / "src").symlink_to("../src")
    work.write_info(extra=[{"root": "all"}]).commit().write({"src/private": "secret"})
    rules: dict[str, tuple[str, ...]] = {"include": ("lib", "all/*"), "exclude": ("all/src/a.lua",)}
    assert work.shipped(**rules) == ["info.json", "lib/a.lua", "src/a.lua"]


@LINKS
def test_a_link_within_an_extra_root_brings_nothing_ignored(work: Work) -> None:
    work.write({".gitignore": "private\n", "shared/src/a.lua": ""})
    (work.root / "shared" / "lib").symlink_to("src")
    for pattern in ("**", "lib"):
        work.write_info(extra=[{"root": "shared", "glob": pattern}]).commit()
        work.write({"shared/src/private": "secret"})
        assert "lib/a.lua" in work.shipped()
        assert not [path for path in work.shipped() if "private" in path]


@LINKS
def test_links_within_a_named_folder_that_git_ignores_ship(work: Work) -> None:
    work.write({".gitignore": "build/\nprivate\n"}).write_info(extra=[{"root": "build"}]).commit()
    work.write({"build/src/a.lua": "", "private": "secret"})
    (work.root / "build" / "lib").symlink_to("src")
    (work.root / "build" / "b.lua").symlink_to("src/a.lua")
    (work.root / "build" / "c.lua").symlink_to("../private")
    assert work.shipped() == ["b.lua", "info.json", "lib/a.lua", "src/a.lua"]
    assert work.codes() == ["symlink-outside"]
    work.write_info()
    names = ["build/b.lua", "build/src/a.lua", "info.json"]  # a link to a folder brings what git tracks there
    assert work.shipped(include=("build/**",)) == names


def test_a_boundary_knows_git_data_by_name_and_by_form(work: Work) -> None:
    work.write({"a/.GIT/config": "", "w/HEAD": "", "w/commondir": "", "w/config": "", "x/HEAD": ""})
    boundary = Boundary(work.root)
    assert boundary.refusal(work.root / "a/.GIT/config") is FileRefusal.GIT_DATA
    assert boundary.refusal(work.root / "w/config") is FileRefusal.GIT_DATA
    assert boundary.refusal(work.root / "x/HEAD") is None
    assert boundary.refusal(work.root.parent) is FileRefusal.OUTSIDE


def test_a_tracked_file_is_not_ignored_and_a_nested_repository_may_be(work: Work) -> None:
    work.write({".gitignore": "vendor/\n*.md\n", "kept.md": "", "vendor/lib/a.lua": ""})
    work.git("add", "--force", "kept.md")
    work.git("init", "-q", "vendor/lib")
    boundary = Boundary(work.root)
    assert boundary.refusal(work.root / "kept.md") is None
    assert boundary.refusal(work.root / "vendor/lib/a.lua") is FileRefusal.IGNORED


def test_what_git_ignores_does_not_ship_from_a_folder_not_committed_yet(work: Work) -> None:
    (work.root / "info.json").unlink()
    work.write({".gitignore": "passwords\n", "x": ""}).commit()
    work.prefix = "new"
    work.write_info().write({"control.lua": "", "passwords": "secret"})
    assert work.shipped() == ["control.lua", "info.json"]
    assert work.reasons()["passwords"] == "ignored by git"


@pytest.mark.skipif(os.name == "nt", reason="the git in front is a shell script")
def test_the_ignore_file_of_the_user_decides_nothing(
    work: Work, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every machine packs alike; the git in front of the real one tells it where the user's settings are."""
    (tmp_path / ".gitconfig").write_text(f"[core]\n\texcludesFile = {tmp_path}/ignored\n")
    (tmp_path / "ignored").write_text("*.lua\n")
    put_git_in_front(tmp_path, monkeypatch, f"export HOME={tmp_path}")
    work.commit().write({"built/a.lua": ""})
    assert work.shipped(include=("built/*",)) == ["built/a.lua", "info.json"]
    assert work.codes(include=("built/*",)) == []


@LINKS
def test_names_that_git_could_take_for_patterns_are_names(work: Work) -> None:
    """A name such as `a[1]` is a pattern to `git check-ignore`, one that matches a tracked `a1`."""
    work.write({".gitignore": ":top\n\\*\na\\[1]\n", "a1": ""}).commit()
    work.write({":top": "secret", "*": "secret", "a[1]": "secret", "st*r": ""})
    assert work.shipped(include=("**",)) == ["a1", "info.json", "st*r"]


def test_a_nested_repository_that_git_cannot_read_stops(work: Work) -> None:
    work.commit().write({"lib/.git": "gitdir: /nowhere\n", "lib/a.lua": ""})
    with pytest.raises(ModError, match=r"git cannot read the repository at .*lib"):
        work.shipped(include=("lib/**",))


def test_a_mod_folder_may_begin_with_a_dot(work: Work) -> None:
    (work.root / "info.json").unlink()
    for folder in ("stage", ".stage"):
        work.prefix = folder
        work.write_info().write({f"of-{folder.strip('.')}{len(folder)}.lua": ""})
    work.commit()
    assert work.shipped() == ["info.json", "of-stage6.lua"]
    work.prefix = "stage"
    assert work.shipped() == ["info.json", "of-stage5.lua"]


@LINKS
def test_a_linked_folder_may_begin_with_a_dot(work: Work) -> None:
    work.write({".lib/a.lua": "right", "lib/b.lua": "wrong"})
    (work.folder / "link").symlink_to(".lib")
    work.commit()
    assert work.shipped() == ["info.json", "lib/b.lua", "link/a.lua"]


def test_dot_names_ship_only_when_they_are_written(work: Work) -> None:
    work.write({".github/a.md": "", "lib/.b": "", ".c/d": ""}).commit()
    assert work.shipped(include=("**", "*", "lib/**")) == ["info.json"]
    assert work.shipped(include=(".github/*",)) == [".github/a.md", "info.json"]
    work.write_info(extra=[{"root": ".c"}, {"root": "."}]).commit()
    assert work.shipped() == ["d", "info.json"]
