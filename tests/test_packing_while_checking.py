"""The package is made while the mod is checked; what fails is told once, and leaves no package."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from factorio_release.archive.packing import cores
from factorio_release.pipeline import Job, run_mods
from factorio_release.settings.options import CiSource
from factorio_release.settings.sources import Sources, find_config, read_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from factorio_release.report.model import ModReport

PATIENCE_SECONDS = 300


class Watched(tuple[str, ...]):  # noqa: SLOT001 it has an attribute
    """Secrets to search for: each time that a check asks for them, it is told to `asked`."""

    asked: Callable[[], object] = staticmethod(lambda: None)

    def __iter__(self) -> Iterator[str]:
        self.asked()
        return super().__iter__()


@pytest.fixture
def build(repository: Any, tmp_path: Path) -> Callable[..., ModReport]:
    """Builds the mod; `asked` is called in the middle of its checks."""

    def run(asked: Callable[[], object] = lambda: None, mode: str = "build") -> ModReport:
        root = repository.root
        options = {"output-dir": str(tmp_path / "new" / "dist")}
        settings = read_settings(Sources(options, {}, {}), find_config((root,)), root)
        secrets = Watched(("canary",))
        secrets.asked = asked
        job = Job(root, "lamp-post", settings, mode, CiSource("none", "", ""), secrets=secrets)

        def no_portal(_job: Job) -> Any:
            raise AssertionError("a build asks no portal")

        return run_mods([job], no_portal).mods[0]

    return run


@pytest.mark.skipif(cores() == 1, reason="one core")
def test_both_at_once(build: Callable[..., ModReport]) -> None:
    seen: list[str] = []

    def packing() -> None:
        end = time.monotonic() + PATIENCE_SECONDS
        while not seen and time.monotonic() < end:
            seen.extend(one.name for one in threading.enumerate() if "packing" in one.name)

    report = build(packing)
    assert (report.exit_code, report.error) == (0, "")
    assert report.package
    assert report.package.path.is_file()
    assert seen


def test_findings_leave_no_package(
    build: Callable[..., ModReport], repository: Any, tmp_path: Path
) -> None:
    repository.write("control.lua", "local x = = 1\n")
    repository.save()
    report = build()
    assert (report.exit_code, report.error, report.package) == (3, "", None)
    assert {finding.severity for finding in report.findings} == {"error"}
    assert not (tmp_path / "new").exists()
    assert not [one for one in threading.enumerate() if "packing" in one.name]


def test_a_file_that_goes_away_is_told_once(
    build: Callable[..., ModReport], repository: Any, tmp_path: Path
) -> None:
    """Whether check or packaging notices it first."""
    path = repository.root / "control.lua"
    report = build(lambda: path.unlink(missing_ok=True))
    assert report.exit_code == 3
    assert report.error.count("control.lua") == 1
    assert not (tmp_path / "new" / "dist" / "lamp-post_1.0.0.zip").exists()


def test_an_output_folder_that_is_a_file(
    build: Callable[..., ModReport], repository: Any, tmp_path: Path
) -> None:
    (tmp_path / "new").write_text("")
    report = build()
    assert report.exit_code == 3
    assert "lamp-post_1.0.0.zip cannot be written" in report.error
    repository.write("control.lua", "local x = = 1\n")
    assert build().error == ""  # the findings come first


def test_a_check_packs_nothing(build: Callable[..., ModReport], tmp_path: Path) -> None:
    seen: list[str] = []
    build(lambda: seen.extend(one.name for one in threading.enumerate()), mode="check")
    assert seen
    assert not [name for name in seen if "packing" in name]
    assert not (tmp_path / "new").exists()
