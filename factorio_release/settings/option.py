"""What an option is: a name, a kind that turns text into a value, a default and a sentence."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from factorio_release.parsers.suggestion import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

# A value as a source has it: text from the command line and the environment; from the config file
# also lists and mappings of text, and None for an explicit null.
Raw = str | list[str] | dict[str, str] | None

YES = frozenset({"true", "yes", "on", "1"})
NO = frozenset({"false", "no", "off", "0"})
MOST_RETRIES = 100
ENV_PREFIX = "FACTORIO_RELEASE_"


@dataclass(frozen=True, slots=True)
class Option:
    """One option of the program, the same under every way in.

    `group` says which commands take it on the command line; an empty group is not for the
    command line. `parse` turns a raw value into the final one and raises ValueError with a sentence.

    A config file is a file of the repository: a pull request may have written it. `refused_in_file`
    says why such a file may not set the option; it is empty where the file may. `file_values`, if
    not empty, are the only values that a file may give: each makes a run write less than the default
    does. `file_parse` reads a file's value where that is narrower than `parse`. `per_run` is an option
    that a whole run has once, so that it has no place under `mods:`.
    """

    name: str
    parse: Callable[[Raw], Any]
    help: str
    group: str
    metavar: str = ""
    choices: tuple[str, ...] = ()
    flag: bool = False
    refused_in_file: str = ""
    file_values: tuple[str, ...] = ()
    file_parse: Callable[[Raw], Any] | None = None
    per_run: bool = False

    @property
    def field(self) -> str:
        """The name of the field of `Settings`."""
        return self.name.replace("-", "_")

    @property
    def ways_in(self) -> str:
        """How whoever starts the run gives it: for a message."""
        line = f"--{self.name}, " if self.group else ""
        return f"{line}the input `{self.name}` or the variable {ENV_PREFIX}{self.field.upper()}"

    @property
    def config(self) -> bool:
        """Whether a config file may set it."""
        return not self.refused_in_file

    def parse_in_file(self, raw: Raw) -> Any:
        """Read a value of a config file; ValueError with a sentence where no file may give it."""
        value = (self.file_parse or self.parse)(raw)
        if self.file_values and value not in [self.parse(allowed) for allowed in self.file_values]:
            raise ValueError(
                f"{raw} may not be set in a file of the repository, only {', '.join(self.file_values)}: "
                "a file can make a run write less, never more"
            )
        return value


def option(
    name: str,
    parse: Callable[[Raw], Any],
    default: Any,
    text: str,
    group: str,
    **more: Any,
) -> Any:
    """Declare an option as a dataclass field."""
    return field(default=default, metadata={"option": Option(name, parse, text, group, **more)})


def text(raw: Raw) -> str:
    """Return one line or more of text as it is."""
    if not isinstance(raw, str):
        raise ValueError("one value is wanted, not a list or a mapping")  # noqa: TRY004 a mistake in settings, not in types
    return raw


def place_inside(raw: Raw) -> str:
    """Read the path of something that is written, as a file of the repository may name it.

    It leads below that file's folder, and into nothing that other programs read as their own: names that
    begin with a dot, such as `.git`, which Windows also knows as `git~1`. Raises ValueError otherwise.
    """
    place = text(raw)
    names = place.removeprefix("./").rstrip("/").split("/")
    plain = place.isprintable() and not set(place) & set('\\:<>"|?*')
    if not plain or any(not name or name.lower().startswith((".", "git~")) for name in names):
        raise ValueError(
            f"{place!r} is not a place below this file's folder, such as `dist`; a file of the repository "
            "can name no other, nor a name that begins with a dot"
        )
    return "/".join(names)


def flag(raw: Raw) -> bool:
    """Read `true` or `false`, also in the other spellings that CI systems have."""
    word = text(raw).strip().lower()
    if word not in YES | NO:
        raise ValueError(f"{text(raw)!r} is neither true nor false")
    return word in YES


def words(raw: Raw) -> tuple[str, ...]:
    """Read a list: a YAML list, or text with an item a line or separated by commas."""
    if isinstance(raw, dict):
        raise ValueError("a list is wanted, not a mapping")  # noqa: TRY004 a mistake in settings, not in types
    items = raw if isinstance(raw, list) else text(raw).replace(",", "\n").splitlines()
    return tuple(item.strip() for item in items if item.strip())


def reasons(raw: Raw) -> dict[str, str]:
    """Read codes with reasons: a YAML mapping, or `code: reason` a line; a reason is not optional."""
    if isinstance(raw, dict):
        pairs = list(raw.items())
    else:
        lines = raw if isinstance(raw, list) else text(raw).splitlines()
        split = (line.partition(":") for line in lines if line.strip())
        pairs = [(code.strip(), reason.strip()) for code, _, reason in split]
    without = [code for code, reason in pairs if not reason]
    if without:
        raise ValueError(f"say why {', '.join(without)} is ignored, as `code: reason`")
    return dict(pairs)


def choice(*allowed: str) -> Callable[[Raw], str]:
    """Read one of some words, with a suggestion when it is none of them."""

    def parse(raw: Raw) -> str:
        word = text(raw).strip()
        if word not in allowed:
            raise ValueError(f"{word!r} is not one of {', '.join(allowed)}{did_you_mean(word, allowed)}")
        return word

    return parse


def seconds(raw: Raw) -> float:
    """Read a time in seconds, more than zero and at most a day."""
    try:
        value = float(text(raw))
    except ValueError:
        value = -1.0
    if not 0 < value <= 86400:  # noqa: PLR2004 a day
        raise ValueError(f"{raw!r} is not a number of seconds between 0 and 86400")
    return value


def count(raw: Raw) -> int:
    """Read a small whole number."""
    number = whole_number(text(raw).strip(), MOST_RETRIES)
    if number is None:
        raise ValueError(f"{raw!r} is not a whole number from 0 to {MOST_RETRIES}")
    return number


def whole_number(digits: str, most: int) -> int | None:
    """Return the number from 0 to `most` that ASCII digits say, None when they say another or none.

    Leading zeros do not count. The length is judged first: Python refuses to convert thousands of digits.
    """
    if not (digits.isascii() and digits.isdigit()):
        return None
    significant = digits.lstrip("0") or "0"
    if len(significant) > len(str(most)) or int(significant) > most:
        return None
    return int(significant)


def portal_url(raw: Raw) -> str:
    """Read the portal's address: https, or plain http on this machine; no user, path or query."""
    from urllib.parse import urlsplit  # noqa: PLC0415 start-up: only when an address is given

    url = text(raw).strip().rstrip("/")
    try:
        parts = urlsplit(url)
        _ = parts.port  # read to be judged: it raises where it is no number
    except ValueError:
        raise ValueError(f"{url!r} is not an address") from None
    loopback = parts.hostname in {"localhost", "127.0.0.1", "::1"}
    if parts.scheme != "https" and not (parts.scheme == "http" and loopback):
        raise ValueError(
            f"{url!r} is neither https nor plain http on this machine: the key would travel in the clear"
        )
    if not parts.hostname or parts.username or parts.password or parts.path or parts.query or parts.fragment:
        raise ValueError(f"{url!r} is not just a scheme and a host, such as https://mods.factorio.com")
    return url


def unknown(kind: str, names: Iterable[str], known: Mapping[str, object]) -> list[str]:
    """Return a mistake for every name that is not known."""
    return [f"{kind} {name} is not known{did_you_mean(name, known)}" for name in names if name not in known]
