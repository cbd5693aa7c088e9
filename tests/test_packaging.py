"""What is uploaded to PyPI: a description whose links are alive there, and a source that tests itself."""

from __future__ import annotations

import email
import re
import shutil
import subprocess
import sys
import tarfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

import pyromark
import pytest

import factorio_release
from tests.support.git import git

if TYPE_CHECKING:
    from email.message import Message

ROOT = Path(__file__).parents[1]
HOME = "https://github.com/OWNER/factorio-release"
RAW = "https://raw.githubusercontent.com/OWNER/factorio-release"
TAG = f"v{factorio_release.__version__}"
# As the project's build asks for; without a network nothing newer than what is installed can be had.
NEEDED_SETUPTOOLS = 77
BUILD = "import sys; from setuptools import build_meta; print(build_meta.build_sdist(sys.argv[1]))"


def installed_setuptools() -> int:
    try:
        return int(version("setuptools").partition(".")[0])
    except PackageNotFoundError:
        return 0


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source distribution, unpacked."""
    if installed_setuptools() < NEEDED_SETUPTOOLS:
        pytest.skip("needs setuptools>=77: `pip install --group dev`")
    folder = tmp_path_factory.mktemp("sdist")
    tree = folder / "tree"
    for name in tracked():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, tree / name)
    done = subprocess.run(
        [sys.executable, "-c", BUILD, str(folder)],
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    with tarfile.open(next(folder.glob("*.tar.gz"))) as archive:
        archive.extractall(folder / "unpacked", filter="data")
    (unpacked,) = (folder / "unpacked").iterdir()
    return unpacked


def tracked() -> list[str]:
    """The files of the tree: what git tracks, or in a source distribution all that came with it."""
    if (ROOT / ".git").exists():
        names = git(ROOT, "ls-files", "-z").split("\0")
        return [name for name in names if name and (ROOT / name).is_file()]
    listed = (ROOT / "factorio_release.egg-info" / "SOURCES.txt").read_text("utf-8").split("\n")
    return [name for name in listed if name and ".egg-info/" not in name]


@pytest.fixture(scope="module")
def metadata(sdist: Path) -> Message:
    return email.message_from_string((sdist / "PKG-INFO").read_text("utf-8"))


def test_no_link_of_the_description_is_dead_on_pypi(metadata: Message) -> None:
    assert metadata["Description-Content-Type"] == "text/markdown"
    html = pyromark.html(str(metadata.get_payload()), options=pyromark.Options.ENABLE_TABLES)
    targets = re.findall(r'(?:href|src)="([^"]*)"', html)
    runs = re.compile(f"{HOME}/actions/workflows/[a-z]+\\.yml(?:/badge\\.svg.*)?")
    own = [one for one in targets if one.startswith((HOME, RAW)) and not runs.fullmatch(one)]
    assert len(own) > 10
    for target in targets:
        assert re.match("https://|#", target), target
    for target in own:
        place = re.fullmatch(
            rf"(?:{HOME}/blob|{RAW})/{re.escape(TAG)}/([^#?]+)(?:#.*|\?sanitize=true)?", target
        )
        assert place, target
        assert (ROOT / place[1]).is_file(), target
    pictures = re.findall(r'src="([^"]*)"', html)
    assert pictures
    elsewhere = [picture for picture in pictures if not picture.startswith(f"{RAW}/")]
    assert len(elsewhere) == len(pictures) - 2
    assert all("shields.io" in one or runs.fullmatch(one) for one in elsewhere)


def test_metadata_names_who_and_where(metadata: Message) -> None:
    urls = dict(line.split(", ") for line in metadata.get_all("Project-URL", []))
    assert metadata["Author"] == "The factorio-release developers"
    assert set(urls) == {"Repository", "Documentation", "Changelog", "Issues"}
    assert urls["Issues"] == f"{HOME}/issues"
    assert (ROOT / urls["Changelog"].removeprefix(f"{HOME}/blob/main/")).is_file()
    assert urls["Documentation"] == "https://OWNER.github.io/factorio-release/"


def test_the_source_has_all_that_its_tests_read(sdist: Path) -> None:
    there = {path.relative_to(sdist).as_posix() for path in sdist.rglob("*") if path.is_file()}
    assert {*tracked()} - there <= {".gitignore"}
    ours = {*tracked(), "PKG-INFO", "setup.cfg"}
    assert {name for name in there - ours if ".egg-info/" not in name} == set()


def test_the_source_tests_itself(sdist: Path) -> None:
    tests = (
        "tests/report/test_escape.py::test_a_link_leads_to_its_address_alone",
        "tests/test_lock.py",
        "tests/commands/test_notes.py::test_a_mod_without_changelog",  # runs the program
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n0", *tests],
        cwd=sdist,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert re.search("[0-9]+ passed", done.stdout)
    place = "import factorio_release; print(factorio_release.__file__)"
    done = subprocess.run(
        [sys.executable, "-c", place], cwd=sdist, capture_output=True, text=True, check=True
    )
    assert Path(done.stdout.strip()).is_relative_to(sdist)  # its own, not the one that is installed
