"""What an old pipeline leaves out becomes globs that leave out the same files, each of which matches one."""

from __future__ import annotations

import pytest

from factorio_release.scaffold.pipelines.excludes import excluded_globs
from factorio_release.scaffold.pipelines.shell import logical_lines

FILES = (
    "info.json",
    "data.lua",
    "changelog.txt",
    "locale/en/a.cfg",
    "graphics/a.png",
    "art/a.xcf",
    "art/deep/b.xcf",
    "docs/a.md",
    "spec/a.lua",
    "build.sh",
    "notes.txt",
)
GIT = "git archive -o x.zip HEAD ':!docs' ':(exclude)notes.txt' . ':^spec'"
PYTHON = "excluded_dirs = {\n  '.git',\n  'docs',\n}\nexcluded_suffixes = {'.xcf', '.exe'}"
ALL_BUT = ("art/**", "docs/**", "spec/**", "build.sh", "notes.txt")


@pytest.mark.parametrize(
    ("script", "globs"),
    [
        ('zip -r x.zip lamp -x "*.xcf" "*.git*" "*.bak"', ("**/*.xcf",)),
        ("zip -r x.zip . -x '*/docs/*' -x 'docs/*' notes.txt", ("**/docs/**", "notes.txt")),
        ("zip -9 x.zip lamp -x 'lamp/docs/*'", ("docs/**",)),
        ('zip x.zip $NAME -x "$NAME/docs/*" "$NAME/build.sh"', ("docs/**", "build.sh")),
        ("zip -r x.zip . \\\n  -x docs/\\* \\\n  -x '*.sh'", ("**/*.sh",)),
        ("rsync -a --exclude docs --exclude='*.xcf' . out", ("docs/**", "**/*.xcf")),
        ("tar c --exclude '.git' --exclude 'spec' . | tar x -C b", ("spec/**",)),
        ("7z a -xr'!.*' -x!docs x.zip .", ("docs/**",)),
        (GIT, ("docs/**", "notes.txt", "spec/**")),
        ("EXCLUDE_LIST=( '.git/*' 'build.sh' 'docs/*' )", ("build.sh", "docs/**")),
        (PYTHON, ("docs/**", "**/*.xcf")),
        ("cp info.json data.lua changelog.txt out/\ncp -r locale graphics out/", ALL_BUT),
        ("[[ -f info.json ]] || exit\nENTRIES=(\n  info.json\n  data.lua\n  locale\n  graphics\n)", ALL_BUT),
        ("cp *.lua info.json out\ncp -R graphics locale out/", ALL_BUT),
        ("zip -r x.zip . # info.json -x data.lua", ()),
        ("zip -r x.zip . -x '*'", ()),
        ("zip -r x.zip . -x '*.json' '*.nothing'", ()),
        ("exclude = ['[', '{']", ()),
        ("cp a b c", ()),
        ("NAME=$(jq -r .name info.json)\nVERSION=$(jq -r .version info.json)\nup x.zip", ()),
        ("$version = (Get-Content -Raw info.json | ConvertFrom-Json).version", ()),
    ],
)  # fmt: skip
def test_a_list_becomes_globs(script: str, globs: tuple[str, ...]) -> None:
    assert excluded_globs([script], FILES, "lamp") == globs


HOSTILE = ("a=(" * 100_000, "x = '" + "'\n" * 50_000, "cp " + "a " * 100_000, "exclude=[" * 50_000)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_script_is_read_to_its_end(text: str) -> None:
    assert excluded_globs([text], FILES, "lamp") == ()
    assert len(logical_lines(text)) < 100_000
