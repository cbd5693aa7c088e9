"""The tags of this project's own releases: made once, moved forward only, safe to make again."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.git import git

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs bash and GNU's sed and sort")
ROOT = Path(__file__).parents[1]
PINNED = (
    "action.yml",
    "templates/release.yml",
    "docs/gitlab.md",
    "docs/woodpecker.md",
    "docs/recipes.md",
    "examples/recipes/gitlab-approval.yml",
)
IMAGE = "ghcr.io/somebody/factorio-release"
DIGEST = "sha256:" + "ab" * 32
OTHER = "sha256:" + "cd" * 32


class Project:
    """A clone of a copy of this project, and the bare repository that it pushes to."""

    def __init__(self, root: Path) -> None:
        self.origin = root / "origin.git"
        self.clone = root / "clone"
        git(root, "init", "--quiet", "--bare", "--initial-branch=main", str(self.origin))
        git(root, "clone", "--quiet", str(self.origin), str(self.clone))
        git(self.clone, "checkout", "--quiet", "-B", "main")
        for name in PINNED:
            (self.clone / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, self.clone / name)
        self.commit("0.1.0")

    def commit(self, version: str) -> None:
        """Let main name `version` everywhere, as this project's main does."""
        for name in PINNED[1:]:
            text = (self.clone / name).read_text("utf-8")
            text = re.sub(r"(?<=/factorio-release:)[0-9.]+", version, text)
            (self.clone / name).write_text(text, "utf-8")
        git(self.clone, "add", "--all")
        git(self.clone, "commit", "--quiet", "--allow-empty", "--message", version)
        git(self.clone, "push", "--quiet", "origin", "main")

    def release(self, version: str, digest: str = DIGEST) -> subprocess.CompletedProcess[str]:
        """Run the script as the workflow does, in a checkout of its own."""
        checkout = self.clone.with_name(
            f"checkout-{version}-{len(list(self.clone.parent.iterdir()))}"
        )
        head = git(self.clone, "rev-parse", "HEAD")
        git(self.clone.parent, "clone", "--quiet", str(self.origin), str(checkout))
        git(checkout, "checkout", "--quiet", "--detach", head)
        script = ROOT / "scripts" / "release-tags"
        return subprocess.run(
            [script, version, IMAGE, digest],
            cwd=checkout,
            capture_output=True,
            text=True,
            check=False,
        )

    def tags(self) -> dict[str, str]:
        """Return the tags of origin with their commits."""
        lines = git(self.clone, "ls-remote", "--tags", str(self.origin)).splitlines()
        return {line.split("/")[-1]: line.split()[0] for line in lines}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def test_tag_names_the_image_by_digest_everywhere(project: Project) -> None:
    done = project.release("0.1.0")
    assert done.returncode == 0, done.stdout + done.stderr
    tags = project.tags()
    assert set(tags) == {"v0.1.0", "v0"}
    assert tags["v0"] == tags["v0.1.0"]
    git(project.clone, "fetch", "--quiet", "--tags")
    assert git(project.clone, "rev-parse", "v0.1.0^") == git(project.clone, "rev-parse", "main")
    for name in PINNED:
        text = git(project.clone, "show", f"v0.1.0:{name}")
        assert f"{IMAGE}@{DIGEST}" in text or f"{IMAGE}:0.1.0@{DIGEST}" in text, name
        assert set(re.findall(r"ghcr\.io/[\w.-]+/factorio-release", text)) == {IMAGE}, name


def test_second_try_after_half_a_release_changes_nothing(project: Project) -> None:
    project.release("0.1.0")
    before = project.tags()
    git(project.origin, "tag", "--delete", "v0")  # as when the first try ended between the two
    again = project.release("0.1.0")
    assert again.returncode == 0, again.stdout + again.stderr
    assert project.tags() == before


def test_version_tag_never_moves(project: Project) -> None:
    project.release("0.1.0")
    before = project.tags()
    other = project.release("0.1.0", OTHER)
    assert other.returncode == 1
    assert "never moves" in other.stdout
    assert project.tags() == before


def test_older_version_does_not_move_the_major_tag_back(project: Project) -> None:
    project.commit("0.10.0")
    assert project.release("0.10.0").returncode == 0
    newer = project.tags()["v0"]
    project.commit("0.9.1")
    done = project.release("0.9.1", OTHER)
    assert done.returncode == 0, done.stdout + done.stderr
    assert project.tags()["v0"] == newer
    assert "v0 stays where it is: a version higher than 0.9.1 has it" in done.stdout


def test_commit_that_is_not_on_main_is_not_released(project: Project) -> None:
    git(project.clone, "checkout", "--quiet", "-b", "elsewhere")
    git(project.clone, "commit", "--quiet", "--allow-empty", "--message", "not merged")
    git(project.clone, "push", "--quiet", "origin", "elsewhere")
    done = project.release("0.1.0")
    assert done.returncode == 1
    assert "is not on main" in done.stdout
    assert project.tags() == {}


def test_guide_that_names_another_version_stops_the_release(project: Project) -> None:
    done = project.release("0.2.0")
    assert done.returncode == 1
    assert "does not name the image of 0.2.0" in done.stdout
    assert project.tags() == {}


@pytest.mark.parametrize(
    ("there", "version", "moving"),
    [
        ([], "0.1.0", ["0.1", "0"]),
        (["0.1.0", "0.2.0"], "0.1.1", ["0.1"]),
        (["0.9.0"], "0.10.0", ["0.10", "0"]),
        (["1.4.9", "2.0.0"], "1.4.10", ["1.4", "1"]),
        (["1.4.10"], "1.4.9", []),
    ],
)
def test_shorter_tags_of_the_image_never_go_back(
    project: Project, there: list[str], version: str, moving: list[str]
) -> None:
    for one in there:
        git(project.clone, "tag", f"v{one}")
        git(project.clone, "push", "--quiet", "origin", f"v{one}")
    script = ROOT / "scripts" / "moving-tags"
    done = subprocess.run(
        [script, version], cwd=project.clone, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == moving
