"""Links of the page lead to what is released, whatever started the job, and no later page is taken back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.git import git

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from factorio_release.local_portal import LocalPortal
    from tests.conftest import ModRepository, Program, Ran
    from tests.support.in_process import InProcess

HOME = "https://github.com/OWNER/lamp-post"
README = "See the [guide](guide.md).\n"


@pytest.fixture
def program(without_waits: InProcess) -> InProcess:
    """Nothing here needs a process of its own."""
    return without_waits


@pytest.fixture
def lamp(repository: ModRepository) -> ModRepository:
    """A mod at v1.0.0, and a later commit on its main branch."""
    repository.git("remote", "add", "origin", f"{HOME}.git")
    repository.write("README.md", README)
    repository.write("guide.md", "one\n")
    repository.config |= {"description": "README.md", "exclude": ["*.md"]}
    repository.save()
    repository.git("tag", "v1.0.0")
    repository.write("guide.md", "two\n")
    repository.save()
    return repository


@pytest.fixture
def job(program: Program, lamp: ModRepository, portal: LocalPortal, key: str) -> Callable[..., Ran]:
    """Run a job of GitHub; without `path` it works on the mod where it is."""

    def run(event: str, ref: str, sha: str, *, path: Path | None = None, **more: str) -> Ran:
        env = {
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_NAME": event,
            "GITHUB_REF": ref,
            "GITHUB_SHA": sha,
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_REPOSITORY": "OWNER/lamp-post",
            "INPUT_API-KEY": key,
            "INPUT_PATH": str(path or lamp.root),
            "INPUT_PORTAL-URL": portal.url,
            "INPUT_REPORT": str(program.folder / "report.json"),
        }
        return program.entry(env | more)

    return run


def head(folder: Path) -> str:
    return git(folder, "rev-parse", "HEAD")


def links(portal: LocalPortal) -> str:
    """Return the page's links into the repository, from its address on."""
    text = portal.state.find("lamp-post").description
    return ", ".join(re.findall(r"\((https://[^)]*)\)", text))


def test_a_button_that_checks_out_a_tag_links_to_it(
    job: Any, lamp: ModRepository, portal: LocalPortal
) -> None:
    main = head(lamp.root)
    lamp.git("checkout", "--quiet", "v1.0.0")
    assert job("workflow_dispatch", "refs/heads/main", main).code == 0
    assert links(portal) == f"{HOME}/blob/{head(lamp.root)}/guide.md"


def test_a_release_commit_of_the_same_job_is_linked_to(
    job: Any, lamp: ModRepository, portal: LocalPortal
) -> None:
    before = head(lamp.root)
    lamp.release("1.1.0")
    assert job("workflow_dispatch", "refs/heads/main", before).code == 0
    assert links(portal) == f"{HOME}/blob/{head(lamp.root)}/guide.md"


@pytest.mark.parametrize("event", ["push", "release"])
def test_a_tag_is_linked_to_by_its_name(
    job: Any, lamp: ModRepository, portal: LocalPortal, event: str
) -> None:
    lamp.git("checkout", "--quiet", "v1.0.0")
    assert job(event, "refs/tags/v1.0.0", head(lamp.root)).code == 0
    assert links(portal) == f"{HOME}/blob/v1.0.0/guide.md"


def test_a_mod_of_another_repository_is_linked_to_there(
    job: Any, lamp: ModRepository, portal: LocalPortal
) -> None:
    """Neither the address, the commit nor the tag of the job is one of that repository."""
    lamp.git("tag", "--delete", "v1.0.0")
    ran = job("push", "refs/tags/v1.0.0", "c0ffee" * 6 + "c0ff", GITHUB_REPOSITORY="OWNER/releases")
    assert ran.code == 0, ran.err
    assert links(portal) == f"{HOME}/blob/{head(lamp.root)}/guide.md"


def test_a_job_of_yesterday_that_runs_again_leaves_the_page_of_today(
    job: Any, lamp: ModRepository, portal: LocalPortal, tmp_path: Path
) -> None:
    """The version is the same: what tells the two apart is the commit in the links of the live page."""
    yesterday = head(lamp.root)
    assert job("workflow_dispatch", "refs/heads/main", yesterday).code == 0
    lamp.write("README.md", f"{README}\nNews of today.\n")
    lamp.save()
    assert job("push", "refs/heads/main", head(lamp.root)).code == 0
    assert "News of today." in portal.state.find("lamp-post").description
    clone = tmp_path / "lamp-again"
    git(tmp_path, "clone", "--quiet", str(lamp.root), str(clone))
    git(clone, "remote", "set-url", "origin", f"{HOME}.git")
    git(clone, "checkout", "--quiet", "--detach", yesterday)
    for event, ref in (("push", "refs/heads/main"), ("workflow_dispatch", "refs/heads/main")):
        ran = job(event, ref, yesterday, path=clone)
        assert (ran.code, ran.mod["status"]) == (0, "unchanged"), ran.err
        assert "which is newer than what is checked out" in ran.out
    assert "News of today." in portal.state.find("lamp-post").description
    ran = job("push", "refs/heads/main", yesterday, path=clone, **{"INPUT_SYNC-OLDER": "true"})
    assert (ran.code, ran.mod["status"]) == (0, "updated")
    assert "News of today." not in portal.state.find("lamp-post").description


def test_todays_commit_replaces_the_page_of_yesterday(
    job: Any, lamp: ModRepository, portal: LocalPortal
) -> None:
    assert job("workflow_dispatch", "refs/heads/main", head(lamp.root)).code == 0
    for text in ("News of today.", "News of tomorrow."):
        lamp.write("README.md", f"{README}\n{text}\n")
        lamp.save()
        ran = job("push", "refs/heads/main", head(lamp.root))
        assert (ran.code, ran.mod["status"]) == (0, "updated")
        assert text in portal.state.find("lamp-post").description
