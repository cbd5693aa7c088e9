"""What the portal's own forms are is learnt from what was sent and shown, and from nothing else."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import pytest

from factorio_release.local_portal import Fault, parse_fault

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from factorio_release.local_portal import LocalPortal


@pytest.fixture
def release(
    program: Any, portal: LocalPortal, repository: Any, key: str, tmp_path: Path
) -> Callable[..., Any]:
    """Release the mod with a memory of its own."""

    def run(verify: str = "20") -> Any:
        options = ("--portal-url", portal.url, "--verify-timeout", verify, "--retries", "1")
        env = {"FACTORIO_API_KEY": key, "XDG_CACHE_HOME": str(tmp_path / "cache")}
        return program("release", str(repository.root), "--yes", *options, env=env)

    return run


def test_an_order_that_was_not_sent_is_not_learnt(
    release: Any, portal: LocalPortal, repository: Any, picture: Any
) -> None:
    """An image of an earlier run shows late: the order waits for it, and the next run sets it."""
    portal.seed_mod("lamp-post", images=[picture(50), picture(100)], category="utilities")
    repository.config |= {"tags": ["trains"], "images": ["b.png", "c.png"], "prune-images": "true"}
    for shade, name in ((100, "b"), (150, "c")):
        repository.write(f"{name}.png", picture(shade))
    repository.save()
    for fault in ("finish_image:after-drop", "finish_image:lag:reads=100000"):
        portal.add_fault(parse_fault(fault))
    assert release(verify="0.3").code == 5
    repository.config["tags"] = ["power"]
    repository.save()
    portal.add_fault(Fault("edit_details", "call", nth=2, callback=lambda _: portal.show_all()))
    second = release(verify="0.3")
    assert "order of its own" not in second.out
    third = release()
    assert third.code == 0, third.out
    shown = [image.id for image in portal.state.mods["lamp-post"].images]
    assert shown == [hashlib.sha1(picture(shade)).hexdigest() for shade in (100, 150)]
    assert release().mod["status"] == "unchanged"
