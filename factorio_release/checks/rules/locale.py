"""Translations: what the game refuses or never reads, and what differs from English."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from factorio_release.checks.facts.contents import words
from factorio_release.parsers.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from factorio_release.checks.facts.locales import LocaleKey, Locales, Translation
    from factorio_release.package.file_set import FileSet
    from factorio_release.parsers.locale import LocaleEntry

# The languages that the game has.
LANGUAGES: Final = words("""
    af ar be bg ca cs da de el en eo es-ES et eu fa fi fil fr fy-NL ga-IE he hr hu id is it ja ka kk ko
    lt lv nl no pl pt-BR pt-PT ro ru sk sl sq sr sv-SE th tr uk vi zh-CN zh-TW
""")
# Codes that other programs use for them, in lower case.
_OTHER_CODES: Final = {
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
_PLURAL_PARAMETER: Final = re.compile(r"__plural_for_parameter_+(\d+)_+\{")
_NUMBERED_PARAMETER: Final = re.compile(r"__(\d+)__")
_LOCALE_FILE_SLASHES: Final = 2  # locale/<language>/<file>
_SHOWN_KEYS: Final = 5
_SHOWN_LANGUAGES: Final = 12
_SHOWN_CHARACTERS: Final = 100

# One language that lacks keys: its code, the English entries that it lacks, one of its files.
_Lacking = tuple[str, "list[LocaleEntry]", "Translation"]


def repeated_keys(locales: Locales) -> Iterator[Problem]:
    """Report a key that is twice in one section of a file, which the game refuses (observed)."""
    for translation in locales.translations:
        first_lines: dict[LocaleKey, int] = {}
        for entry in translation.file.entries:
            line = first_lines.setdefault((entry.section, entry.key), entry.line)
            if line != entry.line:
                message = f"{_name(entry)} is already in line {line}"
                yield Problem(message, translation.path, entry.line, 1, "Remove one of the two.")


def unknown_languages(locales: Locales) -> Iterator[Problem]:
    """Report folders whose name is no language of the game, or one in another case."""
    for (_, language), translations in locales.languages.items():
        if language in LANGUAGES:
            continue
        path = translations[0].path
        right = _right_code(language)
        hint = "Use the game's code of the language, such as de or pt-BR."
        if right:
            hint = f"Rename the folder to {right}."
        yield Problem(
            f"the game has no language {language!r}, so it does not read {path}", path, hint=hint
        )


def _right_code(language: str) -> str:
    """Return the game's code of a language that is written in another way, `""` when there is none."""
    by_lower = {code.lower(): code for code in LANGUAGES}
    plain = language.lower().replace("_", "-")
    base = plain.partition("-")[0]
    for code in (plain, base):
        if code in by_lower:
            return by_lower[code]
        if code in _OTHER_CODES:
            return _OTHER_CODES[code]
    return ""


def misplaced_files(files: FileSet) -> Iterator[Problem]:
    """Report .cfg files in the mod's locale folder that are not directly in a language's folder."""
    for file in files.files:
        if not file.path.startswith("locale/") or not file.path.endswith(".cfg"):
            continue
        if file.path.count("/") != _LOCALE_FILE_SLASHES:
            message = f"the game does not read {file.path}: translations are in locale/<language>/"
            hint = "Move it into the folder of its language, such as locale/en/."
            yield Problem(message, file.path, hint=hint)


def missing_keys(locales: Locales) -> Iterator[Problem]:
    """Report, once for each locale folder, the languages that lack keys of the English text."""
    by_root: dict[str, list[_Lacking]] = {}
    for language, translations, english in locales.others():
        translated = {
            (entry.section, entry.key) for part in translations for entry in part.file.entries
        }
        missing = [entry for key, entry in english.items() if key not in translated]
        if missing:
            by_root.setdefault(translations[0].root, []).append(
                (language, missing, translations[0])
            )
    for root, lacking in by_root.items():
        key_count = len(locales.english[root])
        if len(lacking) == 1:
            message = _one_language_lacks(lacking[0], key_count)
        else:
            message = _languages_lack(lacking, key_count)
        first = lacking[0][2]
        yield Problem(
            message, first.path, hint="Translate them. Until then players see the English text."
        )


def _one_language_lacks(lacking: _Lacking, key_count: int) -> str:
    language, missing, _ = lacking
    names = ", ".join(_name(entry) for entry in missing[:_SHOWN_KEYS])
    more = ", …" if len(missing) > _SHOWN_KEYS else ""
    return f"{language} lacks {len(missing)} of {key_count} keys: {names}{more}"


def _languages_lack(lacking: list[_Lacking], key_count: int) -> str:
    counts = ", ".join(
        f"{language} {len(missing)}" for language, missing, _ in lacking[:_SHOWN_LANGUAGES]
    )
    more = ", …" if len(lacking) > _SHOWN_LANGUAGES else ""
    return f"{len(lacking)} languages lack some of the {key_count} English keys: {counts}{more}"


def differing_parameters(locales: Locales) -> Iterator[Problem]:
    """Report translations that use other numbered parameters than the English text."""
    for _, translations, english in locales.others():
        for translation in translations:
            yield from _differing(translation, english)


def _differing(
    translation: Translation, english: Mapping[LocaleKey, LocaleEntry]
) -> Iterator[Problem]:
    for entry in translation.file.entries:
        original = english.get((entry.section, entry.key))
        if original is None:
            continue
        expected, used = _parameters(original.value), _parameters(entry.value)
        if expected != used:
            message = f"{_name(entry)} uses {_listed(used)}, but English uses {_listed(expected)}"
            hint = f"Translate the English text again: {original.value[:_SHOWN_CHARACTERS]}"
            yield Problem(message, translation.path, entry.line, 1, hint)


def _parameters(value: str) -> frozenset[int]:
    if "__" not in value:  # most texts: much faster than the patterns
        return frozenset()
    numbers = (*_NUMBERED_PARAMETER.findall(value), *_PLURAL_PARAMETER.findall(value))
    return frozenset(map(int, numbers))


def _listed(numbers: frozenset[int]) -> str:
    return ", ".join(f"__{number}__" for number in sorted(numbers)) or "no parameter"


def _name(entry: LocaleEntry) -> str:
    if entry.section:
        return f"{entry.section}.{entry.key}"
    return entry.key
