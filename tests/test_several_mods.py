"""A run of several mods: each by its own settings, and what a run has once decided for all of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import ModRepository

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from factorio_release.local_portal import LocalPortal
    from tests.conftest import Program, Ran
    from tests.support.in_process import InProcess


class Monorepo(ModRepository):
    """Mods in folders of one repository, with one config file at its root."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.config: dict[str, Any] = {"category": "utilities", "license": "default_mit"}
        root.mkdir()
        self.git("init", "--quiet", "--initial-branch=main")
        for name in ("mod-a", "mod-b"):
            self.add(name)
        self.commit()

    def add(self, name: str, dependencies: tuple[str, ...] = ("base >= 2.0",)) -> None:
        info = {
            "name": name,
            "version": "1.0.0",
            "title": name,
            "author": "demo",
            "factorio_version": "2.0",
            "description": "Light at night.",
            "dependencies": list(dependencies),
        }
        section = f"{'-' * 99}\nVersion: 1.0.0\nDate: 2026-01-01\n  Features:\n    - Lights.\n"
        self.write(f"{name}/info.json", json.dumps(info))
        self.write(f"{name}/changelog.txt", section)
        self.write(f"{name}/control.lua", "script.on_init(function() end)\n")

    def commit(self, **mods: Mapping[str, Any]) -> None:
        """Write the config file, with sections for the mods, and commit everything."""
        sections = {name.replace("_", "-"): section for name, section in mods.items()}
        self.write(
            "factorio-release.yml",
            json.dumps(self.config | ({"mods": sections} if sections else {})),
        )
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "Change")

    def paths(self) -> list[str]:
        return [str(self.root / name) for name in ("mod-a", "mod-b")]


@pytest.fixture
def program(without_waits: InProcess) -> InProcess:
    """Nothing here needs a process of its own."""
    return without_waits


@pytest.fixture
def mods(tmp_path: Path) -> Monorepo:
    return Monorepo(tmp_path / "mods")


@pytest.fixture
def release(program: Program, mods: Monorepo, portal: LocalPortal, key: str) -> Any:
    def run(*options: str, paths: list[str] | None = None) -> Ran:
        where = ("--portal-url", portal.url, "--verify-timeout", "0.2", "--retries", "0", "--yes")
        return program(
            "release", *(paths or mods.paths()), *where, *options, env={"FACTORIO_API_KEY": key}
        )

    return run


@pytest.fixture
def action(program: Program, mods: Monorepo, portal: LocalPortal, key: str) -> Any:
    def run(**inputs: str) -> Ran:
        env = {
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_NAME": "workflow_dispatch",
            "GITHUB_REF": "refs/heads/main",
            "INPUT_API-KEY": key,
            "INPUT_PATH": "\n".join(mods.paths()),
            "INPUT_PORTAL-URL": portal.url,
            "INPUT_REPORT": str(program.folder / "report.json"),
        }
        return program.entry(
            env | {f"INPUT_{name.upper()}": value for name, value in inputs.items()}
        )

    return run


def statuses(ran: Ran) -> dict[str, str]:
    return {mod["mod"]: mod["status"] for mod in ran.report["mods"]}


def public(portal: LocalPortal) -> set[str]:
    return {name for name, mod in portal.state.mods.items() if mod.releases}


@pytest.mark.parametrize("held", ["mod-a", "mod-b"])
def test_a_mod_that_is_to_be_planned_only_is_not_written(
    release: Any, mods: Monorepo, portal: LocalPortal, held: str
) -> None:
    mods.commit(**{held: {"dry-run": True}})
    ran = release()
    assert ran.code == 0, ran.err
    other = {"mod-a", "mod-b"} - {held}
    assert public(portal) == other
    assert statuses(ran) == {held: "planned", other.pop(): "published"}


@pytest.mark.parametrize("held", ["mod-a", "mod-b"])
@pytest.mark.parametrize(
    ("mode", "status"), [("check", "checked"), ("plan", "planned"), ("build", "built")]
)
def test_each_mod_has_its_own_mode_in_the_action(
    *, action: Any, mods: Monorepo, portal: LocalPortal, held: str, mode: str, status: str
) -> None:
    mods.commit(**{held: {"mode": mode}})
    ran = action()
    assert ran.code == 0, ran.err
    other = {"mod-a", "mod-b"} - {held}
    assert public(portal) == other
    assert statuses(ran) == {held: status, other.pop(): "published"}


def test_a_mode_of_the_run_applies_to_every_mod(
    action: Any, mods: Monorepo, portal: LocalPortal
) -> None:
    mods.commit(mod_b={"mode": "build"})
    assert statuses(action(mode="check")) == {"mod-a": "checked", "mod-b": "checked"}
    assert statuses(action(**{"dry-run": "true"})) == {"mod-a": "planned", "mod-b": "built"}
    assert portal.state.mods == {}


@pytest.mark.parametrize("code", ["secret", "secret-on-page"])
@pytest.mark.parametrize("name", ["mod-a", "mod-b"])
def test_no_mod_may_ignore_the_key(
    *, release: Any, mods: Monorepo, portal: LocalPortal, key: str, name: str, code: str
) -> None:
    mods.write(f"{name}/notes.txt", f"the key is {key}\n")
    mods.commit(**{name: {"ignore": {code: "only a test"}}})
    ran = release()
    assert ran.code == 2
    assert f"ignore: {code} cannot be ignored" in ran.err
    assert portal.log == []


def test_all_problems_of_all_mods_are_listed_before_anything_is_written(
    release: Any, mods: Monorepo, portal: LocalPortal
) -> None:
    mods.write("mod-a/factorio-release.yml", "ignore: {changelog-seperator: x}\nretries: 5\n")
    mods.write("mod-b/factorio-release.yml", "ignore: {secret: x, no-such-code: x}\n")
    mods.add("mod-c")
    mods.write("mod-c/factorio-release.yml", "categroy: x\ntimeout: never\n")
    mods.add("mod-d")
    mods.write("mod-d/factorio-release.yml", "portal-url: https://mods.example.com\n")
    mods.commit()
    ran = release(
        "--report",
        "report.json",
        paths=[*mods.paths(), *(str(mods.root / f"mod-{x}") for x in "cd")],
    )
    assert ran.code == 2
    for problem in (
        "the key categroy is not known (did you mean category?)",
        "timeout: 'never' is not a number",
        "portal-url: where the key is sent is decided by whoever starts the run",
        "the code changelog-seperator is not known (did you mean changelog-separator?)",
        "the code no-such-code is not known",
        "secret cannot be ignored",
    ):
        assert ran.err.count(problem) == 1, (problem, ran.err)
    assert portal.log == []


def test_fix_changes_nothing_while_one_mods_settings_are_wrong(
    program: Program, mods: Monorepo
) -> None:
    untidy = mods.write(
        "mod-a/changelog.txt", (mods.root / "mod-a/changelog.txt").read_text() + "\t\n"
    )
    before = untidy.read_bytes()
    mods.write("mod-b/factorio-release.yml", "categroy: x\n")
    assert program("check", "--fix", *mods.paths()).code == 2
    assert untidy.read_bytes() == before
    mods.write("mod-b/factorio-release.yml", "")
    program("check", "--fix", *mods.paths())
    assert untidy.read_bytes() != before


def test_fail_on_is_each_mods_own(release: Any, mods: Monorepo, portal: LocalPortal) -> None:
    """mod-b has a warning, and a file says that one stops it."""
    info = json.loads((mods.root / "mod-b/info.json").read_text())
    mods.write("mod-b/info.json", json.dumps(info | {"homepage": "no address"}))
    mods.commit(mod_b={"fail-on": "warning"})
    ran = release()
    assert ran.code == 3
    assert statuses(ran) == {"mod-a": "published", "mod-b": "failed"}
    assert public(portal) == {"mod-a"}
    (failed,) = [mod for mod in ran.report["mods"] if mod["mod"] == "mod-b"]
    assert failed["todo"] == "correct the warnings, then run the same command again"


def test_a_mod_that_needs_one_that_is_held_back_is_not_published(
    release: Any, program: Program, mods: Monorepo, portal: LocalPortal
) -> None:
    """What the run does not write counts as missing where the portal does not have it."""
    mods.add("mod-a", ("base >= 2.0", "mod-b >= 1.0.0"))
    mods.commit(mod_b={"dry-run": True})
    for ran in (program("plan", *mods.paths(), "--portal-url", portal.url), release()):
        assert ran.code == 3
        (needing,) = [mod for mod in ran.report["mods"] if mod["mod"] == "mod-a"]
        assert [one["code"] for one in needing["findings"]] == ["dependency-unknown"]
    assert portal.state.mods == {}
    mods.commit()
    assert program("plan", *mods.paths(), "--portal-url", portal.url, "--dry-run").code == 2
    assert release("--dry-run").code == 0
    assert release().code == 0
    assert public(portal) == {"mod-a", "mod-b"}


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("report", "dist/a.json", "dist/b.json"),
        ("report", "dist/a.json", ""),
        ("format", "json", "sarif"),
    ],
)
def test_an_option_of_the_run_must_be_the_same_for_all_mods(
    program: Program, mods: Monorepo, name: str, one: str, other: str
) -> None:
    mods.write("mod-a/factorio-release.yml", f"{name}: {one}\n")
    mods.write("mod-b/factorio-release.yml", f"{name}: {other}\n" if other else "")
    env = {"FACTORIO_RELEASE_MODE": "check", "FACTORIO_RELEASE_PATH": "\n".join(mods.paths())}
    ran = program("action", env=env)
    assert ran.code == 2
    assert (
        f"{name}: a run has one value for all its mods, but they have different values: " in ran.err
    )
    assert f"{one} ({mods.root / 'mod-a' / 'factorio-release.yml'}:1)" in ran.err
    assert f"{other or 'none'} (" in ran.err
    assert not (mods.root / "mod-a" / "dist").exists()
    given = program("action", env=env | {f"FACTORIO_RELEASE_{name.upper()}": one})
    assert given.code == 0, given.err


def test_a_rehearsal_puts_each_page_where_its_mods_zip_goes(
    program: Program, mods: Monorepo
) -> None:
    mods.write("mod-a/README.md", "![](a.png)\n")
    mods.commit(mod_a={"output-dir": "a"}, mod_b={"output-dir": "b"})
    ran = program("rehearse", *mods.paths())
    assert ran.code == 0, ran.err
    for letter in "ab":
        folder = mods.root / f"mod-{letter}" / letter
        assert (folder / f"mod-{letter}_1.0.0.zip").exists()
        assert (folder / f"mod-{letter}_page.html").exists()


@pytest.mark.parametrize("place", ["section", "beside"])
def test_a_built_zip_has_its_mods_settings(
    release: Any, program: Program, mods: Monorepo, portal: LocalPortal, place: str
) -> None:
    assert (
        program("build", *mods.paths(), "--output-dir", str(mods.root / "mod-b" / "dist")).code == 0
    )
    zips = [str(mods.root / "mod-b" / "dist" / f"{name}_1.0.0.zip") for name in ("mod-a", "mod-b")]
    if place == "section":
        mods.commit(mod_b={"dry-run": True})
        assert statuses(release(paths=zips)) == {"mod-a": "published", "mod-b": "planned"}
        assert public(portal) == {"mod-a"}
    else:
        mods.write(
            "mod-b/factorio-release.yml",
            "dry-run: true\ncategory: utilities\nlicense: default_mit\n",
        )
        assert statuses(release(paths=zips[1:])) == {"mod-b": "planned"}
        assert portal.state.mods == {}


def test_no_file_of_the_repository_says_where_the_key_goes(
    program: Program, mods: Monorepo, portal: LocalPortal, key: str
) -> None:
    """A portal of somebody else, named in every file that may speak of settings, is never asked."""
    from factorio_release.local_portal import LocalPortal  # noqa: PLC0415 a second one, only here

    env = {"FACTORIO_API_KEY": key, "FACTORIO_RELEASE_PORTAL_URL": portal.url}
    with LocalPortal() as foreign:
        info = json.loads((mods.root / "mod-a/info.json").read_text())
        named = {"portal-url": foreign.url, "portal_url": foreign.url, "url": foreign.url}
        mods.write(
            "mod-a/info.json", json.dumps(info | {"package": named | {"sync_portal_details": True}})
        )
        mods.commit()
        assert program("release", mods.paths()[0], "--yes", env=env).code == 0
        mods.commit(mod_b={"portal-url": foreign.url})
        assert program("release", *mods.paths(), "--yes", env=env).code == 2
        mods.config["portal-url"] = foreign.url
        mods.commit()
        ran = program("release", *mods.paths(), "--yes", env=env)
        assert ran.code == 2
        assert "portal-url: where the key is sent is decided by whoever starts the run" in ran.err
        assert foreign.log == []
    assert public(portal) == {"mod-a"}
