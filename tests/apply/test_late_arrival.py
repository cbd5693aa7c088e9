"""A portal so slow that it acts after everybody gave it up: still one release, and no picture twice."""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING, Any

import pytest

from factorio_release.local_portal import Fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from factorio_release.local_portal import LocalPortal


class Late:
    """Holds one request until it is let through, long after its client has given it up."""

    def __init__(self, portal: LocalPortal, endpoint: str, *, until_looked_for: bool) -> None:
        self._held, self._free = Event(), Event()
        nth = 1 if endpoint != "edit_details" else 2
        portal.add_fault(Fault(endpoint, "call", nth=nth, callback=self._hold))
        if until_looked_for:
            portal.add_fault(Fault("mod_full", "call", count=0, callback=self._look))

    def _hold(self, _record: object) -> None:
        self._held.set()
        self._free.wait()

    def _look(self, _record: object) -> None:
        if self._held.is_set():
            self._free.set()

    def arrives(self, portal: LocalPortal) -> None:
        self._free.set()
        portal.wait_until_idle()


@pytest.fixture
def release(
    program: Any, repository: Any, portal: LocalPortal, key: str, picture: Any
) -> Callable[..., Any]:
    repository.config |= {"tags": ["trains"], "images": ["b.png", "a.png"]}
    for shade, name in enumerate("ab", 1):
        repository.write(f"{name}.png", picture(shade * 50))
    repository.save()

    def run(verify_timeout: str) -> Any:
        options = ("--timeout", "3", "--retries", "3", "--portal-url", portal.url)
        patience = ("--verify-timeout", verify_timeout)
        arguments = ("release", str(repository.root), "--yes", *options, *patience)
        return program(*arguments, env={"FACTORIO_API_KEY": key})

    return run


def assert_complete(portal: LocalPortal) -> None:
    mod = portal.state.find("lamp-post")
    assert [release.version for release in mod.releases] == ["1.0.0"]
    assert len({image.id for image in mod.images}) == len(mod.images) == 2
    assert mod.tags == ["trains"]
    assert [record for record in portal.log if record.fault]


@pytest.mark.parametrize("endpoint", ["edit_details", "images_edit"])
def test_an_edit_that_arrives_after_it_was_repeated(
    release: Any, portal: LocalPortal, picture: Any, endpoint: str
) -> None:
    if endpoint == "images_edit":
        portal.seed_mod("lamp-post", images=[picture(50), picture(100)], category="utilities")
    late = Late(portal, endpoint, until_looked_for=False)
    ran = release("0.2")
    late.arrives(portal)
    assert ran.code == 0, ran.out + ran.err
    assert_complete(portal)
    again = release("0.2")
    assert (again.code, again.mod["status"]) == (0, "unchanged")


@pytest.mark.parametrize("endpoint", ["finish_publish", "finish_image"])
@pytest.mark.parametrize("verify_timeout", ["0.2", "60"])
def test_an_upload_that_arrives_late_is_waited_for_and_not_repeated(
    release: Any, portal: LocalPortal, endpoint: str, verify_timeout: str
) -> None:
    late = Late(portal, endpoint, until_looked_for=verify_timeout != "0.2")
    ran = release(verify_timeout)
    late.arrives(portal)
    assert ran.code == (5 if verify_timeout == "0.2" else 0), ran.out + ran.err
    assert [record.endpoint for record in portal.log].count(endpoint) <= 2
    assert ran.code == 0 or "not known" in ran.mod["error"]
    again = release("60")
    assert (again.code, again.mod["status"]) == (0, "unchanged" if ran.code == 0 else "updated")
    uploaded = [file.sha1 for record in portal.log for file in record.files.values()]
    assert len(uploaded) == len(set(uploaded)) == 3
    assert_complete(portal)
