"""A portal so slow that it acts after everybody gave it up: still one release, and no picture twice."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from factorio_release.local_portal import Fault

if TYPE_CHECKING:
    from factorio_release.local_portal import LocalPortal


@pytest.mark.parametrize("endpoint", ["finish_publish", "finish_image", "edit_details", "images_edit"])
def test_a_write_that_arrives_after_it_was_repeated(  # noqa: PLR0917 fixtures
    program: Any, repository: Any, portal: LocalPortal, key: str, picture: Any, endpoint: str
) -> None:
    repository.config |= {"tags": ["trains"], "images": ["b.png", "a.png"]}
    for shade, name in enumerate("ab", 1):
        repository.write(f"{name}.png", picture(shade * 50))
    repository.save()
    if endpoint == "images_edit":
        portal.seed_mod("lamp-post", images=[picture(50), picture(100)], category="utilities")
    nth = 1 if endpoint != "edit_details" else 2
    portal.add_fault(Fault(endpoint, "call", nth=nth, callback=lambda _: time.sleep(2)))
    options = ("--timeout", "0.8", "--verify-timeout", "0.2", "--retries", "3", "--portal-url", portal.url)
    ran = program("release", str(repository.root), "--yes", *options, env={"FACTORIO_API_KEY": key})
    portal.wait_until_idle()
    assert ran.code == 0, ran.out + ran.err
    mod = portal.state.find("lamp-post")
    assert [release.version for release in mod.releases] == ["1.0.0"]
    assert len({image.id for image in mod.images}) == len(mod.images) == 2
    assert mod.tags == ["trains"]
    late = [record for record in portal.log if record.fault]
    assert late
    again = program("release", str(repository.root), "--yes", *options, env={"FACTORIO_API_KEY": key})
    assert (again.code, again.mod["status"]) == (0, "unchanged")
