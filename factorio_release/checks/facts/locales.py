"""All translations of a mod together: which file belongs to which language, and what each language has."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from factorio_release.parsers.locale import read_locale

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from factorio_release.checks.facts.contents import Contents
    from factorio_release.parsers.locale import LocaleEntry, LocaleFile

ENGLISH: Final = "en"
_PLACE: Final = re.compile(r"((?:(?:scenarios|campaigns|tutorials)/.+/)?locale/)([^/]+)/([^/]+\.cfg)")


@dataclass(frozen=True, slots=True)
class Translation:
    """One .cfg file: `root` is the `locale/` folder that it belongs to, `language` its folder there."""

    path: str
    root: str
    language: str
    file: LocaleFile


@dataclass(frozen=True)
class Locales:
    """Every translation of a mod and of its scenarios, sorted by path."""

    translations: tuple[Translation, ...]

    @cached_property
    def languages(self) -> Mapping[tuple[str, str], list[Translation]]:
        """The files of each root and language."""
        groups: dict[tuple[str, str], list[Translation]] = {}
        for translation in self.translations:
            groups.setdefault((translation.root, translation.language), []).append(translation)
        return groups

    @cached_property
    def english(self) -> Mapping[str, Mapping[tuple[str, str], LocaleEntry]]:
        """The English entries of each root, by section and key."""
        return {
            root: {(entry.section, entry.key): entry for part in parts for entry in part.file.entries}
            for (root, language), parts in self.languages.items()
            if language == ENGLISH
        }

    def others(self) -> Iterator[tuple[str, list[Translation], Mapping[tuple[str, str], LocaleEntry]]]:
        """Yield each language but English, with its files and the English entries beside them."""
        for (root, language), parts in self.languages.items():
            if language != ENGLISH and root in self.english:
                yield language, parts, self.english[root]


def read_locales(contents: Contents) -> Locales:
    """Read every file that the game would read as a translation."""
    places = ((path, _PLACE.fullmatch(path)) for path in sorted(contents) if path.endswith(".cfg"))
    return Locales(
        tuple(
            Translation(path, place[1], place[2], read_locale(contents[path].data))
            for path, place in places
            if place and contents[path].whole
        )
    )
