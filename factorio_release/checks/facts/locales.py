"""All translations of a mod together: the files of each language, and the English texts."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.package.game_files import LOCALE_PATH
from factorio_release.parsers.languages import LANGUAGES
from factorio_release.parsers.locale import read_locale

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from factorio_release.checks.facts.contents import Contents
    from factorio_release.parsers.locale import LocaleEntry, LocaleFile
    from factorio_release.parsers.problem import Problem

ENGLISH: Final = "en"
LocaleKey = tuple[str, str]  # section and name of a key


class Translation(NamedTuple):
    """One .cfg file: `root` is the `locale/` folder that it is in, `language` the name of its own folder."""

    path: str
    root: str
    language: str
    file: LocaleFile


class Locales:
    """Every translation of a mod and of its scenarios, sorted by path.

    `translations` are those that the game reads, `unread` those in a folder that is no language of it.
    """

    def __init__(
        self, translations: tuple[Translation, ...], unread: tuple[Translation, ...] = ()
    ) -> None:
        self.translations = translations
        self.unread = unread

    @cached_property
    def languages(self) -> Mapping[tuple[str, str], list[Translation]]:
        """The files of each root and language."""
        groups: dict[tuple[str, str], list[Translation]] = {}
        for translation in self.translations:
            groups.setdefault((translation.root, translation.language), []).append(translation)
        return groups

    @cached_property
    def english(self) -> Mapping[str, Mapping[LocaleKey, LocaleEntry]]:
        """The English entries of each root."""
        return {
            root: {
                (entry.section, entry.name): entry for part in parts for entry in part.file.entries
            }
            for (root, language), parts in self.languages.items()
            if language == ENGLISH
        }

    def others(self) -> Iterator[tuple[str, list[Translation], Mapping[LocaleKey, LocaleEntry]]]:
        """Yield each language but English, with its files and the English entries of the same root."""
        for (root, language), parts in self.languages.items():
            if language != ENGLISH and root in self.english:
                yield language, parts, self.english[root]

    def problems(self) -> Iterator[Problem]:
        """Yield what the parser reported, with the path of each file."""
        for translation in self.translations:
            for problem in translation.file.problems:
                yield problem._replace(file=translation.path)


def read_locales(contents: Contents) -> Locales:
    """Read every file that is at the place of a translation."""
    read: list[Translation] = []
    unread: list[Translation] = []
    for path in sorted(contents):
        match = LOCALE_PATH.fullmatch(path)
        if match and contents[path].whole:
            file = read_locale(contents[path].data)
            group = read if match["language"] in LANGUAGES else unread
            group.append(Translation(path, match["root"], match["language"], file))
    return Locales(tuple(read), tuple(unread))
