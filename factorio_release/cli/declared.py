"""The commands: what each does, which options it takes, and the arguments that are its own.

The command's own arguments are no settings: no input, variable or config file can give them. The types are
named tuples, because every start makes them, and a dataclass takes 0.5 ms where a named tuple takes 0.1.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NamedTuple


class Count(StrEnum):
    """How many values a positional argument takes, in argparse's notation."""

    AT_MOST_ONE = "?"
    ANY = "*"


class Positional(NamedTuple):
    """An argument without dashes; exactly one value where `number` is None."""

    name: str
    metavar: str
    help: str
    number: Count | None = Count.AT_MOST_ONE


class Switch(NamedTuple):
    """An argument without a value, such as `--yes`."""

    name: str
    help: str


class Value(NamedTuple):
    """An argument with a value, such as `--since 1.0.0`; one of `choices` where these are given.

    `is_optional` allows to leave the value out; then only a date may be the value. `is_list` allows to
    give the argument several times.
    """

    name: str
    metavar: str
    help: str
    choices: tuple[str, ...] = ()
    is_optional: bool = False
    is_list: bool = False


class Command(NamedTuple):
    """A command: its help in one sentence, the groups of options that it takes, its own arguments."""

    help: str
    groups: tuple[str, ...] = ()
    switches: tuple[Switch, ...] = ()
    values: tuple[Value, ...] = ()
    positionals: tuple[Positional, ...] = ()

    @property
    def own_names(self) -> list[str]:
        """The names of the command's own arguments with dashes."""
        return [switch.name for switch in self.switches] + [value.name for value in self.values]


def _choice(name: str, help_: str, *choices: str) -> Value:
    return Value(name, "|".join(choices), help_, choices)


MOD: Final = Positional("path", "PATH", "The mod's folder; default `.`.")
MOD_OR_ZIP: Final = Positional("path", "PATH", "The mod's folder, or a built zip; default `.`.")
MODS: Final = Positional(
    "path", "PATH", "The mod's folder, a glob, or a built zip; default `.`.", Count.ANY
)
FOLDERS: Final = Positional(
    "path", "PATH", "A folder of the repository, or a glob; default `.`.", Count.ANY
)
VERSION: Final = Positional(
    "version",
    "VERSION",
    "A version, or a range such as 1.0.0..1.2.0 with both ends included; default is info.json's version.",
)
NEXT_VERSION: Final = Positional(
    "to",
    "major|minor|patch|X.Y.Z|changelog",
    "The number to raise, the new version, or that of the changelog's top section.",
    number=None,
)

LEVEL: Final = Positional(
    "to",
    "major|minor|patch|X.Y.Z|changelog",
    "The number to raise, or the version; default is the open version of the changelog or info.json.",
)
SHELLS: Final = ("bash", "zsh", "fish", "powershell")
SHELL: Final = Positional("shell", "|".join(SHELLS), "The shell.", number=None)
COMMIT: Final = Switch("commit", "Commit the two files, and nothing else.")
DIFF: Final = Switch("diff", "Show each text that changes, line by line.")
DETAILED_EXITCODE: Final = Switch("detailed-exitcode", "Exit with 10 when something would change.")
FIX: Final = Switch(
    "fix",
    "Fix what can be fixed safely, and show the changes as a diff; with --date also the date.",
)
LOCAL: Final = Switch("local", "Upload from here instead of by the CI; needs the key.")
NEXT: Final = Switch(
    "next", "Also open the section of the next version, in a commit after the tag."
)
LIST: Final = Switch("list", "Show which files are packed, and why each other file is not.")
OVERWRITE: Final = Switch("force", "Overwrite files that exist.")
PAGE_FROM_PORTAL: Final = Switch(
    "from-portal", "Write the page that the portal has into files, so that a sync changes nothing."
)
REPLACE: Final = Switch("replace", "Put the new workflow in the place of the one that uploads now.")
RENAME: Final = Switch(
    "rename",
    "Rename the open section of a version that was committed; give it if it is not public.",
)
OPEN: Final = Switch("open", "Open the resulting page in the browser.")
FROM_PORTAL: Final = Switch(
    "from-portal", "Begin with what the portal has of the mod; it is read, and never written to."
)
REMOTE_PICTURES: Final = Switch(
    "remote-pictures", "Let the page load pictures from other servers, such as badges."
)
SERVE: Final = Switch("serve", "Keep the portal running, to look at the page in a browser.")
SET_TAG: Final = Switch(
    "tag", "Tag the commit, in the form of the repository's tags; with --commit."
)
SET_LOWER: Final = Switch("force", "Also set a version that is lower than the present one.")
SHOW_PLAN: Final = Switch("plan", "Show what would change, and write nothing.")
UNRELEASED: Final = Switch("unreleased", "Only those whose version is not on the portal.")
PUBLISHED: Final = Switch("published", "Only those that the portal has, in any version.")
CHANGED: Final = Switch("changed", "Only those whose package has changed since their last tag.")

CI: Final = _choice(
    "ci",
    "The kind of workflow; default is found from the git remote.",
    "github",
    "gitlab",
    "forgejo",
    "gitea",
)
DATE: Final = Value(
    "date",
    "DATE",
    "The date of the section that is released: DATE, or today without one.",
    is_optional=True,
)
FAULT: Final = Value(
    "fault", "FAULT", "A fault to inject; see docs/portal.md. Can be repeated.", is_list=True
)
KEY_FILE: Final = Value("api-key-file", "FILE", "A file with the portal's API key.")
TOKEN_FILE: Final = Value(
    "service-token-file", "FILE", "A file with the service token, or the game's player-data.json."
)
LIST_FORMAT: Final = _choice(
    "format", "The format of the output; default is text on a terminal, else json.", "text", "json"
)
MESSAGE: Final = Value(
    "message",
    "TEXT",
    "The commit's message, with {name}, {version} and {tag}; also that of the tag.",
)
NOTES_FORMAT: Final = _choice(
    "format", "The format of the output; default is text.", "text", "markdown", "json"
)
PORT: Final = Value("port", "N", "The port to listen on; default is any free port.")
SEED: Final = Value("seed", "FILE", "A JSON file of mods that already exist.")
SINCE: Final = Value("since", "TAG|VERSION", "All versions newer than this one, up to VERSION.")
STATE: Final = Value("state", "DIR", "Keep the portal's state in this folder.")

SERVERS_MOD: Final = Positional("mod", "MOD", "The mod's name; default is info.json's.")
SERVER_LIMIT: Final = Value(
    "limit", "N", "How many servers are asked, one a second; default is 100, 0 asks none."
)
SERVERS_URL: Final = Value(
    "servers-url", "URL", "The address of the list of servers, or of a mirror."
)
AUTH_URL: Final = Value(
    "auth-url", "URL", "The address that gives the token; default is the game's."
)
CACHE_ACTION: Final = Positional("action", "show|clear|key", "What to do; default is show.")
CACHE_KINDS: Final = Value(
    "kind", "KIND", "What to clear: a kind that `show` names. Can be repeated.", is_list=True
)
MODS_FOLDER: Final = Value("mods", "DIR", "The same as --mods-folder.")
# The command of the container without arguments. Its options are the inputs of the step, and only there:
# people do not type it.
ACTION: Final = "action"
# What a load takes: how it is done, with which account, and where it keeps what it fetches.
_LOADS: Final = ("load", "account", "cache")
_ALL_GROUPS: Final = ("common", "check", "package", *_LOADS, "page", "portal", "release")
COMMANDS: Final[dict[str, Command]] = {
    "check": Command(
        "Find problems before the portal, the game or players do; needs no network.",
        groups=("common", "check", "package", "page"),
        switches=(FIX,),
        values=(DATE,),
        positionals=(MODS,),
    ),
    "build": Command(
        "Check the mod, then pack it into a zip.",
        groups=("common", "check", "package", "page"),
        switches=(LIST,),
        positionals=(MODS,),
    ),
    "load": Command(
        "Build the package and load it as the game does, and say what is wrong with the result.",
        groups=("common", "check", "package", *_LOADS, "portal"),
        values=(MODS_FOLDER, TOKEN_FILE),
        positionals=(MODS,),
    ),
    "plan": Command(
        "Show exactly what `release` would do; needs no key.",
        groups=(*_ALL_GROUPS, "plan-out"),
        switches=(DIFF, DETAILED_EXITCODE),
        values=(TOKEN_FILE,),
        positionals=(MODS,),
    ),
    "release": Command(
        "Check, pack, publish and verify.",
        groups=(*_ALL_GROUPS, "write", "approved"),
        switches=(DIFF,),
        values=(KEY_FILE, TOKEN_FILE),
        positionals=(MODS,),
    ),
    "page": Command(
        "Update the mod's page without a release.",
        groups=("common", "check", "page", "portal", "release", "write"),
        switches=(SHOW_PLAN, DIFF, DETAILED_EXITCODE),
        values=(KEY_FILE,),
        positionals=(MODS,),
    ),
    "rehearse": Command(
        "Run the whole release against a portal on this machine; nothing is written to mods.factorio.com.",
        groups=_ALL_GROUPS,
        switches=(DIFF, FROM_PORTAL, OPEN, SERVE, REMOTE_PICTURES),
        positionals=(MODS,),
    ),
    "portal": Command(
        "Serve the embedded portal for trials and tests.",
        values=(PORT, STATE, SEED, FAULT),
    ),
    "notes": Command(
        "Print the changelog of a version, or of several versions.",
        values=(SINCE, NOTES_FORMAT),
        positionals=(VERSION, MOD_OR_ZIP),
    ),
    "bump": Command(
        "Set the next version in info.json, and give it a section in the changelog.",
        switches=(SHOW_PLAN, COMMIT, SET_TAG, SET_LOWER, RENAME),
        values=(DATE, MESSAGE),
        positionals=(NEXT_VERSION, MOD),
    ),
    "ship": Command(
        "Check, set version and date, commit, tag, ask once and push; the CI publishes.",
        groups=("common", "check", "package", "page", "portal", "write"),
        switches=(SHOW_PLAN, CHANGED, LOCAL, NEXT, SET_LOWER, RENAME),
        values=(DATE, MESSAGE, KEY_FILE),
        positionals=(LEVEL, MOD),
    ),
    "mods": Command(
        "List the mods of a repository in dependency order, as JSON for a job matrix.",
        groups=("portal",),
        switches=(UNRELEASED, PUBLISHED, CHANGED),
        values=(LIST_FORMAT,),
        positionals=(FOLDERS,),
    ),
    "login": Command(
        "Get the service token that downloads mods, and say where to put it.",
        groups=("account",),
        values=(AUTH_URL,),
    ),
    "servers": Command(
        "Show which public servers run the mod, and in which version.",
        groups=("account", "cache"),
        values=(SERVER_LIMIT, LIST_FORMAT, TOKEN_FILE, SERVERS_URL),
        positionals=(SERVERS_MOD,),
    ),
    "cache": Command(
        "Show or clear what loads have fetched; `key` prints a key for a CI's cache.",
        groups=("cache",),
        values=(CACHE_KINDS, LIST_FORMAT),
        positionals=(CACHE_ACTION,),
    ),
    "completion": Command(
        "Print what a shell needs to complete commands and options.", positionals=(SHELL,)
    ),
    "init": Command(
        "Write a config file and a workflow, filled in from your repository and the portal.",
        groups=("portal",),
        switches=(REPLACE, PAGE_FROM_PORTAL, OVERWRITE),
        values=(CI,),
        positionals=(MOD,),
    ),
}
# Those that may change the portal; `action` is what the container runs.
WRITING_COMMANDS: Final = frozenset({"action", "release", "page"})
