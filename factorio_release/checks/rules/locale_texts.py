"""Translations that the game reads and that players do not see as their author meant."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from factorio_release.checks.facts.contents import words
from factorio_release.checks.facts.locales import ENGLISH
from factorio_release.lazy_pattern import lazy_pattern
from factorio_release.package.game_files import STAGE_FILES
from factorio_release.parsers.locale import NAMING_PARAMETERS, PARAMETER_NAME
from factorio_release.parsers.problem import Problem
from factorio_release.parsers.suggestion import suggest
from factorio_release.parsers.unseen import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.checks.facts.contents import Contents
    from factorio_release.checks.facts.locales import Locales, Translation
    from factorio_release.package.file_set import FileSet
    from factorio_release.parsers.info import Info
    from factorio_release.parsers.locale import LocaleEntry

# Sections in which the game looks by itself (the wiki's "Tutorial: Localisation", and its own files).
# Those of one word are not here: a mod may have any word as a section of its own.
_SECTIONS: Final = words("""
    achievement-description achievement-name airborne-pollutant-name ammo-category-name asteroid-chunk-name
    autoplace-control-names controls-description damage-type-name decorative-name entity-description
    entity-name entity-status equipment-description equipment-name fluid-description fluid-name
    fuel-category-name item-description item-group-name item-name item-subgroup-name
    map-gen-preset-description map-gen-preset-name mod-description mod-name mod-setting-description
    mod-setting-name modifier-description quality-name recipe-category-name recipe-description recipe-name
    shortcut-description shortcut-name space-location-description space-location-name string-mod-setting
    string-mod-setting-description surface-property-name surface-property-unit technology-description
    technology-name tile-description tile-name tips-and-tricks-item-description tips-and-tricks-item-name
    virtual-signal-description virtual-signal-name
""")
_MAX_SEARCHED_NAMES: Final = 20
_MAX_NAMED_MODS: Final = 3  # a file with the names of more mods is a translation of them
_PLURAL_SINCE: Final = (2, 0)  # documented (changelog of 2.0.7): two underscores around the number
_PLURAL: Final = lazy_pattern(r"__plural_for_parameter(?P<marks>_+)[0-9]+_+\{")
_NAMING: Final = lazy_pattern(r"__(?P<kind>[A-Z]+)__(?=[^\s_])")
_CLOSED_NAMING: Final = lazy_pattern(rf"__[A-Z]+__{PARAMETER_NAME}__")


def misspelt_sections(locales: Locales, contents: Contents) -> Iterator[Problem]:
    """Report sections that differ from one of the game's by an underscore, a plural or the like.

    A section that the mod's own Lua names is left alone: it works.
    """
    meant = {_plain(section): section for section in _SECTIONS}
    in_lua: dict[str, bool] = {}  # reading all Lua takes time, and nobody misspells many names
    for translation in locales.translations:
        for name, line in translation.file.sections:
            right = "" if name in _SECTIONS else meant.get(_plain(name), "")
            if right and name not in in_lua and len(in_lua) < _MAX_SEARCHED_NAMES:
                in_lua[name] = _is_in_lua(name, contents)
            if right and not in_lua.get(name):
                message = f"the game looks for texts in [{right}], not in [{name}]"
                yield Problem(
                    message, translation.path, line, 1, f"Rename the section to [{right}]."
                )


def _plain(section: str) -> str:
    return "".join(word.rstrip("s") for word in re.split(r"[-_\s]+", section.strip().lower()))


def _is_in_lua(section: str, contents: Contents) -> bool:
    name = section.encode()
    return any(path.endswith(".lua") and name in content.data for path, content in contents.items())


def other_mods_name(locales: Locales, info: Info) -> Iterator[Problem]:
    """Report an English [mod-name] of another mod where this mod has none: a copied template.

    The same of [mod-description], unless the name is reported already.
    """
    if not info.name:
        return
    problems = [*_of_other_mod("mod-name", locales, info)]
    yield from problems or _of_other_mod("mod-description", locales, info)


def _of_other_mod(section: str, locales: Locales, info: Info) -> Iterator[Problem]:
    known = {one.name for one in info.parsed_dependencies}
    named = [
        (translation, entry)
        for translation in locales.languages.get(("locale/", ENGLISH), ())
        for entry in translation.file.entries
        if entry.section == section
    ]
    is_there = any(entry.name == info.name for _, entry in named)
    if is_there or len(named) > _MAX_NAMED_MODS:
        return
    for translation, entry in named:
        if entry.name not in known:
            message = f"[{section}] has {quoted(entry.name)}, but the mod is {quoted(info.name)}"
            hint = f"Rename the key to {info.name}, or remove the line."
            yield Problem(message, translation.path, entry.line, 1, hint)


def missing_english(locales: Locales, files: FileSet) -> Iterator[Problem]:
    """Report a locale folder without English texts, which the game shows where another language has none.

    A mod without Lua is left alone: it translates other mods.
    """
    if not any(files.get(stage) for stage in STAGE_FILES):
        return
    roots: dict[str, list[str]] = {}
    for root, language in locales.languages:
        roots.setdefault(root, []).append(language)
    for root, languages in roots.items():
        if ENGLISH in languages:
            continue
        path = locales.languages[root, languages[0]][0].path
        message = f"there is no {root}en: players of most languages see Unknown key"
        yield Problem(message, path, hint=f"Add the English texts in {root}en/.")


def broken_parameters(locales: Locales, info: Info) -> Iterator[Problem]:
    """Report parameters that the game shows as they are written, since they have another form."""
    for translation in locales.translations:
        for entry in translation.file.entries:
            if "__" in entry.value:  # few texts: much faster than the patterns
                yield from _broken_parameters(translation, entry, info)


def _broken_parameters(
    translation: Translation, entry: LocaleEntry, info: Info
) -> Iterator[Problem]:
    key = f"{entry.section}.{entry.name}" if entry.section else entry.name
    for at, what, hint in (*_broken_names(entry.value), *_broken_plurals(entry.value, info)):
        column = len(entry.key) + 2 + at
        yield Problem(f"{key}: {what}", translation.path, entry.line, column, hint)


def _broken_names(value: str) -> Iterator[tuple[int, str, str]]:
    for match in _NAMING.finditer(value):
        written = match[0]
        if match["kind"] not in NAMING_PARAMETERS:
            near = suggest(match["kind"], NAMING_PARAMETERS)
            if near and _CLOSED_NAMING.match(value, match.start()):
                yield match.start(), f"{written} is not a parameter", f"Did you mean __{near}__?"
        elif not _CLOSED_NAMING.match(value, match.start()):
            hint = f"Write two underscores behind the name: {written}name__."
            yield match.start(), f"the name after {written} does not end with two underscores", hint


def _broken_plurals(value: str, info: Info) -> Iterator[tuple[int, str, str]]:
    hint = "Write it as __plural_for_parameter__1__{1=lamp|rest=lamps}__."
    if info.game is not None and info.game < _PLURAL_SINCE:
        hint = hint.replace("__1__", "_1_")
    for match in _PLURAL.finditer(value):
        if "}__" not in value[match.end() :]:
            yield match.start(), "a plural that does not end with }__", hint
        elif info.game is not None and (match["marks"] == "_") is (info.game >= _PLURAL_SINCE):
            number = "two underscores" if info.game >= _PLURAL_SINCE else "one underscore"
            what = f"Factorio {info.factorio_version} wants {number} around the number of a plural"
            yield match.start(), what, hint
