"""The page belongs to the highest version that is live: an older one leaves it alone and says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from factorio_release.local_portal import Fault
from tests.conftest import KEY, Program

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from factorio_release.local_portal import LocalPortal
    from tests.support.in_process import InProcess


@pytest.fixture
def program(without_waits: InProcess) -> InProcess:
    """Nothing here needs a process of its own."""
    return without_waits


@pytest.fixture
def run(program: Any, repository: Any, portal: LocalPortal, key: str) -> Callable[..., Any]:
    def run(mode: str = "release", *more: str) -> Any:
        yes = ["--yes"] if mode in {"release", "page"} else []
        where = ["--portal-url", portal.url, "--verify-timeout", "5", "--retries", "1"]
        return program(
            mode, str(repository.root), *where, *yes, *more, env={"FACTORIO_API_KEY": key}
        )

    return run


@pytest.fixture
def two_versions(run: Callable[..., Any], repository: Any, picture: Callable[..., bytes]) -> Any:
    """A repository with the tags v1.0.0 and v1.1.0, both released, the page being that of v1.1.0."""
    repository.config |= {
        "description": "README.md",
        "images": ["pictures/*.png"],
        "prune-images": True,
        "exclude": ["pictures/**", "*.md"],
    }
    repository.write("README.md", "The old text.\n")
    repository.write("pictures/old.png", picture(1))
    repository.save()
    repository.git("tag", "v1.0.0")
    assert run().code == 0
    repository.write("README.md", "The new text.\n")
    repository.write("pictures/new.png", picture(2))
    repository.release("1.1.0", title="New title")
    repository.git("tag", "v1.1.0")
    assert run().code == 0
    return repository


def page(portal: LocalPortal) -> tuple[str, str, list[str]]:
    mod = portal.state.find("lamp-post")
    return mod.title, mod.description.strip(), [image.id for image in mod.images]


def writes(portal: LocalPortal) -> int:
    return sum(record.method == "POST" for record in portal.log)


@pytest.mark.parametrize("mode", ["release", "page"])
def test_an_older_tag_run_again_leaves_the_page_alone(
    run: Callable[..., Any], two_versions: Any, portal: LocalPortal, mode: str
) -> None:
    before, sent = page(portal), writes(portal)
    two_versions.git("checkout", "--quiet", "v1.0.0")
    ran = run(mode)
    assert (ran.code, ran.mod["status"], ran.mod["changed"]) == (0, "unchanged", False)
    assert "this run changed nothing" in ran.out
    assert "already matches" not in ran.out
    (notice,) = ran.mod["warnings"]
    assert "1.1.0" in notice
    assert "1.0.0" in notice
    assert "sync-older: true" in notice
    assert (page(portal), writes(portal)) == (before, sent)


def test_a_new_release_of_an_older_track_leaves_the_page_alone(
    run: Callable[..., Any], two_versions: Any, portal: LocalPortal
) -> None:
    before = page(portal)
    two_versions.git("checkout", "--quiet", "v1.0.0")
    two_versions.release("1.0.1")
    ran = run()
    assert (ran.code, ran.mod["status"]) == (0, "uploaded")
    assert [change["kind"] for change in ran.mod["plan"]] == ["release"]
    assert any("sync-older: true" in warning for warning in ran.mod["warnings"])
    assert page(portal) == before


def test_sync_older_syncs_the_page_from_an_older_version(
    run: Callable[..., Any], two_versions: Any, portal: LocalPortal, picture: Callable[..., bytes]
) -> None:
    two_versions.git("checkout", "--quiet", "v1.0.0")
    ran = run("page", "--sync-older")
    assert (ran.code, ran.mod["status"], ran.mod["warnings"]) == (0, "updated", [])
    assert page(portal)[:2] == ("Lamp post", "The old text.")
    assert len(page(portal)[2]) == 1


def test_the_highest_version_and_a_later_one_sync_the_page(
    run: Callable[..., Any], two_versions: Any, portal: LocalPortal
) -> None:
    two_versions.write("README.md", "Words after the release.\n")
    two_versions.save()
    assert run("page").mod["status"] == "updated"
    two_versions.write("README.md", "Words of the next version.\n")
    two_versions.release("1.2.0")
    assert run("page").mod["status"] == "updated"
    assert page(portal)[1] == "Words of the next version."


def test_a_newer_version_that_is_released_meanwhile_keeps_its_page(
    run: Callable[..., Any], two_versions: Any, portal: LocalPortal, tmp_path: Path
) -> None:
    """The jobs of two tags run at the same time: the older one uploads, the newer one finishes first."""
    other = Program(tmp_path / "elsewhere")
    other.folder.mkdir()
    newer = tmp_path / "newer"
    two_versions.write("README.md", "The newest text.\n")
    two_versions.release("1.3.0")
    two_versions.git("worktree", "add", "--quiet", "--detach", str(newer))
    two_versions.write("README.md", "A text in between.\n")
    two_versions.release("1.2.0")

    def release_the_newer(_: object) -> None:
        where = ("--portal-url", portal.url, "--verify-timeout", "5", "--yes")
        ran.append(other("release", str(newer), *where, env={"FACTORIO_API_KEY": KEY}))

    ran: list[Any] = []
    portal.add_fault(Fault("finish_upload", "call", after=True, callback=release_the_newer))
    older = run()
    assert (ran[0].code, ran[0].mod["status"]) == (0, "uploaded")
    assert (older.code, older.mod["status"]) == (0, "uploaded")
    assert any("1.3.0" in warning for warning in older.mod["warnings"])
    assert page(portal)[1] == "The newest text."
