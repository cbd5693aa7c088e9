"""The commands: what each does, which options it takes, and what else may be typed behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

# A word without dashes behind a command: its name, metavar and sentence, and how many of them there
# may be, as argparse says it: `?` one at most, `*` any number, None exactly one.
Word = tuple[str, str, str, str | None]

ONE_PATH: Final[Word] = ("path", "PATH", "The mod's folder; default `.`.", "?")
PATHS: Final[Word] = ("path", "PATH", "The mod's folder, a glob, or a built zip; default `.`.", "*")


@dataclass(frozen=True, slots=True)
class Command:
    """A command: what it does in one line, and which groups of options it takes.

    `switches` are on or off, `values` take one, which may be left out where the metavar is in
    brackets, and `lists` may be given several times. These are the command's own and no settings.
    """

    help: str
    groups: tuple[str, ...] = ()
    switches: tuple[tuple[str, str], ...] = ()
    values: tuple[tuple[str, str, str], ...] = ()
    words: tuple[Word, ...] = (PATHS,)
    lists: tuple[tuple[str, str, str], ...] = ()


DETAILED: Final = ("--detailed-exitcode", "Exit with 10 when something would change.")
YES: Final = ("--yes", "Write without asking first.")
SHOW: Final = ("--plan", "Show what would change and write nothing.")
KEY_FILE: Final = ("--api-key-file", "FILE", "A file that holds the portal's API key.")
READING: Final = ("common", "check", "package", "page", "portal", "release")
COMMANDS: Final[dict[str, Command]] = {
    "check": Command(
        "Find everything the portal, the game or a player would choke on.",
        ("common", "check", "package"),
        (("--fix", "Mend what has one right answer, and show what was mended."),),
    ),
    "build": Command(
        "Check, then zip the mod.",
        ("common", "check", "package"),
        (("--list", "Show what ships, and why each other file does not."),),
    ),
    "plan": Command(
        "Show exactly what release would do; needs no key.",
        READING,
        (DETAILED,),
    ),
    "release": Command("Check, zip, publish, verify.", (*READING, "write"), (YES,), (KEY_FILE,)),
    "page": Command(
        "Sync the mod's page alone, without a release.",
        ("common", "check", "page", "portal", "release", "write"),
        (SHOW, DETAILED, YES),
        (KEY_FILE,),
    ),
    "rehearse": Command(
        "The whole release against a portal on this machine; the real one is never asked.",
        READING,
        (("--serve", "Keep the portal running, to look at the page in a browser."),),
    ),
    "portal": Command(
        "Serve the embedded portal for trials and tests.",
        values=(
            ("--port", "N", "The port to listen on; any free one unless given."),
            ("--state", "DIR", "Keep the portal's state in this folder."),
            ("--seed", "FILE", "A JSON file of mods that exist already."),
        ),
        words=(),
        lists=(("--fault", "FAULT", "A fault to inject; see docs/portal.md."),),
    ),
    "notes": Command(
        "Print what the changelog says of a version, or of several.",
        values=(
            ("--since", "TAG|VERSION", "All that is newer than this version, up to VERSION."),
            ("--format", "text|markdown|json", "The form of what is printed; text unless given."),
        ),
        words=(
            (
                "version",
                "VERSION",
                "A version, or a range such as 1.0.0..1.2.0, both ends included; default is info.json's.",
                "?",
            ),
            ("path", "PATH", "The mod's folder, or a built zip; default `.`.", "?"),
        ),
    ),
    "bump": Command(
        "Set the next version in info.json, and give it a section of the changelog.",
        switches=(SHOW, ("--force", "Set a version that is not higher than the present one, too.")),
        values=(("--date", "[DATE]", "Date the section: today, or as given."),),
        words=(
            ("to", "major|minor|patch|X.Y.Z", "Which number to raise, or the version.", None),
            ONE_PATH,
        ),
    ),
    "mods": Command(
        "List the mods of a repository in dependency order, as JSON for a job matrix.",
        ("portal",),
        (("--unreleased", "Only those whose version is not on the portal."),),
        (("--format", "text|json", "The form of what is printed; JSON unless a terminal shows it."),),
        words=(("path", "PATH", "A folder of the repository, or a glob; default `.`.", "*"),),
    ),
    "init": Command(
        "Write a config file and a workflow, with what is known of the mod filled in.",
        switches=(("--force", "Overwrite files that exist."),),
        values=(("--ci", "github|gitlab|forgejo", "The kind of workflow; the remote says it unless given."),),
        words=(ONE_PATH,),
    ),
}
