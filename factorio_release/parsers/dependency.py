"""The dependency strings of info.json: `[prefix] name [operator version]`."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.parsers.version import MAX_VERSION_NUMBER, parse_version

if TYPE_CHECKING:
    from factorio_release.parsers.version import Version

PREFIXES: Final = ("", "!", "?", "(?)", "~", "+", "+~")
OPERATORS: Final = ("<", "<=", "=", ">=", ">")
BUILT_IN: Final = ("base", "core", "quality", "elevated-rails", "space-age", "recycler")
# What the game accepts; the portal is stricter for a new mod.
MOD_NAME: Final = re.compile(r"[A-Za-z0-9_-]+(?: +[A-Za-z0-9_-]+)*")

_PREFIX: Final = re.compile(r"\(\?\)|\+~|[!?~+]|")
_OPERATOR: Final = re.compile(r"[<>=~!^]*")
_VERSION: Final = re.compile(r"[0-9.]+")
_MAX_VERSION_PARTS: Final = 3
# What authors write in front of a name instead of a prefix; no mod has such a name with a blank behind.
_PREFIX_WORDS: Final = MappingProxyType(
    {
        **dict.fromkeys(("optional", "optionally"), "?"),
        "hidden": "(?)",
        **dict.fromkeys(("incompatible", "conflicts", "conflict", "not"), "!"),
        **dict.fromkeys(("require", "required", "requires"), ""),
        **dict.fromkeys(("recommended", "recommends"), "+"),
    }
)
_OPERATOR_SIGNS: Final = MappingProxyType({"\u2265": ">=", "\u2264": "<=", "\u21d2": ">="})


class DependencyError(ValueError):
    """A string that is no dependency; `column` counts from 1 inside the string."""

    def __init__(self, message: str, column: int) -> None:
        super().__init__(message)
        self.column = column


class Dependency(NamedTuple):
    """A relation of a mod to another mod: required, optional, recommended or incompatible.

    `prefix` is one of PREFIXES. `operator` is one of OPERATORS, or empty and `version` is None.
    """

    prefix: str
    name: str
    operator: str
    version: Version | None
    text: str

    @property
    def required(self) -> bool:
        """Whether the game refuses to load the mod without it."""
        return self.prefix in {"", "~"}

    @property
    def built_in(self) -> bool:
        """Whether it comes with the game and never from the portal."""
        return self.name in BUILT_IN

    def accepts(self, version: Version) -> bool:
        """Return whether this version satisfies the constraint; `!` is about any version."""
        if self.version is None or self.prefix == "!":
            return True
        satisfied = {
            "<": version < self.version,
            "<=": version <= self.version,
            "=": version == self.version,
            ">=": version >= self.version,
            ">": version > self.version,
        }
        return satisfied[self.operator]


class DependencyEntry(NamedTuple):
    """An element of the list in info.json: a dependency or an error, and its place in the file.

    `position` in the list counts from 0. `line` and `column` count from 1 and are those of the string, or of
    the error in it.
    """

    position: int
    text: str
    dependency: Dependency | None
    error: DependencyError | None
    line: int
    column: int


def parse_dependency(text: str) -> Dependency:
    """Read one dependency; raises DependencyError with the column of what is wrong.

    Stricter than the game, which reads `base => 2.0` as a mod with the name `base =`.
    """
    if not text:
        raise DependencyError("the string is empty", 1)
    if text[0].isspace():
        raise DependencyError("white space before the dependency", 1)
    found = _PREFIX.match(text)
    prefix = found.group() if found else ""
    at = _skip_spaces(text, len(prefix))
    name = MOD_NAME.match(text, at)
    if not name:
        raise _name_error(text, at)
    first, blank, _ = name.group().partition(" ")
    if blank and not prefix and first.lower() in _PREFIX_WORDS:
        right = _PREFIX_WORDS[first.lower()]
        remedy = f"write {right} instead" if right else "a required mod has none"
        message = f"{first} is not a prefix: {remedy}"
        raise DependencyError(message, 1)
    if name.end() == len(text):
        return Dependency(prefix, name.group(), "", None, text)
    at = _skip_spaces(text, name.end())
    operator = _operator(text, at)
    version = _version(text, _skip_spaces(text, at + len(operator)))
    return Dependency(prefix, name.group(), operator, version, text)


def _skip_spaces(text: str, at: int) -> int:
    while text[at : at + 1] == " ":
        at += 1
    return at


def _name_error(text: str, at: int) -> DependencyError:
    here = text[at : at + 1]
    if not here:
        return DependencyError("the name of the mod is missing", at + 1)
    if here in "<>=":
        return DependencyError(f"the name of the mod is missing before {here}", at + 1)
    if here in "(!?~+":
        first, _, _ = text.partition(" ")
        message = f"{first} is not a prefix; the prefixes are {' '.join(PREFIXES[1:])}"
        return DependencyError(message, at + 1)
    return _name_character_error(here, at)


def _name_character_error(character: str, at: int) -> DependencyError:
    return DependencyError(f"{_shown(character)} is not allowed in the name of a mod", at + 1)


def _operator(text: str, at: int) -> str:
    found = _OPERATOR.match(text, at)
    operator = found.group() if found else ""
    if operator in OPERATORS:
        return operator
    if text[at : at + 1] in _OPERATOR_SIGNS:
        message = f"{text[at]} is not an operator: write {_OPERATOR_SIGNS[text[at]]}"
        raise DependencyError(message, at + 1)
    if operator and set(operator).isdisjoint("<>="):
        raise _name_character_error(operator[0], at)
    if operator:
        message = f"{operator} is not an operator; the operators are {' '.join(OPERATORS)}"
        raise DependencyError(message, at + 1)
    if at == len(text):
        raise DependencyError("white space after the name of the mod", len(text.rstrip()) + 1)
    if text[at] == ".":
        raise DependencyError("an operator such as >= is missing before the version", at + 1)
    raise _name_character_error(text[at], at)


def _version(text: str, at: int) -> Version:
    found = _VERSION.match(text, at)
    if not found:
        raise DependencyError(_no_version(text, at), at + 1)
    if found.end() < len(text):
        raise _after_version_error(text, found.end())
    written = found.group()
    parts = written.split(".")
    part_at = at
    for number, part in enumerate(parts, 1):
        if not part:
            raise DependencyError("a number of the version is missing", part_at + 1)
        if number > _MAX_VERSION_PARTS:
            message = f"{written} has {len(parts)} numbers; a version has two or three"
            raise DependencyError(message, part_at)
        digits = part.lstrip("0") or "0"
        if len(digits) > len(str(MAX_VERSION_NUMBER)) or int(digits) > MAX_VERSION_NUMBER:
            raise DependencyError(f"{part} is larger than {MAX_VERSION_NUMBER}", part_at + 1)
        part_at += len(part) + 1
    if len(parts) == 1:
        raise DependencyError(f"{written} is one number; a version has two or three", at + 1)
    return parse_version(written, (2, 3))


def _no_version(text: str, at: int) -> str:
    rest = text[at:]
    if rest[:1] in {"<", "=", ">"}:
        return "a space inside the operator"
    if rest[:1] in {"v", "V"} and rest[1:2].isdigit():
        return f"{rest[0]} in front of the version: write the numbers alone"
    return "a version is missing after the operator"


def _after_version_error(text: str, end: int) -> DependencyError:
    rest = text[end:]
    if not rest.strip():
        return DependencyError("white space after the version", end + 1)
    if rest[0] == ",":
        return DependencyError("a comma after the version; one entry holds one condition", end + 1)
    if rest[0].isspace():
        column = end + len(rest) - len(rest.lstrip()) + 1
        return DependencyError("text after the version", column)
    return DependencyError(f"{_shown(rest[0])} is not allowed in a version", end + 1)


def _shown(character: str) -> str:
    names = {"\t": "a tab", " ": "a space", "\n": "a line break", "\r": "a line break"}
    if character in names:
        return names[character]
    if character.isprintable():
        return character
    return f"U+{ord(character):04X}"
