"""Required mods from the portal: which release, with which account, what is kept, and what goes wrong."""

from __future__ import annotations

import hashlib
import io
import json
import os
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from factorio_release.errors import ModError
from factorio_release.load.mods_cache import _checked
from factorio_release.local_portal.faults.faults import Fault
from factorio_release.local_portal.state.seeds import ReleaseSeed
from tests.conftest import environment
from tests.load.test_load import only, write  # noqa: F401 a fixture
from tests.support import forks, mini_game
from tests.support.in_process import run_here

if TYPE_CHECKING:
    from collections.abc import Callable

    from factorio_release.local_portal import LocalPortal
    from tests.support.in_process import Answer

TOKEN = "demo-token"
ACCOUNT = {"FACTORIO_USERNAME": "demo", "FACTORIO_TOKEN": TOKEN}
DATA = 'data:extend({ { type = "item", name = "part" } })'


def packed(name: str, version: str, files: dict[str, str], **info: object) -> bytes:
    """Return the zip of a mod."""
    content = io.BytesIO()
    values = {"name": name, "version": version, "factorio_version": "2.0", **info}
    with zipfile.ZipFile(content, "w") as bundle:
        for path, text in {"info.json": json.dumps(values), **files}.items():
            bundle.writestr(zipfile.ZipInfo(f"{name}_{version}/{path}"), text)
    return content.getvalue()


def release(version: str, *dependencies: str, name: str = "lib", game: str = "2.0") -> ReleaseSeed:
    files = {"data.lua": DATA.replace("part", f"part-{version}"), "size.lua": f"return '{version}'"}
    bundle = packed(name, version, files, dependencies=list(dependencies), factorio_version=game)
    return ReleaseSeed(version, game, dependencies or ("base",), bundle)


@pytest.fixture
def load(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    portal: LocalPortal,
) -> Callable[..., Answer]:
    mini_game.fill_cache(tmp_path / "cache")
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object, url: str = "", **environ: str) -> Answer:
        folder = str(tmp_path / "cache")
        options = ("--format=json", "--portal-url", url or portal.url, "--retries=0")
        given = {"XDG_CACHE_HOME": folder, "LOCALAPPDATA": folder, **(environ or ACCOUNT)}
        return run_here(capsys, "load", *options, *map(str, arguments), **given)

    return run


@pytest.fixture
def mod(write: Callable[..., Path]) -> Path:  # noqa: F811
    """A mod that requires `lib`, and says with which version it was loaded."""
    return write(
        info={"dependencies": ["base", "lib >= 1.0.0"]},
        data_lua='log("with " .. require("__lib__/size"))',
    )


def downloads(portal: LocalPortal) -> int:
    return sum(one.endpoint == "download" for one in portal.log)


def test_the_highest_allowed_release_is_fetched_once_and_kept(
    load: Callable[..., Answer], mod: Path, portal: LocalPortal, tmp_path: Path
) -> None:
    portal.seed_mod(
        "lib",
        releases=[release("1.9.0"), release("1.10.0"), release("2.0.0", game="1.1"), release("0.9.0")],
    )  # fmt: skip
    answer = load(mod)
    assert (answer.code, answer.findings) == (0, []), answer.err
    assert "fetching lib 1.10.0\n" in answer.err
    assert downloads(portal) == 1
    seen = len(portal.log)
    assert load(mod).code == 0
    assert len(portal.log) == seen  # a warm cache asks nobody
    kept = [path.name for path in (tmp_path / "cache/factorio-release/mods").glob("*.zip")]
    assert len(kept) == 1
    assert kept[0].startswith("lib_1.10.0_")
    found = answer.out + answer.err + json.dumps(kept)
    assert TOKEN not in found


def test_what_a_mod_requires_is_fetched_too_and_a_conflict_is_explained(
    load: Callable[..., Answer], mod: Path, portal: LocalPortal
) -> None:
    portal.seed_mod("lib", releases=[release("1.0.0", "base", "deep < 2.0")])
    portal.seed_mod("deep", releases=[release("1.5.0", name="deep"), release("2.5.0", name="deep")])
    answer = load(mod)
    assert answer.findings == []
    assert "in Factorio 2.0.90 with base, deep, lib\n" in answer.err
    (mod / "info.json").write_text(
        (mod / "info.json").read_text().replace('"lib >= 1.0.0"', '"deep", "lib"')
    )
    message = only(load(mod))["message"]
    assert (
        "lib asks for `deep < 2.0`, and deep is 2.5.0, the highest that was allowed; no other is tried"
        in message
    )


def test_of_a_mod_for_another_game_and_of_too_low_versions_it_is_said(
    load: Callable[..., Answer], mod: Path, portal: LocalPortal
) -> None:
    portal.seed_mod("lib", releases=[release("1.0.0", game="1.1")])
    assert "lib is there for Factorio 1.1 only" in only(load(mod))["message"]
    versions = [f"0.{number}.0" for number in range(8)]
    portal.seed_mod("lib", releases=[release(one) for one in versions])
    stale(mod)
    assert (
        "it requires `lib >= 1.0.0`, and lib is here as 0.3.0, 0.4.0, 0.5.0, 0.6.0, 0.7.0 and 3 older only"
        in only(load(mod))["message"]
    )


def stale(mod: Path) -> None:
    """Make every list of releases older than a day."""
    for path in (mod.parent / "cache/factorio-release/mods").glob("*.releases.json"):
        old = time.time() - 25 * 60 * 60
        os.utime(path, (old, old))


def test_a_list_is_good_for_a_day_and_then_serves_only_where_the_portal_does_not_answer(
    load: Callable[..., Answer], mod: Path, portal: LocalPortal
) -> None:
    portal.seed_mod("lib", releases=[release("1.0.0")])
    assert load(mod).code == 0
    portal.seed_mod("lib", releases=[release("1.0.0"), release("1.1.0")])
    assert "1.1.0" not in load(mod).err
    stale(mod)
    portal.add_fault(Fault("mod_full", "drop", count=0))
    answer = load(mod)
    assert answer.code == 0
    assert "an older list of the releases of lib is used" in answer.err
    portal.clear_faults()
    assert "fetching lib 1.1.0" in load(mod).err


def test_without_an_account_the_way_to_one_is_said(
    load: Callable[..., Answer], mod: Path, portal: LocalPortal
) -> None:
    portal.seed_mod("lib", releases=[release("1.0.0")])
    for environ in ({"FACTORIO_TOKEN": TOKEN}, {"FACTORIO_USERNAME": "demo"}):
        answer = load(mod, **environ)
        found = only(answer)
        assert (answer.code, found["code"]) == (0, "load-not-judged")
        assert "lib 1.0.0 is on the portal" in found["message"]
        assert "factorio-release login" in found["message"]
    assert downloads(portal) == 0


@pytest.mark.parametrize(
    "environ",
    [
        {"FACTORIO_USERNAME": "demo", "FACTORIO_TOKEN": "other-token"},
        {"FACTORIO_USERNAME": "nobody", "FACTORIO_TOKEN": TOKEN},
    ],
)
def test_a_token_that_is_refused_is_said_with_the_remedy(
    load: Callable[..., Answer], mod: Path, portal: LocalPortal, environ: dict[str, str]
) -> None:
    portal.seed_mod("lib", releases=[release("1.0.0")])
    answer = load(mod, **environ)
    assert answer.code == 4
    assert "does not take the service token of" in answer.mods[0]["error"]
    assert "https://factorio.com/profile" in answer.mods[0]["hint"]
    assert environ["FACTORIO_TOKEN"] not in answer.out + answer.err
    assert load(mod).code == 0


@pytest.mark.parametrize(
    ("fault", "code", "said"),
    [
        (Fault("download", "redirect", "/login"), 4, "does not take the service token"),
        (Fault("download", "status", "403"), 4, "does not take the service token"),
        (Fault("download", "redirect", "http://example.com/a.zip"), 5, "a redirect to another place"),
        (Fault("download", "status", "500"), 5, "status 500"),
        (Fault("download", "rate-limit", "1"), 5, "status 429"),
        (Fault("download", "not-found"), 5, "has nothing there, though it lists lib 1.0.0"),
        (Fault("download", "html", "200"), 5, "a page of HTML came"),
        (Fault("download", "empty", "200"), 5, "nothing came"),
        (Fault("download", "truncated", after=True), 5, "another zip came, or one that is cut short"),
        (Fault("download", "cut", after=True), 5, "GET "),
        (Fault("download", "drop"), 5, "GET "),
        (Fault("mod_full", "drop"), 5, "GET "),
        (Fault("mod_full", "without", "sha1", count=0), 0, "gives no address and SHA-1"),
        (Fault("mod_full", "other-mod"), 5, "lib was asked for"),
    ],
    ids=str,
)  # fmt: skip
def test_what_goes_wrong_with_a_download_is_said_and_nothing_of_it_is_kept(  # noqa: PLR0917 a row of the table
    load: Callable[..., Answer],
    mod: Path,
    portal: LocalPortal,
    tmp_path: Path,
    fault: Fault,
    code: int,
    said: str,
) -> None:
    portal.seed_mod("lib", releases=[release("1.0.0")])
    portal.add_fault(fault)
    answer = load(mod)
    assert answer.code == code
    assert said in answer.mods[0].get("error", "") + json.dumps(answer.findings)
    assert TOKEN not in answer.out + answer.err
    assert "token=" not in answer.out + answer.err  # nor what stands for it
    folder = tmp_path / "cache/factorio-release/mods"
    assert [path for path in folder.glob("*") if not path.name.endswith(".releases.json")] == []
    portal.clear_faults()
    if code:
        assert load(mod).findings == []


def test_a_download_is_repeated_as_often_as_retries_says(
    load: Callable[..., Answer], mod: Path, portal: LocalPortal
) -> None:
    portal.seed_mod("lib", releases=[release("1.0.0")])
    portal.add_fault(Fault("download", "cut", after=True, count=2))
    answer = load(mod, "--retries=2")
    assert answer.code == 0, answer.err
    assert "trying again in" in answer.err
    assert downloads(portal) == 3


def test_a_portal_that_fails_is_asked_once_for_all_mods(
    load: Callable[..., Answer], mod: Path, portal: LocalPortal, write: Callable[..., Path]  # noqa: F811
) -> None:  # fmt: skip
    portal.add_fault(Fault("mod_full", "drop", count=0))
    other = write("other", {"dependencies": ["base", "more"]})
    assert [bool(one["error"]) for one in load(mod, other).mods] == [True, True]
    assert len(portal.log) == 1


def test_the_games_own_file_has_the_account(
    load: Callable[..., Answer], mod: Path, portal: LocalPortal, tmp_path: Path
) -> None:
    portal.seed_mod("lib", releases=[release("1.0.0")])
    own = tmp_path / "player-data.json"
    own.write_text(json.dumps({"service-username": "demo", "service-token": TOKEN}))
    report = tmp_path / "dist" / "report.json"
    answer = load(mod, "--service-token-file", own, "--verbose", "--report", report, HOME="")
    assert (answer.code, answer.findings) == (0, [])
    assert f"GET {portal.url}/download/lib/" in answer.err
    assert TOKEN not in answer.out + answer.err + report.read_text()
    assert json.loads(report.read_text())["mods"][0]["steps"][2] == {
        "name": "load",
        "status": "done",
    }


def test_a_damaged_zip_in_the_cache_is_fetched_again(
    load: Callable[..., Answer], mod: Path, portal: LocalPortal, tmp_path: Path
) -> None:
    portal.seed_mod("lib", releases=[release("1.0.0")])
    load(mod)
    (kept,) = (tmp_path / "cache/factorio-release/mods").glob("*.zip")
    whole = kept.read_bytes()
    kept.write_bytes(whole[:-1])
    answer = load(mod)
    assert "in the cache is damaged, and is fetched again" in answer.err
    assert answer.findings == []
    assert kept.read_bytes() == whole
    assert hashlib.sha1(whole).hexdigest() in kept.name


def test_a_folder_comes_before_the_portal_and_the_run_before_both(
    load: Callable[..., Answer], mod: Path, portal: LocalPortal, tmp_path: Path, write: Callable[..., Path]  # noqa: F811
) -> None:  # fmt: skip
    portal.seed_mod("lib", releases=[release("3.0.0")])
    folder = tmp_path / "mods"
    folder.mkdir()
    (folder / "lib_2.0.0.zip").write_bytes(packed("lib", "2.0.0", {"size.lua": "return 2"}))
    assert load(mod, "--mods", folder).findings == []
    assert [one.endpoint for one in portal.log] == []
    own = write("lib", {"version": "0.5.0"}, data_lua="", size_lua="return 1")
    found = {one["path"]: one["findings"] for one in load(mod, own, "--mods", folder).mods}
    assert "lib is here as 0.5.0 only" in found["lamps"][0]["message"]


def test_optional_mods_are_downloaded_only_where_all_are_asked_for(
    load: Callable[..., Answer], portal: LocalPortal, write: Callable[..., Path]  # noqa: F811
) -> None:  # fmt: skip
    portal.seed_mod("lib", releases=[release("1.0.0")])
    mod = write(info={"dependencies": ["base", "? lib"]})
    assert "with base\n" in load(mod).err
    assert portal.log == []
    answer = load(mod, "--load-with", "required, all")
    assert "with base\n" in answer.err
    assert "with base, lib\n" in answer.err
    assert "with base, lib\n" in load(mod).err  # it is at hand now
    answer = load(mod, "--load-with", "lib+quality")
    assert "with base, lib, quality\n" in answer.err
    assert "with base\n" not in answer.err
    found = only(load(mod, "--load-with", "gone"))
    assert "it is to be loaded with gone, and gone is not here or on the portal" in found["message"]


@pytest.mark.parametrize("name", ["../x", "a/b", "con", "space age"])
def test_names_of_mods_lead_nowhere(
    load: Callable[..., Answer], write: Callable[..., Path], tmp_path: Path, name: str  # noqa: F811
) -> None:  # fmt: skip
    load(write(info={"dependencies": ["base", name]}))
    folder = tmp_path / "cache/factorio-release"
    assert {path.parent for path in folder.rglob("*") if path.is_file()} <= {
        folder / "game",
        folder / "mods",
    }


def test_two_runs_share_an_empty_cache(mod: Path, portal: LocalPortal, tmp_path: Path) -> None:
    portal.seed_mod("lib", releases=[release("1.0.0")])
    mini_game.fill_cache(tmp_path / "cache")
    folder = str(tmp_path / "cache")
    environ = environment(XDG_CACHE_HOME=folder, LOCALAPPDATA=folder, **ACCOUNT)
    gate = portal.hold(1, "download", after=True)
    command = ["load", str(mod), "--portal-url", portal.url]
    first = forks.start(command, environ, tmp_path)
    gate.wait()
    second = forks.start(command, environ, tmp_path)
    assert (second.communicate(timeout=600)[1].count("loaded"), second.wait()) == (1, 0)
    gate.release()
    assert (first.communicate(timeout=600)[1].count("loaded"), first.wait()) == (1, 0)
    assert len(list((tmp_path / "cache/factorio-release/mods").iterdir())) == 2


def test_without_a_cache_a_zip_is_used_and_not_kept(
    load: Callable[..., Answer], mod: Path, portal: LocalPortal, tmp_path: Path
) -> None:
    portal.seed_mod("lib", releases=[release("1.0.0")])
    folder = tmp_path / "cache/factorio-release/mods"
    folder.write_text("a file in the way")
    answer = load(mod)
    assert (answer.code, answer.findings) == (0, []), answer.err
    assert "cannot be kept" in answer.err


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a limit on the size of files")
def test_a_disk_that_takes_no_more_is_said_and_nothing_is_left(
    mod: Path, portal: LocalPortal, tmp_path: Path
) -> None:
    big = packed("lib", "1.0.0", {"size.lua": "return 1", "noise.lua": "-- " + "x" * 400_000})
    portal.seed_mod("lib", releases=[ReleaseSeed("1.0.0", zip=big)])
    mini_game.fill_cache(tmp_path / "cache")
    environ = environment(XDG_CACHE_HOME=str(tmp_path / "cache"), **ACCOUNT)
    command = ["load", str(mod), "--portal-url", portal.url]
    limited = forks.run(command, environ, tmp_path, limits={"RLIMIT_FSIZE": 200_000})
    out = limited.stdout
    assert limited.returncode == 3, limited.stderr
    assert "a mod that was downloaded cannot be written into" in out
    assert "factorio-release cache clear" in out
    assert list((tmp_path / "cache/factorio-release/mods").glob("*.zip")) == []
    assert list((tmp_path / "cache/factorio-release/mods").glob("*.part")) == []
    assert forks.run(command, environ, tmp_path).returncode == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is always full")
def test_a_full_disk_is_said() -> None:
    with (
        Path("/dev/full").open("wb", buffering=0) as full,
        pytest.raises(ModError, match="No space left on device") as caught,
        _checked(full, "", "the cache") as sink,
    ):
        sink(b"x")
    assert "cache clear" in caught.value.hint


def test_by_default_a_refused_token_is_a_note(
    load: Callable[..., Answer], mod: Path, portal: LocalPortal, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    portal.seed_mod("lib", releases=[release("1.0.0")])
    folder = str(tmp_path / "cache")
    environ = {
        "XDG_CACHE_HOME": folder,
        "LOCALAPPDATA": folder,
        **ACCOUNT,
        "FACTORIO_TOKEN": "other",
    }
    answer = run_here(
        capsys, "plan", "--format=json", str(mod), "--portal-url", portal.url, **environ
    )
    notes = [one for one in answer.findings if one["code"] == "load-not-judged"]
    assert "does not take the service token" in notes[0]["message"]


@pytest.mark.parametrize(
    ("name", "version", "data", "said"),
    [
        ("other", "1.0.0", DATA, "lib 1.0.0 of the portal is not what it says: its info.json is of other"),
        ("base", "1.0.0", DATA, "its info.json is of base 1.0.0"),
        ("lib", "9.9.9", DATA, "its info.json is of lib 9.9.9"),
        ("lib", "1.0.0", "-" * (64 << 20), "lib 1.0.0 of the portal cannot be loaded: "),
    ],
    ids=["other name", "name of a part of the game", "other version", "a bomb"],
)  # fmt: skip
def test_a_zip_that_is_no_such_release_is_no_fault_of_the_mod(  # noqa: PLR0917 a row of the table
    load: Callable[..., Answer],
    mod: Path,
    portal: LocalPortal,
    name: str,
    version: str,
    data: str,
    said: str,
) -> None:
    files = {"data.lua": data, "size.lua": "return 1"}
    plain = packed(name, version, files)
    content = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plain)) as made, zipfile.ZipFile(content, "w") as bundle:
        for entry in made.infolist():
            bundle.writestr(entry.filename, made.read(entry), zipfile.ZIP_DEFLATED)
    portal.seed_mod("lib", releases=[ReleaseSeed("1.0.0", "2.0", ("base",), content.getvalue())])
    answer = load(mod)
    found = only(answer)
    assert (answer.code, found["code"]) == (0, "load-not-judged")
    assert said in found["message"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_pipe_in_the_cache_does_not_hold_a_run(
    load: Callable[..., Answer], mod: Path, portal: LocalPortal, tmp_path: Path
) -> None:
    portal.seed_mod("lib", releases=[release("1.0.0")])
    assert load(mod).code == 0
    (kept,) = (tmp_path / "cache/factorio-release/mods").glob("*.zip")
    kept.unlink()
    os.mkfifo(kept)
    answer = load(mod)
    assert answer.code == 0, answer.err
    assert "is not a regular file" in answer.err


@pytest.mark.parametrize(
    ("prefix", "options", "asked", "said"),
    [
        ("", (), 20, "; 880 more were not looked for"),
        ("? ", ("--load-with=all",), 500, ""),
    ],
)
def test_the_portal_is_not_asked_about_any_number_of_mods(  # noqa: PLR0917 a row of the table
    load: Callable[..., Answer],
    write: Callable[..., Path],  # noqa: F811
    portal: LocalPortal,
    prefix: str,
    options: tuple[str, ...],
    asked: int,
    said: str,
) -> None:
    """A pull request may write any list of dependencies."""
    names = [f"{prefix}none-{number}" for number in range(900)]
    answer = load(write(info={"dependencies": ["base", *names]}), *options)
    assert answer.code == 0
    assert sum(one.endpoint == "mod_full" for one in portal.log) == asked
    assert said in json.dumps(answer.findings)
