"""Translations: what the game refuses or never reads, and what differs from English."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factorio_release.lazy_pattern import lazy_pattern
from factorio_release.parsers.foreign_text import is_unseen, spelled_out
from factorio_release.parsers.languages import codes_meant
from factorio_release.parsers.locale import BLANKS, NAMING_PARAMETERS, PARAMETER_NAME
from factorio_release.parsers.problem import Problem
from factorio_release.parsers.unseen import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from factorio_release.checks.facts.locales import LocaleKey, Locales, Translation
    from factorio_release.package.file_set import FileSet
    from factorio_release.parsers.info import Info
    from factorio_release.parsers.locale import LocaleEntry

# A parameter of the game may hold a number that is not one of the text: __ALT_CONTROL__1__name__.
_TOKEN: Final = lazy_pattern(
    rf"__(?:{'|'.join(NAMING_PARAMETERS)}|ALT_CONTROL__[0-9])__{PARAMETER_NAME}__"
    r"|__[A-Z]+(?:_[A-Z]+)*__"
    r"|__plural_for_parameter_+(?P<plural>[0-9]+)_+\{"
    r"|__(?P<number>[0-9]+)__"
)
_LOCALE_FILE_SLASHES: Final = 2  # locale/<language>/<file>
_NEW_LANGUAGES_SINCE: Final = (2, 1)
_TWICE_HINT: Final = "Remove one of the two."
_SHOWN_KEYS: Final = 5
_SHOWN_LANGUAGES: Final = 12
_SHOWN_CHARACTERS: Final = 100

# One language that lacks keys: its code, the English entries that it lacks, one of its files.
_Lacking = tuple[str, "list[LocaleEntry]", "Translation"]


def repeated_keys(locales: Locales) -> Iterator[Problem]:
    """Report what makes the game refuse a file: a key twice in a section, a section twice (observed).

    The game keeps sections and the keys above all sections in one tree, in which a name is once.
    """
    for translation in locales.translations:
        yield from _repeated_keys(translation)


def _repeated_keys(translation: Translation) -> Iterator[Problem]:
    sections = [(line, name, False) for name, line in translation.file.sections]
    keys = [(entry.line, entry.key, True) for entry in translation.file.entries]
    tree: dict[str, int] = {}  # lines of the sections, and of the keys above all of them
    first_lines, section = tree, ""
    for line, name, is_key in sorted(sections + keys):
        if not is_key:
            first_lines, section = {}, name
        first = (first_lines if is_key else tree).setdefault(name, line)
        if first == line:
            continue
        if is_key:
            shown = _dotted(section, name)
            if shown != shown.strip():
                shown = quoted(shown)  # nobody sees the blank that belongs to the key
            message, hint = f"{shown} is already in line {first}", _TWICE_HINT
        else:
            message = f"the section [{name}] is already in line {first}: the game refuses the file"
            hint = "Move its keys below the first one."
        yield Problem(message, translation.path, line, 1, hint)


def unusable_keys(locales: Locales) -> Iterator[Problem]:
    """Report keys that no prototype or script looks up: they hold white space, or are empty.

    A file with many of them, which a program has written so, is reported once.
    """
    for translation in locales.translations:
        found = [
            entry for entry in translation.file.entries if entry.key != entry.name or not entry.name
        ]
        if len(found) > _SHOWN_KEYS:
            first = _unusable_key(translation.path, found[0])
            yield first._replace(
                message=f"{first.message}; {len(found) - 1} more keys are like this"
            )
        else:
            for entry in found:
                yield _unusable_key(translation.path, entry)


def _unusable_key(path: str, entry: LocaleEntry) -> Problem:
    if not entry.name:
        hint = "Write the key in front of the = sign, or remove the line."
        return Problem("there is no key in front of the = sign", path, entry.line, 1, hint)
    at = _unseen_at(entry.key)
    what = {" ": "a space", "\t": "a tab"}.get(entry.key[at]) or spelled_out(entry.key[at])
    message = (
        f"{what} belongs to the key: players see "
        f'Unknown key: "{_dotted(entry.section, entry.name)}"'
    )
    hint = "Remove it."
    return Problem(message, path, entry.line, at + 1, hint)


def _unseen_at(key: str) -> int:
    """Return the index of the first character that cannot be seen, or of the blanks at the end."""
    for index, character in enumerate(key):
        if is_unseen(character):
            return index
    return len(key.rstrip(BLANKS))


def unknown_languages(locales: Locales, info: Info) -> Iterator[Problem]:
    """Report folders whose name is no language of the game, or one in another case.

    Since 2.1.7 a mod may define a new language (documented): there only what looks like one of the
    game's is reported.
    """
    may_be_new = info.game is not None and info.game >= _NEW_LANGUAGES_SINCE
    seen: set[tuple[str, str]] = set()
    for translation in locales.unread:
        folder = (translation.root, translation.language)
        if folder in seen or (may_be_new and not codes_meant(translation.language)):
            continue
        seen.add(folder)
        path = translation.path
        message = (
            f"the game has no language {quoted(translation.language)}, so it does not read {path}"
        )
        yield Problem(message, path, hint=_language_hint(translation, locales))


def _language_hint(translation: Translation, locales: Locales) -> str:
    meant = codes_meant(translation.language)
    if not meant:
        return "Use the game's code of the language, such as de or pt-BR."
    taken = [code for code in meant if (translation.root, code) in locales.languages]
    if taken:
        return f"Is it {' or '.join(taken)}? That folder exists: move the texts into it."
    return f"Rename the folder to {' or '.join(meant)}."


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
            (entry.section, entry.name) for part in translations for entry in part.file.entries
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
        original = english.get((entry.section, entry.name))
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
    numbers = (match["plural"] or match["number"] for match in _TOKEN.finditer(value))
    return frozenset(int(number) for number in numbers if number)


def _listed(numbers: frozenset[int]) -> str:
    return ", ".join(f"__{number}__" for number in sorted(numbers)) or "no parameter"


def _name(entry: LocaleEntry) -> str:
    return _dotted(entry.section, entry.name)


def _dotted(section: str, key: str) -> str:
    return f"{section}.{key}" if section else key
