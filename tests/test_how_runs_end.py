"""How a run ends: what is printed and what a CI gets, with no address of a page that does not exist."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from factorio_release.local_portal import LocalPortal
    from tests.conftest import ModRepository, Program, Ran
    from tests.support.in_process import InProcess

GITHUB = {
    "CI": "true",
    "GITHUB_ACTIONS": "true",
    "GITHUB_EVENT_NAME": "push",
    "GITHUB_REF": "refs/tags/1.0.0",
}
GITLAB = {
    "CI": "true",
    "GITLAB_CI": "true",
    "CI_PIPELINE_SOURCE": "push",
    "CI_COMMIT_TAG": "1.0.0",
}


@pytest.fixture
def program(without_waits: InProcess) -> InProcess:
    """Nothing here needs a process of its own."""
    return without_waits


@pytest.fixture
def run(program: Program, repository: ModRepository, portal: LocalPortal, key: str) -> Any:
    """Run a command on the repository, on the portal of the test."""

    def run(command: str, *options: str, env: dict[str, str] | None = None) -> Ran:
        more = {"FACTORIO_API_KEY": key, **(env or {})}
        where = ("--portal-url", portal.url) if command != "build" else ()
        return program(command, str(repository.root), *where, *options, env=more)

    return run


def test_the_files_are_listed_although_a_finding_stops_the_run(
    run: Any, repository: ModRepository
) -> None:
    repository.write("control.lua", "x = = 1\n")
    repository.write("notes.xcf", "left out")
    repository.save()
    ran = run("build", "--list", "--exclude", "*.xcf")
    assert ran.code == 3
    assert "lamp-post 1.0.0: no zip was made; 3 files to pack, " in ran.out
    for path in ("changelog.txt", "control.lua", "info.json"):
        assert re.search(rf"^ +\d+ bytes  {re.escape(path)}$", ran.out, re.MULTILINE), path
    assert "  not packed  notes.xcf: " in ran.out


def test_a_rehearsal_prints_the_report_and_nothing_else(
    program: Program, repository: ModRepository
) -> None:
    ran = program("rehearse", str(repository.root), "--format", "json")
    (mod,) = json.loads(ran.out)["mods"]
    assert (mod["status"], mod["changed"], mod["url"]) == ("rehearsed", False, "")
    assert "the page as players would see it: file://" in ran.err


def test_a_rehearsal_says_that_nothing_left_the_machine(
    program: Program, repository: ModRepository
) -> None:
    ran = program("rehearse", str(repository.root))
    assert "lamp-post 1.0.0: rehearsed; nothing left this machine\n" in ran.out
    assert "published" not in ran.out + ran.err
    assert "/mod/lamp-post" not in ran.out


@pytest.mark.parametrize("failing", [False, True])
def test_no_address_of_a_page_that_does_not_exist(
    run: Any, repository: ModRepository, *, failing: bool
) -> None:
    if failing:
        repository.config = {}  # a first release needs a category
        repository.save()
    ran = run("plan", "--fail-on", "warning" if failing else "error")
    assert ran.code == (3 if failing else 0)
    assert (ran.mod["public"], ran.mod["url"]) == ("no", "")
    assert "/mod/lamp-post" not in ran.out
    assert "public: nothing: the portal does not have lamp-post\n" in ran.out
    assert "not public: lamp-post 1.0.0\n" in ran.out


def test_a_ci_gets_the_summary_as_a_file(
    run: Any, program: Program, portal: LocalPortal, tmp_path: Path
) -> None:
    shown, outputs = tmp_path / "shown.md", tmp_path / "outputs"
    env = GITHUB | {"GITHUB_STEP_SUMMARY": str(shown), "GITHUB_OUTPUT": str(outputs)}
    ran = run("release", env=env)
    assert ran.code == 0, ran.err
    names = dict(
        re.findall(r"^(summary|report)<<(?:\S+)\n(.*)$", outputs.read_text(), re.MULTILINE)
    )
    text = (program.folder / names["summary"]).read_text()
    assert names["summary"] == "dist/factorio-release-summary.md"
    head, _, rest = text.partition("\n\n")
    assert (head, rest) == ("<!-- factorio-release summary -->", shown.read_text())
    assert rest.startswith("### lamp\\-post 1\\.0\\.0: published as a new mod\n\n- **Public:** ")
    assert f"[Mod page]({portal.url}/mod/lamp-post)" in rest


def test_a_ci_always_gets_a_report(
    program: Program, repository: ModRepository, tmp_path: Path
) -> None:
    """Also of a run with wrong settings, which ends before it has a mod."""
    outputs = tmp_path / "outputs"
    env = GITHUB | {
        "FACTORIO_RELEASE_PATH": str(repository.root),
        "FACTORIO_RELEASE_RETRIES": "many",
        "GITHUB_OUTPUT": str(outputs),
    }
    assert program.entry(env).code == 2
    report = json.loads((program.folder / "dist/factorio-release-report.json").read_text())
    assert report["exit_code"] == 2
    assert "\ndist/factorio-release-report.json\n" in outputs.read_text()
    assert "\ndist/factorio-release-summary.md\n" in outputs.read_text()


@pytest.fixture
def with_a_readme(repository: ModRepository) -> None:
    repository.config |= {"description": "README.md"}
    repository.write("README.md", "".join(f"line {number}\n" for number in range(80)))
    repository.save()
    repository.git("tag", "1.0.0")


# Read as text, the CR in GitLab's marks is a line end.
FOLDS = {
    "github": (
        GITHUB,
        r"^::group::the texts that change in lamp-post\n(.*)^::endgroup::$",
    ),
    "gitlab": (
        GITLAB,
        (
            "^\x1b\\[0Ksection_start:0:texts_0\\[collapsed=true\\].\x1b\\[0K"
            "the texts that change in lamp-post\n(.*)^\x1b\\[0Ksection_end:0:texts_0.\x1b\\[0K$"
        ),
    ),
}


@pytest.mark.usefixtures("with_a_readme")
@pytest.mark.parametrize("system", FOLDS)
@pytest.mark.parametrize("command", ["plan", "release"])
def test_a_ci_folds_the_texts_away(run: Any, system: str, command: str) -> None:
    env, form = FOLDS[system]
    ran = run(command, env=env)
    assert ran.code == 0, ran.err
    match = re.search(form, ran.out, re.MULTILINE | re.DOTALL)
    assert match, ran.out
    assert match[1].count("+ line ") == 80
    assert ran.out.count("+ line ") == 80
    assert ran.out.count("plan for lamp-post") == 1
    assert len(ran.out.replace(match[0], "").splitlines()) < 15


@pytest.mark.usefixtures("with_a_readme")
def test_the_texts_are_shown_where_they_are_asked_for(run: Any) -> None:
    assert "line 7" not in run("plan").out
    asked_for = run("plan", "--diff", env=GITHUB).out
    assert asked_for.count("+ line ") == 80
    assert "::group::" not in asked_for


def test_the_markdown_of_a_plan_can_be_printed(run: Any) -> None:
    ran = run("plan", "--format", "markdown")
    assert ran.out.startswith("### lamp\\-post 1\\.0\\.0: planned\\: nothing was written\n")
    assert "- \\+ publish 1\\.0\\.0 as a new mod" in ran.out
