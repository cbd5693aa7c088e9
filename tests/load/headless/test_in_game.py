"""`load: game` through the program, with the stand-in for the game: what is found, and its faults."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from factorio_release.cli.game_setup import require_linux
from factorio_release.errors import ModError, UsageError
from factorio_release.load.headless.installation import installation_at
from factorio_release.load.headless.process import GameLimits
from factorio_release.load.headless.scratch import GameMod
from factorio_release.load.headless.steps import run_steps
from tests.conftest import KEY, ModRepository, environment, png
from tests.support import mini_game
from tests.support.game_hosts import GameHosts
from tests.support.in_process import run_here
from tests.support.stand_in_game import factorio_test, install

if TYPE_CHECKING:
    from collections.abc import Callable

    from factorio_release.local_portal import LocalPortal
    from tests.support.in_process import Answer

    Load = Callable[..., Answer]
    Write = Callable[..., Path]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the headless build is for Linux")
INFO: dict[str, Any] = {
    "name": "lamps",
    "version": "1.0.0",
    "title": "Lamps",
    "author": "somebody",
    "factorio_version": "2.0",
    "dependencies": ["base >= 2.0.0"],
}
DATA = """data:extend({
  { type = "item", name = "lamp", icon = "__lamps__/graphics/lamp.png", stack_size = 10 },
  { type = "recipe", name = "lamp", ingredients = { { type = "item", name = "iron-plate", amount = 1 } },
    results = { { type = "item", name = "lamp", amount = 1 } } },
})
"""
LOCALE = "[item-name]\nlamp=Lamp\n"
CONTROL = """script.on_init(function() storage.count = 0 end)
script.on_event(defines.events.on_tick, function(event)
  storage.count = storage.count + 1
end)
"""


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a mod; a text of None leaves the file out."""

    def write_mod(
        texts: dict[str, str | None] | None = None, name: str = "lamps", **info: Any
    ) -> Path:
        folder = tmp_path / name
        whole: dict[str, str | None] = {}
        (folder / "graphics").mkdir(parents=True, exist_ok=True)
        (folder / "graphics" / "lamp.png").write_bytes(png(width=64, height=64))
        if name == "lamps":
            whole |= {"data.lua": DATA, "control.lua": CONTROL, "locale/en/lamps.cfg": LOCALE}
        whole |= texts or {}
        whole["info.json"] = json.dumps(INFO | {"name": name} | info)
        for path, text in whole.items():
            place = folder / path
            place.unlink(missing_ok=True)
            if text is not None:
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_text(text)
        return folder

    return write_mod


@pytest.fixture
def load(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    portal: LocalPortal,
) -> Load:
    """Load mods in the stand-in, with these faults, and with a portal of this machine."""
    mini_game.fill_cache(tmp_path / "cache")
    monkeypatch.chdir(tmp_path)
    program = install.install(tmp_path / "factorio")

    def run(*arguments: object, faults: tuple[str, ...] = (), ticks: int = 0) -> Answer:
        install.set_faults(program, *faults)
        options = [
            "--portal-url",
            portal.url,
            "--load=game",
            "--game-path",
            "factorio",
            "--format=json",
            f"--game-ticks={ticks}",
        ]
        environ = {"XDG_CACHE_HOME": str(tmp_path / "cache"), "FACTORIO_API_KEY": "canary-key-0123"}
        return run_here(capsys, "load", *options, *map(str, arguments), **environ)

    return run


def only(answer: Answer) -> dict[str, Any]:
    assert len(answer.findings) == 1, (answer.findings, answer.err)
    return answer.findings[0]


def log_of(tmp_path: Path) -> str:
    return (tmp_path / "dist" / "lamps_1.0.0-game.log").read_text("utf-8")


def test_a_whole_mod_runs_in_silence(load: Load, write: Write, tmp_path: Path) -> None:
    answer = load(write({"data.lua": f"{DATA}print('Error: what a mod prints')"}), ticks=60)
    assert (answer.code, answer.findings) == (0, []), answer.err
    assert answer.err.splitlines() == [
        "starting the game 2.0.90 with lamps 1.0.0",
        "ran lamps 1.0.0 in the game 2.0.90 with base, 60 ticks",
    ]
    log = log_of(tmp_path)
    assert log.startswith("factorio-release: what the game printed\n")
    assert log.count("=== exit code 0 ===") == 4
    assert "canary" not in log + answer.out + answer.err
    assert {path.name for path in tmp_path.iterdir()} == {"cache", "dist", "factorio", "lamps"}


@pytest.mark.parametrize(
    ("file", "old", "new", "place", "said"),
    [
        ("data.lua", "data:extend", "local x = nil x.y = 1 data:extend", ("lamps/data.lua", 1),
         "attempt to index local 'x' (a nil value)"),
        ("data.lua", "iron-plate", "iron-plates", ("lamps/data.lua", 3),
         "recipe lamp asks for the item `iron-plates`, which does not exist"),
        ("data.lua", "})\n", "}\n", ("lamps/data.lua", 0), "expected"),
        ("control.lua", "storage.count = 0", "error('no')", ("lamps/control.lua", 1), "on_init"),
        ("control.lua", "count + 1", "cnt + 1", ("lamps/control.lua", 3), "on_tick"),
        ("control.lua", "script.on_init", "require('gone') script.on_init", ("lamps/control.lua", 1), "gone"),
    ],
)  # fmt: skip
def test_a_break_is_found_at_its_line(  # noqa: PLR0917 a row of the table
    load: Load, write: Write, file: str, old: str, new: str, place: tuple[str, int], said: str
) -> None:
    text = {"data.lua": DATA, "control.lua": CONTROL}[file]
    assert old in text
    answer = load(write({file: text.replace(old, new)}), ticks=60 if "cnt" in new else 0)
    found = only(answer)
    assert (answer.code, found["code"], found["severity"]) == (3, "game-error", "error")
    assert found["file"] == place[0]
    if place[1]:
        assert found["line"] == place[1]
    assert said in found["message"]
    assert "dist/lamps_1.0.0-game.log" in found["hint"]


def test_names_are_those_of_what_the_mod_adds(load: Load, write: Write) -> None:
    found = only(load(write({"locale/en/lamps.cfg": None})))
    assert (found["code"], found["file"]) == ("locale-name", "lamps/data.lua")
    missing = write({"data.lua": DATA.replace("lamp.png", "lump.png")})
    assert only(load(missing, "--load=both"))["code"] == "prototype-file", "said once"
    put_together = 'local lamp = { type = "item", name = "l" .. "x", localised_name = "X" }\n'
    put_together += 'lamp.icon = "__lamps__/" .. "lu" .. "mp.png"\ndata:extend({ lamp })\n'
    found = only(load(write({"data.lua": put_together}), "--load=both"))
    assert (found["code"], found["line"]) == ("prototype-file", 3), "the place that is known"


def test_what_the_game_does_not_look_at_is_found_in_its_dump(load: Load, write: Write) -> None:
    found = only(load(write({"data.lua": DATA.replace("lamp.png", "lump.png")})))
    assert (found["code"], found["file"], found["line"]) == ("prototype-file", "lamps/data.lua", 2)


@pytest.mark.parametrize(
    ("fault", "code", "said"),
    [
        (
            "absent=lamps",
            "game-mod-absent",
            "the game started without the mod and reported no error",
        ),
        ("no-save", "game-stopped", "it wrote no save"),
        ("half-save", "game-stopped", "the save that it wrote is not whole"),
        ("no-dump", "load-not-judged", "dump of its prototypes cannot be read"),
        ("half-dump", "load-not-judged", "dump of its prototypes is not whole"),
    ],
)
def test_a_fault_of_the_game_is_not_taken_for_success(
    load: Load, write: Write, fault: str, code: str, said: str
) -> None:
    answer = load(write(), faults=(fault,))
    found = only(answer)
    if code == "game-stopped":  # the stand-in does so without the mod as well
        code = "load-not-judged"
        assert "does not run here without the mod either" in found["message"]
    assert found["code"] == code
    assert said in found["message"]


@pytest.mark.parametrize("fault", ["crash=start", "crash=data", "crash=run", "crash=end"])
def test_a_crash_of_the_game_alone_is_not_the_mods(load: Load, write: Write, fault: str) -> None:
    found = only(load(write(), faults=(fault,)))
    assert found["code"] == "load-not-judged"
    assert "it ends with -11" in found["message"]


def test_nothing_is_found_whatever_the_game_does_besides(load: Load, write: Write) -> None:
    assert load(write(), faults=("exit-0", "translated", "bytes", "child")).findings == []


@pytest.mark.parametrize(
    "faults", [("exit-0",), ("translated",), ("bytes",), ("child",), ("exit-0", "translated")]
)
def test_an_error_is_found_whatever_the_game_does_besides(
    load: Load, write: Write, faults: tuple[str, ...]
) -> None:
    broken = write({"control.lua": CONTROL.replace("count + 1", "cnt + 1")})
    found = only(load(broken, faults=faults, ticks=60))
    assert (found["code"], found["file"], found["line"]) == ("game-error", "lamps/control.lua", 3)
    broken = write({"data.lua": "local x = nil x.y = 1", "control.lua": CONTROL})
    found = only(load(broken, faults=faults))
    assert (found["code"], found["file"], found["line"]) == ("game-error", "lamps/data.lua", 1)


def test_no_line_of_the_game_is_a_command(load: Load, write: Write, tmp_path: Path) -> None:
    text = "log('::error::forged\\n##[error]forged') error('\\n::set-output name=x::y##[error]z\\27[2J')"
    for texts, code in ((None, 0), ({"data.lua": text}, 3)):
        answer = load(write(texts), "--format=text", faults=("commands",))
        assert answer.code == code
        lines = (answer.out + answer.err).splitlines()
        assert not [line for line in lines if line.lstrip().startswith("::") or "##[" in line]
        assert "\x1b" not in answer.out + answer.err
    assert "::error::forged" in log_of(tmp_path)


def test_a_game_that_hangs_is_ended(load: Load, write: Write) -> None:
    found = only(load(write(), "--game-timeout=1", faults=("hang=data", "deaf")))
    assert found["code"] == "load-not-judged"
    assert "it did not end within 1 seconds" in found["message"]


GREEDY = "local all = {} while true do all[#all + 1] = string.rep('x', 1000) .. #all end"


def test_a_mod_that_takes_too_much_is_ended(load: Load, write: Write) -> None:
    found = only(load(write({"data.lua": DATA + GREEDY}), "--game-memory=100"))
    assert (found["code"], found["severity"]) == ("game-stopped", "error")
    assert (
        "writing out the prototypes, the game was ended because it needed more than 100 MiB"
        in (found["message"])
    )


def test_a_mod_without_what_it_requires_is_not_started(load: Load, write: Write) -> None:
    found = only(load(write(dependencies=["base", "gone >= 1.0.0"])))
    assert found["code"] == "load-not-judged"
    assert "gone is not here or on the portal" in found["message"]


def test_other_mods_of_the_run_and_of_a_folder(load: Load, write: Write, tmp_path: Path) -> None:
    uses = {"data.lua": "data.raw.item.part.stack_size = require('__lib__/size')"}
    mod = write(uses, dependencies=["base", "lib"])
    part = {
        "data.lua": 'data:extend({ { type = "item", name = "part", localised_name = "Part" } })',
        "size.lua": "return 5",
    }
    lib = write(part, name="lib")
    assert load(mod, lib).findings == []
    folder = tmp_path / "mods"
    folder.mkdir()
    lib.rename(folder / "lib")
    assert load(mod, "--mods-folder=mods").findings == []
    with zipfile.ZipFile(folder / "lib_1.0.1.zip", "w") as bundle:
        for path, text in (
            part | {"info.json": json.dumps(INFO | {"name": "lib", "version": "1.0.1"})}
        ).items():
            bundle.writestr(f"lib_1.0.1/{path}", text)
    answer = load(mod, "--mods-folder=mods")
    assert answer.findings == []
    assert "Loading mod lib 1.0.1" in log_of(tmp_path)
    broken = {"data.lua": "error('always')"}
    write(broken, name="lib").rename(folder / "broken")
    (folder / "lib_1.0.1.zip").unlink()
    (folder / "lib" / "data.lua").write_text("error('always')")
    found = only(load(mod, "--mods-folder=mods"))
    assert found["code"] == "load-not-judged"
    assert "does not run here without the mod either" in found["message"]


def test_expansions_are_off_unless_they_are_required(load: Load, write: Write) -> None:
    text = {"data.lua": f'{DATA}log(mods["space-age"] and "with" or "without")'}
    answer = load(write(text, dependencies=["base", "? space-age"]))
    assert answer.findings == []
    assert answer.err.splitlines()[1:] == [
        "ran lamps 1.0.0 in the game 2.0.90 with base",
        "ran lamps 1.0.0 in the game 2.0.90 with base, elevated-rails, quality, space-age",
    ]
    text = {"data.lua": f'{DATA}if mods["space-age"] then error("broken") end'}
    found = only(load(write(text, dependencies=["base", "? space-age"])))
    assert found["message"].endswith("broken (with elevated-rails, quality, space-age)")


TESTED = f"""{CONTROL}
if script.active_mods["factorio-test"] then
  require("__factorio-test__/init")({{ "tests.lamp" }}, {{}})
end
"""
TESTS = """describe("lamps", function()
  test("shine", function() end)
  test("burn", function()
    error("too dark")
  end)
  test.skip("later", function() end)
  test.todo("some day")
end)
"""


def test_the_tests_of_a_mod_run(load: Load, write: Write, tmp_path: Path) -> None:
    mod = write({"control.lua": TESTED, "tests/lamp.lua": TESTS})
    found = only(load(mod))
    assert (found["code"], "factorio-test is not here or on the portal" in found["message"]) == (
        "load-not-judged",
        True,
    )
    runner = tmp_path / "mods" / "factorio-test"
    for path, text in factorio_test.files().items():
        (runner / path).parent.mkdir(parents=True, exist_ok=True)
        (runner / path).write_text(text)
    for excluded in ("", "tests/**"):  # tests are rarely packed
        answer = load(mod, "--mods-folder=mods", *([f"--exclude={excluded}"] if excluded else []))
        found = only(answer)
        assert (answer.code, found["code"]) == (3, "game-test")
        assert (found["file"], found["line"]) == (
            ("" if excluded else "lamps/tests/lamp.lua"),
            0 if excluded else 4,
        )
        assert "burn” failed: " in found["message"]
        assert "tests of lamps: 1 passed, 1 failed, 1 skipped, 1 todo" in answer.err
        suite = ET.fromstring((tmp_path / "dist" / "lamps_1.0.0-tests.xml").read_text())[0]
        assert [suite.get(name) for name in ("tests", "failures", "errors", "skipped")] == [
            "4",
            "1",
            "0",
            "2",
        ]
    fixed = write({"control.lua": TESTED, "tests/lamp.lua": TESTS.replace('error("too dark")', "")})
    assert load(fixed, "--mods-folder=mods").findings == []
    unloaded = write({"control.lua": TESTED, "tests/lamp.lua": "local x = nil x.y = 1"})
    found = only(load(unloaded, "--mods-folder=mods"))
    assert (found["code"], found["file"], found["line"]) == ("game-test", "lamps/tests/lamp.lua", 1)
    greedy = write({"control.lua": TESTED, "tests/lamp.lua": f"test('x', function() {GREEDY} end)"})
    found = only(load(greedy, "--mods-folder=mods", "--game-memory=100"))
    assert (found["code"], "did not end" in found["message"]) == ("game-test", True)


def test_the_headless_build_is_fetched_and_kept(
    write: Write,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    portal: LocalPortal,
) -> None:
    monkeypatch.chdir(tmp_path)
    mini_game.fill_cache(tmp_path / "cache")
    mod = write()
    with GameHosts() as hosts:
        hosts.builds = {"2.0.90": install.archive()}

        def run(*arguments: str, **environ: str) -> Answer:
            options = ["--load=game", "--game-url", hosts.url, "--format=json", "--game-ticks=0"]
            options += ["--portal-url", portal.url, "--retries=0"]
            cache = {"XDG_CACHE_HOME": str(tmp_path / "cache")} | environ
            return run_here(capsys, "load", *options, str(mod), *arguments, **cache)

        for _ in range(2):
            answer = run()
            assert (answer.code, answer.findings) == (0, []), answer.err
        assert len(hosts.asked) == 4
        kept = tmp_path / "cache" / "factorio-release" / "headless" / "2.0.90"
        assert (kept / "bin" / "x64" / "factorio").is_file()
        hosts.faults.add("login")
        answer = run("--game-version=2.0.91")
        assert (answer.code, "no headless build of Factorio 2.0.91" in answer.out) == (3, True)
        answer = run("--cache-dir=other")
        assert answer.code == 5
        assert "asks for a login" in answer.mods[0]["error"]
        assert run(XDG_CACHE_HOME="").code == 2
    assert run("--cache-dir=third").code == 5


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--game-path=nowhere",), 2, "is not an installation of the game"),
        (("--game-version=2.0.77",), 3, "is 2.0.90, not 2.0.77"),
        (("--game-ticks=-1",), 2, "ticks from 0 to 216000"),
        (("--game-url=http://example.com",), 2, "is not an https:// address"),
    ],
)
def test_what_is_given_is_checked(
    load: Load, write: Write, arguments: tuple[str, ...], code: int, said: str
) -> None:
    answer = load(write(), *arguments)
    assert answer.code == code
    assert said in answer.out + answer.err


def test_elsewhere_the_error_says_so() -> None:
    require_linux("linux")
    for platform in ("win32", "darwin"):
        with pytest.raises(UsageError, match="runs on Linux alone"):
            require_linux(platform)


@pytest.mark.parametrize("name", ["../../evil", "/evil", "..", "a/b", "a\\b"])
def test_no_name_of_a_mod_leads_out(load: Load, tmp_path: Path, name: str) -> None:
    """A finished zip may have any name in its info.json."""
    top = tmp_path / "inner"
    top.mkdir()
    with zipfile.ZipFile(top / "lamps_1.0.0.zip", "w") as bundle:
        bundle.writestr("lamps_1.0.0/info.json", json.dumps(INFO | {"name": name}))
    before = {path for path in tmp_path.rglob("*") if "factorio" not in path.parts}
    found = only(load(top / "lamps_1.0.0.zip", "--output-dir=inner/dist"))
    assert found["code"] == "load-not-judged"
    assert {path for path in tmp_path.rglob("*") if "factorio" not in path.parts} == before
    game = installation_at(str(tmp_path / "factorio"))
    with pytest.raises(ModError, match="not the name of a mod"):
        run_steps(game, (GameMod(name, "1.0.0"),), 0, GameLimits())


def test_a_mod_for_another_game_is_not_run_in_this_one(load: Load, write: Write) -> None:
    found = only(load(write(factorio_version="2.1")))
    assert (found["code"], "it is for 2.1" in found["message"]) == ("load-not-judged", True)


def test_no_file_of_the_repository_names_the_program(load: Load, write: Write) -> None:
    mod = write({"factorio-release.yml": "game-path: ./evil\n"})
    answer = load(mod)
    assert answer.code == 2
    assert "which program is started is decided by whoever starts the run" in answer.err
    mod = write({"factorio-release.yml": "load: game\n"})
    answer = load(mod)
    assert answer.code == 2


def test_a_temporary_folder_that_takes_nothing_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file in its place is as good as a full disk."""
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "file"))
    install.install(tmp_path / "factorio")
    with pytest.raises(ModError, match="cannot be used: Not a directory") as error:
        run_steps(installation_at(str(tmp_path / "factorio")), (), 0, GameLimits())
    assert "TMPDIR" in error.value.hint


def test_a_program_that_the_system_does_not_start(load: Load, write: Write, tmp_path: Path) -> None:
    (tmp_path / "factorio" / "bin" / "x64" / "factorio").write_bytes(
        b"\x7fELF of another processor"
    )
    answer = load(write())
    assert answer.code == 3
    assert "cannot be started: Exec format error" in answer.mods[0]["error"]


def test_an_interrupt_ends_the_game(tmp_path: Path, write: Write) -> None:
    """The game is in a process group of its own, which the terminal's Ctrl-C does not reach."""
    mod = write()
    install.install(tmp_path / "factorio", faults=["hang=data", "deaf"])
    (tmp_path / "scratch").mkdir()
    process = subprocess.Popen(
        [
            sys.executable, "-m", "factorio_release", "load", "--load=game",
            f"--game-path={tmp_path / 'factorio'}", "--cache-dir=cache", str(mod),
        ],
        env=environment(TMPDIR=str(tmp_path / "scratch")),
        cwd=tmp_path,
        stderr=subprocess.PIPE,
    )  # fmt: skip
    while not list((tmp_path / "scratch").glob("*/dump/factorio-current.log")):
        time.sleep(0.01)
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    _, said = process.communicate()
    assert process.returncode == 130, said
    assert list((tmp_path / "scratch").iterdir()) == []
    while game_processes(tmp_path):
        time.sleep(0.01)


def game_processes(folder: Path) -> list[bytes]:
    """Return the commands of processes that were started from a folder and still run."""
    found = []
    for command in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            found.append(command.read_bytes())
    return [one for one in found if str(folder / "factorio").encode() in one]


@pytest.mark.parametrize("how", ["game", "both"])
def test_in_plan_and_release(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    portal: LocalPortal,
    how: str,
) -> None:
    repo = ModRepository(tmp_path / "lamp-post")
    monkeypatch.chdir(repo.root)
    mini_game.fill_cache(tmp_path / "cache")
    install.install(tmp_path / "factorio")

    def run(command: str, *more: str) -> Answer:
        options = [f"--load={how}", f"--game-path={tmp_path / 'factorio'}", "--game-ticks=60"]
        options += ["--portal-url", portal.url, "--format=json", *more]
        environ = {"XDG_CACHE_HOME": str(tmp_path / "cache"), "FACTORIO_API_KEY": KEY}
        return run_here(capsys, command, *options, **environ)

    repo.write("control.lua", "script.on_event(defines.events.on_tick, function() x.y = 1 end)")
    repo.save()
    for answer in (run("plan"), run("release", "--yes")):
        assert (answer.code, answer.codes) == (3, {"game-error"})
        assert KEY not in (repo.root / "dist" / "lamp-post_1.0.0-game.log").read_text()
    assert not [one for one in portal.log if one.method == "POST"]
    repo.write("control.lua", "script.on_init(function() end)")
    repo.save()
    answer = run("release", "--yes")
    assert (answer.code, answer.mods[0]["status"]) == (0, "published"), answer.err
    packed = {one["path"] for one in answer.mods[0]["package"]["files"]}
    assert packed == {"changelog.txt", "control.lua", "info.json"}, "not the log of the run before"
    assert ("loaded lamp-post" in answer.err) is (how == "both")
    assert "ran lamp-post 1.0.0 in the game 2.0.90 with base, 60 ticks" in answer.err


def test_what_the_first_load_found_is_not_lost_with_the_second(
    load: Load, write: Write, tmp_path: Path
) -> None:
    (tmp_path / "factorio" / "bin" / "x64" / "factorio").write_bytes(
        b"\x7fELF of another processor"
    )
    answer = load(write({"data.lua": "error('no')"}), "--load=both")
    assert (answer.code, answer.codes) == (3, {"load-error"}), answer.err
    assert "cannot be started" in answer.mods[0]["error"]
