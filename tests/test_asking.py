"""Outside CI a release asks, on a terminal, before it writes."""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import environment
from tests.support.changelogs import section
from tests.support.git import git
from tests.support.monorepo import Mods

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from factorio_release.local_portal import LocalPortal

if sys.platform == "win32":
    pytest.skip("Windows has no pseudo-terminals", allow_module_level=True)

import pty


def on_a_terminal(folder: Path, answer: bytes, command: list[str], key: str) -> tuple[int, str]:
    """Run the command on a pseudo-terminal and give it an answer when it asks."""
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(folder)
        os.execve(
            sys.executable,
            [sys.executable, *command],
            environment(FACTORIO_API_KEY=key, TERM="dumb"),
        )
    shown, asked = b"", False
    while True:
        try:
            piece = os.read(terminal, 65536)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        shown += piece
        if not asked and b"[y/N]" in shown:
            asked = True
            os.write(terminal, answer)
    os.close(terminal)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), shown.decode()


@pytest.fixture
def ask(
    tmp_path: Path, repository: Any, portal: LocalPortal, key: str
) -> Callable[..., tuple[int, str, str]]:
    """Run a command on the repository; returns exit code, what stood above the answer, and the rest."""

    def run(answer: bytes, command: str = "release", *options: str) -> tuple[int, str, str]:
        where = (str(repository.root), "--portal-url", portal.url, *options)
        line = ["-m", "factorio_release", command, *where]
        code, shown = on_a_terminal(tmp_path, answer, line, key)
        plain = re.sub(r"\x1b\[[0-9;]+m|\x1b\]8;;[^\x1b]*\x1b\\", "", shown.replace("\r\n", "\n"))
        above, _, below = plain.partition("[y/N]")
        return code, above, below

    return run


def releases(portal: LocalPortal) -> int:
    return sum(len(mod.releases) for mod in portal.state.mods.values())


pytestmark = pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")


@pytest.mark.parametrize(
    ("answer", "written", "told"),
    [
        (b"y\n", 1, "lamp-post 1.0.0: published as a new mod"),
        (b"\n", 0, "planned: nothing was written"),
        (b"no\n", 0, "planned: nothing was written"),
    ],
)
def test_only_yes_writes(
    ask: Any, portal: LocalPortal, answer: bytes, written: int, told: str
) -> None:
    code, _, below = ask(answer)
    assert (code, releases(portal)) == ((0, 130)[not written], written)
    assert told in below


def test_what_one_must_know_stands_above_the_question(
    ask: Any, repository: Any, portal: LocalPortal
) -> None:
    repository.config |= {"description": "README.md"}
    repository.write("README.md", "A lamp.\n" * 80)
    repository.write("changelog.txt", f"{'-' * 99}\nVersion: 1.0.0\nDate: 2026-01-01\n")
    repository.save()
    repository.write("control.lua", "-- never committed\n")
    repository.write("README.md", "A lamp.\n" * 81)
    code, above, below = ask(b"n\n")
    assert code == 130
    warning = "not committed: README.md, control.lua; what goes out is what is on disk"
    assert above.count(warning) == 1
    assert "changelog-section-empty" in above
    lines = above.splitlines()
    assert lines[-1].strip() == f"publish lamp-post 1.0.0 as a new mod on {portal.url}?"
    assert "for good" in lines[-2]
    (plan,) = [line for line in lines if line.startswith("  + ")]
    assert plan.endswith("with description: 81 lines; category: utilities; license: default_mit")
    assert len(lines) < 25
    for once in ("[changelog-section-empty]", "plan for lamp-post", "not committed"):
        assert once not in below


def test_a_page_is_asked_about_as_a_page(ask: Any, repository: Any, portal: LocalPortal) -> None:
    ask(b"y\n")
    repository.config |= {"homepage": "https://lamps.example"}
    repository.save()
    code, above, below = ask(b"n\n", "page")
    assert code == 130
    lines = above.splitlines()
    assert lines[-1].strip() == f"update the page of lamp-post on {portal.url}?"
    assert "What the page has now is replaced." in lines[-2]
    assert "  + homepage: https://lamps.example" in lines
    assert f"public: lamp-post 1.0.0, {portal.url}/mod/lamp-post\n" in below


def test_without_a_change_nothing_is_asked(ask: Any) -> None:
    ask(b"y\n")
    code, shown, below = ask(b"")
    assert (code, below) == (0, "")
    assert "lamp-post 1.0.0: unchanged: the portal already matches" in shown


@pytest.mark.parametrize("answer", [b"y\n", b"n\n"])
def test_one_question_for_all_mods(
    tmp_path: Path, portal: LocalPortal, key: str, answer: bytes
) -> None:
    """It comes after everything was planned, and one answer counts for all that can be released."""
    mods = Mods(tmp_path / "repository")
    for number in range(6):
        mods.add(f"lamp-{number}", *([f"lamp-{number - 1}"] if number in {3, 4} else []))
    mods.write("mods/lamp-2/control.lua", "local = 1\n")
    mods.commit()
    line = ["-m", "factorio_release", "release", "mods/*", "--portal-url", portal.url]
    code, shown = on_a_terminal(mods.root, answer, line, key)
    above, question, below = shown.partition("[y/N]")
    assert question
    assert "[y/N]" not in below
    assert all(f"lamp-{number}" in above for number in range(6))
    assert "not released: it requires lamp-2, which failed" in above
    written = {name for name, mod in portal.state.mods.items() if mod.releases}
    assert (code, written) == (3, {"lamp-0", "lamp-1", "lamp-5"} if answer == b"y\n" else set())
    asked = above.splitlines()[-1]
    assert "lamp-5" in asked
    assert "lamp-2" not in asked


@pytest.mark.parametrize("answer", [b"y\n", b"n\n", b"\x03"])
def test_ship_asks_once_and_pushes_only_after_yes(
    tmp_path: Path, repository: Any, key: str, answer: bytes
) -> None:
    """Any other answer leaves files, branch and tags as they were."""
    git(tmp_path, "init", "--quiet", "--bare", "--template=", "remote.git")
    repository.git("config", "user.name", "Demo")
    repository.git("config", "user.email", "demo@example.com")
    repository.git("remote", "add", "origin", str(tmp_path / "remote.git"))
    file = repository.root / "changelog.txt"
    changelog = section("1.1.0", "????", "Two.") + file.read_text()
    file.write_text(changelog)
    code, shown = on_a_terminal(repository.root, answer, ["-m", "factorio_release", "ship"], key)
    above, question, below = shown.partition("[y/N]")
    assert above.splitlines()[-1].strip() == "ship lamp-post 1.1.0 to origin?"
    assert "  + push main and v1.1.0 to origin, where main is new" in above
    assert (question, "[y/N]" in below) == ("[y/N]", False)
    pushed = git(tmp_path / "remote.git", "for-each-ref", "--format=%(refname)").split()
    if answer == b"y\n":
        assert (code, pushed) == (0, ["refs/heads/main", "refs/tags/v1.1.0"])
    else:
        assert (code, pushed, repository.git("tag")) == (130, [], "")
        assert (file.read_text(), repository.git("status", "--short")) == (
            changelog,
            " M changelog.txt",
        )
