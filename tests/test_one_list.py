"""A run of several mods asks for one list, and in full only about the mods that it may change."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from factorio_release.local_portal import Fault
from tests.test_several_mods import Monorepo, public, statuses

if TYPE_CHECKING:
    from pathlib import Path

    from factorio_release.local_portal import LocalPortal

NAMES = [f"mod-{letter}" for letter in "abcde"]


@pytest.fixture
def run(without_waits: Any, portal: LocalPortal, key: str, tmp_path: Path) -> Any:
    """Releases the mods of a repository, which declares a category; returns what was asked too."""
    mods = Monorepo(tmp_path / "mods")
    mods.config = {"category": "utilities"}
    for name in NAMES:
        mods.add(name)
    mods.commit()

    def go(command: str = "release", **options: str) -> Any:
        begun = len(portal.log)
        given = [word for name, value in options.items() for word in (f"--{name}", value)]
        where = ("--portal-url", portal.url, "--verify-timeout", "2", "--retries", "0", *given)
        paths = [str(mods.root / name) for name in NAMES]
        yes = ("--yes",) if command == "release" else ()
        ran = without_waits(command, *paths, *where, *yes, env={"FACTORIO_API_KEY": key})
        asked = Counter(record.endpoint for record in portal.log[begun:])
        return ran, asked, [one.mod for one in portal.log[begun:] if one.endpoint == "mod_full"]

    go.mods = mods  # type: ignore[attr-defined]
    first, _, _ = go(license="default_mit")
    assert set(statuses(first).values()) == {"published"}
    assert public(portal) == set(NAMES)
    return go


def test_nothing_to_do_takes_one_request(run: Any) -> None:
    ran, asked, _ = run()
    assert (ran.code, set(statuses(ran).values())) == (0, {"unchanged"})
    assert asked == {"mod_list": 1}
    assert all(mod["steps"]["release"] == "skipped" for mod in _steps(ran))
    assert run("plan")[1] == {"mod_list": 1}


def test_only_what_changes_is_asked_about_in_full(run: Any, portal: LocalPortal) -> None:
    """A new version, another content, another category on the portal; and another one declared."""
    write = run.mods.write
    info = (run.mods.root / "mod-b/info.json").read_text()
    section = (run.mods.root / "mod-b/changelog.txt").read_text()
    write("mod-b/info.json", info.replace("1.0.0", "1.0.1"))
    write("mod-b/changelog.txt", section.replace("1.0.0", "1.0.1") + section)
    write("mod-c/control.lua", "-- another content\n")
    portal.state.mods["mod-d"].category = "content"
    run.mods.commit()
    ran, asked, full = run()
    told = statuses(ran)
    assert (told["mod-b"], told["mod-c"], told["mod-d"]) == ("uploaded", "failed", "updated")
    assert {told[name] for name in NAMES if name not in {"mod-b", "mod-c", "mod-d"}} == {
        "unchanged"
    }
    assert asked["mod_list"] == 1
    assert set(full) == {"mod-b", "mod-c", "mod-d"}
    assert portal.state.mods["mod-d"].category == "utilities"


def test_a_page_of_more_than_the_list_has(run: Any) -> None:
    ran, asked, full = run(homepage="https://example.com")
    assert ran.code == 0
    assert asked["mod_list"] == 0
    assert set(full) == set(NAMES)


def test_without_a_list_each_is_asked_about(run: Any, portal: LocalPortal) -> None:
    portal.add_fault(Fault("mod_list", "status", "503"))
    ran, asked, full = run()
    assert (ran.code, set(statuses(ran).values())) == (0, {"unchanged"})
    assert asked["mod_list"] == 1
    assert full == NAMES


def test_what_the_list_lacks_is_asked_about(run: Any, portal: LocalPortal) -> None:
    """A list may be older than a release: no mod is taken for new, and no version, because of it."""
    portal.state.mods["mod-e"].releases = []
    ran, _, full = run("plan")
    assert (ran.code, full) == (0, ["mod-e"])


def _steps(ran: Any) -> list[Any]:
    return [
        {"steps": {step["name"]: step["status"] for step in mod["steps"]}}
        for mod in ran.report["mods"]
    ]
