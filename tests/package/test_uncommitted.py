"""Files of a release that are not as they are in the commit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from factorio_release.git.repository import Repository
from factorio_release.package.uncommitted import uncommitted
from tests.support.git import git

if TYPE_CHECKING:
    from pathlib import Path

    from factorio_release.local_portal import LocalPortal
    from tests.conftest import ModRepository, Program


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "repository"
    (root / "mod").mkdir(parents=True)
    git(root, "init", "--quiet")
    for name in ("README.md", "mod/README.md", "factorio-release.yml"):
        (root / name).write_text("one\ntwo\n")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "one")
    return root


def found(root: Path, *names: str) -> tuple[str, ...]:
    return uncommitted(Repository(root, "mod"), [root / name for name in names])


def test_what_is_committed_is_not_named(root: Path) -> None:
    (root / "README.md").write_bytes(b"one\r\ntwo\r\n")  # line ends of a checkout
    assert found(root, "README.md", "mod/README.md", "factorio-release.yml") == ()


def test_edited_staged_and_new_files_are_named_from_the_top(root: Path) -> None:
    (root / "README.md").write_text("other\n")
    (root / "mod" / "FAQ.md").write_text("new\n")
    (root / "staged.md").write_text("staged\n")
    git(root, "add", "staged.md")
    names = ("staged.md", "mod/FAQ.md", "README.md", "factorio-release.yml")
    assert found(root, *names) == ("README.md", "mod/FAQ.md", "staged.md")


def test_what_is_elsewhere_or_missing_is_left_out(root: Path) -> None:
    (root.parent / "outside.md").write_text("x\n")
    sub = root.parent / "sub"
    sub.mkdir()
    git(sub, "init", "--quiet")
    (sub / "a.md").write_text("x\n")
    git(sub, "add", "--all")
    git(sub, "commit", "--quiet", "--message", "one")
    git(root, "submodule", "--quiet", "add", str(sub), "sub")
    assert found(root, "missing.md", "../outside.md", "sub/a.md") == ()


def test_a_link_counts_as_the_file_it_leads_to(root: Path) -> None:
    (root / "mod" / "link.md").symlink_to("../README.md")
    assert found(root, "mod/link.md") == ()
    (root / "README.md").write_text("other\n")
    assert found(root, "mod/link.md") == ("README.md",)


def warnings(ran: Any) -> list[str]:
    return [text for text in ran.mod["warnings"] if text.startswith("not committed")]


@pytest.mark.parametrize("tag", ["", "1.0.0"])
def test_a_plan_names_each_file_once(
    program: Program, repository: ModRepository, portal: LocalPortal, tag: str
) -> None:
    """For a tag, packaged files are a finding; what only the page is made of is told in any case."""
    repository.config |= {"description": "docs/page.md", "exclude": ["docs/**"]}
    repository.write("docs/page.md", "A lamp.\n")
    repository.save()
    repository.git("tag", "1.0.0")

    def plan(command: str = "plan") -> Any:
        options = ("--portal-url", portal.url, *(("--tag", tag) if tag else ()))
        return program(command, str(repository.root), *options)

    assert warnings(plan()) == []
    repository.write("docs/page.md", "Another lamp.\n")
    repository.write("control.lua", "-- edited\n")
    packed = "" if tag else "control.lua, "
    ran = plan()
    assert warnings(ran) == [
        f"not committed: {packed}docs/page.md; what goes out is what is on disk"
    ]
    codes = [finding["code"] for finding in ran.mod["findings"]]
    assert codes == (["differs-from-head"] if tag else [])
