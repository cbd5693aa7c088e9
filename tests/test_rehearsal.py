"""A rehearsal through the program: what it begins with, what it says, and what it asks of whom."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from typing import TYPE_CHECKING, Any

import pytest
import requests

from factorio_release.local_portal import ReleaseSeed, parse_fault
from tests.support.in_process import run_here

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from factorio_release.local_portal import LocalPortal
    from tests.conftest import ModRepository, Program
    from tests.support.in_process import Answer

Rehearse = Any


@pytest.fixture
def rehearse(
    repository: ModRepository,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[..., Answer]:
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, **environ: str) -> Answer:
        given = ("rehearse", str(repository.root), "--format=json", *arguments)
        return run_here(capsys, *given, **environ)

    return run


def page_of(folder: Path) -> str:
    return (folder / "dist" / "lamp-post_page.html").read_text("utf-8")


def kinds(ran: Answer) -> list[str]:
    return [change["kind"] for change in ran.mods[0]["plan"]]


def test_the_live_page_is_the_start(
    rehearse: Rehearse,
    repository: ModRepository,
    portal: LocalPortal,
    picture: Callable[..., bytes],
    tmp_path: Path,
) -> None:
    portal.seed_mod(
        "lamp-post",
        owner="somebody-else",
        title="A lamp of old",
        description="# The old words",
        category="content",
        tags=["power"],
        images=[picture(1)],
        thumbnail=picture(2),
        releases=[ReleaseSeed("0.9.0", "1.1")],
        downloads_count=54321,
    )
    repository.config = {"faq": "FAQ.md"}  # neither category nor licence
    repository.write("FAQ.md", "# Asked")
    repository.save()
    ran = rehearse("--from-portal", "--portal-url", portal.url)
    assert ran.code == 0, ran.err
    assert (ran.mods[0]["status"], kinds(ran)) == ("rehearsed", ["release", "edit-details"])
    assert ran.mods[0]["plan"][1]["before"] == {
        "title": "A lamp of old",
        "summary": "",
        "faq": "",
    }
    assert f"begins with the page of lamp-post on {portal.url}: 0.9.0" in ran.err
    assert {record.method for record in portal.log} == {"GET"}
    assert not any(record.had_key for record in portal.log)
    page = page_of(tmp_path)
    for words in (
        *("by somebody-else", "54,321 users", "<h1>The old words</h1>", "<h1>Asked</h1>"),
        *("Mods introducing new content into the game.", "1.1 - 2.0", "Lamp post"),
    ):
        assert words in page, words
    assert (
        page.count('src="data:image/png;base64,') == 1
    )  # of the gallery: the new zip has no thumbnail


def test_a_version_that_is_public_is_told(
    rehearse: Rehearse, repository: ModRepository, portal: LocalPortal
) -> None:
    portal.seed_mod("lamp-post", releases=["1.0.0"])
    ran = rehearse("--from-portal", "--portal-url", portal.url)
    assert ran.code == 6
    assert ran.mods[0]["status"] == "failed"


def test_a_mod_that_the_portal_does_not_have_is_new(
    rehearse: Rehearse, repository: ModRepository, portal: LocalPortal
) -> None:
    repository.config = {}
    repository.save()
    repository.git("tag", "0.9.0")  # of another version, and the portal knows better
    ran = rehearse("--from-portal", "--portal-url", portal.url)
    assert ran.code == 3
    assert ran.codes == {"publish-category", "publish-license"}
    assert f"{portal.url} has no mod lamp-post" in ran.err
    assert "if lamp-post is public already" not in ran.err


def test_a_portal_that_is_away_is_asked_once(
    rehearse: Rehearse, repository: ModRepository, portal: LocalPortal
) -> None:
    repository.info["dependencies"] = ["base", "? some-library"]
    repository.save()
    portal.add_fault(parse_fault("reads:status:503x*"))
    ran = rehearse("--from-portal", "--portal-url", portal.url, "--retries=0")
    assert ran.code == 0
    assert f"the rehearsal begins without the page of {portal.url}" in ran.err
    assert [record.endpoint for record in portal.log] == ["mod_full"]


@pytest.mark.parametrize("fault", ["mod_full:statusx*", "mod_full:htmlx*", "mod_full:other-modx*"])
def test_a_portal_that_cannot_be_read_stops_no_rehearsal(
    rehearse: Rehearse, portal: LocalPortal, fault: str
) -> None:
    portal.seed_mod("lamp-post", releases=["0.9.0"])
    portal.add_fault(parse_fault(fault))
    ran = rehearse("--from-portal", "--portal-url", portal.url, "--retries=0")
    assert (ran.code, kinds(ran)) == (0, ["publish"])
    assert f"the rehearsal begins without the page of {portal.url}" in ran.err


def test_pictures_that_cannot_be_had_leave_a_gap(
    rehearse: Rehearse,
    repository: ModRepository,
    portal: LocalPortal,
    picture: Callable[..., bytes],
    tmp_path: Path,
) -> None:
    portal.seed_mod("lamp-post", images=[picture(1), picture(2)], releases=["0.9.0"])
    portal.add_fault(parse_fault("asset:statusx*"))
    repository.config["images"] = ["new.png"]
    repository.write("new.png", picture(3))
    repository.save()
    ran = rehearse("--from-portal", "--portal-url", portal.url)
    assert ran.code == 0, ran.err
    # Their ids are known: the gallery is what it will be.
    (order,) = [one for one in ran.mods[0]["plan"] if one["kind"] == "order-images"]
    assert len(order["before"]) == 2
    assert page_of(tmp_path).count('src="data:image/png;base64,') == 1


def test_the_tag_of_an_earlier_version_says_that_a_mod_is_public(
    rehearse: Rehearse, repository: ModRepository, tmp_path: Path
) -> None:
    repository.config = {}
    repository.release("0.9.0")
    repository.git("tag", "v0.9.0")
    repository.release("1.0.0")
    ran = rehearse()
    assert ran.code == 0, ran.err
    assert kinds(ran) == ["release"]
    assert "lamp-post is taken for public, because of the tag v0.9.0" in ran.err
    assert "The text stays as it is on the portal." in page_of(tmp_path)


def test_a_mod_without_a_tag_is_taken_for_new_and_the_way_out_is_told(
    rehearse: Rehearse, repository: ModRepository
) -> None:
    repository.config = {}
    repository.git("tag", "v1.0.0", "HEAD")  # this release's own
    repository.save()
    ran = rehearse()
    assert (ran.code, ran.codes) == (3, {"publish-category", "publish-license"})
    assert "if lamp-post is public already, `factorio-release rehearse --from-portal`" in ran.err


def test_the_page_says_which_dependencies_are_public(
    rehearse: Rehearse, repository: ModRepository, portal: LocalPortal, tmp_path: Path
) -> None:
    portal.seed_mod("some-library", releases=["1.2.0", "0.9.0"])
    portal.seed_mod("old-library", releases=["1.0.0"], deprecated=True)
    repository.info["dependencies"] = ["base", "some-library >= 1.0", "? gone", "+ old-library"]
    repository.info["factorio_version"] = "2.1"
    repository.save()
    assert rehearse().code == 0
    assert "not looked up here" in page_of(tmp_path)
    ran = rehearse("--from-portal", "--portal-url", portal.url)
    assert ran.code == 0, ran.err
    page = page_of(tmp_path)
    for words in ("1.2.0 on the portal", "not on the portal", "1.0.0 on the portal; deprecated"):
        assert words in page, words
    portal.add_fault(parse_fault("mod_list:statusx*"))
    ran = rehearse("--from-portal", "--portal-url", portal.url, "--retries=0")
    assert ran.code == 0
    assert "the page does not say which dependencies are public" in ran.err


def test_the_author_stands_where_the_account_is_not_known(
    rehearse: Rehearse, tmp_path: Path
) -> None:
    assert rehearse().code == 0
    page = page_of(tmp_path)
    assert "by demo" in page
    assert "the account of the key, not known here" in page


def test_the_page_asks_nobody_unless_it_may(
    rehearse: Rehearse, repository: ModRepository, tmp_path: Path
) -> None:
    repository.config["description"] = "README.md"
    repository.write("README.md", "![badge](https://img.example.org/badge.svg)\n")
    repository.save()
    assert rehearse().code == 0
    assert "picture on img.example.org: badge" in page_of(tmp_path)
    assert rehearse("--remote-pictures").code == 0
    assert 'src="https://img.example.org/badge.svg"' in page_of(tmp_path)


@pytest.mark.parametrize("tagged", [False, True])
def test_a_rehearsal_in_a_ci_says_nowhere_that_it_published(
    program: Program, repository: ModRepository, tagged: bool
) -> None:
    if tagged:
        repository.git("tag", "0.9.0", "HEAD")
        repository.release("1.1.0")
    files = {name: program.folder / name for name in ("output", "summary")}
    for file in files.values():
        file.touch()
    env = {"GITHUB_ACTIONS": "true", "GITHUB_OUTPUT": str(files["output"])}
    env["GITHUB_STEP_SUMMARY"] = str(files["summary"])
    ran = program("rehearse", str(repository.root), "--open", env=env)
    assert ran.code == 0, ran.err
    told = ran.out + ran.err + "".join(file.read_text("utf-8") for file in files.values())
    assert "rehearsed; nothing left this machine" in told
    assert "published" not in told
    assert "uploaded" not in told
    assert "--open: a CI has no browser" in told


def test_a_rehearsal_that_is_stopped_before_the_release_shows_no_page(
    program: Program, repository: ModRepository
) -> None:
    repository.git("tag", "0.9.0", "HEAD")
    repository.release("1.1.0", title="")
    ran = program("rehearse", str(repository.root), "--open")
    assert ran.code == 3
    assert "is taken for public, because of the tag 0.9.0" in ran.err
    assert "the page as players would see it" not in ran.out
    assert "--open: there is no page to show" in ran.err
    assert not (program.folder / "dist" / "lamp-post_page.html").exists()


LINUX = pytest.mark.skipif(sys.platform != "linux", reason="a browser that is a shell script")


@LINUX
def test_open_shows_the_page_and_gives_the_browser_no_key(
    program: Program, repository: ModRepository, key: str
) -> None:
    browser, seen = program.folder / "browser", program.folder / "seen"
    browser.write_text(f'#!/bin/sh\n{{ echo "$1"; env; }} > {seen}\n')
    browser.chmod(0o755)
    env = {"BROWSER": f"{browser} %s", "FACTORIO_API_KEY": key, "OTHER": f"with {key}"}
    ran = program("rehearse", str(repository.root), "--open", env=env)
    assert ran.code == 0, ran.err
    address, *variables = seen.read_text().splitlines()
    assert address == (program.folder / "dist/lamp-post_page.html").as_uri()
    assert any(line.startswith("BROWSER=") for line in variables)
    assert key not in "".join(variables)


@LINUX
def test_several_mods(
    program: Program, make_repository: Callable[[str], ModRepository], portal: LocalPortal
) -> None:
    mods = [make_repository(f"lamp-{number}") for number in range(6)]
    broken = make_repository("lamp-x")
    broken.write("info.json", "{")
    broken.git("commit", "--quiet", "--all", "--message", "Break")
    browser, seen = program.folder / "browser", program.folder / "seen"
    browser.write_text(f'#!/bin/sh\necho "$1" >> {seen}\n')
    browser.chmod(0o755)
    portal.add_fault(parse_fault("reads:status:503x*"))
    paths = [str(one.root) for one in (*mods, broken)]
    options = ("--open", "--from-portal", "--portal-url", portal.url, "--retries=0")
    ran = program("rehearse", *paths, *options, env={"BROWSER": f"{browser} %s"})
    assert ran.code == 3
    assert [mod["status"] for mod in ran.report["mods"]] == ["rehearsed"] * 6 + ["failed"]
    assert len(seen.read_text().splitlines()) == 5
    assert "--open: the first 5 of 6 pages" in ran.err
    assert len(portal.log) == 1  # what is away for one mod is away for all


@LINUX
def test_without_a_browser_the_address_is_told(program: Program, repository: ModRepository) -> None:
    tools = program.folder / "tools"
    tools.mkdir()
    git = shutil.which("git")
    assert git
    (tools / "git").symlink_to(git)
    env = {"PATH": str(tools), "BROWSER": "/nothing/here %s"}
    ran = program("rehearse", str(repository.root), "--open", env=env)
    assert ran.code == 0, ran.err
    assert f"no browser was found; open file://{os.fspath(program.folder)}" in ran.err


def test_what_is_said_of_the_settings_is_said_once(
    program: Program, repository: ModRepository, tmp_path: Path
) -> None:
    assert program("build", str(repository.root)).code == 0
    elsewhere = tmp_path / "elsewhere" / "lamp-post_1.0.0.zip"
    elsewhere.parent.mkdir()
    shutil.copy(program.folder / "dist" / "lamp-post_1.0.0.zip", elsewhere)
    repository.info["name"] = "another-mod"
    repository.save()
    ran = program("rehearse", str(elsewhere), cwd=repository.root)
    notes = [line for line in ran.err.splitlines() if "lies outside of this repository" in line]
    assert len(notes) == 1, ran.err


@LINUX
def test_serve_keeps_the_portal_running_and_open_shows_its_page(
    program: Program, repository: ModRepository
) -> None:
    browser, seen = program.folder / "browser", program.folder / "seen"
    os.mkfifo(seen)
    browser.write_text(f'#!/bin/sh\necho "$1" > {seen}\n')
    browser.chmod(0o755)
    env = {"BROWSER": f"{browser} %s"}
    process = program.start("rehearse", str(repository.root), "--open", "--serve", env=env)
    address = seen.read_text().strip()
    assert process.stderr
    assert any("until Ctrl-C" in line for line in iter(process.stderr.readline, ""))
    with requests.get(address, timeout=60) as answer:
        assert (answer.status_code, "<h1>Lamp post</h1>" in answer.text) == (200, True)
        assert "by demo" in answer.text
    process.send_signal(signal.SIGINT)
    ran = program.finish(process)
    assert (ran.code, ran.err, address.endswith("/mod/lamp-post")) == (0, "stopped\n", True)
