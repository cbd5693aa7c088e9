"""The image's lock: as pyproject.toml asks, for every platform, from the public registry."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
LOCK = (ROOT / "requirements.lock").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
LOCKED = dict(re.findall(r"^(\S+)==(\S+)", LOCK, re.MULTILINE))
ASKED = [
    Requirement(line)
    for line in (*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["actions"])
]


@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_locked_version_is_one_that_the_project_asks_for(asked: Requirement) -> None:
    assert LOCKED[canonicalize_name(asked.name)] in asked.specifier


def test_every_package_is_hashed() -> None:
    packages = re.split(r"^(?=\S+==)", LOCK, flags=re.MULTILINE)[1:]
    assert len(packages) == len(LOCKED)
    assert all(re.search(r"--hash=sha256:[0-9a-f]{64}", package) for package in packages)


@pytest.mark.parametrize("package", ["deflate", "lupa", "pyromark", "pyyaml", "charset-normalizer"])
def test_compiled_packages_have_files_for_several_platforms(package: str) -> None:
    entry = re.search(rf"^{package}==(?:.+\n)+?(?=\S|\Z)", LOCK, re.MULTILINE)
    assert entry
    assert entry[0].count("--hash=") > 8


def test_nothing_is_fetched_from_elsewhere() -> None:
    assert not re.search(r"https?:|file:|--(extra-)?index-url|--find-links| @ ", LOCK)


def test_toolkit_comes_without_what_it_does_not_use() -> None:
    assert not {"pygithub", "cryptography", "pynacl"} & set(LOCKED)


def test_git_of_the_image_is_locked_for_both_architectures() -> None:
    lines = [
        line.split()
        for line in (ROOT / "git.lock").read_text().splitlines()
        if not line.startswith("#")
    ]
    locked = dict(lines)
    assert re.fullmatch(r"\d+:[0-9.]+\S*", locked["version"])
    assert re.fullmatch(r"\d{8}T000000Z", locked["snapshot"])
    assert all(
        re.fullmatch("[0-9a-f]{64}", locked[architecture]) for architecture in ("amd64", "arm64")
    )
    assert "git.lock" in (ROOT / "Dockerfile").read_text()
