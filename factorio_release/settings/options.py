"""Every option of the program, declared once; `sources` reads them from where they stand."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Final

from factorio_release.mod_page import DETAIL_FIELDS
from factorio_release.settings.option import (
    choice,
    count,
    flag,
    option,
    place_inside,
    portal_url,
    reasons,
    seconds,
    text,
    unknown,
    words,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from factorio_release.settings.option import (
        Option,
        Raw,
    )

MODES: Final = ("check", "build", "plan", "release", "page")
FORMATS: Final = ("text", "json", "github", "gitlab", "sarif", "junit")
PAGE_FIELDS: Final = (*(name.replace("_", "-") for name in DETAIL_FIELDS), "images")
KEY_VARIABLES: Final = ("FACTORIO_API_KEY", "FACTORIO_UPLOAD_API_KEY", "MOD_UPLOAD_API_KEY", "FACTORIO_TOKEN")


def _sync(raw: Raw) -> tuple[str, ...]:
    names = words(raw)
    if names in {("auto",), ("none",)}:
        return names
    wrong = unknown("the page field", names, dict.fromkeys(PAGE_FIELDS))
    if wrong:
        raise ValueError("; ".join(wrong))
    return names


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value was written: paths are relative to `root`; `file` and `line` are of a config file."""

    root: Path
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class CiSource:
    """What the CI says of the source: its `name` (`github`, …), the repository's address, the commit."""

    name: str = ""
    repository_url: str = ""
    commit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The options of one run for one mod, all valid; None is "not declared".

    `origins` tells, by field name, where each value was written that is not a default.
    """

    mode: str = option(
        "mode",
        choice(*MODES),
        "release",
        "What to do: check, build, plan, release or page.",
        "",
        choices=MODES,
        file_values=("check", "build", "plan"),
    )
    dry_run: bool = option(
        "dry-run",
        flag,
        default=False,
        text="Plan only: write nothing.",
        group="write",
        flag=True,
        file_values=("true",),
    )
    path: tuple[str, ...] = option(
        "path",
        words,
        (".",),
        "The mod's folder, a glob, or a built zip.",
        "",
        refused_in_file="which mods are released is decided by whoever starts the run",
        per_run=True,
    )
    config: str = option(
        "config",
        text,
        "",
        "The config file, instead of factorio-release.yml.",
        "common",
        metavar="FILE",
        refused_in_file="a config file cannot name another one",
        per_run=True,
    )
    api_key: str = option(
        "api-key",
        text,
        "",
        "The portal's API key; from a secret, never written in a file.",
        "",
        refused_in_file="the key is a secret and never stands in a file of the repository",
        per_run=True,
    )
    portal_url: str = option(
        "portal-url",
        portal_url,
        "https://mods.factorio.com",
        "The mod portal's address.",
        "portal",
        metavar="URL",
        refused_in_file="where the key is sent is decided by whoever starts the run",
        per_run=True,
    )
    output_dir: str = option(
        "output-dir",
        text,
        "dist",
        "The folder that receives the zip.",
        "package",
        metavar="DIR",
        file_parse=place_inside,
    )
    tag: str = option(
        "tag",
        text,
        "",
        "The tag being released; the CI's own unless given.",
        "check",
        refused_in_file="which tag is released is decided by whoever starts the run",
        per_run=True,
    )
    version_policy: str = option(
        "version-policy",
        choice("unused", "increasing"),
        "unused",
        "Whether a new version must only be unused, or higher than all others too.",
        "release",
        choices=("unused", "increasing"),
    )
    include: tuple[str, ...] = option(
        "include",
        words,
        (),
        "Globs of files to ship though git does not track them.",
        "package",
        metavar="GLOBS",
    )
    exclude: tuple[str, ...] = option(
        "exclude", words, (), "Globs of files that do not ship.", "package", metavar="GLOBS"
    )
    title: str | None = option("title", text, None, "The page's title; info.json's unless given.", "page")
    summary: str | None = option(
        "summary", text, None, "The page's summary; info.json's description unless given.", "page"
    )
    description: str | None = option(
        "description", text, None, "The Markdown file of the page's description.", "page", metavar="FILE"
    )
    faq: str | None = option(
        "faq", text, None, "The Markdown file of the page's FAQ.", "page", metavar="FILE"
    )
    category: str | None = option("category", text, None, "The mod's category on the portal.", "page")
    tags: tuple[str, ...] | None = option("tags", words, None, "The mod's tags on the portal.", "page")
    license: str | None = option(
        "license", text, None, "The licence: a portal id, an SPDX name or custom_….", "page"
    )
    homepage: str | None = option("homepage", text, None, "The page's homepage link.", "page", metavar="URL")
    source_url: str | None = option(
        "source-url",
        text,
        None,
        "The page's link to the source; `auto` is the repository's own address.",
        "page",
        metavar="URL",
    )
    deprecated: bool | None = option(
        "deprecated", flag, None, "Whether the mod is marked as deprecated.", "page", flag=True
    )
    images: tuple[str, ...] | None = option(
        "images", words, None, "The gallery: files and globs, in order.", "page", metavar="GLOBS"
    )
    prune_images: bool | None = option(
        "prune-images", flag, None, "Remove gallery images that are not among `images`.", "page", flag=True
    )
    markdown_images: str | None = option(
        "markdown-images",
        choice("url", "gallery"),
        None,
        "Where relative images of the description point: the repository's raw files, or the gallery.",
        "page",
        choices=("url", "gallery"),
    )
    strip_first_heading: bool | None = option(
        "strip-first-heading",
        flag,
        None,
        "Leave the first heading out of the description.",
        "page",
        flag=True,
    )
    sync: tuple[str, ...] = option(
        "sync",
        _sync,
        ("auto",),
        "Page fields to sync: auto (what is declared), none, or a list.",
        "page",
        metavar="FIELDS",
    )
    sync_older: bool = option(
        "sync-older",
        flag,
        default=False,
        text="Sync the page also from a version that is lower than the highest one on the portal.",
        group="page",
        flag=True,
    )
    page_failure: str = option(
        "page-failure",
        choice("fail", "warn"),
        "fail",
        "Whether a page that fails after a good release fails the run.",
        "page",
        choices=("fail", "warn"),
    )
    fail_on: str = option(
        "fail-on",
        choice("error", "warning"),
        "error",
        "The severity from which findings stop a run.",
        "check",
        choices=("error", "warning"),
    )
    ignore: Mapping[str, str] = option(
        "ignore",
        reasons,
        None,
        "Check codes to set aside, each with its reason.",
        "check",
        metavar="CODE:REASON",
    )
    compression: str = option(
        "compression",
        choice("fast", "default", "max"),
        "default",
        "How hard to compress: fast, default or max.",
        "package",
        choices=("fast", "default", "max"),
    )
    verify_timeout: float = option(
        "verify-timeout",
        seconds,
        120.0,
        "Seconds to wait for a write to show on the portal.",
        "release",
        metavar="SECONDS",
    )
    timeout: float = option(
        "timeout",
        seconds,
        60.0,
        "Seconds to wait for an answer; an upload gets more by its size.",
        "portal",
        metavar="SECONDS",
    )
    run_timeout: float = option(
        "run-timeout",
        seconds,
        3600.0,
        "Seconds that a run may spend on the portal in all; uploads get more by their size.",
        "portal",
        metavar="SECONDS",
        per_run=True,
    )
    retries: int = option(
        "retries", count, 5, "How often a request that may be repeated is repeated.", "portal", metavar="N"
    )
    report: str = option(
        "report",
        text,
        "",
        "Where to write the JSON report.",
        "common",
        metavar="FILE",
        file_parse=place_inside,
        per_run=True,
    )
    format: str = option(
        "format",
        choice(*FORMATS),
        "text",
        "The form of what is printed.",
        "common",
        choices=FORMATS,
        per_run=True,
    )
    origins: Mapping[str, Origin] = field(default_factory=dict)

    def is_from_file(self, name: str) -> bool:
        """Tell whether a config file gave the field its value."""
        origin = self.origins.get(name)
        return origin is not None and bool(origin.file)


OPTIONS: Final[dict[str, Option]] = {
    entry.metadata["option"].name: entry.metadata["option"]
    for entry in fields(Settings)
    if "option" in entry.metadata
}
