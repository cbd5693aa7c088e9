"""`page` sends no package: what is wrong with one does not stop it, what is wrong with the page does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.in_process import run_here
from tests.support.monorepo import Mods

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from factorio_release.local_portal import LocalPortal
    from tests.support.in_process import Answer


@pytest.fixture
def mods(tmp_path: Path) -> Mods:
    mods = Mods(tmp_path / "repository")
    mods.add("lamp")
    mods.write("mods/lamp/factorio-release.yml", "{description: README.md, tags: [trains]}")
    mods.write("mods/lamp/README.md", "# Lamp\n\nLight at night.\n")
    mods.commit()
    return mods


@pytest.fixture
def page(
    mods: Mods,
    portal: LocalPortal,
    key: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Callable[..., Answer]:
    portal.seed_mod("lamp", releases=["1.0.0"])
    monkeypatch.chdir(mods.root)

    def run(*options: str) -> Answer:
        where = ("--portal-url", portal.url, "--retries", "0", "--verify-timeout", "1")
        return run_here(
            capsys,
            "page",
            "mods/lamp",
            "--yes",
            *where,
            *options,
            "--format",
            "json",
            FACTORIO_API_KEY=key,
        )

    return run


def test_errors_of_a_package_stop_no_page(
    mods: Mods, page: Callable[..., Answer], portal: LocalPortal
) -> None:
    """Lua that is none, a required mod that is nowhere, a changelog that the game drops, a broken picture."""
    mods.add("lamp", "no-such-mod >= 1.0.0")
    mods.write("mods/lamp/control.lua", "local = 1\n")
    mods.write("mods/lamp/changelog.txt", "no changelog\n")
    mods.write("mods/lamp/thumbnail.png", "no picture\n")
    mods.commit()
    ran = page("--fail-on", "warning", "--version-policy", "increasing")
    assert (ran.code, ran.mods[0]["status"], ran.codes) == (0, "updated", set()), ran.err
    assert portal.state.find("lamp").tags == ["trains"]
    assert {step["name"]: step["status"] for step in ran.mods[0]["steps"]}["build"] == "skipped"


@pytest.mark.parametrize(
    ("file", "content", "code"),
    [
        ("factorio-release.yml", "{tags: [trains, lamps]}", "page-tag-unknown"),
        ("README.md", "canary-key-0123456789abcdef\n", "secret-on-page"),
        ("info.json", '{"name": "lamp", "version": "1.0.0", }', "json-trailing-comma"),
        ("info.json", '{"name": "lamp", "version": "1.0"}', "info-version"),
        ("info.json", '{"version": "1.0.0"}', None),
    ],
)
def test_errors_of_the_page_stop_it(  # noqa: PLR0917 fixtures
    mods: Mods,
    page: Callable[..., Answer],
    portal: LocalPortal,
    file: str,
    content: str,
    code: str | None,
) -> None:
    mods.write(f"mods/lamp/{file}", content)
    mods.commit()
    ran = page("--fail-on", "warning")
    assert (ran.code, ran.codes) == (3, {code} if code else set())
    assert code or ran.mods[0]["error"] == "info.json has no name"
    assert [record for record in portal.log if record.method == "POST"] == []


def test_a_tag_that_does_not_fit_stops_it(page: Callable[..., Answer]) -> None:
    ran = page("--tag", "v2.0.0")
    assert (ran.code, ran.codes) == (3, {"tag-version"})
