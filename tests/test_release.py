"""The main job, through the command and through the action: each ends as the interface says."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from factorio_release.cli.written_files import REPORT_HEAD
from factorio_release.local_portal import Fault
from tests.conftest import Program

if TYPE_CHECKING:
    from pathlib import Path

    from factorio_release.local_portal import LocalPortal
    from tests.support.in_process import InProcess

Run = Callable[..., Any]


@pytest.fixture
def program(without_waits: InProcess) -> InProcess:
    """Nothing here needs a process of its own."""
    return without_waits


@pytest.fixture(params=["command", "action"])
def release(
    request: pytest.FixtureRequest, program: Any, portal: LocalPortal, repository: Any, key: str
) -> Run:
    """Release the mod by the command with a key variable, or by the action with a step's inputs.

    `entry` is the action as a process, through what the container runs.
    """

    def by_command(
        mode: str = "release", *, url: str = portal.url, given: str = key, **inputs: str
    ) -> Any:
        options = [f"--{name.replace('_', '-')}={value}" for name, value in inputs.items()]
        switches = ["--yes"] if mode == "release" else []
        where = [
            "--portal-url",
            url,
            "--verify-timeout",
            "0.2",
            "--retries",
            "1",
            *switches,
            *options,
        ]
        return program(mode, str(repository.root), *where, env={"FACTORIO_API_KEY": given})

    def by_action(
        mode: str = "release", *, url: str = portal.url, given: str = key, **inputs: str
    ) -> Any:
        output, summary = program.folder / "output", program.folder / "summary"
        output.write_text("")
        summary.write_text("")
        env = {
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_NAME": "workflow_dispatch",
            "GITHUB_REF": "refs/heads/main",
            "CI": "true",
            "GITHUB_OUTPUT": str(output),
            "GITHUB_STEP_SUMMARY": str(summary),
            "INPUT_MODE": mode,
            "INPUT_API-KEY": given,
            "INPUT_PATH": str(repository.root),
            "INPUT_PORTAL-URL": url,
            "INPUT_VERIFY-TIMEOUT": "0.2",
            "INPUT_RETRIES": "1",
            "INPUT_REPORT": str(program.folder / "report.json"),
            "INPUT_TITLE": "",
        } | {f"INPUT_{name.replace('_', '-').upper()}": value for name, value in inputs.items()}
        run = Program(program.folder).entry if request.param == "entry" else program.entry
        ran = run(env)
        ran.outputs = parse_outputs(output.read_text("utf-8"))
        assert ran.err.startswith(f"::add-mask::{given}")
        assert given not in summary.read_text("utf-8")
        return ran

    return by_command if request.param == "command" else by_action


def parse_outputs(text: str) -> dict[str, str]:
    """Read an output file as the runner does."""
    lines, outputs = text.splitlines(), {}
    while lines:
        name, _, end = lines.pop(0).partition("<<")
        at = lines.index(end)
        outputs[name] = "\n".join(lines[:at])
        lines = lines[at + 1 :]
    return outputs


def writes(portal: LocalPortal) -> list[str]:
    return [record.endpoint for record in portal.log if record.method == "POST"]


def status_of(ran: Any) -> str:
    status: str = ran.mod["status"]
    if ran.outputs:
        assert ran.outputs["status"] == status
        assert ran.outputs["changed"] == str(ran.mod["changed"]).lower()
    return status


@pytest.mark.parametrize("release", ["command", "action", "entry"], indirect=True)
def test_a_new_mod_is_published_and_a_second_run_writes_nothing(
    release: Run, portal: LocalPortal
) -> None:
    first = release()
    assert first.code == 0, first.out + first.err
    assert status_of(first) == "published"
    mod = portal.state.find("lamp-post")
    assert [one.version for one in mod.releases] == ["1.0.0"]
    assert (mod.category, mod.license, mod.title) == ("utilities", "default_mit", "Lamp post")
    assert mod.releases[0].sha1 == first.mod["package"]["sha1"]
    assert first.mod["download_url"].startswith(f"{portal.url}/download/lamp-post/")

    before = len(writes(portal))
    second = release()
    assert (second.code, status_of(second)) == (0, "unchanged")
    assert writes(portal)[before:] == []


def test_a_new_version_is_uploaded_and_the_page_follows(
    release: Run, repository: Any, portal: LocalPortal
) -> None:
    release()
    repository.config |= {"tags": ["trains"], "homepage": "https://example.com/lamp"}
    repository.release("1.0.1")
    ran = release()
    assert (ran.code, status_of(ran)) == (0, "uploaded")
    assert [change["kind"] for change in ran.mod["plan"]] == ["release", "edit-details"]
    mod = portal.state.find("lamp-post")
    assert [one.version for one in mod.releases] == ["1.0.0", "1.0.1"]
    assert (mod.tags, mod.homepage) == (["trains"], "https://example.com/lamp")


def test_a_page_alone_is_updated(release: Run, repository: Any, portal: LocalPortal) -> None:
    release()
    repository.config |= {"homepage": "https://example.com/"}
    repository.save()
    ran = release()
    assert (ran.code, status_of(ran)) == (0, "updated")
    assert portal.state.find("lamp-post").homepage == "https://example.com/"


def test_the_same_version_with_other_content_is_refused_before_any_write(
    release: Run, repository: Any, portal: LocalPortal
) -> None:
    release()
    before = len(writes(portal))
    repository.write("control.lua", "script.on_load(function() end)\n")
    repository.save()
    ran = release(if_exists="fail") if release.__name__ == "by_action" else release()
    assert (ran.code, status_of(ran)) == (6, "failed")
    assert "on the portal already with another SHA-1" in ran.mod["error"]
    assert ran.mod["hint"] == "a version is never used twice: the changes need a new one"
    assert "`factorio-release bump patch` sets the next version" in ran.mod["todo"]
    assert writes(portal)[before:] == []


def test_a_wrong_key_is_refused_with_the_usage_it_needs(release: Run, portal: LocalPortal) -> None:
    ran = release(given="some-other-key-of-nobody")
    assert (ran.code, status_of(ran)) == (4, "failed")
    assert "InvalidApiKey" in ran.mod["error"]
    assert "ModPortal: Publish Mods" in ran.mod["hint"]
    assert "lamp-post" not in portal.state.mods


@pytest.mark.parametrize(
    ("usages", "missing"),
    [(("publish",), "ModPortal: Edit Mods"), (("upload", "edit"), "ModPortal: Publish Mods")],
)
def test_a_missing_usage_is_found_before_the_release_is_public(
    release: Run, repository: Any, portal: LocalPortal, usages: tuple[str, ...], missing: str
) -> None:
    repository.config |= {"tags": ["trains"]}
    repository.save()
    portal.keys["limited-key-of-somebody"] = frozenset(usages)
    ran = release(given="limited-key-of-somebody")
    assert ran.code == 4
    assert missing in ran.mod["hint"]
    assert "lamp-post" not in portal.state.mods
    del portal.keys["limited-key-of-somebody"]


def test_an_upload_key_is_enough_where_the_page_is_not_declared(
    release: Run, repository: Any, portal: LocalPortal
) -> None:
    portal.seed_mod("lamp-post", summary="Written on the website.")
    portal.keys["upload-key-of-somebody"] = frozenset(["upload"])
    repository.config = {}
    repository.save()
    ran = release(given="upload-key-of-somebody")
    assert (ran.code, status_of(ran)) == (0, "uploaded"), ran.err
    assert portal.state.find("lamp-post").summary == "Written on the website."
    del portal.keys["upload-key-of-somebody"]


def test_an_unreachable_portal(release: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: connections are refused
        ran = release(url=f"http://127.0.0.1:{taken.getsockname()[1]}")
    assert (ran.code, status_of(ran)) == (5, "failed")
    assert "the connection cannot be made" in ran.mod["error"]


def test_a_portal_that_answers_html(release: Run, portal: LocalPortal) -> None:
    portal.add_fault(Fault("mod_full", "html", count=1000))
    ran = release()
    assert (ran.code, status_of(ran)) == (5, "failed")
    portal.clear_faults()
    assert writes(portal) == []


def test_an_address_that_is_no_portal(release: Run) -> None:
    ran = release(url="ftp://mods.example")
    assert ran.code == 2
    assert "neither https nor plain http on this machine" in ran.err


def test_a_plan_needs_no_key_and_sends_nothing_but_get(
    program: Any, repository: Any, portal: LocalPortal
) -> None:
    ran = program("plan", str(repository.root), "--portal-url", portal.url, "--detailed-exitcode")
    assert ran.code == 10
    assert ran.mod["status"] == "planned"
    assert {record.method for record in portal.log} == {"GET"}
    assert not any(record.had_key for record in portal.log)


@pytest.mark.parametrize("event", ["pull_request", "pull_request_target"])
def test_a_pull_request_never_writes(
    release: Run, portal: LocalPortal, program: Any, repository: Any, event: str
) -> None:
    env = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": event,
        "INPUT_API-KEY": "canary-key-0123456789abcdef",
        "INPUT_PATH": str(repository.root),
        "INPUT_PORTAL-URL": portal.url,
    }
    ran = program("action", env=env)
    assert ran.code == 0
    assert "a pull request never writes" in ran.err
    assert writes(portal) == []


def test_findings_stop_the_run_before_the_portal_is_asked(
    release: Run, repository: Any, portal: LocalPortal
) -> None:
    repository.info["version"] = "1.0"
    repository.save()
    ran = release()
    assert (ran.code, status_of(ran)) == (3, "failed")
    assert portal.log == []
    assert {finding["file"].rsplit("/", 1)[-1] for finding in ran.mod["findings"]} == {"info.json"}


def test_a_first_publish_needs_a_declared_category_and_licence(
    release: Run, repository: Any, portal: LocalPortal
) -> None:
    repository.config = {}
    repository.save()
    ran = release()
    assert ran.code == 3
    assert {f["code"] for f in ran.mod["findings"]} >= {"publish-license", "publish-category"}
    assert writes(portal) == []


def test_the_tag_must_be_the_version(release: Run, portal: LocalPortal) -> None:
    assert release(tag="v1.0.1").code == 3
    assert release(tag="v1.0.0").code == 0


def test_versions_may_interleave_unless_the_policy_says_no(release: Run, repository: Any) -> None:
    repository.release("2.0.0")
    assert release().code == 0
    repository.release("1.9.0")
    refused = release(version_policy="increasing")
    assert refused.code == 3
    assert [f["code"] for f in refused.mod["findings"] if f["severity"] == "error"] == [
        "version-not-increasing"
    ]
    assert release().code == 0


def test_without_a_key_nothing_is_done(program: Any, repository: Any, portal: LocalPortal) -> None:
    ran = program("release", str(repository.root), "--portal-url", portal.url)
    assert ran.code == 2
    assert "no API key" in ran.err
    assert "add --yes" in ran.err
    assert portal.log == []


def test_the_key_never_travels_to_the_upload_host(release: Run, portal: LocalPortal) -> None:
    release()
    uploads = [record for record in portal.log if record.host == "upload"]
    assert uploads
    assert not any(record.had_key for record in uploads)


def test_a_rehearsal_ends_with_a_page_to_look_at(program: Any, repository: Any) -> None:
    ran = program("rehearse", str(repository.root))
    assert ran.code == 0, ran.err
    assert ran.mod["status"] == "rehearsed"
    page = (program.folder / "dist" / "lamp-post_page.html").read_text("utf-8")
    assert "<h1>Lamp post</h1>" in page
    assert "file://" in ran.out


def test_a_folder_without_git_is_released_and_says_so(
    program: Any, tmp_path: Path, portal: LocalPortal, key: str
) -> None:
    folder = tmp_path / "plain"
    folder.mkdir()
    info = {
        "name": "plain-mod",
        "version": "0.1.0",
        "title": "Plain",
        "author": "demo",
        "factorio_version": "2.0",
    }
    (folder / "info.json").write_text(json.dumps(info))
    log = f"{'-' * 99}\nVersion: 0.1.0\n  Features:\n    - First.\n"
    (folder / "changelog.txt").write_text(log)
    options = [
        "--category",
        "content",
        "--license",
        "default_mit",
        "--yes",
        "--portal-url",
        portal.url,
    ]
    ran = program("release", str(folder), *options, env={"FACTORIO_API_KEY": key})
    assert ran.code == 0, ran.out + ran.err
    assert "no-git" in {finding["code"] for finding in ran.mod["findings"]}


def test_several_mods_are_released_in_the_order_of_their_dependencies(
    program: Any, make_repository: Callable[[str], Any], portal: LocalPortal, key: str
) -> None:
    lamp, wire = make_repository("a-lamp"), make_repository("b-wire")
    lamp.info["dependencies"] = ["base >= 2.0", "b-wire >= 1.0.0"]
    lamp.save()
    broken = make_repository("c-broken")
    broken.info["version"] = "one"
    broken.save()
    paths = [str(one.root) for one in (lamp, wire, broken)]
    where = ["--portal-url", portal.url, "--yes"]
    planned = program("plan", *paths, "--portal-url", portal.url)
    assert [mod["status"] for mod in planned.report["mods"]] == ["planned", "planned", "failed"]
    ran = program("release", *paths, *where, env={"FACTORIO_API_KEY": key})
    assert ran.code == 3
    outcomes = {mod["mod"]: mod["status"] for mod in ran.report["mods"]}
    assert outcomes == {"a-lamp": "published", "b-wire": "published", "c-broken": "failed"}
    finished = [record.path for record in portal.log if record.endpoint == "init_publish"]
    assert len(finished) == 2
    assert [mod.name for mod in sorted(portal.state.mods.values(), key=lambda m: m.created_at)] == [
        "b-wire",
        "a-lamp",
    ]


def test_rehearsal_does_not_ask_for_required_mods(program: Any, repository: Any) -> None:
    repository.info["dependencies"] = ["base >= 2.0", "some-library >= 1.0"]
    repository.save()
    ran = program("rehearse", str(repository.root))
    assert (ran.code, ran.mod["status"]) == (0, "rehearsed")


def test_a_required_mod_that_is_not_there_stops_a_plan_unless_ignored(
    program: Any, repository: Any, portal: LocalPortal
) -> None:
    repository.info["dependencies"] = ["base >= 2.0", "some-library >= 1.0"]
    repository.save()
    plan = ("plan", str(repository.root), "--portal-url", portal.url)
    assert [f["code"] for f in program(*plan).mod["findings"]] == ["dependency-unknown"]
    asked = len(portal.log)
    codes = (
        "dependency-unknown",
        "dependency-deprecated",
        "dependency-release",
        "dependency-release-game",
    )
    aside = "\n".join(f"{code}: it is private" for code in codes)
    ran = program(*plan, "--ignore", aside)
    assert ran.code == 0, ran.out + ran.err
    assert not any("namelist" in record.path for record in portal.log[asked:])


@pytest.mark.parametrize("code", ["secret", "secret-on-page"])
def test_the_key_in_a_package_is_never_ignored(program: Any, repository: Any, code: str) -> None:
    ran = program("check", str(repository.root), "--ignore", f"{code}: it is only a test")
    assert ran.code == 2
    assert "cannot be ignored" in ran.err


def test_an_unknown_code_to_ignore_is_a_problem(program: Any, repository: Any) -> None:
    ran = program("check", str(repository.root), "--ignore", "changelog-seperator: no")
    assert ran.code == 2
    assert "did you mean changelog-separator?" in ran.err


def test_build_and_plan_show_what_changed_since_the_last_tag(
    program: Any, repository: Any, portal: LocalPortal
) -> None:
    repository.git("tag", "v1.0.0")
    repository.write("data.lua", "-- new\n")
    repository.release("1.0.1")
    for command in (("build",), ("plan", "--portal-url", portal.url)):
        ran = program(command[0], str(repository.root), *command[1:])
        assert "since v1.0.0: 1 added, 2 changed, 0 removed" in ran.out
        since = ran.mod["package"]["since"]
        assert {one["path"]: one["kind"] for one in since["changes"]} == {
            "data.lua": "added",
            "info.json": "changed",
            "changelog.txt": "changed",
        }


def test_a_report_that_cannot_be_written_is_found_before_anything_is_done(
    program: Any, repository: Any, portal: LocalPortal, key: str
) -> None:
    blocked = program.folder / "blocked"
    blocked.write_text("a file, not a folder")
    env = {
        "CI": "true",
        "FACTORIO_API_KEY": key,
        "FACTORIO_RELEASE_YES": "true",
        "FACTORIO_RELEASE_PATH": str(repository.root),
        "FACTORIO_RELEASE_PORTAL_URL": portal.url,
        "FACTORIO_RELEASE_REPORT": str(blocked / "report.json"),
    }
    ran = program("action", env=env)
    assert (ran.code, portal.log) == (2, [])
    assert "report.json cannot be written" in ran.err
    assert program("action", env=env | {"FACTORIO_RELEASE_REPORT": ""}).code == 0


def test_this_programs_own_files_are_never_packed(program: Any, repository: Any) -> None:
    repository.write("release/settings.yml", "category: tweaks\n")
    repository.write("report.json", REPORT_HEAD)
    repository.write("factorio-release.env", "MOD=lamp-post\n")
    repository.write("scripts/factorio-release.env", "MOD=lamp-post\n")  # a job's own folder
    repository.write("dist/lamp-post_page.html", "a rehearsal's")
    repository.save()
    env = {
        "FACTORIO_RELEASE_MODE": "build",
        "FACTORIO_RELEASE_PATH": str(repository.root),
        "FACTORIO_RELEASE_CONFIG": str(repository.root / "release" / "settings.yml"),
        "FACTORIO_RELEASE_REPORT": str(repository.root / "report.json"),
    }
    assert program("action", env=env).code == 0
    report = json.loads((repository.root / "report.json").read_text("utf-8"))
    shipped = {file["path"] for file in report["mods"][0]["package"]["files"]}
    assert shipped == {"info.json", "changelog.txt", "control.lua"}
