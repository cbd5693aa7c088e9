"""Pictures are read from the portal's own servers alone, within bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from factorio_release.local_portal import LocalPortal, parse_fault
from factorio_release.portal.pictures import PictureReader
from factorio_release.portal.transport import Transport

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def address(portal: LocalPortal, picture: Callable[..., bytes]) -> str:
    """The address of a picture on the portal."""
    mod = portal.seed_mod("lamp-post", images=[picture(1)])
    return f"{portal.url}/assets/{mod.images[0].id}.png"


def test_a_picture_of_the_portal(
    portal: LocalPortal, address: str, picture: Callable[..., bytes]
) -> None:
    reader = PictureReader(Transport(), portal.url)
    assert reader.read(address) == picture(1)
    assert reader.read(f"{portal.url}/assets/{'0' * 40}.png") is None
    assert reader.read(address) == picture(1)  # a missing one says nothing of the others


@pytest.mark.parametrize(
    "form", ["{other}/assets/x.png", "//{host}/x.png", "file:///etc/passwd", "x"]
)
def test_nobody_else_is_asked(portal: LocalPortal, form: str) -> None:
    with LocalPortal() as other:
        url = form.format(other=other.url, host=other.url.partition("//")[2])
        assert PictureReader(Transport(), portal.url).read(url) is None
        assert other.log == []


@pytest.mark.parametrize(
    "url",
    [
        "https://mods.factorio.com.example.org/x.png",
        "https://mods.factorio.com@127.0.0.1/x.png",
        "http://mods.factorio.com/x.png",
        "https://mods.factorio.com:8443/x.png",
        "http://[::1/x.png",
    ],
)
def test_an_address_that_only_looks_like_the_portal(url: str) -> None:
    asked = []
    transport = Transport(observe=lambda request, *_: asked.append(request.url))
    assert PictureReader(transport, "https://mods.factorio.com").read(url) is None
    assert asked == []


def test_the_public_portal_keeps_its_pictures_elsewhere() -> None:
    reader = PictureReader(Transport(), "https://mods.factorio.com")
    assert reader.base_url == "https://assets-mod.factorio.com"


def test_bounds(portal: LocalPortal, address: str, picture: Callable[..., bytes]) -> None:
    size = len(picture(1))
    reader = PictureReader(Transport(), portal.url, pictures=2)
    assert [reader.read(address) is None for _ in range(3)] == [False, False, True]
    assert len(portal.log) == 2
    reader = PictureReader(Transport(), portal.url, size=2 * size - 1)
    assert [reader.read(address) is None for _ in range(2)] == [False, True]


def test_after_a_failure_no_further_picture_is_waited_for(
    portal: LocalPortal, address: str
) -> None:
    portal.add_fault(parse_fault("asset:drop"))
    reader = PictureReader(Transport(), portal.url)
    assert [reader.read(address) for _ in range(3)] == [None] * 3
    assert len(portal.log) == 1
