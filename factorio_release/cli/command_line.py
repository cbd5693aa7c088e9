"""The command line, made from the one declaration of options; values stay raw text here."""

from __future__ import annotations

import argparse
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NoReturn

from factorio_release import __version__
from factorio_release.errors import UsageError
from factorio_release.option import unknown
from factorio_release.project import DISCLAIMER, SUMMARY
from factorio_release.settings import OPTIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from factorio_release.option import Option, Raw


@dataclass(frozen=True, slots=True)
class Command:
    """A command: what it does in one line, and which groups of options it takes."""

    help: str
    groups: tuple[str, ...] = ()
    switches: tuple[tuple[str, str], ...] = ()
    values: tuple[tuple[str, str, str], ...] = ()


DETAILED: Final = ("--detailed-exitcode", "Exit with 10 when something would change.")
YES: Final = ("--yes", "Write without asking first.")
KEY_FILE: Final = ("--api-key-file", "FILE", "A file that holds the portal's API key.")
READING: Final = ("common", "check", "package", "page", "portal")
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
        ("common", "check", "page", "portal", "write"),
        (("--plan", "Show what would change and write nothing."), DETAILED, YES),
        (KEY_FILE,),
    ),
    "rehearse": Command(
        "The whole release against a portal on this machine; the real one is never asked.",
        READING,
        (("--serve", "Keep the portal running, to look at the page in a browser."),),
    ),
    "portal": Command(
        "Serve the embedded portal for trials and tests.",
        (),
        (),
        (
            ("--port", "N", "The port to listen on; any free one unless given."),
            ("--state", "DIR", "Keep the portal's state in this folder."),
            ("--seed", "FILE", "A JSON file of mods that exist already."),
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class Arguments:
    """What was typed: raw option values by option name, and the command's own switches."""

    command: str
    options: dict[str, Raw] = field(default_factory=dict)
    switches: dict[str, Any] = field(default_factory=dict)
    verbose: bool = False
    mistakes: tuple[str, ...] = ()


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; see `{self.prog} --help`")


def parse(argv: Sequence[str]) -> Arguments:
    """Read the command line. Unknown options become `mistakes`; UsageError where nothing can be read."""
    parser = _parser(argv[0] if argv else "")
    values, rest = parser.parse_known_args(list(argv))
    if not values.command:
        raise UsageError("no command given: " + ", ".join(COMMANDS) + "; see `factorio-release --help`")
    command = COMMANDS.get(values.command, Command("", ()))
    taken = [option for option in OPTIONS.values() if option.group in command.groups]
    given = {option.name: getattr(values, option.name, None) for option in taken}
    options: dict[str, Raw] = {name: value for name, value in given.items() if value is not None}
    if getattr(values, "path", None):
        options["path"] = list(values.path)
    switches = [name for name, _ in command.switches] + [name for name, *_ in command.values]
    return Arguments(
        values.command,
        options,
        {name.lstrip("-"): getattr(values, name.lstrip("-")) for name in switches}
        | ({"fault": values.fault} if values.command == "portal" else {}),
        values.verbose,
        tuple(_unknown(rest, values.command, taken)),
    )


def _unknown(rest: Sequence[str], command: str, taken: Sequence[Option]) -> list[str]:
    known = {f"--{option.name}": option for option in taken} | dict.fromkeys(("--verbose", "--help"))
    names = [word.partition("=")[0] for word in rest if word.startswith("-")]
    if not names and rest:
        return [f"{' '.join(rest)!r} is one argument too many for {command}"]
    return unknown(f"{command}: the option", names, known)


def _parser(wanted: str) -> _Parser:
    """Return the parser; only the command that is `wanted` has its options, the others are but listed."""
    parser = _Parser(
        prog="factorio-release",
        description=SUMMARY,
        epilog=DISCLAIMER,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"factorio-release {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser)
    for name, command in COMMANDS.items():
        one = commands.add_parser(
            name, help=command.help, description=command.help, epilog=DISCLAIMER, allow_abbrev=False
        )
        if name == wanted:
            _add(one, command)
    # Without a listed help: the container's entry, for which the mode is an input.
    commands.add_parser("action").add_argument("-v", "--verbose", action="store_true")
    return parser


def _add(parser: argparse.ArgumentParser, command: Command) -> None:
    if command.groups:
        parser.add_argument(
            "path", nargs="*", metavar="PATH", help="The mod's folder, a glob, or a built zip; default `.`."
        )
    else:
        parser.add_argument(
            "--fault",
            action="append",
            default=[],
            metavar="FAULT",
            help="A fault to inject; see docs/portal.md.",
        )
    for name, text in command.switches:
        parser.add_argument(name, dest=name.lstrip("-"), action="store_true", help=text)
    for name, metavar, text in command.values:
        parser.add_argument(name, dest=name.lstrip("-"), metavar=metavar, help=text)
    for option in OPTIONS.values():
        if option.group in command.groups:
            _add_option(parser, option)
    parser.add_argument("-v", "--verbose", action="store_true", help="Show every request to the portal.")


def _add_option(parser: argparse.ArgumentParser, option: Option) -> None:
    name = f"--{option.name}"
    if option.flag:
        parser.add_argument(name, dest=option.name, action="store_const", const="true", help=option.help)
        parser.add_argument(
            f"--no-{option.name}",
            dest=option.name,
            action="store_const",
            const="false",
            help=argparse.SUPPRESS,
        )
    elif option.choices:
        parser.add_argument(name, dest=option.name, metavar="|".join(option.choices), help=option.help)
    else:
        metavar = option.metavar or option.name.upper()
        parser.add_argument(name, dest=option.name, metavar=metavar, help=option.help)
