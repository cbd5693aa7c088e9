"""The tools with which mods are released today, and how each shows itself: one table, read by all else here.

An entry is made of what its own documentation or source says; `source` is where. A fork of an action has the
same name below another owner and takes the same inputs.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NamedTuple


class Does(StrEnum):
    """What a step of a pipeline does that this program does as well."""

    SETUP = "installs the tool"
    CHECK = "checks the mod"
    PACKAGE = "packs the mod"
    UPLOAD = "uploads it to the mod portal"
    PAGE = "syncs the mod's page"
    VERSION = "sets the version or the date"
    COMMIT = "commits, tags and pushes"


class Mark(NamedTuple):
    """How a tool shows itself: a regular expression, and what a step does where it matches.

    `given` is an input of the action and its value, where the input decides what the action does.
    """

    pattern: str
    does: tuple[Does, ...]
    given: tuple[str, str] = ("", "")


class Shared(NamedTuple):
    """A workflow of another repository that jobs call: its address, and what it does.

    `secret` is the secret that it reads, where its callers pass all of theirs. `artifact` and
    `github_release`: what it does with the zip beside the upload.
    """

    pattern: str
    does: tuple[Does, ...]
    secret: str = ""
    artifact: bool = False
    github_release: bool = False


class Tool(NamedTuple):
    """A tool, and what is needed to put this program in its place.

    `actions` match the whole of `uses:` without its version, `commands` somewhere in a command line.
    `key_names` are its
    inputs and variables that hold the key; `zip_names` those that hold the path of the zip, and
    `folder_names` those that hold the folder of the mod. `leaves` are variables that it leaves to later
    steps, with this program's output for each. `tags_only`: it does nothing unless a tag was pushed.
    `by_password`: it logs in as a person, so that there is no key to take over. `steps` are what a shared
    workflow does beside the upload.
    """

    name: str
    title: str
    source: str
    actions: tuple[Mark, ...] = ()
    commands: tuple[Mark, ...] = ()
    key_names: tuple[str, ...] = ()
    zip_names: tuple[str, ...] = ()
    folder_names: tuple[str, ...] = ()
    leaves: tuple[tuple[str, str], ...] = ()
    tags_only: bool = False
    by_password: bool = False


_OWNER: Final = r"[\w.-]+/"
_GITHUB: Final = "https://github.com/"
_RELEASE: Final = (Does.PACKAGE, Does.UPLOAD)

FMTK: Final = Tool(
    "fmtk",
    "FMTK (factoriomod-debug)",
    f"{_GITHUB}justarandomgeek/vscode-factoriomod-debug",
    commands=(
        Mark(r"\bfmtk\s+upload\b", (Does.UPLOAD,)),
        Mark(r"\bfmtk\s+publish\b", (Does.VERSION, Does.COMMIT, *_RELEASE)),
        Mark(r"\bfmtk\s+package\b", (Does.PACKAGE,)),
        Mark(r"\bfmtk\s+details\b", (Does.PAGE,)),
        Mark(r"\bfmtk\s+(?:version|datestamp)\b", (Does.VERSION,)),
        Mark(r"\b(?:install|i|add|ci)\b.*\bfactoriomod-debug\b", (Does.SETUP,)),
    ),
    key_names=("FACTORIO_UPLOAD_API_KEY",),
)
BRUTALX: Final = Tool(
    "brutalx",
    "TheBrutalX/factorio-mod-uploader-action",
    f"{_GITHUB}TheBrutalX/factorio-mod-uploader-action",
    actions=tuple(
        Mark(f"{_OWNER}factorio-mod-uploader-action", does, ("action", word))
        for word, does in (
            ("validate", (Does.CHECK,)),
            ("compress", (Does.PACKAGE,)),
            ("upload", (Does.UPLOAD,)),
            ("process", _RELEASE),
        )
    ),
    key_names=("factorio-api-key", "FACTORIO_API_KEY"),
    zip_names=("zip-file",),
    folder_names=("mod-folder",),
    leaves=(("ZIP_FILE", "zip"), ("MOD_NAME", "mod"), ("MOD_VERSION", "version")),
)
PENGUIN: Final = Tool(
    "penguin-spy",
    "Penguin-Spy/factorio-mod-portal-publish",
    f"{_GITHUB}Penguin-Spy/factorio-mod-portal-publish",
    actions=(Mark("Penguin-Spy/factorio-mod-portal-publish", _RELEASE),),
    key_names=("factorio-api-key",),
    tags_only=True,
)
DANBKA: Final = Tool(
    "danbka33",
    "danbka33/factorio-mod-portal-publish",
    f"{_GITHUB}danbka33/factorio-mod-portal-publish",
    actions=(Mark("danbka33/factorio-mod-portal-publish", _RELEASE),),
    key_names=("FACTORIO_MOD_API_KEY",),
    tags_only=True,
)
SHANEMADDEN: Final = Tool(
    "shanemadden",
    "shanemadden/factorio-mod-portal-publish",
    f"{_GITHUB}shanemadden/factorio-mod-portal-publish",
    actions=(Mark("shanemadden/factorio-mod-portal-publish", _RELEASE),),
    tags_only=True,
    by_password=True,
)
PUBLISH_FORK: Final = Tool(
    "mod-portal-publish",
    "a fork of factorio-mod-portal-publish",
    f"{_GITHUB}shanemadden/factorio-mod-portal-publish",
    actions=(Mark(f"{_OWNER}factorio-mod-portal-publish", _RELEASE),),
    key_names=("factorio-api-key", "FACTORIO_MOD_API_KEY"),
    tags_only=True,
)
GEMIGNANI: Final = Tool(
    "mod-uploader",
    "henriquegemignani/factorio-mod-uploader",
    f"{_GITHUB}henriquegemignani/factorio-mod-uploader",
    actions=(Mark(f"{_OWNER}factorio-mod-uploader", (Does.UPLOAD,)),),
    key_names=("api_key",),
    zip_names=("zip_file",),
)
MCHANGRH: Final = Tool(
    "mod-upload",
    "mchangrh/factorio-mod-upload",
    f"{_GITHUB}mchangrh/factorio-mod-upload",
    actions=(Mark(f"{_OWNER}factorio-mod-upload", (Does.UPLOAD,)),),
    key_names=("FACTORIO_MODS_TOKEN",),
    zip_names=("FILENAME",),
)
ROANG: Final = Tool(
    "factorio-mod-package",
    "Roang-zero1/factorio-mod-actions",
    f"{_GITHUB}Roang-zero1/factorio-mod-actions",
    actions=(
        Mark(rf"{_OWNER}factorio-mod-portal-upload(?:-action)?", _RELEASE),
        Mark(rf"{_OWNER}factorio-(?:mod-create-package|mod-package)", (Does.PACKAGE,)),
    ),
    key_names=("FACTORIO_API_KEY",),
)
ROANG_RELEASE: Final = Tool(
    "factorio-create-release",
    "Roang-zero1/factorio-create-release-action",
    f"{_GITHUB}Roang-zero1/factorio-create-release-action",
    actions=(Mark("Roang-zero1/factorio-create-release-action", (Does.UPLOAD,)),),
    tags_only=True,
    by_password=True,
)
RELEASE_FORK: Final = Tool(
    "create-release-fork",
    "a fork of factorio-create-release-action",
    f"{_GITHUB}nicolas-lang/factorio-create-release-action",
    actions=(Mark(f"{_OWNER}factorio-create-release-action", (Does.UPLOAD,)),),
    key_names=("MOD_UPLOAD_API_KEY",),
    tags_only=True,
)
COOLINGFAN: Final = Tool(
    "factorio-mod-publish",
    "JohnTheCoolingFan/factorio-mod-publish",
    f"{_GITHUB}JohnTheCoolingFan/factorio-mod-publish",
    actions=(Mark(f"{_OWNER}factorio-mod-publish", (Does.UPLOAD,)),),
    key_names=("factorio_token",),
    zip_names=("mod_file",),
)
SEMANTIC: Final = Tool(
    "semantic-release",
    "semantic-release with semantic-release-factorio",
    f"{_GITHUB}fgardt/semantic-release-factorio",
    commands=(Mark(r"\bsemantic-release(?!-|/|@\d|@\^|@~)\b(?!.*\binstall\b)", ()),),
    key_names=("FACTORIO_TOKEN",),
)
# Workflows that an organisation shares. What they do was read in their own repositories; of any other one
# only its name is known.
SHARED_WORKFLOWS: Final = (
    Shared(
        r"pyanodon/pyanodontests/\.github/workflows/portal-upload\.yml",
        (Does.VERSION, Does.COMMIT, *_RELEASE),
        secret="FACTORIO_UPLOAD_TOKEN",  # noqa: S106 a name, not a password
        artifact=True,
    ),
    Shared(
        r"QuingKhaos/khaosci/\.github/workflows/release\.yml",
        (*_RELEASE, Does.PAGE),
        github_release=True,
    ),
    Shared(r".*/[^/]*(?:portal|factorio)[^/]*(?:upload|publish|release)[^/]*\.ya?ml", ()),
)
SHARED: Final = Tool(
    "shared-workflow",
    "a workflow of another repository",
    f"{_GITHUB}pyanodon/pyanodontests",
    key_names=("factorio-api-key",),
)
# The portal's own API, called by a script. Source: wiki.factorio.com, "Mod upload API". The old form login
# is what scripts did before there was an API.
BY_HAND: Final = Tool(
    "by-hand",
    "the portal's API by hand",
    "https://wiki.factorio.com/Mod_upload_API",
    commands=(
        Mark(
            r"\binit_upload\b|\binit_publish\b|/downloads/edit\b|mods-data\.factorio\.com/upload",
            (Does.UPLOAD,),
        ),
        Mark(r"/mods/edit_details\b|/mods/images/(?:add|edit)\b", (Does.PAGE,)),
    ),
    key_names=(
        "FACTORIO_MOD_API_KEY",
        "FACTORIO_API_KEY",
        "MOD_UPLOAD_API_KEY",
        "FACTORIO_UPLOAD_API_KEY",
        "FACTORIO_TOKEN",
        "FACTORIO_MOD_PORTAL_API_KEY",
        "FACTORIO_PORTAL_TOKEN",
    ),
)
# In the order in which they are compared: a fork after the action that it is a fork of.
TOOLS: Final = (
    FMTK,
    BRUTALX,
    PENGUIN,
    DANBKA,
    SHANEMADDEN,
    PUBLISH_FORK,
    GEMIGNANI,
    MCHANGRH,
    ROANG,
    ROANG_RELEASE,
    RELEASE_FORK,
    COOLINGFAN,
    SEMANTIC,
    SHARED,
    BY_HAND,
)
