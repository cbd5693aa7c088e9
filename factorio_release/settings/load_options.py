"""The options for loads: without the game, and in the game itself."""

from __future__ import annotations

from typing import Final

from factorio_release.settings.kinds import (
    Choice,
    game_version,
    mebibytes,
    mirror_url,
    mod_sets,
    seconds,
    text,
    ticks,
)
from factorio_release.settings.option import option

LOADS: Final = ("off", "emulated", "game", "both")


class LoadOptions:
    """Which packages are loaded with which mods, from where the game comes, and how much a load may take."""

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
