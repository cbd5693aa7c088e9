"""The dependency strings of info.json: `[prefix] name [operator version]`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from factorio_release.parsers.version import MAX_VERSION_NUMBER, parse_version

if TYPE_CHECKING:
    from factorio_release.parsers.version import Version

PREFIXES: Final = ("", "!", "?", "(?)", "~", "+", "+~")
OPERATORS: Final = ("<", "<=", "=", ">=", ">")
BUILT_IN: Final = ("base", "core", "quality", "elevated-rails", "space-age", "recycler")

_PREFIX: Final = re.compile(r"\(\?\)|\+~|[!?~+]|")
# What the game accepts; the portal is stricter for a new mod.
MOD_NAME: Final = re.compile(r"[A-Za-z0-9_-]+(?: +[A-Za-z0-9_-]+)*")
_OPERATOR: Final = re.compile(r"[<>=~!^]*")
_VERSION: Final = re.compile(r"[0-9.]+")


class DependencyError(ValueError):
    """A string that is no dependency; `column` counts from 1 inside the string."""

    def __init__(self, message: str, column: int) -> None:
        super().__init__(message)
        self.column = column


@dataclass(frozen=True, slots=True)
class Dependency:
    """One of the mods that a mod asks for, or cannot stand.

    `prefix` is one of PREFIXES, `operator` one of OPERATORS or empty, and then `version` is None.
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
        """Whether this version of the mod satisfies the constraint; for `!` any version is meant."""
        if self.version is None or self.prefix == "!":
            return True
        allowed = {
            "<": version < self.version,
            "<=": version <= self.version,
            "=": version == self.version,
            ">=": version >= self.version,
            ">": version > self.version,
        }
        return allowed[self.operator]


@dataclass(frozen=True, slots=True)
class DependencyEntry:
    """An element of the list in info.json: a dependency, or the error and its place in the file."""

    index: int
    text: str
    dependency: Dependency | None
    error: DependencyError | None
    line: int
    column: int


def parse_dependency(text: str) -> Dependency:
    """Read one dependency; raises DependencyError with the column of what is wrong.

    Stricter than the game, which takes `base => 2.0` for a mod called `base =`.
    """
    if not text:
        raise DependencyError("the string is empty", 1)
    if text[0].isspace():
        raise DependencyError("white space before the dependency", 1)
    prefix = _PREFIX.match(text)
    at = _spaces(text, prefix.end() if prefix else 0)
    name = MOD_NAME.match(text, at)
    if not name:
        raise _no_name(text, at)
    if name.end() == len(text):
        return Dependency(text[: prefix.end()] if prefix else "", name.group(), "", None, text)
    operator, at = _operator(text, _spaces(text, name.end()))
    version = _version(text, _spaces(text, at))
    return Dependency(text[: prefix.end()] if prefix else "", name.group(), operator, version, text)


def _spaces(text: str, at: int) -> int:
    while text[at : at + 1] == " ":
        at += 1
    return at


def _no_name(text: str, at: int) -> DependencyError:
    here = text[at : at + 1]
    if not here:
        return DependencyError("the name of the mod is missing", at + 1)
    if here in "<>=":
        return DependencyError(f"the name of the mod is missing before {here}", at + 1)
    if here in "(!?~+":
        first, _, _ = text.partition(" ")
        wanted = " ".join(PREFIXES[1:])
        return DependencyError(f"{first} is not a prefix; there are {wanted}", at + 1)
    return DependencyError(f"{_shown(here)} cannot stand in the name of a mod", at + 1)


def _operator(text: str, at: int) -> tuple[str, int]:
    found = _OPERATOR.match(text, at)
    operator = found.group() if found else ""
    if operator in OPERATORS:
        return operator, at + len(operator)
    if operator in {"!", "~", "^"} or (operator and not set(operator) & set("<>=")):
        raise DependencyError(f"{_shown(operator[0])} cannot stand in the name of a mod", at + 1)
    if operator:
        raise DependencyError(f"{operator} is not an operator; there are {' '.join(OPERATORS)}", at + 1)
    if at == len(text):
        raise DependencyError("white space after the name of the mod", len(text.rstrip()) + 1)
    if text[at] == ".":
        raise DependencyError("an operator such as >= is missing before the version", at + 1)
    raise DependencyError(f"{_shown(text[at])} cannot stand in the name of a mod", at + 1)


def _version(text: str, at: int) -> Version:
    found = _VERSION.match(text, at)
    if not found:
        raise DependencyError("a version is missing after the operator", at + 1)
    written, end = found.group(), found.end()
    if end < len(text):
        raise _after_version(text, end)
    at_part = at
    parts = written.split(".")
    for position, part in enumerate(parts):
        if not part:
            raise DependencyError("a number of the version is missing", at_part + 1)
        if position > 2:  # noqa: PLR2004 major, minor, patch
            raise DependencyError(f"{written} has {len(parts)} numbers; a version has two or three", at_part)
        number = part.lstrip("0") or "0"
        if len(number) > len(str(MAX_VERSION_NUMBER)) or int(number) > MAX_VERSION_NUMBER:
            raise DependencyError(f"{part} is larger than {MAX_VERSION_NUMBER}", at_part + 1)
        at_part += len(part) + 1
    if len(parts) == 1:
        raise DependencyError(f"{written} is one number; a version has two or three", at + 1)
    return parse_version(written, (2, 3))


def _after_version(text: str, end: int) -> DependencyError:
    rest = text[end:]
    if not rest.strip():
        return DependencyError("white space after the version", end + 1)
    if rest[0] == ",":
        return DependencyError("a comma after the version; one entry holds one condition", end + 1)
    if rest[0].isspace():
        return DependencyError("text after the version", end + len(rest) - len(rest.lstrip()) + 1)
    return DependencyError(f"{_shown(rest[0])} cannot stand in a version", end + 1)


def _shown(character: str) -> str:
    names = {"\t": "a tab", " ": "a space", "\n": "a line break", "\r": "a line break"}
    return names.get(character, character if character.isprintable() else f"U+{ord(character):04X}")
