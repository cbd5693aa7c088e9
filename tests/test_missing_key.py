"""The commonest first failure: no key. The message says how to make one and, for each CI, where to set it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from factorio_release.ci_systems import CI_SYSTEMS
from factorio_release.cli.key import find_key, missing_key
from tests.support.job_events import ROWS

if TYPE_CHECKING:
    from pathlib import Path

    from factorio_release.local_portal import LocalPortal
    from tests.conftest import ModRepository, Program

USAGES = ("Upload Mods", "Edit Mods", "Publish Mods")
PROFILE = "https://factorio.com/profile"


@pytest.mark.parametrize("name", [*CI_SYSTEMS, "none"])
def test_the_message_names_the_usages_the_page_and_the_place(name: str) -> None:
    message = missing_key(name, {})
    assert all(usage in message for usage in USAGES)
    assert PROFILE in message
    if name == "none":
        assert "--api-key-file" in message
    else:
        assert CI_SYSTEMS[name].secret_place in message
        assert CI_SYSTEMS[name].secret_kind in message


@pytest.mark.parametrize("job", ["github-tag", "gitlab-tag", "woodpecker-tag", "bitbucket-tag"])
def test_a_release_without_a_key_says_so_before_anything_is_done(
    program: Program, repository: ModRepository, portal: LocalPortal, job: str
) -> None:
    (environ,) = [row.environ for row in ROWS if row.id == job]
    system = job.partition("-")[0]
    where = {
        "FACTORIO_RELEASE_PATH": str(repository.root),
        "FACTORIO_RELEASE_PORTAL_URL": portal.url,
        "FACTORIO_RELEASE_REPORT": str(program.folder / "report.json"),
    }
    ran = program.entry(environ | where)
    assert ran.code == 2
    assert CI_SYSTEMS[system].secret_place in ran.err
    assert portal.log == []
    assert ran.mod["error"].startswith("no API key")
    annotations = [line for line in ran.err.splitlines() if line.startswith("::error")]
    assert len(annotations) == (1 if system == "github" else 0)
    assert all(PROFILE in line and "Upload Mods" in line for line in annotations)


def test_the_games_service_token_is_no_key(
    program: Program, repository: ModRepository, portal: LocalPortal
) -> None:
    """Both variables are what the game, FMTK and server images use to download mods."""
    token = "service-token-0123456789abcdef"
    ran = program(
        *("release", str(repository.root), "--yes", "--portal-url", portal.url),
        env={"FACTORIO_TOKEN": token, "FACTORIO_USERNAME": "somebody"},
    )
    assert ran.code == 2
    assert "FACTORIO_TOKEN beside FACTORIO_USERNAME is the game's service token" in ran.err
    assert token not in ran.out + ran.err
    assert portal.log == []


def test_alone_the_variable_holds_the_key(tmp_path: Path) -> None:
    assert find_key(None, {}, {"FACTORIO_TOKEN": "k"}).value == "k"
    both = {"FACTORIO_TOKEN": "k", "FACTORIO_USERNAME": "u"}
    assert find_key(None, {}, both).value == ""
    assert find_key(None, {}, both | {"FACTORIO_API_KEY": "key"}).value == "key"
