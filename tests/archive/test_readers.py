"""Everybody reads the zip: Info-ZIP, Python, 7-Zip, Node, the embedded portal, and ourselves."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from factorio_release.archive import build_archive
from factorio_release.archive.compressing import EFFORTS
from factorio_release.local_portal.state.inspection import inspect_zip
from factorio_release.mod.mod import load_mod

if TYPE_CHECKING:
    from pathlib import Path

    from tests.archive.conftest import MakeMod

TREE = {
    "data.lua": b"data:extend{}\n" * 5000,
    "empty.lua": b"",
    "a/b/c/d/e/f/g/deep.txt": b"x",
    "odd/grün ☃ [x] {y} 'z'.cfg": b"[a]\nb=c\n",
    "noise.png": bytes(i * i * 7919 >> 5 & 255 for i in range(200_000)),
}
if sys.platform != "win32":  # has no such names
    TREE["odd/tab\tname.txt"] = b"1"
YAUZL = """
const yauzl = require(require.resolve('yauzl', {paths: [process.argv[1]]}));
const options = {lazyEntries: true, strictFileNames: true, validateEntrySizes: true};
yauzl.open(process.argv[2], options, (err, zip) => {
  if (err) throw err;
  let size = 0;
  zip.on('entry', e => zip.openReadStream(e, (err, s) => {
    if (err) throw err;
    s.on('data', d => size += d.length); s.on('end', () => zip.readEntry());
  }));
  zip.on('end', () => console.log(zip.entryCount, size));
  zip.readEntry();
});
"""


@pytest.fixture(params=EFFORTS)
def built(request: pytest.FixtureRequest, make_mod: MakeMod, tmp_path: Path) -> Path:
    return build_archive(make_mod(TREE), tmp_path / "out", request.param).path


@pytest.mark.parametrize("command", [["unzip", "-tqq"], ["7z", "t"], ["zip", "-T"]])
def test_other_programs_find_no_error(built: Path, command: list[str]) -> None:
    if shutil.which(command[0]) is None:
        pytest.skip(f"needs the program {command[0]}")
    done = subprocess.run(
        [*command, str(built)], check=False, capture_output=True, stdin=subprocess.DEVNULL
    )
    assert (done.returncode, b"arning" in done.stdout + done.stderr) == (0, False)


def test_python_reads_what_went_in(built: Path) -> None:
    with zipfile.ZipFile(built) as bundle:
        assert bundle.testzip() is None
        content = {
            name.removeprefix("my-mod_1.2.3/"): bundle.read(name) for name in bundle.namelist()
        }
    assert {path: data for path, data in content.items() if path != "info.json"} == TREE


def test_the_embedded_portal_takes_it(built: Path) -> None:
    assert inspect_zip(built, "my-mod").version == "1.2.3"


@pytest.mark.npm
def test_node_reads_it(built: Path, pytestconfig: pytest.Config) -> None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("needs Node and npm")
    place = pytestconfig.cache.mkdir("yauzl")
    if not (place / "node_modules" / "yauzl").exists():
        options = [
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--no-save",
            "--prefix",
            str(place),
        ]
        if subprocess.run(
            [npm, "install", *options, "yauzl@3.2.0"], check=False, capture_output=True
        ).returncode:
            pytest.skip("npm could not install yauzl")
    command = [node, "-e", YAUZL, "--", str(place), str(built)]
    answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    with zipfile.ZipFile(built) as bundle:
        assert answer == [
            str(len(bundle.infolist())),
            str(sum(entry.file_size for entry in bundle.infolist())),
        ]


def test_it_is_released_as_it_is_when_given_as_path(built: Path, tmp_path: Path) -> None:
    mod = load_mod(built)
    assert mod.is_zip
    assert (mod.name, str(mod.version), mod.files.problems) == ("my-mod", "1.2.3", ())
    again = build_archive(mod, tmp_path / "again")
    assert again.path.read_bytes() == built.read_bytes()
    assert {file.path for file in again.files} == {*TREE, "info.json"}
    in_place = build_archive(mod, built.parent)
    assert (in_place.path, in_place.sha256) == (built, again.sha256)


NAME = st.text(
    st.characters(exclude_characters="/\\\0", exclude_categories=("Cs", "Cc")),
    min_size=1,
    max_size=20,
).filter(
    lambda name: (
        not name.startswith((".", "my-mod_", "factorio-release.")) and len(name.encode()) < 200
    )
)
PATH = st.lists(NAME, min_size=1, max_size=5).map("/".join)
CONTENT = st.one_of(
    st.binary(max_size=200), st.binary(min_size=1, max_size=9).map(lambda data: data * 9000)
)


def is_a_tree(files: dict[str, bytes]) -> bool:
    folders = {path[:at] for path in files for at in range(len(path)) if path[at] == "/"}
    return not folders & files.keys() and "info.json" not in {*files, *folders}


@given(
    files=st.dictionaries(PATH, CONTENT, max_size=12).filter(is_a_tree),
    effort=st.sampled_from([*EFFORTS]),
)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_tree_comes_back_and_twice_the_same(
    tmp_path_factory: pytest.TempPathFactory,
    make_mod: MakeMod,
    files: dict[str, bytes],
    effort: str,
) -> None:
    place = tmp_path_factory.mktemp("tree")
    mod = make_mod(files, str(place / "mod"))
    listed = [file.path for file in mod.files.files]
    assert {*listed} == {*files, "info.json"} - {
        path for path in files if path.split("/")[0] in RESERVED
    }
    archive = build_archive(mod, place / "out", effort)
    back = load_mod(archive.path)
    assert [file.path for file in back.files.files] == listed
    assert all(back.files.get(file.path).read() == file.read() for file in mod.files.files)  # type: ignore[union-attr]
    assert build_archive(mod, place / "again", effort).sha256 == archive.sha256


RESERVED = ("factorio-release.yml", "factorio-release.yaml")
