"""The setting `load` in `plan` and `release`: when a package is loaded, and what stops what."""

from __future__ import annotations

import json
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from factorio_release.local_portal.faults.faults import Fault
from factorio_release.local_portal.faults.gates import PATIENCE_SECONDS
from tests.conftest import KEY, ModRepository, environment
from tests.support import mini_game
from tests.support.forks import start
from tests.support.in_process import run_here

if TYPE_CHECKING:
    from collections.abc import Callable

    from factorio_release.local_portal import LocalPortal
    from tests.support.in_process import Answer

BAD = """data:extend({ {
  type = "recipe", name = "x", localised_name = "X",
  ingredients = { { type = "item", name = "gone", amount = 1 } }
} })"""


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModRepository:
    made = ModRepository(tmp_path / "lamp-post")
    monkeypatch.chdir(made.root)
    return made


@pytest.fixture
def run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], portal: LocalPortal, repo: ModRepository
) -> Callable[..., Answer]:
    def run_command(command: str, *arguments: str) -> Answer:
        folder = str(tmp_path / "cache")
        environ = {"XDG_CACHE_HOME": folder, "LOCALAPPDATA": folder, "FACTORIO_API_KEY": KEY}
        options = ["--format=json", *arguments]
        if command in {"plan", "release"}:
            options += ["--portal-url", portal.url]
        if command == "release":
            options.append("--yes")
        return run_here(capsys, command, *options, **environ)

    return run_command


def step(answer: Answer) -> dict[str, Any]:
    return next(one for one in answer.mods[0]["steps"] if one["name"] == "load")


def test_a_mod_that_does_not_load_is_not_released(
    run: Callable[..., Answer], repo: ModRepository, portal: LocalPortal, tmp_path: Path
) -> None:
    mini_game.fill_cache(tmp_path / "cache")
    repo.write("data.lua", BAD)
    repo.save()
    for command in ("plan", "release"):
        answer = run(command)
        assert (answer.code, answer.codes) == (3, {"prototype-reference"})
        assert step(answer)["status"] == "failed"
    assert not [one for one in portal.log if one.method == "POST"]
    repo.write("data.lua", "")
    repo.save()
    answer = run("release")
    assert (answer.code, step(answer)["status"]) == (0, "done"), answer.err
    assert "loaded lamp-post 1.0.0 in Factorio 2.0.90 with base\n" in answer.err
    answer = run("plan")
    assert "loaded" not in answer.err  # it is public as it is
    assert step(answer)["status"] == "skipped"


def test_one_run_tells_what_the_load_and_the_portal_find(
    run: Callable[..., Answer], repo: ModRepository, portal: LocalPortal, tmp_path: Path
) -> None:
    mini_game.fill_cache(tmp_path / "cache")
    repo.write("data.lua", BAD)
    repo.config.pop("license", None)
    repo.config.pop("category", None)
    repo.info["dependencies"] = ["base", "street"]
    repo.save()
    street = ModRepository(tmp_path / "mods" / "street")
    street.info["name"] = "street"
    street.save()
    mods = f"--mods-folder={tmp_path / 'mods'}"
    answer = run("plan", mods)
    found = {"prototype-reference", "publish-category", "publish-license", "dependency-unknown"}
    assert (answer.code, answer.codes) == (3, found), answer.err
    portal.add_fault(Fault("mod_list", "status", "503", count=0))
    answer = run("plan", mods, "--retries=0")
    assert (answer.code, answer.codes) == (3, {"prototype-reference"}), answer.err
    assert "503" in answer.mods[0]["warnings"][0]


@pytest.mark.parametrize("command", ["plan", "release", "rehearse"])
def test_with_a_portal_on_this_machine_and_an_empty_cache_nobody_is_asked(
    run: Callable[..., Answer], repo: ModRepository, command: str
) -> None:
    repo.write("data.lua", BAD)
    repo.save()
    answer = run(command)
    assert answer.code == 0, answer.err
    assert step(answer)["status"] == "skipped"
    assert answer.findings == []


@pytest.mark.parametrize("command", ["check", "build", "page"])
def test_other_commands_load_nothing(
    run: Callable[..., Answer],
    repo: ModRepository,
    portal: LocalPortal,
    tmp_path: Path,
    command: str,
) -> None:
    mini_game.fill_cache(tmp_path / "cache")
    repo.write("data.lua", BAD)
    repo.save()
    more = (f"--portal-url={portal.url}", "--plan") if command == "page" else ()
    assert "prototype-reference" not in json.dumps(run(command, *more).out)


def test_the_setting_turns_it_off(
    run: Callable[..., Answer], repo: ModRepository, tmp_path: Path
) -> None:
    mini_game.fill_cache(tmp_path / "cache")
    repo.write("data.lua", BAD)
    repo.save()
    assert run("plan", "--load", "off").code == 0
    repo.config["load"] = "off"
    repo.save()
    assert run("plan").code == 0
    assert run("plan", "--load=emulated").code == 3


def test_what_hinders_a_load_stops_a_run_that_asked_for_it(
    run: Callable[..., Answer], repo: ModRepository, tmp_path: Path
) -> None:
    gone = ("--game-data-url=http://127.0.0.1:9/data", "--game-api-url=http://127.0.0.1:9/api")
    answer = run("plan", "--load", "emulated", "--retries=0", *gone)
    assert (answer.code, step(answer)["status"]) == (5, "failed")
    assert "127.0.0.1" in answer.mods[0]["error"]


def test_mods_of_a_run_are_loaded_with_their_packages(
    run: Callable[..., Answer], repo: ModRepository, tmp_path: Path
) -> None:
    mini_game.fill_cache(tmp_path / "cache")
    repo.info["dependencies"] = ["base", "library"]
    repo.write("data.lua", "assert(require('__library__.api') == 7)")
    repo.save()
    library = ModRepository(tmp_path / "library", "library")
    library.write("api.lua", "return 7")
    library.save()
    answer = run("plan", str(repo.root), str(library.root))
    assert answer.code == 0, answer.err
    assert "loaded lamp-post 1.0.0 in Factorio 2.0.90 with base, library\n" in answer.err


def test_what_a_load_knows_replaces_what_a_check_suspects(
    run: Callable[..., Answer], repo: ModRepository, tmp_path: Path
) -> None:
    mini_game.fill_cache(tmp_path / "cache")
    repo.write("data.lua", 'local spare = "__lamp-post__/graphics/none.png"\n')
    repo.save()
    assert "asset-doubtful" in run("check").codes
    assert "asset-doubtful" in run("plan", "--load=off").codes
    assert run("plan").codes == set()


def test_a_plan_says_what_changes_for_saves(
    run: Callable[..., Answer], repo: ModRepository, tmp_path: Path
) -> None:
    mini_game.fill_cache(tmp_path / "cache")
    item = (
        'data:extend({ { type = "item", name = "%s", localised_name = "Lamp", stack_size = 5 } })\n'
    )
    repo.write("data.lua", "".join(item % name for name in ("kept", "old", "gone")))
    repo.release("1.0.0")
    repo.git("tag", "v1.0.0")
    repo.write("data.lua", "".join(item % name for name in ("kept", "new", "newer")))
    repo.write("migrations/1.1.0.json", '{"item": [["old", "new"]]}')
    repo.info["dependencies"] = ["base >= 2.0.5", "? quality"]
    repo.release("1.1.0")
    answer = run("plan")
    assert answer.codes == {"prototype-gone"}
    assert answer.mods[0]["saves"] == {
        "tag": "v1.0.0",
        "version": "1.0.0",
        "whole": True,
        "changes": [
            {"kind": "item", "added": ["newer"], "removed": ["gone"], "renamed": [["old", "new"]]},
            {
                "kind": "dependency",
                "added": ["? quality"],
                "removed": [],
                "renamed": [["base >= 2.0.0", "base >= 2.0.5"]],
            },
        ],
    }
    text = run("plan", "--format=text").out
    assert (
        "for saves and modpacks, since v1.0.0: 2 added, 1 removed, 2 renamed or changed\n"
        "  + item newer\n"
        "  - item gone (without a migration)\n"
        "  ~ item old -> new (with a migration)\n"
        "  + dependency ? quality\n"
        "  ~ dependency base >= 2.0.0 -> base >= 2.0.5\n"
    ) in text


def test_a_release_that_does_not_load_is_compared_by_its_text(
    run: Callable[..., Answer], repo: ModRepository, tmp_path: Path
) -> None:
    mini_game.fill_cache(tmp_path / "cache")
    repo.write("data.lua", "error('an old bug')")
    repo.release("1.0.0")
    repo.git("tag", "1.0.0")
    repo.write("data.lua", "")
    repo.info["dependencies"] = ["base >= 2.0.0", "! quality"]
    repo.release("1.1.0")
    answer = run("plan")
    assert answer.findings == []
    assert answer.mods[0]["saves"]["whole"] is False
    assert [one["kind"] for one in answer.mods[0]["saves"]["changes"]] == ["dependency"]


@pytest.mark.parametrize("portal_url", ["http://127.0.0.1:1", ""])
def test_what_only_the_last_release_needs_hinders_nothing(
    run: Callable[..., Answer],
    repo: ModRepository,
    portal: LocalPortal,
    tmp_path: Path,
    portal_url: str,
) -> None:
    mini_game.fill_cache(tmp_path / "cache")
    repo.info["dependencies"] = ["base", "a-library-of-old"]
    repo.release("1.0.0")
    repo.git("tag", "1.0.0")
    repo.info["dependencies"] = ["base"]
    repo.release("1.1.0")
    answer = run("load", "--retries=0", f"--portal-url={portal_url or portal.url}")
    assert (answer.code, answer.findings) == (0, []), answer.err
    assert "compared with 1.0.0" in answer.err


def test_what_git_does_not_have_whole_is_not_compared(
    run: Callable[..., Answer], repo: ModRepository, tmp_path: Path
) -> None:
    mini_game.fill_cache(tmp_path / "cache")
    repo.git("tag", "0.9.0")
    repo.write(".gitignore", "built.lua\n")
    repo.save()
    assert "saves" in run("plan").mods[0]
    repo.write("built.lua", "")
    assert "saves" not in run("plan", "--include=built.lua").mods[0]


def test_by_default_a_portal_that_does_not_answer_about_a_required_mod_is_a_note(
    run: Callable[..., Answer], repo: ModRepository, portal: LocalPortal, tmp_path: Path
) -> None:
    mini_game.fill_cache(tmp_path / "cache")
    portal.seed_mod("library", releases=["1.0.0"])
    repo.info["dependencies"] = ["base", "library"]
    repo.save()
    portal.add_fault(Fault("mod_full", "drop", nth=2, count=0))
    answer = run("plan", "--retries=0")
    notes = [one for one in answer.findings if one["code"] == "load-not-judged"]
    assert (answer.code, len(notes)) == (0, 1), answer.err
    assert "not loaded: GET " in notes[0]["message"]
    assert run("plan", "--retries=0", "--load=emulated").code == 5


def test_a_rehearsal_loads_what_the_cache_allows(
    run: Callable[..., Answer], repo: ModRepository, tmp_path: Path
) -> None:
    mini_game.fill_cache(tmp_path / "cache")
    repo.write("data.lua", BAD)
    repo.save()
    answer = run("rehearse")
    assert (answer.code, answer.codes) == (3, {"prototype-reference"})


def test_a_zip_that_was_built_before_is_loaded_as_it_is(
    run: Callable[..., Answer], repo: ModRepository, tmp_path: Path
) -> None:
    mini_game.fill_cache(tmp_path / "cache")
    repo.write("data.lua", BAD)
    repo.save()
    assert run("build", f"--output-dir={tmp_path / 'out'}").code == 0
    answer = run("plan", str(tmp_path / "out" / "lamp-post_1.0.0.zip"))
    assert (answer.code, answer.codes) == (3, {"prototype-reference"})


@pytest.mark.skipif(
    sys.platform != "linux", reason="the children of a process, as Linux shows them"
)
def test_an_interrupt_ends_a_load_and_its_process(
    repo: ModRepository, portal: LocalPortal, tmp_path: Path
) -> None:
    mini_game.fill_cache(tmp_path / "cache")
    repo.write("data.lua", "while true do end")
    repo.save()
    environ = environment(XDG_CACHE_HOME=str(tmp_path / "cache"), FACTORIO_API_KEY=KEY)
    command = ["release", str(repo.root), "--yes", "--portal-url", portal.url]
    command += ["--load-timeout", "3600"]  # nothing else ends it
    process = start(command, environ, tmp_path)
    portal.wait_for_request(1, answered=True)
    while not (children := loads_of(process.pid)):
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=600)
    assert process.wait() == 130, err
    assert "nothing was written to the portal" in out + err
    assert not [one for one in portal.log if one.method == "POST"]
    given_up = time.monotonic() + PATIENCE_SECONDS
    while any(is_running(one) for one in children):
        assert time.monotonic() < given_up, "the load goes on without its run"


def loads_of(pid: int) -> list[str]:
    """Return the processes that a process has started to load mods; git is another one."""
    found = []
    for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        with suppress(OSError):  # it may have ended by now
            if b"stage_child" in Path(f"/proc/{one}/cmdline").read_bytes():
                found.append(one)
    return found


def is_running(pid: str) -> bool:
    """Return whether a process runs; one that has ended may wait for a long time to be collected."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
