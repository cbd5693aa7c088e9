"""What reading a declared page results in; apart from the reading, which every start would have to import."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.mod_page import ModPage

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from factorio_release.findings import Finding
    from factorio_release.page.source_urls import SourceUrls


class DesiredPage(NamedTuple):
    """The page to be public.

    `prune`: images of the live gallery that are not in `page.images` are removed. `ordered`: the images
    were declared in an order; without it they come from Markdown alone, and their order does not matter.
    The texts may refer to gallery images (`image_references`). `source` is the tag or commit that their
    links are pinned to. `files` are the files on disk that all this was read from, the config file apart.
    `pictures` has the address of each image that the repository has on its forge, by id.
    """

    page: ModPage = ModPage()
    prune: bool = False
    ordered: bool = False
    source: SourceUrls | None = None
    findings: tuple[Finding, ...] = ()
    files: tuple[Path, ...] = ()
    pictures: Mapping[str, str] = MappingProxyType({})


NO_PAGE: Final = DesiredPage()  # nothing is declared: the live page is left alone
