"""What goes wrong on this side after the release is public: the report still tells what is."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import pytest

from factorio_release import __version__
from factorio_release.pipeline import Job, run_mods
from factorio_release.portal.reader import PortalReader
from factorio_release.portal.transport import Transport
from factorio_release.portal.writer import PortalWriter
from factorio_release.settings.options import CiSource
from factorio_release.settings.sources import Sources, read_settings

if TYPE_CHECKING:
    from pathlib import Path

    from factorio_release.disk.upload_content import UploadContent
    from factorio_release.local_portal import LocalPortal
    from factorio_release.report.model import ModReport, Report
    from tests.conftest import ModRepository


@pytest.fixture
def job(
    repository: ModRepository, picture: Any, portal: LocalPortal, tmp_path: Path
) -> dict[str, Any]:
    repository.config |= {"tags": ["trains"], "images": ["a.png"]}
    repository.write("a.png", picture(50))
    repository.save()
    options = {
        "portal-url": portal.url,
        "output-dir": str(tmp_path / "dist"),
        "verify-timeout": "1",
    }
    config = repository.root / "factorio-release.yml"
    settings = read_settings(Sources(options, {}, {}), config, repository.root)
    said: list[str] = []
    return {
        "path": repository.root,
        "folder": "lamp-post",
        "settings": settings,
        "mode": "release",
        "ci": CiSource(),
        "say": said.append,
    }


def sides(
    portal: LocalPortal, key: str, kind: type[PortalWriter] = PortalWriter
) -> tuple[Any, Any]:
    transport = Transport(10)
    return PortalReader(transport, portal.url, 1), kind(transport, portal.url, key, retries=1)


def run(job: Job, clients: tuple[Any, Any], **more: Any) -> ModReport:
    (mod,) = run_mods([job], lambda _job: clients, **more).mods
    return mod


def test_a_file_that_is_deleted_after_the_plan_is_still_sent(
    job: dict[str, Any], repository: ModRepository, portal: LocalPortal, key: str, tmp_path: Path
) -> None:
    picture = (repository.root / "a.png").read_bytes()

    def confirm(_report: Report) -> bool:
        (repository.root / "a.png").unlink()
        (tmp_path / "dist" / "lamp-post_1.0.0.zip").unlink()
        return True

    report = run(Job(**job), sides(portal, key), confirm=confirm)
    assert (report.exit_code, report.status, report.changed) == (0, "published", True)
    assert [warning for warning in report.warnings if "lamp-post_1.0.0.zip" in warning]
    mod = portal.state.find("lamp-post")
    assert [release.sha1 for release in mod.releases] == [
        report.package.sha1 if report.package else ""
    ]
    assert [image.id for image in mod.images] == [
        hashlib.sha1(picture, usedforsecurity=False).hexdigest()
    ]


class Exchanged(PortalWriter):
    """A writer whose pictures are not the planned ones any more."""

    def finish_image(self, upload_url: str, image: UploadContent, *more: Any) -> str:
        return super().finish_image(upload_url, image._replace(sha1="0" * 40), *more)


def test_an_image_that_changed_since_the_plan_is_not_sent(
    job: dict[str, Any], portal: LocalPortal, key: str
) -> None:
    report = run(Job(**job), sides(portal, key, Exchanged))
    assert (report.exit_code, report.status, report.changed) == (3, "failed", True)
    assert "a.png changed" in report.error
    steps = {str(step.name): step.status for step in report.steps}
    assert (steps["release"], steps["images"], steps["details"]) == ("done", "failed", "done")
    mod = portal.state.find("lamp-post")
    assert (mod.tags, mod.images) == (["trains"], [])


class Buggy(PortalWriter):
    """A writer with a mistake of ours in the last step."""

    def edit_details(self, *_: Any) -> None:
        raise RuntimeError("a mistake in this program")


def test_a_bug_after_the_release(job: dict[str, Any], portal: LocalPortal, key: str) -> None:
    said = job["say"].__self__
    report = run(Job(**job, command=lambda: "factorio-release release"), sides(portal, key, Buggy))
    assert (report.exit_code, report.status, report.changed) == (1, "failed", True)
    assert (
        "this is a bug of factorio-release: RuntimeError: a mistake in this program" in report.error
    )
    assert "report it" in report.hint
    assert any("Traceback" in line for line in said)
    assert any(
        line.startswith(f"factorio-release {__version__}, Python 3") and "git version" in line
        for line in said
    )
    assert said[-1] == "command: factorio-release release"
    assert {str(step.name): step.status for step in report.steps}["release"] == "done"
    assert portal.state.find("lamp-post").release_of("1.0.0")
    assert run(Job(**job), sides(portal, key)).exit_code == 0
