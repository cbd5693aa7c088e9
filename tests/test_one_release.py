"""Several mods are one release: all are checked and planned, one question is asked, then they are written."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import environment
from tests.support.in_process import run_here
from tests.support.monorepo import Mods

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from factorio_release.local_portal import LocalPortal
    from tests.support.in_process import Answer

NAMES = [f"lamp-{number:02}" for number in range(20)]
# Each of the twenty needs the one that is a third of its number: chains and forks.
NEEDS = {name: [NAMES[number // 3]] if number else [] for number, name in enumerate(NAMES)}


def dependents(name: str) -> set[str]:
    """Give a mod and all that need it, directly or not."""
    found = {name}
    for one in NAMES:
        if found.intersection(NEEDS[one]):
            found.add(one)
    return found


def public(portal: LocalPortal) -> set[str]:
    return {name for name, mod in portal.state.mods.items() if mod.releases}


def versions(portal: LocalPortal, name: str) -> list[str]:
    return [release.version for release in portal.state.find(name).releases]


def uploads(portal: LocalPortal) -> list[str]:
    return [
        record.mod
        for record in portal.log
        if record.endpoint in {"finish_publish", "finish_upload"} and record.acted
    ]


@pytest.fixture
def mods(tmp_path: Path) -> Mods:
    return Mods(tmp_path / "repository")


@pytest.fixture
def run(
    mods: Mods,
    portal: LocalPortal,
    key: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Callable[..., Answer]:
    """Run a command in the repository; `release` writes without a question."""
    monkeypatch.chdir(mods.root)

    def running(command: str, *arguments: str, **environ: str) -> Answer:
        options = ["--portal-url", portal.url, "--retries", "0", "--verify-timeout", "0.2"]
        if command == "check":
            options = []
        if command == "release":
            options.append("--yes")
        return run_here(
            capsys,
            command,
            *arguments,
            *options,
            "--format",
            "json",
            FACTORIO_API_KEY=key,
            **environ,
        )

    return running


def by_name(answer: Answer) -> dict[str, dict[str, Any]]:
    return {mod["mod"]: mod for mod in answer.mods}


@pytest.fixture
def twenty(mods: Mods) -> Mods:
    for name in reversed(NAMES):  # against the order in which they are released
        mods.add(name, *NEEDS[name])
    shutil.rmtree(
        mods.root / ".git"
    )  # git is asked eight times for each mod, and is of no concern here
    return mods


# Without a repository around a mod, nothing leads to the config file.
WITHOUT_GIT = {"FACTORIO_RELEASE_CONFIG": "factorio-release.yml"}


# The root, one that others need and whose dependents are needed, one that only ends need, and the first and
# the last end; after these with `True` the next run does what is left.
POSITIONS = {0: True, 1: False, 2: False, 5: True, 7: False, 19: False}


def test_twenty_mods_with_a_broken_one_in_any_position(
    twenty: Mods, run: Callable[..., Answer], portal: LocalPortal
) -> None:
    """What needs the broken one is not public, the rest is; the next run without it does what is left."""
    for position, runs_again in POSITIONS.items():
        broken = NAMES[position]
        portal.state.mods.clear()
        file = twenty.root / "mods" / broken / "control.lua"
        text = file.read_text("utf-8")
        file.write_text("local = 1\n", "utf-8")
        first = run("release", "mods/*", **WITHOUT_GIT)
        file.write_text(text, "utf-8")
        held = dependents(broken)
        assert (first.code, public(portal)) == (3, set(NAMES) - held), broken
        told = by_name(first)
        for name in NAMES:
            error = told[name].get("error", "")
            assert (told[name]["status"] == "failed") == (name in held), name
            assert ("not released: it requires " in error) == (name in held - {broken}), error
        if not runs_again:
            continue
        begun = len(portal.log)
        second = run("release", "mods/*", **WITHOUT_GIT)
        assert (second.code, public(portal)) == (0, set(NAMES))
        made = [record.mod for record in portal.log[begun:] if record.endpoint == "finish_publish"]
        assert (len(made), set(made)) == (len(held), held)


def test_nothing_is_written_before_all_are_planned(
    twenty: Mods, run: Callable[..., Answer], portal: LocalPortal
) -> None:
    assert run("release", "mods/*", **WITHOUT_GIT).code == 0
    endpoints = [record.endpoint for record in portal.log]
    first_write = endpoints.index("init_publish")
    read = [record.mod for record in portal.log[:first_write] if record.endpoint == "mod_full"]
    assert sorted(read) == NAMES
    order = uploads(portal)
    assert all(order.index(needed) < order.index(name) for name in NAMES for needed in NEEDS[name])


def test_what_fails_on_the_portal_holds_back_what_needs_it(
    twenty: Mods, run: Callable[..., Answer], portal: LocalPortal
) -> None:
    """A version that is out with other content: known when it is planned, before the first write."""
    portal.seed_mod("lamp-03", releases=["1.0.0"])
    ran = run("release", "mods/*", **WITHOUT_GIT)
    assert ran.code == 6
    assert set(uploads(portal)) == set(NAMES) - dependents("lamp-03")


@pytest.mark.parametrize(
    "fault",
    [
        "finish_publish:status:400,InvalidModUpload@2",
        "finish_publish:after-drop@2 finish_publish:lag:reads=9@2",
    ],
)
def test_a_write_that_fails_holds_back_what_needs_it(
    mods: Mods, run: Callable[..., Answer], portal: LocalPortal, fault: str
) -> None:
    from factorio_release.local_portal import parse_fault  # noqa: PLC0415 only here

    mods.add("a-lamp")
    mods.add("b-lamp", "a-lamp")
    mods.add("c-lamp", "~ b-lamp >= 1.0.0")
    mods.add("d-lamp", "? b-lamp")
    mods.add("e-lamp")
    mods.commit()
    for one in fault.split():
        portal.add_fault(parse_fault(one))
    ran = run("release", "mods/*")
    told = by_name(ran)
    assert ran.code in {4, 5}
    assert told["c-lamp"]["error"] == "not released: it requires b-lamp, which failed"
    assert "c-lamp" not in public(portal)
    assert {"a-lamp", "d-lamp", "e-lamp"} <= public(portal)


def test_a_required_mod_whose_page_fails_holds_nothing_back(
    mods: Mods, run: Callable[..., Answer], portal: LocalPortal, picture: Callable[..., bytes]
) -> None:
    from factorio_release.local_portal import parse_fault  # noqa: PLC0415 only here

    mods.add("a-lamp")
    (mods.root / "mods/a-lamp/a.png").write_bytes(picture(9))
    mods.add("b-lamp", "a-lamp")
    mods.write(
        "mods/a-lamp/factorio-release.yml", "{images: [a.png], category: utilities, license: MIT}"
    )
    mods.commit()
    portal.add_fault(parse_fault("finish_image:status:400,InvalidRequest"))
    ran = run("release", "mods/*")
    assert {name: mod["status"] for name, mod in by_name(ran).items()} == {
        "a-lamp": "failed",
        "b-lamp": "published",
    }


def test_a_page_needs_nobody(mods: Mods, run: Callable[..., Answer], portal: LocalPortal) -> None:
    """A version that is out gets its page although a mod that it requires failed."""
    mods.add("a-lamp")
    mods.add("b-lamp", "a-lamp")
    mods.commit()
    assert run("release", "mods/*").code == 0
    mods.write(
        "mods/b-lamp/factorio-release.yml", "{tags: [trains], category: utilities, license: MIT}"
    )
    mods.add("a-lamp", version="1.1.0")
    mods.write("mods/a-lamp/control.lua", "local = 1\n")
    mods.commit()
    ran = run("release", "mods/*")
    assert (ran.code, by_name(ran)["b-lamp"]["status"]) == (3, "updated")


def test_a_plan_fails_for_the_same_reasons(mods: Mods, run: Callable[..., Answer]) -> None:
    mods.add("a-lamp")
    mods.add("b-lamp", "a-lamp")
    mods.write("mods/a-lamp/control.lua", "local = 1\n")
    mods.commit()
    ran = run("plan", "mods/*")
    assert ran.code == 3
    assert by_name(ran)["b-lamp"]["error"] == "not released: it requires a-lamp, which failed"


def test_a_mod_that_cannot_be_read_is_known_by_its_folder(
    mods: Mods, run: Callable[..., Answer], portal: LocalPortal
) -> None:
    portal.seed_mod("a-lamp", releases=["0.9.0"])
    mods.add("a-lamp")
    mods.add("b-lamp", "a-lamp")
    mods.write("mods/a-lamp/info.json", "{")
    mods.commit()
    ran = run("release", "mods/a-lamp", "mods/b-lamp")
    assert (ran.code, uploads(portal)) == (3, [])


def test_mods_that_require_each_other_without_an_order(
    mods: Mods, run: Callable[..., Answer], portal: LocalPortal
) -> None:
    """As published mods do: `~` closes no circle. Neither goes out while the other one fails."""
    mods.add("a-lamp", "~ b-lamp")
    mods.add("b-lamp", "a-lamp")
    mods.write("mods/b-lamp/control.lua", "local = 1\n")
    mods.commit()
    assert run("release", "mods/*").code == 3
    assert uploads(portal) == []
    mods.write("mods/b-lamp/control.lua", "-- mended\n")
    assert run("release", "mods/*").code == 0
    assert uploads(portal) == ["a-lamp", "b-lamp"]


def test_a_circle_is_told_before_the_first_write(
    mods: Mods, run: Callable[..., Answer], portal: LocalPortal
) -> None:
    mods.add("a-lamp", "c-lamp")
    mods.add("b-lamp", "? a-lamp")
    mods.add("c-lamp", "b-lamp >= 1.0.0")
    mods.add("d-lamp", "c-lamp")
    mods.add("e-lamp")
    mods.commit()
    ran = run("release", "mods/*")
    assert (ran.code, public(portal)) == (3, {"e-lamp"})
    found = {name: [one["code"] for one in mod["findings"]] for name, mod in by_name(ran).items()}
    assert {name for name, codes in found.items() if "dependency-circle" in codes} == {
        "a-lamp",
        "b-lamp",
        "c-lamp",
    }
    (finding,) = by_name(ran)["a-lamp"]["findings"]
    assert finding["message"] == (
        "a circle of dependencies: a-lamp depends on c-lamp, c-lamp depends on b-lamp, "
        "b-lamp depends on a-lamp"
    )
    assert (finding["file"], finding["line"]) == ("mods/a-lamp/info.json", 10)
    assert run("check", "mods/*").codes == {"dependency-circle"}


def test_a_version_of_the_run_that_does_not_satisfy(
    mods: Mods, run: Callable[..., Answer], portal: LocalPortal
) -> None:
    mods.add("a-lamp", version="1.5.0")
    mods.add("b-lamp", "a-lamp >= 2.0.0")
    mods.commit()
    ran = run("release", "mods/*")
    assert (ran.code, public(portal)) == (3, {"a-lamp"})
    (finding,) = by_name(ran)["b-lamp"]["findings"]
    assert finding["message"] == (
        "a-lamp 1.5.0, which the same run releases, does not satisfy 'a-lamp >= 2.0.0'"
    )


@pytest.mark.parametrize("places", [("one", "two"), ("one", "one/")])
def test_one_mod_in_two_folders(
    mods: Mods, run: Callable[..., Answer], portal: LocalPortal, places: tuple[str, str]
) -> None:
    for place in places:
        mods.add("lamp", place=place)
    mods.add("torch")
    mods.commit()
    paths = [f"mods/{place}" for place in (*places, "torch")]
    is_once = places[1] == "one/"
    ran = run("release", *paths) if is_once else run_fails(run, "release", *paths)
    if is_once:
        assert uploads(portal) == ["lamp", "torch"]
    else:
        assert "path: lamp 1.0.0 is there twice: mods/one, mods/two; name one of them" in ran.err
        assert portal.log == []
        assert run("check", *paths).code == 0


def run_fails(run: Callable[..., Answer], *arguments: str) -> Answer:
    ran = run(*arguments)
    assert ran.code == 2
    return ran


def test_a_folder_and_its_zip(mods: Mods, run: Callable[..., Answer], portal: LocalPortal) -> None:
    mods.add("lamp")
    mods.zip("lamp", version="1.0.0")
    mods.commit()
    ran = run_fails(run, "release", "mods/lamp", "dist/lamp_1.0.0.zip")
    assert "lamp 1.0.0 is there twice: mods/lamp, dist/lamp_1.0.0.zip" in ran.err
    assert portal.log == []


def test_an_old_zip_that_a_pattern_matches(
    mods: Mods, run: Callable[..., Answer], portal: LocalPortal
) -> None:
    for version in ("1.9.0", "1.10.0"):
        mods.zip("lamp", version=version)
    ran = run_fails(run, "release", "dist/*.zip")
    assert "a pattern matches lamp in several versions (1.9.0, 1.10.0)" in ran.err
    assert portal.log == []


def test_two_versions_that_are_named_are_written_in_their_order(
    mods: Mods, run: Callable[..., Answer], portal: LocalPortal
) -> None:
    """A new mod in its first two versions; the page is the higher one's. Then it is as it should be."""
    for version in ("1.10.0", "1.9.0"):
        mods.zip("lamp", version=version)
    mods.zip("torch", "lamp >= 1.10.0", version="1.0.0")
    mods.write("dist/factorio-release.yml", "{category: utilities, license: MIT, tags: [trains]}")
    mods.commit()
    paths = ["dist/torch_1.0.0.zip", "dist/lamp_1.10.0.zip", "dist/lamp_1.9.0.zip"]
    ran = run("release", *paths)
    assert (ran.code, uploads(portal)) == (0, ["lamp", "lamp", "torch"]), ran.err
    assert versions(portal, "lamp") == ["1.9.0", "1.10.0"]
    assert portal.state.find("lamp").tags == ["trains"]
    assert [mod["status"] for mod in ran.mods] == ["published", "uploaded", "published"]
    assert ran.mods[0]["warnings"] == ["the page is left to 1.10.0, which the same run releases"]
    again = run("release", *paths)
    assert {mod["status"] for mod in again.mods} == {"unchanged"}


def test_a_lower_version_that_fails_holds_back_the_higher_one(
    mods: Mods, run: Callable[..., Answer], portal: LocalPortal
) -> None:
    mods.zip("lamp", version="1.0.0", lua="local = 1\n")
    mods.zip("lamp", version="1.1.0")
    ran = run("release", "dist/lamp_1.1.0.zip", "dist/lamp_1.0.0.zip")
    assert (ran.code, public(portal)) == (3, set())
    assert ran.mods[1]["error"] == "not released: lamp 1.0.0, which comes first, failed"


def test_an_old_version_that_was_never_public_is_told(
    mods: Mods, run: Callable[..., Answer], portal: LocalPortal
) -> None:
    """A shell has expanded the pattern: the old zip is named by itself, and is lower than what is live."""
    portal.seed_mod("lamp", releases=["1.0.0"])
    for version in ("0.9.0", "1.1.0"):
        mods.zip("lamp", version=version)
    ran = run("release", "dist/lamp_0.9.0.zip", "dist/lamp_1.1.0.zip")
    assert (ran.code, versions(portal, "lamp")) == (3, ["1.0.0"])
    assert "lamp 0.9.0 is lower than 1.0.0, which is on the portal" in ran.mods[0]["error"]
    assert run("release", "dist/lamp_0.9.0.zip").code == 0


def test_a_tag_with_a_name_selects_the_mod(
    mods: Mods, run: Callable[..., Answer], portal: LocalPortal
) -> None:
    mods.add("big-mod", version="1.2.0")
    mods.add("big-mod-2", version="1.2.0")
    mods.add("core", version="1.4.0")
    mods.commit()
    for number, form in enumerate(("_1.2.0", "-1.2.0", "/1.2.0", "@v1.2.0")):
        ran = run("plan", "mods/*", "--tag", f"big-mod{form}")
        assert (ran.code, [mod["mod"] for mod in ran.mods]) == (0, ["big-mod"]), number
        assert "not part of this tag: big-mod-2, core" in ran.err
    ran = run("plan", "mods/*", "--tag", "v1.2.0")
    assert (ran.code, [mod["mod"] for mod in ran.mods]) == (0, ["big-mod", "big-mod-2"])
    ran = run("plan", "mods/*", "--tag", "big-mod_1.3.0")
    assert (ran.code, ran.codes, len(ran.mods)) == (3, {"tag-version"}, 1)
    ran = run("plan", "mods/*", "--tag", "v1.3.0")
    assert ran.code == 3
    assert (
        "the tag v1.3.0 is the version of none of these mods: big-mod 1.2.0, big-mod-2 1.2.0, core 1.4.0"
        in ran.err
    )


LIMITED = """
import os, resource, sys
limit = int(sys.argv[2])
resource.setrlimit(getattr(resource, sys.argv[1]), (limit, limit))
os.execv(sys.executable, [sys.executable, "-m", "factorio_release", *sys.argv[3:]])
"""
posix = pytest.mark.skipif(sys.platform == "win32", reason="limits of a process as POSIX has them")


def release_within(
    limit: tuple[str, int], mods: Mods, portal: LocalPortal, key: str, paths: list[str]
) -> subprocess.CompletedProcess[str]:
    options = ["--yes", "--portal-url", portal.url]
    env = environment(FACTORIO_API_KEY=key)
    # The file of a coverage run would be under the limit too, and be damaged.
    env = {name: value for name, value in env.items() if not name.startswith("COVERAGE_")}
    return subprocess.run(
        [sys.executable, "-c", LIMITED, limit[0], str(limit[1]), "release", *paths, *options],
        cwd=mods.root,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@posix
def test_hundreds_of_mods_need_few_open_files(mods: Mods, portal: LocalPortal, key: str) -> None:
    """Forty mods, half of them zips, in a process that may have twenty files open."""
    paths = []
    for number in range(20):
        mods.add(f"lamp-{number}")
        paths.append(f"mods/lamp-{number}")
        zipped = mods.zip(f"torch-{number}", version="1.0.0")
        paths.append(str(zipped.relative_to(mods.root)))
    mods.write("dist/factorio-release.yml", "{category: utilities, license: MIT}")
    mods.commit()
    ran = release_within(("RLIMIT_NOFILE", 20), mods, portal, key, paths)
    assert ran.returncode == 0, ran.stderr[-2000:]
    assert len(public(portal)) == 40


@posix
@pytest.mark.parametrize("kind", ["folder", "zip", "image"])
def test_a_package_for_which_there_is_no_space(
    mods: Mods, portal: LocalPortal, key: str, kind: str, picture: Callable[..., bytes]
) -> None:
    """No file may be larger than 100 kB here. The other mods are sent as if the large one were not there."""
    paths = []
    for name in ("a-lamp", "b-lamp", "c-lamp", "d-lamp"):
        needs = ["b-lamp"] if name == "d-lamp" else []
        is_large = name in {
            "a-lamp",
            "b-lamp",
        }  # of zips and images, both are too large for one file
        if kind == "zip":
            noise = f"--{os.urandom(30_000).hex()}\n" if is_large else ""
            path = mods.zip(name, *needs, version="1.0.0", lua=noise)
        else:
            path = mods.add(name, *needs)
        if kind == "image" and is_large:
            (path / "a.png").write_bytes(picture(9) + os.urandom(60_000))
            config = "{images: [a.png], exclude: [a.png], category: utilities, license: MIT}"
            (path / "factorio-release.yml").write_text(config, "utf-8")
        paths.append(str(path.relative_to(mods.root)))
    if kind == "folder":
        mods.write("mods/b-lamp/control.lua", f"--{os.urandom(150_000).hex()}\n")
    mods.write("dist/factorio-release.yml", "{category: utilities, license: MIT}")
    mods.commit()
    ran = release_within(("RLIMIT_FSIZE", 100_000), mods, portal, key, paths)
    assert (ran.returncode, public(portal)) == (3, {"a-lamp", "c-lamp"}), ran.stderr[-2000:]
    assert "Traceback" not in ran.stderr
    said = "b-lamp/a.png cannot be copied" if kind == "image" else "b-lamp_1.0.0.zip cannot be"
    assert said in ran.stdout


def job(event: str, ref: str) -> dict[str, str]:
    return {
        "CI": "true",
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": event,
        "GITHUB_REF": ref,
    }


def test_a_draft_is_not_published_by_a_push_and_holds_back_what_needs_it(
    mods: Mods, run: Callable[..., Answer], portal: LocalPortal
) -> None:
    for name in ("lamp", "torch"):
        portal.seed_mod(name, releases=["1.0.0"])
    mods.add("draft")
    mods.add("lamp", "draft", version="1.1.0")
    mods.add("torch", version="1.1.0")
    mods.commit()
    ran = run("release", "mods/*", **job("push", "refs/heads/main"))
    assert (ran.code, uploads(portal)) == (3, ["torch"])
    told = by_name(ran)
    assert told["draft"]["status"] == "unchanged"
    assert told["lamp"]["error"] == (
        "not released: it requires draft, which is not on the portal, and this run does not publish it"
    )
    assert run("release", "mods/*", **job("workflow_dispatch", "refs/heads/main")).code == 0
    assert public(portal) == {"draft", "lamp", "torch"}


def test_the_tag_of_a_job_selects_the_mod(
    mods: Mods, run: Callable[..., Answer], portal: LocalPortal
) -> None:
    mods.add("big-mod", version="1.2.0")
    mods.add("core", version="1.4.0")
    mods.commit()
    for tag in ("docs-2026", "other-mod_1.2.0"):
        ran = run("release", "mods/*", **job("push", f"refs/tags/{tag}"))
        assert (ran.code, uploads(portal)) == (0, []), ran.err
        assert f"the tag {tag} names no version of a mod" in ran.err
    ran = run("release", "mods/*", **job("push", "refs/tags/big-mod/1.2.0"))
    assert (ran.code, uploads(portal)) == (0, ["big-mod"]), ran.err
    assert "the tag big-mod/1.2.0 releases big-mod 1.2.0; not part of this tag: core" in ran.err
    assert run("release", "mods/*", **job("push", "refs/tags/v1.5.0")).code == 3
    assert uploads(portal) == ["big-mod"]


def test_a_wrong_version_in_a_tag_with_a_name_is_corrected_under_that_name(
    mods: Mods, run: Callable[..., Answer]
) -> None:
    """A tag `1.2.0` would release the other mods of that version too."""
    for name in ("big-mod", "core"):
        mods.add(name, version="1.2.0")
    mods.commit()
    for before, right in (("big-mod_", "big-mod_1.2.0"), ("big-mod/v", "big-mod/v1.2.0")):
        ran = run("release", "mods/*", **job("push", f"refs/tags/{before}1.2.1"))
        assert ran.code == 3
        assert f"the tag {before}1.2.1 names big-mod 1.2.0; not part of this tag: core" in ran.err
        (finding,) = ran.mods[0]["findings"]
        assert (
            finding["hint"] == f"Tag this version as {right}, or change the version in info.json."
        )


def test_the_annotation_of_a_run_without_a_mod_has_the_hint(
    mods: Mods, run: Callable[..., Answer]
) -> None:
    for name in ("big-mod", "core"):
        mods.add(name, version="1.2.0")
    mods.commit()
    ran = run("release", "mods/*", **job("push", "refs/tags/9.9.9"))
    hint = "set the version in info.json before you tag, or tag a version that is there"
    (annotation,) = [
        line for line in (ran.err + ran.out).splitlines() if line.startswith("::error")
    ]
    assert ran.code == 3
    assert f"%0A{hint}%0Apublic: " in annotation


def test_a_version_that_is_left_for_later_says_how_it_is_released(
    mods: Mods, run: Callable[..., Answer], portal: LocalPortal
) -> None:
    mods.add("fresh")
    mods.add("lamp", version="1.1.0")
    mods.write(
        "mods/lamp/changelog.txt",
        f"{'-' * 99}\nVersion: 1.1.0\nDate: ????\n  Features:\n    - Light.\n",
    )
    mods.commit()
    portal.seed_mod("lamp", releases=["1.0.0"])
    ran = run("release", "mods/*", **job("push", "refs/heads/main"))
    assert (ran.code, uploads(portal)) == (0, []), ran.err
    assert {mod["mod"]: mod["todo"] for mod in ran.mods} == {
        "fresh": "nothing now; to release 1.0.0, push a tag, start the job by hand, or add "
        "`first-publish: true`",
        "lamp": "nothing now; to release 1.1.0, date its section with "
        "`factorio-release bump 1.1.0 --date`",
    }


def test_the_portal_is_asked_once_about_what_all_mods_require(
    mods: Mods, run: Callable[..., Answer], portal: LocalPortal
) -> None:
    for name in ("flib", "mlib"):
        portal.seed_mod(name, releases=["1.0.0"])
    mods.add("a-lamp", "flib", "mlib")
    mods.add("b-lamp", "flib >= 1.0.0", "a-lamp")
    mods.add("c-lamp", "mlib")
    mods.commit()
    assert run("plan", "mods/*").code == 0
    alone = [record.endpoint for record in portal.log].count("mod_list")
    assert run("plan", "mods/c-lamp").code == 0
    assert [record.endpoint for record in portal.log].count("mod_list") == 2 * alone
    assert [record.mod for record in portal.log if record.endpoint == "mod_full"] == [
        "a-lamp",
        "b-lamp",
        "c-lamp",
        "c-lamp",
    ]
