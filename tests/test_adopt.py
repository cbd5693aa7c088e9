"""`scripts/adopt OWNER` gives the project its home: one name, in every place that has it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.support.git import git

ROOT = Path(__file__).parents[1]
SKIPPED = {".git", ".venv", ".ci-venv", "__pycache__", "build", "dist"}
# Names of others, in examples: what stands after the owner.
OTHERS = r"/(?:REPO|my-mod|lamp-post|lamp|mod|x|other|releases|\*)"


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tree, as a repository of its own in which all is tracked."""
    folder = tmp_path_factory.mktemp("adopted") / "tree"

    def unwanted(_folder: str, names: list[str]) -> set[str]:
        return {
            name
            for name in names
            if name in SKIPPED
            or name.startswith((".mypy", ".ruff", ".coverage", ".pytest", ".hyp"))
            or name.endswith((".egg-info", ".pyc"))
        }

    shutil.copytree(ROOT, folder, ignore=unwanted, symlinks=True)
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "As it is")
    return folder


def adopt(folder: Path, owner: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, folder / "scripts" / "adopt", owner],
        capture_output=True,
        text=True,
        check=False,
    )


def texts(folder: Path) -> dict[str, str]:
    return {
        name: (folder / name).read_bytes().decode("utf-8", "replace")
        for name in git(folder, "ls-files", "-z").split("\0")
        if name and (folder / name).is_file()
    }


def current(folder: Path) -> str:
    project = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))["project"]
    return str(project["urls"]["Repository"].split("/")[3])


def test_every_place_gets_the_owner(copy: Path) -> None:
    before = current(copy)
    done = adopt(copy, "Lamp-Makers")
    assert done.returncode == 0, done.stdout + done.stderr
    after = texts(copy)
    for name, text in after.items():
        if Path(name).name in {"adopt", Path(__file__).name}:
            continue
        left = re.findall(rf"(?<![\w.-]){before}/factorio-release\b.*", text)
        if before == "OWNER" and not name.startswith("tests/"):
            left += re.findall(rf"(?m)^(?!.*adopt OWNER).*\bOWNER\b(?!{OTHERS}).*$", text)
        assert not left, (name, left[:3])
    assert current(copy) == "Lamp-Makers"
    assert after["action.yml"].count("author: Lamp-Makers\n") == 1
    # The name of an image has no capital letters.
    for name in ("docs/gitlab.md", "docs/woodpecker.md", "templates/release.yml"):
        assert "ghcr.io/lamp-makers/factorio-release:" in after[name], name
    assert not any(
        "ghcr.io/Lamp" in text for name, text in after.items() if name != "tests/test_adopt.py"
    )
    for name in ("README.md", "docs/local.md", "docs/page.md", "docs/reference.md"):
        assert "uses: Lamp-Makers/factorio-release@v" in after[name], name
    assert (
        "https://raw.githubusercontent.com/Lamp-Makers/factorio-release/v"
        in after["docs/gitlab.md"]
    )
    for name in (
        "README.md",
        "pyproject.toml",
        "factorio_release/schemas/factorio-release.schema.json",
    ):
        assert "https://lamp-makers.github.io/factorio-release/" in after[name], name
    assert "https://github.com/Lamp-Makers/factorio-release/actions/" in after["README.md"]
    # Users' own repositories in examples stay theirs.
    assert "source-url: https://github.com/OWNER/my-mod" in after["docs/checks.md"]
    # Another owner, after that one.
    assert adopt(copy, "acme").returncode == 0
    again = texts(copy)
    changed = {name for name in again if again[name] != after[name]}
    changed.discard("tests/test_adopt.py")  # it has the first name in its text
    assert changed == {line for line in done.stdout.splitlines() if line in again}
    assert "amp-makers" not in "".join(
        again[name].lower() for name in changed if "test" not in name
    )


@pytest.mark.parametrize("owner", ["", "-lamp", "lamp--post", "a" * 40, "lamp/post", "l\u00e4mp"])
def test_what_no_owner_can_be_called_is_refused(owner: str) -> None:
    done = adopt(ROOT, owner)
    assert (done.returncode, done.stderr) == (2, "")
    assert "is not a name that an owner on GitHub can have" in done.stdout
