"""Globs, against the library that FMTK matches with (readdir-glob's minimatch, from npm)."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from factorio_release.package.globs import GlobError, read_glob

if TYPE_CHECKING:
    from pathlib import Path

ARCHIVER = "archiver@7.0.1"  # what FMTK 2.0.10 packs with; it brings readdir-glob and minimatch 5
SCRIPT = """
const load = require('module').createRequire(require.resolve('readdir-glob', {paths: [process.argv[1]]}));
const {Minimatch} = load('minimatch');
const {dot, patterns, paths} = JSON.parse(require('fs').readFileSync(0));
const judge = glob => paths.map(path => glob.match(path));
console.log(JSON.stringify(patterns.map(pattern => judge(new Minimatch(pattern, {dot})))));
"""
KNOWN = {
    "images": ("", "images/a.png"),
    "tests/": ("", "tests/a.lua"),
    "*.blend": ("a.blend", "sub/a.blend"),
    "**/*.blend": ("a.blend sub/a.blend .x/y/.blend", "a.blend1"),
    "docs/**": ("docs/a docs/.a/b", "docs Docs/a"),
    "**/docs/**": ("docs/a x/docs/a/b", "docs"),
    "a?c": ("abc a.c", "ac a/c"),
    "{a,b/*}.lua": ("a.lua b/x.lua", "b.lua"),
    "[!a]*": ("b ba", "a ab"),
    "!*.lua": ("a.txt x/a.lua", "a.lua"),
    "!!a": ("a", "b"),
    "#a": ("", "#a a"),
    "\\#a": ("#a", "a"),
    "!": ("a a/b", ""),
    "": ("", "a"),
    "**/+(x|y).lua": ("x.lua a/xyx.lua", "z.lua"),
    "grün/*": ("grün/ä", "grun/a"),
}
# One wildcard a name: two that touch (`!(a)*`, `**(b)`) are read differently, and no mod has them.
WILD: tuple[str, ...] = (
    "*",
    "**",
    "?",
    "[ab]",
    "[!a]",
    "[a-c]",
    "{a,b}",
    "{a,b*}",
    "@(a|b)",
    "!(a)",
    "+(a)",
    "?(a)",
    "*(a|b)",
)
WILD = (*WILD, "\\*", "{1..3}", "{b,.c}", "[a", "{a", "(a)", "|", "..", ".")
PLAIN = ("", "", "a", "b", "ab", ".c", "a.b")
NAMES = (
    "a",
    "b",
    "c",
    "ab",
    ".c",
    "aab",
    "a.b",
    ".b",
    "1",
    "2",
    "x[",
    "a*b",
    "*",
    "{a",
    "!a",
    "#a",
    "aa",
    "A",
    "(a)",
    "[a",
)


@pytest.mark.parametrize("pattern", KNOWN)
def test_patterns_match_as_documented(pattern: str) -> None:
    glob = read_glob(pattern)
    yes, no = (text.split() for text in KNOWN[pattern])
    assert [path for path in yes + no if glob.matches(path)] == yes


def test_without_dots_a_hidden_name_must_be_named() -> None:
    assert not read_glob("**/*", dots=False).matches("a/.b/c")
    assert read_glob("a/.*/c", dots=False).matches("a/.b/c")


@pytest.mark.parametrize(
    ("pattern", "base"),
    [("a/b/*.lua", "a/b"), ("**/x", ""), ("a/{b,c}/d", "a"), ("!a/b", ""), ("a/b", "a"), ("a", "")],
)
def test_the_base_of_a_pattern_holds_all_it_matches(pattern: str, base: str) -> None:
    assert read_glob(pattern).base == base


def test_a_pattern_for_very_many_others_is_refused() -> None:
    with pytest.raises(GlobError, match="more than 1000 patterns"):
        read_glob("{1..1000000}")


@pytest.fixture(scope="session")
def minimatch(pytestconfig: pytest.Config) -> list[str]:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("needs Node and npm")
    place: Path = pytestconfig.cache.mkdir("archiver")
    if not (place / "node_modules" / "readdir-glob").exists():
        options = [
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--no-save",
            "--prefix",
            str(place),
        ]
        answer = subprocess.run(
            [npm, "install", *options, ARCHIVER], check=False, capture_output=True, timeout=300
        )
        if answer.returncode:
            pytest.skip(f"npm could not install {ARCHIVER}")
    return [node, "-e", SCRIPT, "--", str(place)]


def pattern(chance: random.Random) -> str:
    parts = [
        chance.choice(PLAIN) + chance.choice((*WILD, "")) + chance.choice(PLAIN)
        for _ in range(chance.randint(1, 4))
    ]
    return "!" * (chance.random() < 0.05) + "/".join(parts)


@pytest.mark.npm
@pytest.mark.parametrize("dots", [True, False])
def test_minimatch_decides_alike(minimatch: list[str], dots: bool) -> None:
    chance = random.Random(20260101)
    patterns = [*KNOWN, *(pattern(chance) for _ in range(1000))]
    paths = ["/".join(chance.choices(NAMES, k=chance.randint(1, 4))) for _ in range(60)]
    question = json.dumps({"dot": dots, "patterns": patterns, "paths": paths})
    answer = subprocess.run(minimatch, input=question, check=True, capture_output=True, text=True)
    theirs = json.loads(answer.stdout)
    globs = [read_glob(pattern, dots=dots) for pattern in patterns]
    ours = [[glob.matches(path) for path in paths] for glob in globs]
    differing = [
        (pattern, path, right)
        for pattern, mine, wanted in zip(patterns, ours, theirs, strict=True)
        for path, is_match, right in zip(paths, mine, wanted, strict=True)
        if is_match != right
    ]
    assert differing == []
