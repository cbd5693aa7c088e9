"""A tag that is not what is checked out stops the run, whoever says which tag is released."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.git import git

if TYPE_CHECKING:
    from pathlib import Path

    from factorio_release.local_portal import LocalPortal
    from tests.conftest import ModRepository, Program, Ran
    from tests.support.in_process import InProcess

CODE = "tag-not-checked-out"


@pytest.fixture
def program(without_waits: InProcess) -> InProcess:
    """Nothing here needs a process of its own."""
    return without_waits


@pytest.fixture
def release(program: Program, portal: LocalPortal, key: str) -> Any:
    def run(folder: Path, *options: str, **ci: str) -> Ran:
        where = ("--portal-url", portal.url, "--yes", *options)
        return program("release", str(folder), *where, env={"FACTORIO_API_KEY": key, **ci})

    return run


def github(tag: str, commit: str, **more: str) -> dict[str, str]:
    ref = {"GITHUB_REF": f"refs/tags/{tag}", "GITHUB_SHA": commit}
    return {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "push", "CI": "true", **ref, **more}


def gitlab(tag: str, commit: str) -> dict[str, str]:
    ref = {"CI_COMMIT_TAG": tag, "CI_COMMIT_SHA": commit}
    return {"GITLAB_CI": "true", "CI_PIPELINE_SOURCE": "push", "CI": "true", **ref}


def woodpecker(tag: str, commit: str) -> dict[str, str]:
    return {
        "CI": "woodpecker",
        "CI_PIPELINE_EVENT": "tag",
        "CI_COMMIT_TAG": tag,
        "CI_COMMIT_SHA": commit,
    }


SYSTEMS = {"github": github, "gitlab": gitlab, "woodpecker": woodpecker}


def codes(ran: Ran) -> list[str]:
    return [one["code"] for one in ran.mod["findings"] if one["severity"] == "error"]


def tagged_and_moved_on(repository: ModRepository, *how: str) -> tuple[str, str]:
    """Tag the version, then commit something more; returns both commits."""
    repository.git("tag", *how, "v1.0.0")
    tagged = git(repository.root, "rev-parse", "HEAD")
    repository.write("control.lua", "script.on_load(function() end)\n")
    repository.save()
    return tagged, git(repository.root, "rev-parse", "HEAD")


@pytest.mark.parametrize("how", [(), ("--annotate", "--message", "Release")])
def test_a_given_tag_must_be_the_commit_that_is_checked_out(
    release: Any, repository: ModRepository, portal: LocalPortal, how: tuple[str, ...]
) -> None:
    tagged, head = tagged_and_moved_on(repository, *how)
    ran = release(repository.root, "--tag", "v1.0.0")
    assert (ran.code, codes(ran)) == (3, [CODE])
    (finding,) = [one for one in ran.mod["findings"] if one["code"] == CODE]
    assert (
        finding["message"]
        == f"the tag v1.0.0 is commit {tagged[:12]}, but {head[:12]} is checked out"
    )
    assert portal.log == []
    repository.git("checkout", "--quiet", "v1.0.0")
    assert release(repository.root, "--tag", "v1.0.0").code == 0


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("has_tag", [True, False], ids=["tag in the clone", "shallow"])
def test_the_tag_of_the_ci_must_be_too(
    release: Any,
    repository: ModRepository,
    portal: LocalPortal,
    tmp_path: Path,
    system: str,
    *,
    has_tag: bool,
) -> None:
    tagged, _ = tagged_and_moved_on(repository)
    clone = tmp_path / "clone"
    url = f"file://{repository.root.as_posix()}"
    depth = () if has_tag else ("--depth", "1", "--no-tags")
    git(tmp_path, "clone", "--quiet", *depth, url, str(clone))
    ran = release(clone, **SYSTEMS[system]("v1.0.0", tagged))
    assert (ran.code, codes(ran)) == (3, [CODE])
    assert portal.log == []
    git(clone, "fetch", "--quiet", "--depth", "1", "--no-tags", "origin", tagged)
    git(clone, "checkout", "--quiet", "--detach", tagged)
    ran = release(clone, **SYSTEMS[system]("v1.0.0", tagged))
    assert (ran.code, ran.mod["status"]) == (0, "published"), ran.err


def test_a_tag_that_is_not_there_yet_is_no_mistake(release: Any, repository: ModRepository) -> None:
    assert release(repository.root, "--tag", "v1.0.0").code == 0


def test_the_id_of_an_annotated_tag_counts_as_its_commit(
    release: Any, repository: ModRepository, tmp_path: Path
) -> None:
    repository.git("tag", "--annotate", "--message", "Release", "v1.0.0")
    of_tag = git(repository.root, "rev-parse", "v1.0.0")
    assert of_tag != git(repository.root, "rev-parse", "HEAD")
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", str(repository.root), str(clone))
    git(clone, "update-ref", "refs/kept/tag", of_tag)
    git(clone, "tag", "--delete", "v1.0.0")
    assert release(clone, **woodpecker("v1.0.0", of_tag)).code == 0


def test_a_mod_in_a_submodule_belongs_to_the_repository_around_it(
    release: Any, repository: ModRepository, tmp_path: Path
) -> None:
    """The submodule has a tag of the same name at another commit, which has nothing to do with this."""
    tagged_and_moved_on(repository)
    around = tmp_path / "around"
    around.mkdir()
    git(around, "init", "--quiet", "--initial-branch=main")
    git(around, "submodule", "--quiet", "add", repository.root.as_posix(), "lamp-post")
    git(around, "commit", "--quiet", "--message", "Begin")
    git(around, "tag", "v1.0.0")
    commit = git(around, "rev-parse", "HEAD")
    mod = around / "lamp-post"
    assert release(mod, **github("v1.0.0", commit)).code == 0
    git(around, "commit", "--quiet", "--allow-empty", "--message", "More")
    ran = release(mod, **github("v1.0.0", commit))
    assert (ran.code, codes(ran)) == (3, [CODE])


def test_another_repository_in_the_workspace_is_not_judged_by_the_cis_commit(
    release: Any, repository: ModRepository
) -> None:
    """A workflow that releases a mod from a repository other than its own."""
    repository.git("remote", "add", "origin", "https://github.com/OWNER/lamp-post.git")
    here = {"GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "OWNER/releases"}
    assert release(repository.root, **github("v1.0.0", "c0ffee" * 6 + "c0ff", **here)).code == 0
    own = here | {"GITHUB_REPOSITORY": "OWNER/lamp-post"}
    assert release(repository.root, **github("v1.0.0", "c0ffee" * 6 + "c0ff", **own)).code == 3


@pytest.mark.parametrize(
    "tag", ["--help", "v1.0.0^{tree}", "v1.0.0:info.json", "..", "@{u}", "v 1", "\u202e"]
)
def test_a_tag_that_means_something_to_git_is_only_a_name(
    release: Any, repository: ModRepository, portal: LocalPortal, tag: str
) -> None:
    tagged_and_moved_on(repository)
    ran = release(repository.root, f"--tag={tag}")
    assert (ran.code, codes(ran)) == (3, ["tag-version"])
    assert portal.log == []
