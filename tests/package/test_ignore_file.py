"""`.factorioignore`: what each form of a line leaves out, and that it is read like `package.ignore`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from factorio_release.errors import ModError
from factorio_release.limits import MAX_IGNORE_FILE_BYTES, MAX_PATTERNS
from factorio_release.package.ignore_file import read_ignore_file

if TYPE_CHECKING:
    from tests.support.work_tree import WorkTree

# By the lines of the file: paths that it leaves out, and paths that it does not.
LINES = {
    "README.md": (("README.md", "docs/readme.MD", "README.md.txt"), ("READMEx.md",)),
    "LICENSE": (("LICENSE", "license.txt", "lib/LICENSE/a"), ("LICENCE",)),
    "test.lua": (("test.lua", "a/latest.lua"), ("test/lua",)),
    "doc/": (("doc/a.md", "a/doc/b.md", "mydoc/a.md"), ("doc", "docs/a.md", "doc.md")),
    "*.svg": (("a.svg", "g/a.SVG", "g/a.svgz"), ("svg", "a/svg.png")),
    "/config.json": (("config.json",), ("a/config.json", "config.json.lua")),
    "/build/": (("build/a", "build/b/c"), ("build", "a/build/b", "builds/a")),
    "/build/**": (("build/a", "build/b/c"), ("build", "a/build/b")),
    "/a*c/b.lua": (("ac/b.lua", "axc/b.lua", "a/x/c/b.lua"), ("xac/b.lua", "ac/b.luac")),
    "**/temp": (("temp/a", "x/temp/a", "x/temp", "x/temporary.lua"), ("tem/p",)),
    "**/tests/**": (("tests/a", "x/tests/a/b"), ("tests", "x/mytests/a", "x/tests")),
    "tests/**": (("tests/a", "x/tests/a/b"), ("mytests/a",)),
    "src/**/test": (("src/test", "src/a/b/test.lua", "src/a/test"), ("src/atest",)),
    "build/*": (("build/a", "x/build/a"), ("builds/a",)),
    "a?.lua": (("ab.lua", "x/aZ.lua", "xab.lua"), ("a.lua",)),
    "sub\\folder\\": (("sub/folder/a",), ("sub/a",)),
    "a[b].lua": (("ab.lua",), ("a[b].lua",)),
    "  # a note\n\n": ((), ("# a note", "a note")),
    "*.txt\n!important.txt": (("a.txt",), ("important.txt", "a/important.txt")),
    "!a.txt\na.txt": (("a.txt",), ()),
    "x": (("debug.LOG", "a/b.tmp", "b.bak"), ("a.logistics.lua", "log", "tmp/a.lua")),
    "!debug.log": (("debug.log",), ()),
    "\ufeffdocs/\r\nart/\r\n": (("docs/a", "art/a"), ("data.lua",)),
}


@pytest.mark.parametrize("lines", LINES)
def test_a_line_leaves_out(lines: str) -> None:
    ignored = read_ignore_file(lines.encode())
    left_out, kept = LINES[lines]
    assert ignored.problems == ()
    assert [path for path in left_out if not ignored.reason(path)] == []
    assert [path for path in kept if ignored.reason(path)] == []


@pytest.mark.parametrize("line", ["**", "*", "/", "/**", "**/", "a/**/b/**/c/**/d/**/e"])
def test_a_line_that_would_take_everything_or_too_long_is_reported(line: str) -> None:
    ignored = read_ignore_file(f"docs/\n{line}\n".encode())
    (problem,) = ignored.problems
    assert (problem.code, problem.file, problem.line) == ("pattern-unusable", ".factorioignore", 2)
    assert ignored.reason("docs/a")
    assert not ignored.reason("a/b/c/d/e")


def test_it_is_read_like_package_ignore(tree: WorkTree) -> None:
    tree.write({"data.lua": "", "docs/a.md": "", "tools/a.lua": "", "a.log": "", "b.log": ""})
    tree.write({".factorioignore": "# not for players\ndocs/\nREADME\n"})
    tree.write_info(ignore=["tools/**"]).commit()
    assert tree.shipped() == ["data.lua", "info.json"]
    assert tree.reasons() == {
        ".factorioignore": "name begins with a dot",
        "docs/a.md": ".factorioignore:2 docs/",
        "tools/a.lua": "package.ignore tools/**",
        "a.log": ".factorioignore leaves out *.tmp, *.log and *.bak",
        "b.log": ".factorioignore leaves out *.tmp, *.log and *.bak",
    }
    assert tree.codes() == []
    assert "docs/a.md" in tree.shipped(include=("docs/**",))


def test_without_the_file_nothing_is_left_out_by_it(tree: WorkTree) -> None:
    tree.write({"a.log": ""}).commit()
    assert tree.shipped() == ["a.log", "info.json"]


def test_a_game_file_that_it_leaves_out_is_reported(tree: WorkTree) -> None:
    tree.write({"data.lua": "", ".factorioignore": "ata.lua"}).commit()
    (problem,) = tree.files().problems
    assert problem.code == "game-file-left-out"
    assert ".factorioignore:1 ata.lua" in problem.message


@pytest.mark.skipif(os.name == "nt", reason="links need a right there")
def test_a_link_is_not_followed(tree: WorkTree) -> None:
    secret = tree.root.parent / "secret"
    secret.write_text("data.lua\n")
    (tree.folder / ".factorioignore").symlink_to(secret)
    tree.write({"data.lua": ""}).commit()
    (problem,) = tree.files().problems
    assert (problem.code, problem.message) == (
        "pattern-unusable",
        ".factorioignore cannot be read: it is a link",
    )
    assert tree.shipped() == ["data.lua", "info.json"]


def test_a_file_that_cannot_be_read_is_reported(tree: WorkTree) -> None:
    tree.write({".factorioignore": "a" * (MAX_IGNORE_FILE_BYTES + 1)}).commit()
    assert tree.codes() == ["pattern-unusable"]
    tree.write({".factorioignore": b"docs/\nb\xfcro/\n", "docs/a": ""}).commit()
    (problem,) = tree.files().problems
    assert (problem.code, problem.line, problem.column) == ("pattern-unusable", 2, 2)
    assert tree.shipped() == ["info.json"]
    tree.write({".factorioignore": "a/\n" * (MAX_PATTERNS + 1)})
    with pytest.raises(ModError, match=r"\.factorioignore holds 501 patterns"):
        tree.files()


def test_many_stars_do_not_multiply_the_work() -> None:
    """With an expression that tries every way this test would not end."""
    ignored = read_ignore_file(b"*a*a*a*a*a*a*a*a*a*a*a*b\n/*a*a*a*a*a*a*a*a*a*a*a*b\n")
    assert not ignored.reason("a" * 4_000)
    assert ignored.reason("a" * 4_000 + "b")
