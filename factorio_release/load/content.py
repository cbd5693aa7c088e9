"""What findings over a load compare the data with: the files, texts and migrations of the package."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from factorio_release.limits import MAX_INFO_BYTES, MAX_TEXT_BYTES
from factorio_release.load.sources import lua_of
from factorio_release.package.file_set import read_whole
from factorio_release.package.game_files import LOCALE_PATH
from factorio_release.parsers.json.document import read_json
from factorio_release.parsers.locale import read_locale

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from factorio_release.mod.mod import Mod
    from factorio_release.package.file_set import PackageFile

_MIGRATION: Final = re.compile(r"migrations/[^/]+\.json")
_PAIR: Final = 2


class Picture(Protocol):
    """What is known of an image or a sound: pixels of a PNG, else 0; what is wrong with the file."""

    @property
    def type(self) -> str:
        """The real type of the file, such as `PNG`; empty where it is not recognised."""

    @property
    def width(self) -> int:
        """The width in pixels."""

    @property
    def height(self) -> int:
        """The height in pixels."""

    @property
    def damage(self) -> str:
        """What happened to the file, as the words behind its name."""

    @property
    def unreadable(self) -> bool:
        """Whether the game surely cannot read it."""


class Migration(NamedTuple):
    """A name that a migration changes in older saves; `kind` is as in the file, `line` that of the pair."""

    file: str
    line: int
    kind: str
    old: str
    new: str


class ModContent(NamedTuple):
    """A package as the findings need it.

    `sizes` has the bytes of each file by path, `lua` the Lua files, `english` section and key of each English
    text. `look` opens an image or a sound of the package by its path, None for another file.
    """

    name: str
    sizes: Mapping[str, int]
    lua: Mapping[str, bytes]
    english: frozenset[tuple[str, str]] = frozenset()
    migrations: tuple[Migration, ...] = ()
    look: Callable[[str], Picture | None] = lambda _: None


def content_of(mod: Mod, look: Callable[[PackageFile], Picture | None]) -> ModContent:
    """Return the content of a package; raises ModError where a file of it cannot be read."""
    files = {file.path: file for file in mod.files.files}
    english: set[tuple[str, str]] = set()
    migrations: list[Migration] = []
    for path, file in sorted(files.items()):
        locale = LOCALE_PATH.fullmatch(path)
        if locale and locale["root"] == "locale/" and locale["language"] == "en":
            text = read_locale(read_whole(file, MAX_TEXT_BYTES))
            english.update((one.section, one.name) for one in text.entries)
        elif _MIGRATION.fullmatch(path) and file.size <= MAX_INFO_BYTES:
            migrations += read_migrations(file.read(), path)
    return ModContent(
        mod.name,
        {path: file.size for path, file in files.items()},
        lua_of(mod),
        frozenset(english),
        tuple(migrations),
        cache(lambda path: look(files[path]) if path in files else None),
    )


def read_migrations(data: bytes, path: str) -> Iterator[Migration]:
    """Yield the pairs of names in a migration; what has another form is left out, for the check to report."""
    document = read_json(data, path)
    places = document.places
    kinds = document.value if isinstance(document.value, dict) else {}
    for kind, pairs in kinds.items():
        for index, pair in enumerate(pairs if isinstance(pairs, list) else ()):
            if _is_pair(pair):
                yield Migration(path, places[kind, index][0], kind, *pair)


def _is_pair(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) == _PAIR
        and all(isinstance(name, str) for name in value)
    )
