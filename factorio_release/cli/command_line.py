"""The command line, made from the one declaration of options; values stay raw text here."""

from __future__ import annotations

import argparse
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NoReturn

from factorio_release import __version__
from factorio_release.cli.declared import COMMANDS, Command
from factorio_release.errors import UsageError
from factorio_release.project import DISCLAIMER, SUMMARY
from factorio_release.settings.option import unknown
from factorio_release.settings.options import OPTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from factorio_release.settings.option import Option, Raw


_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


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
    wanted = argv[0] if argv else ""
    command = COMMANDS.get(wanted, Command("", words=()))
    values, rest = _parser(wanted).parse_known_args(list(_joined(argv, command)))
    if not values.command:
        raise UsageError("no command given: " + ", ".join(COMMANDS) + "; see `factorio-release --help`")
    taken = [option for option in OPTIONS.values() if option.group in command.groups]
    given = {option.name: getattr(values, option.name, None) for option in taken}
    options: dict[str, Raw] = {name: value for name, value in given.items() if value is not None}
    mistakes = _unknown(rest, values.command, command, taken) or _late_words(rest, values, command)
    if getattr(values, "path", None):
        options["path"] = values.path if isinstance(values.path, list) else [values.path]
    own = [name.lstrip("-") for name, *_ in (*command.switches, *command.values, *command.lists)]
    own += [name for name, *_ in command.words if name != "path"]
    switches = {name: getattr(values, name) for name in own}
    return Arguments(values.command, options, switches, values.verbose, tuple(mistakes))


def _joined(argv: Sequence[str], command: Command) -> Iterator[str]:
    """Yield the words, with `=` behind options whose value may be left out; theirs is a date that follows."""
    optional = {name for name, metavar, _ in command.values if metavar.startswith("[")}
    words = iter(argv)
    for word in words:
        if word not in optional:
            yield word
            continue
        following = next(words, "")
        yield f"{word}={following if _DATE.fullmatch(following) else ''}"
        if following and not _DATE.fullmatch(following):
            yield following


def _unknown(rest: Sequence[str], name: str, command: Command, taken: Sequence[Option]) -> list[str]:
    own = [entry[0] for entry in (*command.switches, *command.values, *command.lists)]
    known = dict.fromkeys((*(f"--{option.name}" for option in taken), *own, "--verbose", "--help"))
    names = [word.partition("=")[0] for word in rest if word.startswith("-")]
    return unknown(f"{name}: the option", names, known)


def _late_words(rest: Sequence[str], values: argparse.Namespace, command: Command) -> list[str]:
    """Take the words that stand behind options, which argparse leaves over; return what is too many."""
    late = list(rest)
    for name, _, _, number in command.words:
        if number == "*":
            setattr(values, name, [*getattr(values, name), *late])
            return []
        if late and getattr(values, name) is None:
            setattr(values, name, late.pop(0))
    return [f"{' '.join(late)!r} is one argument too many for {values.command}"] if late else []


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
        if name == wanted:
            one = commands.add_parser(
                name, help=command.help, description=command.help, epilog=DISCLAIMER, allow_abbrev=False
            )
            _add(one, command)
        else:
            commands.add_parser(name, help=command.help, add_help=False)
    # Without a listed help: the container's entry, for which the mode is an input.
    commands.add_parser("action").add_argument("-v", "--verbose", action="store_true")
    return parser


def _add(parser: argparse.ArgumentParser, command: Command) -> None:
    for name, metavar, text, number in command.words:
        parser.add_argument(name, nargs=number, metavar=metavar, help=text)
    for name, text in command.switches:
        parser.add_argument(name, dest=name.lstrip("-"), action="store_true", help=text)
    for name, metavar, text in command.values:
        parser.add_argument(name, dest=name.lstrip("-"), metavar=metavar.strip("[]"), help=text)
    for name, metavar, text in command.lists:
        parser.add_argument(
            name, dest=name.lstrip("-"), action="append", default=[], metavar=metavar, help=text
        )
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
