"""The options for the mod's page on the portal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factorio_release.mod_page import PAGE_FIELDS
from factorio_release.settings.kinds import (
    Choice,
    files,
    files_below,
    flag,
    globs,
    text,
    unknown,
    words,
)
from factorio_release.settings.option import option

if TYPE_CHECKING:
    from factorio_release.settings.kinds import Raw

SYNC_FIELDS: Final = tuple(one.option for one in PAGE_FIELDS.values())


def _sync(raw: Raw) -> tuple[str, ...]:
    """Return `auto` or `none` alone, or page fields."""
    names = tuple(dict.fromkeys(words(raw)))
    if names in {("auto",), ("none",)}:
        return names
    alone = [name for name in names if name in {"auto", "none"}]
    if alone:
        raise ValueError(
            f"{alone[0]} cannot be combined with other values; give it alone, or page fields"
        )
    wrong = unknown("the page field", names, SYNC_FIELDS)
    if wrong:
        raise ValueError("; ".join(wrong))
    return names


class PageOptions:
    """The mod's page: its fields, and how they are synced."""

    title: str | None = option(
        "title", text, None, "The page's title; default is info.json's.", "page"
    )
    summary: str | None = option(
        "summary", text, None, "The page's summary; default is info.json's description.", "page"
    )
    description: tuple[str, ...] | None = option(
        "description",
        files,
        None,
        "The Markdown file for the page's description, or several in order.",
        "page",
        metavar="FILE",
        is_list=True,
        file_parse=files_below,
    )
    faq: tuple[str, ...] | None = option(
        "faq",
        files,
        None,
        "The Markdown file for the page's FAQ, or several in order.",
        "page",
        metavar="FILE",
        is_list=True,
        file_parse=files_below,
    )
    category: str | None = option(
        "category", text, None, "The mod's category on the portal.", "page"
    )
    tags: tuple[str, ...] | None = option(
        "tags", words, None, "The mod's tags on the portal.", "page", is_list=True
    )
    license: str | None = option(
        "license", text, None, "The licence: a portal id, an SPDX name or custom_….", "page"
    )
    homepage: str | None = option(
        "homepage", text, None, "The page's homepage link.", "page", metavar="URL"
    )
    source_url: str | None = option(
        "source-url",
        text,
        None,
        "The page's link to the source; `auto` is the repository's own address.",
        "page",
        metavar="URL",
    )
    deprecated: bool | None = option(
        "deprecated", flag, None, "Whether the mod is marked as deprecated.", "page"
    )
    images: tuple[str, ...] | None = option(
        "images",
        globs,
        None,
        "The gallery: files and globs, in order.",
        "page",
        metavar="GLOBS",
        is_list=True,
    )
    prune_images: bool | None = option(
        "prune-images", flag, None, "Remove gallery images that are not in `images`.", "page"
    )
    markdown_images: str | None = option(
        "markdown-images",
        Choice(("url", "gallery")),
        None,
        "Where relative images of the description point: the repository's raw files, or the gallery.",
        "page",
    )
    strip_first_heading: bool | None = option(
        "strip-first-heading", flag, None, "Leave the first heading out of the description.", "page"
    )
    sync: tuple[str, ...] = option(
        "sync",
        _sync,
        ("auto",),
        "Page fields to sync: auto (what is declared), none, or a list.",
        "page",
        metavar="FIELDS",
        is_list=True,
    )
    sync_older: bool = option(
        "sync-older",
        flag,
        default=False,
        sentence="Sync the page also from a version that is lower than the highest one on the portal.",
        group="page",
    )
    page_failure: str = option(
        "page-failure",
        Choice(("fail", "warn")),
        "fail",
        "When the page update fails after the upload: `fail` the run, or `warn`.",
        "page",
    )
