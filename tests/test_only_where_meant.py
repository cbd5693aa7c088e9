"""What the program writes stays where it was meant, whatever the checkout holds."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import environment
from tests.support import forks
from tests.support.first_files import NOWHERE

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

posix = pytest.mark.skipif(sys.platform == "win32", reason="limits and modes as POSIX has them")
PRECIOUS = "# everything I own\n"
BROKEN_INFO = (
    '{"name": "lamp-post", "version": "1.0.0", "title": "T", '
    '"author": "demo", "factorio_version": "2.0",}\n'
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir()
    (tmp_path / "home/.profile").write_text(PRECIOUS)
    return tmp_path / "home"


def untouched(home: Path) -> bool:
    return [(path.name, path.read_text()) for path in home.iterdir()] == [(".profile", PRECIOUS)]


def run(
    *arguments: str, cwd: Path, env: dict[str, str] | None = None, limit: int | None = None
) -> subprocess.CompletedProcess[str]:
    limits = {} if limit is None else {"RLIMIT_FSIZE": limit}
    return forks.run(arguments, environment(**(env or {})), cwd, limits=limits)


@pytest.mark.parametrize(
    ("link", "arguments"),
    [
        ("report.json", ("check", "--report", "report.json")),
        ("out", ("check", "--report", "out/report.json")),
    ],
)
def test_a_committed_link_leads_no_output_elsewhere(
    repository: Any, home: Path, link: str, arguments: tuple[str, ...]
) -> None:
    is_file = link.endswith(".json")
    (repository.root / link).symlink_to(
        home / ".profile" if is_file else home, target_is_directory=not is_file
    )
    repository.save()
    ran = run(*arguments, cwd=repository.root)
    assert ran.returncode in {2, 3}
    assert f"{link} is a link" in ran.stdout + ran.stderr
    assert untouched(home)


@pytest.mark.parametrize("command", ["build", "rehearse"])
def test_a_link_that_git_ignores_leads_no_package_elsewhere(
    repository: Any, home: Path, command: str
) -> None:
    repository.write(".gitignore", "dist\n")
    (repository.root / "dist").symlink_to(home, target_is_directory=True)
    repository.save()
    ran = run(command, cwd=repository.root)
    assert (ran.returncode, "dist is a link" in ran.stdout + ran.stderr) == (3, True)
    assert untouched(home)


def test_a_package_replaces_only_a_package(repository: Any) -> None:
    path = repository.root / "dist/lamp-post_1.0.0.zip"
    path.parent.mkdir()
    path.write_text("my notes on 1.0.0")
    ran = run("build", cwd=repository.root)
    assert (ran.returncode, "a file is there that is not a zip" in ran.stdout) == (3, True)
    assert path.read_text() == "my notes on 1.0.0"


@pytest.mark.parametrize("place", ["info.json", ".git/config", "control.lua"])
def test_a_report_replaces_no_file_of_another_kind(repository: Any, place: str) -> None:
    path = repository.root / place
    before = path.read_bytes()
    ran = run("check", "--report", place, cwd=repository.root)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert (
        f"report: {place} cannot be written: a file is there that is not a report of this program"
        in ran.stderr
    )
    assert path.read_bytes() == before


@pytest.mark.parametrize("name", ["output-dir", "report"])
@pytest.mark.parametrize(
    "place",
    [
        "{home}",
        "{home}/.profile",
        "../home",
        "dist/../../home/x",
        ".git",
        ".git/config",
        "dist/.git/x",
        "GIT~1/x",
        ".",
        "",
        "~\\x",
        "C:/x",
        "dist\u200c",
        "dist//x",
        ".github/workflows/x.yml",
    ],
)
def test_a_config_file_names_no_place_outside_of_its_folder(
    repository: Any, home: Path, name: str, place: str
) -> None:
    before = (repository.root / ".git/config").read_bytes()
    repository.config[name] = place.format(home=home)
    repository.save()
    ran = run("build", cwd=repository.root)
    assert (ran.returncode, ran.stdout) == (2, "")
    written = place.format(home=home)
    reason = f"{written!r} is not a place below this file's folder"
    if (
        "\\" in written and ":" not in written
    ):  # for a separator of Windows the remedy is another one
        reason = f"{written} has a backslash"
    assert f"{name}: {reason}" in ran.stderr
    assert untouched(home)
    assert (repository.root / ".git/config").read_bytes() == before
    assert not (repository.root / "dist").exists()


@pytest.mark.parametrize(
    "place", ["info.json", "report.json", "locale/report.json", "distant/report.json"]
)
def test_a_config_files_report_lies_in_the_output_folder(repository: Any, place: str) -> None:
    repository.config["report"] = place
    repository.save()
    ran = run("check", cwd=repository.root)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert f"report: {place} is not in the output folder; write dist/" in ran.stderr


def test_a_config_files_output_folder_holds_nothing_that_git_tracks(repository: Any) -> None:
    repository.write("locale/en/lamp.cfg", "[x]\ny=z\n")
    repository.config["output-dir"] = "locale"
    repository.save()
    ran = run("build", cwd=repository.root)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "output-dir: locale holds files that git tracks, such as en/lamp.cfg" in ran.stderr


def test_a_config_files_places_are_below_its_folder(repository: Any, tmp_path: Path) -> None:
    repository.config |= {"output-dir": "out", "report": "out/report.json"}
    repository.save()
    for folder, path in ((repository.root, "."), (tmp_path, "lamp-post")):
        ran = run("build", path, cwd=folder)
        assert ran.returncode == 0, ran.stderr
        assert sorted(file.name for file in (repository.root / "out").iterdir()) == [
            "lamp-post_1.0.0.zip",
            "report.json",
        ]


def test_a_report_replaces_an_earlier_one_and_an_empty_file(repository: Any) -> None:
    path = repository.root / "report.json"
    path.touch()
    for _ in range(2):
        assert run("check", "--report", "report.json", cwd=repository.root).returncode == 0
        assert json.loads(path.read_text("utf-8"))["tool"]["name"] == "factorio-release"


@pytest.mark.parametrize("kind", ["device", "folder"])
def test_a_report_that_is_no_regular_file_is_refused(repository: Any, kind: str) -> None:
    (repository.root / "folder").mkdir()
    place = "/dev/null" if kind == "device" else "folder"
    if kind == "device" and sys.platform == "win32":
        pytest.skip("devices as POSIX has them")
    ran = run("check", "--report", place, cwd=repository.root)
    assert (ran.returncode, "is not a regular file" in ran.stderr) == (2, True)


def test_init_follows_no_linked_folder(repository: Any, home: Path) -> None:
    repository.git("remote", "add", "origin", "https://github.com/demo/lamp-post.git")
    (repository.root / ".github").symlink_to(home, target_is_directory=True)
    (repository.root / "factorio-release.yml").unlink()
    ran = run("init", cwd=repository.root, env=NOWHERE)
    assert (ran.returncode, ".github is a link" in ran.stderr) == (3, True)
    assert untouched(home)
    assert not (repository.root / "factorio-release.yml").exists()


def test_a_mod_in_a_linked_folder_is_not_edited_through_a_glob(repository: Any, home: Path) -> None:
    """Of a checkout: `mods/*` finds what a commit put there."""
    (home / "real").mkdir()
    (home / "real/info.json").write_text(BROKEN_INFO)
    (repository.root / "mods").mkdir()
    (repository.root / "mods/a").symlink_to(home / "real", target_is_directory=True)
    ran = run("check", "--fix", "mods/*", cwd=repository.root)
    assert (ran.returncode, "a is a link" in ran.stderr) == (3, True)
    assert (home / "real/info.json").read_text() == BROKEN_INFO


def test_a_mod_of_ones_own_behind_a_link_is_edited(tmp_path: Path, repository: Any) -> None:
    """As the game's mods folder often links to a developer's checkout."""
    repository.write("info.json", BROKEN_INFO)
    (tmp_path / "mods").mkdir()
    (tmp_path / "mods/lamp-post").symlink_to(repository.root, target_is_directory=True)
    run("check", "--fix", "lamp-post", cwd=tmp_path / "mods")
    assert json.loads((repository.root / "info.json").read_text())["name"] == "lamp-post"


@posix
def test_fix_on_a_full_disk_changes_nothing_and_says_so(repository: Any) -> None:
    repository.write("info.json", BROKEN_INFO)
    before = (repository.root / "info.json").read_bytes()
    ran = run("check", "--fix", cwd=repository.root, limit=60)
    assert ran.returncode == 3
    assert "info.json cannot be written: File too large" in ran.stderr
    assert "hint: free space on the disk" in ran.stderr
    assert "make it" not in ran.stderr
    assert (repository.root / "info.json").read_bytes() == before
    assert not list(repository.root.glob("*.part"))


@pytest.mark.parametrize("kind", ["link", "folder"])
def test_the_runners_files_are_not_followed_elsewhere(
    repository: Any, home: Path, tmp_path: Path, kind: str
) -> None:
    output, summary = tmp_path / "output", tmp_path / "summary"
    if kind == "link":
        output.symlink_to(home / ".profile")
        summary.symlink_to(home / ".profile")
    else:
        output.mkdir()
        summary.mkdir()
    env = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_OUTPUT": str(output),
        "GITHUB_STEP_SUMMARY": str(summary),
    }
    ran = run("check", cwd=repository.root, env=env)
    assert ran.returncode == 0
    assert ran.stderr.count("could not be written") == 2
    assert ran.stderr.count("is a link") == (2 if kind == "link" else 0)
    assert untouched(home)


def test_a_rehearsal_replaces_its_own_page_and_no_other(repository: Any) -> None:
    page = repository.root / "dist/lamp-post_page.html"
    page.parent.mkdir()
    page.write_text("<!DOCTYPE html>\n<p>the mod's own manual</p>\n")
    ran = run("rehearse", cwd=repository.root)
    assert (ran.returncode, "not a page of an earlier rehearsal" in ran.stderr) == (0, True)
    assert "manual" in page.read_text()
    page.unlink()
    for _ in range(2):
        assert "could not be written" not in run("rehearse", cwd=repository.root).stderr
        assert "Rehearsal" in page.read_text("utf-8")
