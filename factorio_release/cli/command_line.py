"""The parser of the command line; the values of options stay raw text here."""

from __future__ import annotations

import argparse
import re
import sys
from typing import TYPE_CHECKING, Any, Final, NamedTuple, NoReturn

from factorio_release import __version__
from factorio_release.cli.declared import ACTION, COMMANDS, Command, Count
from factorio_release.errors import UsageError
from factorio_release.project import DISCLAIMER, SUMMARY
from factorio_release.settings.kinds import unknown
from factorio_release.settings.options import OPTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from factorio_release.cli.declared import Positional, Switch, Value
    from factorio_release.settings.kinds import Raw
    from factorio_release.settings.option import Option

_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|today")


class Arguments(NamedTuple):
    """What was typed: raw values of options by option name, and the command's own arguments by theirs.

    `problems` were found on the command line; they are reported with those of the other sources.
    """

    command: str
    options: dict[str, Raw]
    switches: frozenset[str]
    values: dict[str, str]
    lists: dict[str, list[str]]
    verbose: bool
    problems: tuple[str, ...]

    def has(self, switch: Switch) -> bool:
        """Return whether a switch was given; false where the command has no such switch."""
        return switch.name in self.switches

    def value(self, argument: Value | Positional) -> str | None:
        """Return the text of one of the command's own arguments, None where it was not given."""
        return self.values.get(argument.name)


class _NoColours:
    """Stands for argparse's colours: each of them is empty."""

    def __getattr__(self, _name: str) -> str:
        return ""


class _PlainHelp(argparse.HelpFormatter):
    """Writes help without colours, as Python before 3.14 does.

    Python 3.14 makes a formatter for each parser, also where no help is asked for, and imports `dataclasses`
    and `inspect` for its colours.
    """

    _theme = _NoColours()
    _decolor = staticmethod(str)

    def _set_color(self, *_: object, **_more: object) -> None:
        pass


class _Parser(argparse.ArgumentParser):
    def __init__(self, **more: Any) -> None:
        super().__init__(formatter_class=_PlainHelp, **more)

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; see `{self.prog} --help`")


class _Version(argparse.Action):
    """Print the version; argparse's own action also imports what wraps text to the terminal's width."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        sys.stdout.write(f"factorio-release {__version__}\n")
        parser.exit()


def parse(argv: Sequence[str]) -> Arguments:
    """Return what the command line says; unknown options and extra words become `problems`.

    Raises UsageError where it cannot be read at all, and SystemExit after `--help` and `--version`.
    """
    name = argv[0] if argv else ""
    command = COMMANDS.get(name, Command(""))
    parsed, rest = _parser(name).parse_known_args(list(_with_joined_dates(argv, command)))
    if not parsed.command:
        raise UsageError(
            "no command given: " + ", ".join(COMMANDS) + "; see `factorio-release --help`"
        )
    if parsed.command != name:
        raise UsageError(
            f"{name} must come after the command: `factorio-release {parsed.command} {name}`"
        )
    problems = _unknown_options(rest, parsed.command, command)
    if not problems:  # the value of an unknown option looks like an extra word
        problems = _place_late_words(rest, parsed, command)
    singles = [value.name for value in command.values if not value.is_list]
    singles += [positional.name for positional in command.positionals]
    typed = {single: getattr(parsed, single) for single in singles}
    path = typed.pop("path", None)
    options = _typed_options(parsed, command)
    if isinstance(path, str):
        path = [path]
    if path:
        options["path"] = path
    return Arguments(
        parsed.command,
        options,
        switches=frozenset(
            switch.name for switch in command.switches if getattr(parsed, switch.name)
        ),
        values={single: text for single, text in typed.items() if text is not None},
        lists={
            value.name: getattr(parsed, value.name) for value in command.values if value.is_list
        },
        verbose=parsed.verbose,
        problems=tuple(problems),
    )


def unread(argv: Sequence[str]) -> Arguments:
    """Return what is known of a command line that `parse` cannot read: its command and its report."""
    words = list(argv)
    name = words[0] if words else ""
    options: dict[str, Raw] = {}
    for word, following in zip(words, [*words[1:], ""], strict=False):
        option, _, value = word.partition("=")
        if option == "--report" and (value or (following and not following.startswith("-"))):
            options["report"] = value or following
    return Arguments(name, options, frozenset(), {}, {}, verbose=False, problems=())


def _options_of(command: Command) -> list[Option]:
    return [option for option in OPTIONS.values() if option.group in command.groups]


def _typed_options(parsed: argparse.Namespace, command: Command) -> dict[str, Raw]:
    """Return the options that were given; the values of a list that was given several times add up."""
    typed: dict[str, Raw] = {}
    for option in _options_of(command):
        value = getattr(parsed, option.name)
        if value is not None:
            # One item a line: a list in one text, as an input has it.
            typed[option.name] = "\n".join(value) if option.is_list else value
    return typed


def _with_joined_dates(argv: Sequence[str], command: Command) -> Iterator[str]:
    """Rewrite `--date 2026-01-02` as `--date=2026-01-02`.

    Otherwise argparse takes the positional argument that follows `--date` for its optional value.
    """
    optional = {f"--{value.name}" for value in command.values if value.is_optional}
    words = iter(argv)
    for word in words:
        if word not in optional:
            yield word
            continue
        following = next(words, "")
        if _DATE.fullmatch(following):
            yield f"{word}={following}"
        else:
            yield f"{word}="
            if following:
                yield following


def _unknown_options(rest: Sequence[str], name: str, command: Command) -> list[str]:
    """Return a problem for each option among the words that argparse could not place."""
    known = [option.name for option in _options_of(command)]
    known += [*command.own_names, "verbose", "help"]
    options = [word.partition("=")[0] for word in rest if word.startswith("-")]
    return unknown(f"{name}: the option", options, [f"--{one}" for one in known])


def _place_late_words(
    rest: Sequence[str], parsed: argparse.Namespace, command: Command
) -> list[str]:
    """Give words behind options to the positional arguments; returns a problem for those that are too many.

    argparse fills a positional argument once. In `notes --format json 1.0.0` it has filled VERSION with
    nothing before it meets `1.0.0`.
    """
    late = list(rest)
    for positional in command.positionals:
        present = getattr(parsed, positional.name)
        if positional.number is Count.ANY:
            setattr(parsed, positional.name, [*present, *late])
            return []
        if late and present is None:
            setattr(parsed, positional.name, late.pop(0))
    if not late:
        return []
    return [f"{parsed.command} does not take the argument {' '.join(late)!r}; see `--help`"]


def _parser(name: str) -> _Parser:
    """Return the parser of the command `name`, or that of all commands without their options.

    A parser for each command, and each option of it, takes time at every start.
    """
    parser = _Parser(
        prog="factorio-release",
        description=SUMMARY,
        epilog=DISCLAIMER,
        allow_abbrev=False,
    )
    parser.add_argument(
        "--version", action=_Version, nargs=0, help="show program's version number and exit"
    )
    # Without `prog` argparse formats the usage, for which it asks how wide the terminal is.
    commands = parser.add_subparsers(
        dest="command", metavar="COMMAND", parser_class=_Parser, prog=parser.prog
    )
    if name in COMMANDS:
        one = commands.add_parser(
            name,
            help=COMMANDS[name].help,
            description=COMMANDS[name].help,
            epilog=DISCLAIMER,
            allow_abbrev=False,
        )
        _add_arguments(one, COMMANDS[name])
        return parser
    for each, command in COMMANDS.items():
        commands.add_parser(each, help=command.help, add_help=False)
    # The container's entry point runs `action`: the command is the input `mode`. People do not type it,
    # so the help does not list it.
    commands.add_parser(ACTION).add_argument("-v", "--verbose", action="store_true")
    return parser


def whole_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands with all their arguments, which no run needs."""
    parser = _Parser(prog="factorio-release", description=SUMMARY, allow_abbrev=False)
    parser.add_argument(
        "--version", action=_Version, nargs=0, help="show program's version number and exit"
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", prog=parser.prog)
    for name, command in COMMANDS.items():
        _add_arguments(commands.add_parser(name, help=command.help, allow_abbrev=False), command)
    return parser


def _add_arguments(parser: argparse.ArgumentParser, command: Command) -> None:
    for positional in command.positionals:
        parser.add_argument(
            positional.name,
            nargs=positional.number,
            metavar=positional.metavar,
            help=positional.help,
        )
    for switch in command.switches:
        parser.add_argument(
            f"--{switch.name}", dest=switch.name, action="store_true", help=switch.help
        )
    for value in command.values:
        _add_value(parser, value)
    for option in _options_of(command):
        _add_option(parser, option)
    parser.add_argument(
        "-v", "--verbose", action="store_true", help="Show every request to the portal."
    )


def _add_value(parser: argparse.ArgumentParser, value: Value) -> None:
    name = f"--{value.name}"
    if value.is_list:
        parser.add_argument(
            name,
            dest=value.name,
            action="append",
            default=[],
            metavar=value.metavar,
            help=value.help,
        )
    else:
        parser.add_argument(name, dest=value.name, metavar=value.metavar, help=value.help)


def _add_option(parser: argparse.ArgumentParser, option: Option) -> None:
    name = f"--{option.name}"
    if option.is_flag:
        parser.add_argument(
            name, dest=option.name, action="store_const", const="true", help=option.help
        )
        opposite = f"--no-{option.name}"
        parser.add_argument(
            opposite, dest=option.name, action="store_const", const="false", help=argparse.SUPPRESS
        )
        return
    metavar = option.metavar or option.name.upper()
    if option.choices:
        metavar = "|".join(option.choices)
    if option.is_list:
        help_text = f"{option.help} Can be repeated."
        parser.add_argument(
            name, dest=option.name, action="append", metavar=metavar, help=help_text
        )
    else:
        parser.add_argument(name, dest=option.name, metavar=metavar, help=option.help)
