"""What an option is: one declaration, from which every way to give it follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from factorio_release.settings.kinds import Choice, flag

if TYPE_CHECKING:
    from collections.abc import Callable

    from factorio_release.settings.kinds import Raw

ENV_PREFIX: Final = "FACTORIO_RELEASE_"
# In place of a reason: the code is not ignored here, although a weaker file ignores it.
NOT_IGNORED: Final = "false"


class Option(NamedTuple):
    """One option, with the same name on the command line, as an input, as a variable and as a config key.

    `parse` is the option's kind. Commands take the options of their groups; an option with an empty
    `group` is not on the command line. `is_list` marks a list, whose values add up when the option is
    given several times. `per_run` marks an option that has one value for all mods of a run, and so
    cannot be set under `mods:`.

    A pull request may have written the config file. `refused_in_file` is the reason why a config file
    may not set the option, empty where it may. `file_values`, when not empty, are the only values that
    a config file may give: each makes a run write less than the default does. `file_parse` is a
    stricter kind for values from a config file.
    """

    name: str
    parse: Callable[[Raw], Any]
    default: Any
    help: str
    group: str
    metavar: str = ""
    is_list: bool = False
    refused_in_file: str = ""
    file_values: tuple[str, ...] = ()
    file_parse: Callable[[Raw], Any] | None = None
    per_run: bool = False

    @property
    def field(self) -> str:
        """The name of the field of `Settings`."""
        return self.name.replace("-", "_")

    @property
    def is_flag(self) -> bool:
        """Whether the option is true or false."""
        return self.parse is flag

    @property
    def choices(self) -> tuple[str, ...]:
        """The words that the option takes, empty where it is no choice of words."""
        if isinstance(self.parse, Choice):
            return self.parse.allowed
        return ()

    @property
    def ways_in(self) -> str:
        """How whoever starts the run gives the option: for messages."""
        ways = f"the input `{self.name}` or the variable {self.variable}"
        if self.group:
            return f"--{self.name}, {ways}"
        return ways

    @property
    def variable(self) -> str:
        """The name of the environment variable."""
        return f"{ENV_PREFIX}{self.field.upper()}"

    @property
    def config(self) -> bool:
        """Whether a config file may set the option."""
        return not self.refused_in_file

    def parse_in_file(self, raw: Raw) -> Any:
        """Return the value that a config file gives; raises ValueError where it may not give this one."""
        parse = self.file_parse or self.parse
        value = parse(raw)
        allowed = [self.parse(text) for text in self.file_values]
        if allowed and value not in allowed:
            raise ValueError(
                f"{raw} may not be set in a file of the repository, only {', '.join(self.file_values)}: "
                "a file can make a run do less, never more"
            )
        return value


def option(
    name: str,
    parse: Callable[[Raw], Any],
    default: Any,
    sentence: str,
    group: str,
    **more: Any,
) -> Any:
    """Declare an option as an attribute of `Settings`; `sentence` is its help."""
    return Option(name, parse, default, sentence, group, **more)
