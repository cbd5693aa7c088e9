"""A portal that shows accepted images late: the order of the gallery waits for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from factorio_release.apply.confirm import Confirmer
from factorio_release.apply.context import ApplyContext
from factorio_release.apply.outcome import Outcome
from factorio_release.apply.page import sync_images
from factorio_release.errors import AnswerUnclear
from factorio_release.live.models import LiveMod
from factorio_release.mod_page import GalleryImage, ModPage
from factorio_release.plan import Desired, OrderImages, Plan
from factorio_release.portal.retry import Retries
from factorio_release.portal.run_time import RunTime

if TYPE_CHECKING:
    from collections.abc import Sequence

A, B = (GalleryImage(letter * 40) for letter in "ab")


class Slow:
    """Reads that lag behind, and the writer of the order."""

    def __init__(self, *galleries: tuple[GalleryImage, ...] | None) -> None:
        self.galleries = list(galleries)
        self.orders: list[Sequence[str]] = []

    def fetch_once(self, name: str) -> LiveMod | None:
        images = self.galleries.pop(0) if len(self.galleries) > 1 else self.galleries[0]
        return None if images is None else LiveMod(name, ModPage(images=images))

    def retries(self) -> Retries:
        return Retries(0, RunTime())

    def edit_images(self, _mod: str, ids: Sequence[str]) -> None:
        self.orders.append(ids)


def ordered(portal: Slow, seconds: float) -> None:
    desired = Desired("lamp-post", None, ModPage(images=(A, B)))
    confirmer = Confirmer(portal, "lamp-post", seconds, RunTime(sleep=lambda _: None))  # type: ignore[arg-type]  # what is asked of a reader
    context = ApplyContext(desired, portal, confirmer, Outcome())  # type: ignore[arg-type]  # and of a writer
    sync_images(context, Plan("lamp-post", (OrderImages((B.id, A.id), (A.id, B.id)),)))


@pytest.mark.parametrize("first", [None, (), (B,)])
def test_the_order_waits_for_the_images(first: tuple[GalleryImage, ...] | None) -> None:
    portal = Slow(first, first, (B, A))
    ordered(portal, 3)
    assert portal.orders == [(A.id, B.id)]


def test_the_order_is_not_set_while_an_image_is_missing() -> None:
    """An id left out would be removed, and one that does not exist refused."""
    portal = Slow((B,))
    with pytest.raises(AnswerUnclear, match="its order was not set"):
        ordered(portal, 0.3)
    assert portal.orders == []
