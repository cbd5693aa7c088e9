"""Translations: what the game refuses or never reads, and what differs from English."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from factorio_release.checks.facts.contents import words
from factorio_release.parsers.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from factorio_release.checks.facts.locales import Locales, Translation
    from factorio_release.package.file_set import FileSet
    from factorio_release.parsers.locale import LocaleEntry

# The languages that the game comes with.
LANGUAGES: Final = words("""
    af ar be bg ca cs da de el en eo es-ES et eu fa fi fil fr fy-NL ga-IE he hr hu id is it ja ka kk ko
    lt lv nl no pl pt-BR pt-PT ro ru sk sl sq sr sv-SE th tr uk vi zh-CN zh-TW
""")
_USUAL: Final = {
    "es": "es-ES",
    "fy": "fy-NL",
    "ga": "ga-IE",
    "nb": "no",
    "nn": "no",
    "pt": "pt-BR or pt-PT",
    "sv": "sv-SE",
    "zh": "zh-CN or zh-TW",
    "zh-hans": "zh-CN",
    "zh-hant": "zh-TW",
}
_PLURAL: Final = re.compile(r"__plural_for_parameter_+(\d+)_+\{")
_NUMBERED: Final = re.compile(r"__(\d+)__")
_NAMES_SHOWN: Final = 5
_LANGUAGES_SHOWN: Final = 12


def stated(code: str) -> Callable[..., Iterable[Problem]]:
    """Return a rule that passes on what the parser stated under this code, with the file's name."""

    def find(locales: Locales) -> Iterator[Problem]:
        for translation in locales.translations:
            for problem in translation.file.problems:
                if problem.code == code:
                    yield replace(problem, file=translation.path)

    return find


def repeated_keys(locales: Locales) -> Iterator[Problem]:
    """Report a key that stands twice in one section of a file."""
    for translation in locales.translations:
        first: dict[tuple[str, str], int] = {}
        for entry in translation.file.entries:
            line = first.setdefault((entry.section, entry.key), entry.line)
            if line != entry.line:
                yield Problem(
                    f"{_name(entry)} stands on line {line} already",
                    translation.path,
                    entry.line,
                    1,
                    "Remove one of the two.",
                )


def unknown_languages(locales: Locales) -> Iterator[Problem]:
    """Report folders of languages that the game does not have, and those in another case."""
    for (_, language), translations in locales.languages.items():
        if language not in LANGUAGES:
            meant = _meant(language)
            yield Problem(
                f"the game has no language {language!r} and does not read {translations[0].path}",
                translations[0].path,
                hint=f"Rename the folder to {meant}." if meant else "Use the game's code of the language.",
            )


def _meant(language: str) -> str:
    folded = {known.lower(): known for known in LANGUAGES}
    plain = language.lower().replace("_", "-")
    base = plain.partition("-")[0]
    return folded.get(plain) or _USUAL.get(plain) or _USUAL.get(base) or folded.get(base, "")


def misplaced_files(files: FileSet) -> Iterator[Problem]:
    """Report .cfg files of the mod's locale folder that do not lie directly in a language's folder."""
    for file in files.files:
        if file.path.startswith("locale/") and file.path.endswith(".cfg") and file.path.count("/") != 2:  # noqa: PLR2004 locale/language/file
            yield Problem(
                f"{file.path} is not read: translations lie in locale/<language>/",
                file.path,
                hint="Move it into the folder of its language.",
            )


def missing_keys(locales: Locales) -> Iterator[Problem]:
    """Report once a locale folder which languages lack English keys; of a lone one, which keys."""
    lacking: dict[str, list[tuple[str, list[LocaleEntry], Translation]]] = {}
    for language, translations, english in locales.others():
        there = {(entry.section, entry.key) for part in translations for entry in part.file.entries}
        missing = [entry for key, entry in english.items() if key not in there]
        if missing:
            lacking.setdefault(translations[0].root, []).append((language, missing, translations[0]))
    for root, found in lacking.items():
        yield _lacking(found, len(locales.english[root]))


def _lacking(found: list[tuple[str, list[LocaleEntry], Translation]], keys: int) -> Problem:
    language, missing, first = found[0]
    if len(found) == 1:
        names = ", ".join(_name(entry) for entry in missing[:_NAMES_SHOWN])
        more = ", …" if len(missing) > _NAMES_SHOWN else ""
        message = f"{language} lacks {len(missing)} of {keys} keys: {names}{more}"
    else:
        counts = ", ".join(f"{language} {len(missing)}" for language, missing, _ in found[:_LANGUAGES_SHOWN])
        more = ", …" if len(found) > _LANGUAGES_SHOWN else ""
        message = f"{len(found)} languages lack some of the {keys} English keys: {counts}{more}"
    return Problem(message, first.path, hint="Players see the English text there.")


def differing_parameters(locales: Locales) -> Iterator[Problem]:
    """Report translations that use other numbered parameters than the English text."""
    for _, translations, english in locales.others():
        for translation in translations:
            yield from _differing(translation, english)


def _differing(translation: Translation, english: Mapping[tuple[str, str], LocaleEntry]) -> Iterator[Problem]:
    for entry in translation.file.entries:
        original = english.get((entry.section, entry.key))
        if original is None:
            continue
        wanted, used = _parameters(original.value), _parameters(entry.value)
        if wanted != used:
            yield Problem(
                f"{_name(entry)} uses {_listed(used)} where English has {_listed(wanted)}",
                translation.path,
                entry.line,
                1,
                f"The English text: {original.value[:100]}",
            )


def _parameters(value: str) -> frozenset[int]:
    if "__" not in value:
        return frozenset()
    return frozenset(int(n) for n in (*_NUMBERED.findall(value), *_PLURAL.findall(value)))


def _listed(numbers: frozenset[int]) -> str:
    return ", ".join(f"__{number}__" for number in sorted(numbers)) or "no parameter"


def _name(entry: LocaleEntry) -> str:
    return f"{entry.section}.{entry.key}" if entry.section else entry.key
