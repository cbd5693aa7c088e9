"""What the tests of the commands share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.first_files import OLD, PUBLISH, commit

if TYPE_CHECKING:
    from collections.abc import Callable

    from factorio_release.local_portal import LocalPortal
    from tests.support.in_process import InProcess


@pytest.fixture
def program(without_waits: InProcess) -> InProcess:
    """The program in the process of the test; `start` begins one of its own."""
    return without_waits


@pytest.fixture
def bare(repository: Any) -> Any:
    """A mod in a repository on GitHub, without a config file."""
    (repository.root / "factorio-release.yml").unlink()
    repository.git("remote", "add", "origin", "https://github.com/OWNER/lamp-post.git")
    return repository


@pytest.fixture
def init(program: Any, bare: Any, portal: LocalPortal) -> Callable[..., Any]:
    """Run `init` in the repository, with a portal that does not have the mod."""
    env = {"FACTORIO_RELEASE_PORTAL_URL": portal.url}
    return lambda *arguments: program("init", *arguments, cwd=bare.root, env=env)


@pytest.fixture
def piped(bare: Any) -> Any:
    bare.write(PUBLISH, OLD)
    commit(bare)
    return bare
