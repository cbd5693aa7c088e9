"""Every option of the program, declared once.

The command line, the inputs, the variables, the config file, its JSON Schema and README's table follow
from this declaration. `sources` reads the values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, NoReturn

from factorio_release.mod_page import PAGE_FIELDS
from factorio_release.settings.option import (
    Choice,
    Option,
    count,
    files,
    files_below,
    flag,
    game_version,
    globs,
    mebibytes,
    mirror_url,
    mod_sets,
    option,
    place_inside,
    portal_url,
    reasons,
    seconds,
    sha256,
    text,
    ticks,
    unknown,
    words,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from factorio_release.settings.option import Raw

MODES: Final = ("check", "build", "plan", "release", "page")
FORMATS: Final = ("text", "json", "markdown", "github", "gitlab", "sarif", "junit")
# In a CI these are written into the output folder, also where no option asks for a report.
REPORT_FILE: Final = "factorio-release-report.json"
SUMMARY_FILE: Final = "factorio-release-summary.md"
# What a load in the game leaves in the output folder: behind the name and the version of the mod.
GAME_LOG_END: Final = "-game.log"
MOD_TESTS_END: Final = "-tests.xml"
GAME_FILES: Final = (f"*_*{GAME_LOG_END}", f"*_*{MOD_TESTS_END}")
DOTENV_FILE: Final = (
    "factorio-release.env"  # the outputs in GitLab CI, in the folder of the project
)
SYNC_FIELDS: Final = tuple(one.option for one in PAGE_FIELDS.values())
# In front of a check code: how `Settings.origins` names the reason for ignoring it.
IGNORED_CODE: Final = "ignore."
LOADS: Final = ("off", "emulated", "game", "both")
KEY_VARIABLES: Final = (
    "FACTORIO_API_KEY",
    "FACTORIO_UPLOAD_API_KEY",
    "MOD_UPLOAD_API_KEY",
    "FACTORIO_TOKEN",
)


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


# Named tuples: every start defines them, and a dataclass takes 0.5 ms where a named tuple takes 0.1.
class Origin(NamedTuple):
    """Where a value was written: `file` and `line` of a config file, empty and 0 for another source.

    Paths in the value are relative to `root`.
    """

    root: Path
    file: str = ""
    line: int = 0

    @property
    def place(self) -> str:
        """`FILE:LINE` for messages, empty where the value is not from a config file."""
        return f"{self.file}:{self.line}" if self.file else ""

    @property
    def prefix(self) -> str:
        """The place as the beginning of a message, empty where the value is not from a config file."""
        return f"{self.place}: " if self.file else ""


class CiSource(NamedTuple):
    """What the CI says of the source: its `name` (`github`, …), the repository's address, the commit."""

    name: str = ""
    repository_url: str = ""
    commit: str = ""


class Settings:
    """The options of one run for one mod, all valid and never changed. None means "not declared".

    On the class, each attribute is its `Option`. `origins` has, by field name, the origin of each value that
    is not a default, and by `ignore.CODE` of each code under `ignore`. No dataclass: making one with so many
    fields is a tenth of a start.
    """

    mode: str = option(
        "mode",
        Choice(MODES),
        "release",
        "What to do: check, build, plan, release or page.",
        "",
        file_values=("check", "build", "plan"),
    )
    dry_run: bool = option(
        "dry-run",
        flag,
        default=False,
        sentence="Only show the plan; write nothing.",
        group="write",
        file_values=("true",),
    )
    path: tuple[str, ...] = option(
        "path",
        words,
        (".",),
        "The mod's folder, a glob, or a built zip.",
        "",
        is_list=True,
        refused_in_file="which mods are released is decided by whoever starts the run",
        per_run=True,
    )
    config: str = option(
        "config",
        text,
        "",
        "The config file to use instead of factorio-release.yml.",
        "common",
        metavar="FILE",
        refused_in_file="a config file cannot name another one",
        per_run=True,
    )
    api_key: str = option(
        "api-key",
        text,
        "",
        "The portal's API key. Take it from a secret; never write it in a file.",
        "",
        refused_in_file="the key is a secret and never belongs in a file of the repository",
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
        "The folder for the zip.",
        "package",
        metavar="DIR",
        file_parse=place_inside,
    )
    tag: str = option(
        "tag",
        text,
        "",
        "The tag that is released; default is the CI's tag.",
        "check",
        refused_in_file="which tag is released is decided by whoever starts the run",
        per_run=True,
    )
    version_policy: str = option(
        "version-policy",
        Choice(("unused", "increasing")),
        "unused",
        "Which new versions are allowed: `unused` (any free version) or `increasing` (higher than all).",
        "release",
    )
    if_exists: str | None = option(
        "if-exists",
        Choice(("fail", "skip")),
        None,
        "When the version is out with other content: `fail`, or `skip` the release; default by event.",
        "release",
    )
    release_branches: tuple[str, ...] = option(
        "release-branches",
        words,
        (),
        "Globs of the branches that release in a CI; default is the repository's default branch.",
        "release",
        metavar="GLOBS",
        is_list=True,
        refused_in_file="which branches write to the portal is decided by whoever starts the run",
        per_run=True,
    )
    first_publish: bool = option(
        "first-publish",
        flag,
        default=False,
        sentence="Also let a push or a schedule publish a mod that the portal does not have yet.",
        group="release",
        refused_in_file="whether a new mod becomes public is decided by whoever starts the run",
        per_run=True,
    )
    yes: bool = option(
        "yes",
        flag,
        default=False,
        sentence="Write without asking first, and in a CI that does not say what started the job.",
        group="write",
        refused_in_file="whether a run may write is decided by whoever starts the run",
        per_run=True,
    )
    out: str = option(
        "out",
        text,
        "",
        "With `plan`: also write the plan into this file, for an approval and a release later.",
        "plan-out",
        metavar="FILE",
        refused_in_file="where the plan goes is decided by whoever starts the run",
        per_run=True,
    )
    plan: str = option(
        "plan",
        text,
        "",
        "With `release`: carry out the plan in this file, if the portal is as the plan saw it.",
        "approved",
        metavar="FILE",
        refused_in_file="which plan is carried out is decided by whoever starts the run",
        per_run=True,
    )
    plan_sha256: str = option(
        "plan-sha256",
        sha256,
        "",
        "The SHA-256 of the file that `plan` names; with any other one nothing is released.",
        "approved",
        metavar="HEX",
        refused_in_file="which plan is carried out is decided by whoever starts the run",
        per_run=True,
    )
    include: tuple[str, ...] = option(
        "include",
        globs,
        (),
        "Globs of files to pack although git does not track them.",
        "package",
        metavar="GLOBS",
        is_list=True,
    )
    exclude: tuple[str, ...] = option(
        "exclude",
        globs,
        (),
        "Globs of files that are not packed.",
        "package",
        metavar="GLOBS",
        is_list=True,
    )
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
    fail_on: str = option(
        "fail-on",
        Choice(("error", "warning")),
        "error",
        "The lowest severity of findings that stops a run.",
        "check",
    )
    ignore: Mapping[str, str] = option(
        "ignore",
        reasons,
        None,
        "Check codes to ignore, each with its reason.",
        "check",
        metavar="CODE:REASON",
        is_list=True,
    )
    compression: str = option(
        "compression",
        Choice(("fast", "default", "max")),
        "default",
        "How strongly to compress: fast, default or max.",
        "package",
    )
    verify_timeout: float = option(
        "verify-timeout",
        seconds,
        120.0,
        "Seconds to wait until a write is visible on the portal.",
        "release",
        metavar="SECONDS",
    )
    timeout: float = option(
        "timeout",
        seconds,
        60.0,
        "Seconds to wait for an answer of the portal; an upload gets more by its size.",
        "portal",
        metavar="SECONDS",
    )
    run_timeout: float = option(
        "run-timeout",
        seconds,
        3600.0,
        "Seconds that a whole run may spend on the portal; uploads get more by their size.",
        "portal",
        metavar="SECONDS",
        per_run=True,
    )
    retries: int = option(
        "retries",
        count,
        5,
        "How often a failed request is repeated, where repeating it is safe.",
        "portal",
        metavar="N",
    )
    load: str = option(
        "load",
        Choice(LOADS),
        "emulated",
        "Load the package before a write: `emulated` (without the game), `game`, `both`, `off`.",
        "load",
        file_values=("off", "emulated"),
    )
    game_version: str = option(
        "game-version",
        game_version,
        "auto",
        "The game's version for a load; `auto` is the newest that the mod is for.",
        "load",
        metavar="VERSION",
    )
    load_with: tuple[str, ...] = option(
        "load-with",
        mod_sets,
        ("required", "optional"),
        "The sets of mods to load it with: `required`, `optional` (also optional ones that are at hand), "
        "`all` (also those to download), or mods as A+B.",
        "load",
        metavar="SETS",
        is_list=True,
    )
    mods_folder: str = option(
        "mods-folder",
        text,
        "",
        "A folder with mods that it needs, such as the game's own; it is only read.",
        "load",
        metavar="DIR",
        refused_in_file="which folder of the machine is read is decided by whoever starts the run",
        per_run=True,
    )
    username: str = option(
        "username",
        text,
        "",
        "The account whose service token fetches required mods from the portal.",
        "account",
        metavar="NAME",
        refused_in_file="the account is chosen by whoever starts the run",
        per_run=True,
    )
    service_token: str = option(
        "service-token",
        text,
        "",
        "The account's service token. Take it from a secret; never write it in a file.",
        "",
        refused_in_file="the token is a secret and never belongs in a file of the repository",
        per_run=True,
    )
    load_timeout: float = option(
        "load-timeout",
        seconds,
        60.0,
        "Seconds of processor time for one load.",
        "load",
        metavar="SECONDS",
        refused_in_file="how much a load may take is decided by whoever starts the run",
        per_run=True,
    )
    load_memory: int = option(
        "load-memory",
        mebibytes,
        512,
        "Memory for the Lua of one load, in MiB.",
        "load",
        metavar="MIB",
        refused_in_file="how much a load may take is decided by whoever starts the run",
        per_run=True,
    )
    cache_dir: str = option(
        "cache-dir",
        text,
        "",
        "The folder for what loads fetch; default is in the user's cache folder.",
        "cache",
        metavar="DIR",
        refused_in_file="where the program keeps what it fetches is decided by whoever starts the run",
        per_run=True,
    )
    game_data_url: str = option(
        "game-data-url",
        mirror_url,
        "https://github.com/wube/factorio-data",
        "The address of the game's public data, or of a mirror.",
        "load",
        metavar="URL",
        refused_in_file="what is run is decided by whoever starts the run",
        per_run=True,
    )
    game_api_url: str = option(
        "game-api-url",
        mirror_url,
        "https://lua-api.factorio.com",
        "The address of the game's API documents, or of a mirror.",
        "load",
        metavar="URL",
        refused_in_file="what is fetched is decided by whoever starts the run",
        per_run=True,
    )
    game_path: str = option(
        "game-path",
        text,
        "",
        "An installation of the game for `load: game`; default is the headless build, which is fetched.",
        "load",
        metavar="DIR",
        refused_in_file="which program is started is decided by whoever starts the run",
        per_run=True,
    )
    game_ticks: int = option(
        "game-ticks",
        ticks,
        600,
        "How many ticks the game runs a new map with the mod; 60 are a second, 0 runs none.",
        "load",
        metavar="N",
    )
    game_timeout: float = option(
        "game-timeout",
        seconds,
        600.0,
        "Seconds for one start of the game.",
        "load",
        metavar="SECONDS",
        refused_in_file="how much a load may take is decided by whoever starts the run",
        per_run=True,
    )
    game_memory: int = option(
        "game-memory",
        mebibytes,
        8192,
        "Memory for the game, in MiB.",
        "load",
        metavar="MIB",
        refused_in_file="how much a load may take is decided by whoever starts the run",
        per_run=True,
    )
    game_url: str = option(
        "game-url",
        mirror_url,
        "https://factorio.com",
        "The address of the game's releases, or of a mirror.",
        "load",
        metavar="URL",
        refused_in_file="which program is started is decided by whoever starts the run",
        per_run=True,
    )
    report: str = option(
        "report",
        text,
        "",
        "The path of the JSON report.",
        "common",
        metavar="FILE",
        file_parse=place_inside,
        per_run=True,
    )
    format: str = option(
        "format",
        Choice(FORMATS),
        "text",
        "The format of the printed result.",
        "common",
        per_run=True,
    )
    origins: Mapping[str, Origin]

    def __init__(self, *, origins: Mapping[str, Origin] | None = None, **values: Any) -> None:
        strange = values.keys() - _DEFAULTS.keys()
        if strange:
            raise TypeError(f"Settings has no {', '.join(sorted(strange))}")
        vars(self).update(_DEFAULTS, **values, origins=origins or {})

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{name} cannot be set; make other Settings")

    def is_from_file(self, name: str) -> bool:
        """Return whether a config file gave the field its value."""
        origin = self.origins.get(name)
        return origin is not None and bool(origin.file)


OPTIONS: Final[dict[str, Option]] = {
    one.name: one for one in vars(Settings).values() if isinstance(one, Option)
}
_DEFAULTS: Final = {one.field: one.default for one in OPTIONS.values()}
