"""What each CI system's variables say of a job; the rows are in `tests/support/job_events.py`."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from factorio_release.ci.detect import detect
from factorio_release.ci.events import RULES, EventKind, JobEvent
from factorio_release.ci_systems import CI_SYSTEMS, Cause
from factorio_release.cli.job_event import decide, names_a_release
from factorio_release.settings.options import Settings
from tests.support.job_events import COMMIT, ROWS

if TYPE_CHECKING:
    from factorio_release.ci.base import Ci
    from factorio_release.ci_systems import CiSystem
    from tests.support.job_events import JobRow

GITHUB = next(row for row in ROWS if row.id == "github-tag").environ
GITLAB = next(row for row in ROWS if row.id == "gitlab-tag").environ
WOODPECKER = next(row for row in ROWS if row.id == "woodpecker-tag").environ
NEVER = {EventKind.REQUEST, EventKind.MERGE_QUEUE, EventKind.OTHER_EVENT}
MODS = [(Path("nowhere"), "lamp-post")]


def job(row: JobRow, folder: Path) -> Ci:
    """Return what is read of a row; the event's payload is a file, as the runner writes it."""
    environ = dict(row.environ)
    if row.payload:
        file = folder / "event.json"
        file.write_text(json.dumps(row.payload))
        environ["GITHUB_EVENT_PATH"] = str(file)
    return detect(environ, io.StringIO())


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_a_job_is_what_its_system_says(row: JobRow, tmp_path: Path) -> None:
    ci = job(row, tmp_path)
    decision = decide(ci, Settings(), MODS)
    assert decision.kind is row.kind
    if row.system not in {"none", "unknown"}:
        assert ci.name == row.system
    if ci.name != "none" and row.system not in {"sourcehut", "unknown"}:
        assert ci.commit == COMMIT
    rule = RULES[row.kind]
    assert (decision.writes, decision.if_exists) == (
        rule.writes or row.kind is EventKind.UNKNOWN,
        rule.if_exists,
    )
    assert bool(decision.why_not) is not decision.writes
    assert bool(decision.refused) is (row.kind is EventKind.UNKNOWN)


@pytest.mark.parametrize("row", [row for row in ROWS if row.kind in NEVER], ids=lambda row: row.id)
def test_no_option_lets_a_stranger_write(row: JobRow, tmp_path: Path) -> None:
    everything = Settings(
        tag="1.0.0", yes=True, first_publish=True, if_exists="fail", release_branches=("*",)
    )
    decision = decide(job(row, tmp_path), everything, MODS)
    assert not decision.writes
    assert "never writes to the portal: planning only" in decision.why_not


def test_every_row_of_the_table_is_tried_on_the_systems_that_can_have_it() -> None:
    """Each system has a tag and a request where it says so; each kind of the table is in a row."""
    kinds = {row.kind for row in ROWS}
    assert kinds == set(RULES) - {EventKind.GIVEN_TAG}
    tried = {name: {row.kind for row in ROWS if row.system == name} for name in CI_SYSTEMS}
    silent = {"teamcity"}
    assert [name for name, kinds in tried.items() if EventKind.TAG not in kinds] == [*silent]
    assert [name for name, kinds in tried.items() if EventKind.REQUEST not in kinds] == [*silent]


@pytest.mark.parametrize("system", CI_SYSTEMS.values(), ids=CI_SYSTEMS)
def test_only_listed_events_write(system: CiSystem) -> None:
    if not system.event_variable:
        return
    for event in ("PUSH ", "unheard-of", "status", "deployment", "discussion"):
        environ = {
            system.marks[0].partition("=")[0]: "true",
            system.event_variable: event,
        }
        ci = detect(environ, io.StringIO())
        kind = ci.event.kind()
        if event in system.events:
            continue
        assert kind is EventKind.OTHER_EVENT
        assert ci.event.why_not(kind).startswith(f"the event {event} never writes")


def test_an_event_that_is_not_listed_is_named_with_those_that_may_write() -> None:
    said = decide(detect(GITHUB | {"GITHUB_EVENT_NAME": "fork"}), Settings(), MODS).why_not
    assert said == (
        "the event fork never writes to the portal: planning only; these may write: create, push, release, "
        "repository_dispatch, schedule, workflow_dispatch"
    )
    without = {name: value for name, value in GITHUB.items() if name != "GITHUB_EVENT_NAME"}
    assert decide(detect(without), Settings(), MODS).why_not.startswith("an event without a name")


BRANCH = JobEvent("GitHub", "push", Cause.PUSH, branch="2.0-maint", is_ci=True)


@pytest.mark.parametrize(
    ("event", "branches", "kind"),
    [
        (BRANCH, ("2.0-maint",), EventKind.DEFAULT_BRANCH),
        (BRANCH, ("main", "*-maint"), EventKind.DEFAULT_BRANCH),
        (BRANCH, ("main",), EventKind.OTHER_BRANCH),
        (BRANCH._replace(branch="main"), ("2.0-maint",), EventKind.OTHER_BRANCH),
        (BRANCH._replace(branch="master"), (), EventKind.DEFAULT_BRANCH),
        (BRANCH._replace(branch="main", default_branch="trunk"), (), EventKind.OTHER_BRANCH),
        (BRANCH._replace(branch="trunk", default_branch="trunk"), (), EventKind.DEFAULT_BRANCH),
        (BRANCH._replace(cause=Cause.BUTTON), ("2.0-maint",), EventKind.BUTTON),
    ],
)
def test_an_author_names_the_branches_that_release(
    event: JobEvent, branches: tuple[str, ...], kind: EventKind
) -> None:
    assert event.kind(release_branches=branches) is kind


def test_a_given_tag_releases_from_any_branch() -> None:
    assert BRANCH._replace(cause=Cause.BUTTON).kind("v1.0.0") is EventKind.GIVEN_TAG
    assert BRANCH.kind("v1.0.0") is EventKind.GIVEN_TAG


@pytest.mark.parametrize(
    ("tag", "is_release"),
    [
        ("1.2.0", True),
        ("v1.2.0", True),
        ("lamp-post_1.2.0", True),
        ("lamp-post-1.2.0", True),
        ("lamp-post/v1.2.0", True),
        ("v1.2.0-rc1", True),
        ("v1.2", True),
        ("docs-2026", False),
        ("v1", False),
        ("latest", False),
        ("other-mod_1.2.0", False),
        ("release-1.2.0", False),
        ("", False),
    ],
)
def test_which_tags_are_meant_for_a_mod(tag: str, *, is_release: bool) -> None:
    assert names_a_release(tag, ["big-mod", "lamp-post", ""]) is is_release


@pytest.mark.parametrize(
    ("environ", "in_ci"),
    [({}, False), ({"CI": ""}, False), ({"CI": "false"}, False), ({"CI": "true"}, True)],
)
def test_another_ci_system_is_only_recognised_as_one(
    environ: dict[str, str], *, in_ci: bool
) -> None:
    stream = io.StringIO()
    ci = detect(environ | {"INPUT_METHOD": "fcitx"}, stream)
    assert (ci.name, ci.in_ci, ci.inputs) == ("none", in_ci, {})
    ci.mask("secret")
    ci.write_outputs({"mod": "m"})
    ci.write_summary("text")
    assert stream.getvalue() == ""


def test_a_word_of_other_programs_is_no_request_outside_of_a_ci() -> None:
    assert detect({"CHANGE_ID": "7"}).event.kind() is EventKind.MACHINE
    assert detect({"CHANGE_ID": "7", "CI": "true"}).event.kind() is EventKind.REQUEST


@pytest.mark.parametrize(
    "content",
    [None, "", "[", "[" * 100_000, '{"repository": 1}', '{"repository": {"default_branch": 5}}'],
)
def test_an_event_file_that_says_nothing_is_no_error(content: str | None, tmp_path: Path) -> None:
    file = tmp_path / "event.json"
    if content is not None:
        file.write_text(content)
    environ = GITHUB | {"GITHUB_EVENT_PATH": str(file), "GITHUB_REF": "refs/heads/main"}
    assert detect(environ, io.StringIO()).event.kind() is EventKind.DEFAULT_BRANCH


def test_the_addresses_of_the_repository_and_its_server() -> None:
    for environ, url in (
        (GITHUB, "https://forge.example/OWNER/other"),
        (GITLAB, "https://gitlab.example/OWNER/other"),
        (WOODPECKER, "https://codeberg.example/OWNER/other"),
        (
            {"DRONE": "true", "DRONE_REPO_LINK": "https://git.example/OWNER/mod"},
            "https://git.example/OWNER/mod",
        ),
    ):
        ci = detect(environ, io.StringIO())
        assert (ci.repository_url, ci.server) == (url, url.rpartition("/OWNER")[0])


def test_inputs_have_the_names_of_options() -> None:
    inputs = {"INPUT_API-KEY": "k", "INPUT_PATH": "", "INPUT_DRY-RUN": "true"}
    assert detect(GITHUB | inputs, io.StringIO()).inputs == {"api-key": "k", "dry-run": "true"}
    settings = {"PLUGIN_API_KEY": "k", "PLUGIN_PATH": "", "PLUGIN_DRY_RUN": "true"}
    assert detect(WOODPECKER | settings, io.StringIO()).inputs == {
        "api-key": "k",
        "dry-run": "true",
    }
    assert detect(GITLAB | inputs | settings, io.StringIO()).inputs == {}


@pytest.mark.parametrize(
    ("environ", "debug"),
    [
        (GITHUB | {"RUNNER_DEBUG": "1"}, True),
        (GITHUB, False),
        (GITLAB | {"CI_DEBUG_TRACE": "true"}, True),
        ({"RUNNER_DEBUG": "1"}, True),
    ],
)
def test_debug_variables_are_read(environ: dict[str, str], *, debug: bool) -> None:
    assert detect(environ, io.StringIO()).debug is debug


def test_a_key_is_not_in_the_repr() -> None:
    assert "sesame" not in repr(detect(GITHUB | {"INPUT_API-KEY": "sesame"}, io.StringIO()))
