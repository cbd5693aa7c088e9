"""The first `factorio-release.yml` of a mod or of a repository of mods: filled in, choices as comments."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from factorio_release import __version__
from factorio_release.mod_page import CATEGORIES, LICENSES, TAGS
from factorio_release.page.source_urls import source_urls
from factorio_release.project import docs_url, home
from factorio_release.scaffold.first_values import Standing
from factorio_release.scaffold.page_words import CATEGORY_WORDS, TAG_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from factorio_release.scaffold.first_values import FirstValues, Setting

# A YAML scalar that needs no quotes.
_PLAIN: Final = re.compile(r"[A-Za-z_.][A-Za-z0-9_./-]*[*]?[A-Za-z0-9_./-]*")
_FIRST: Final = "The first release needs a category: remove the # from one line."
_NEEDS_CATEGORY: Final = {
    Standing.NEW: _FIRST,
    Standing.UNKNOWN: _FIRST,
    Standing.LIVE: "The page on the portal has no category. To give it one, remove the # from a line.",
    Standing.PUBLIC: "The category on the portal stays as it is. To set it here, remove the # from a line.",
}
_SCHEMA: Final = "factorio_release/schemas/factorio-release.schema.json"


def first_config(values: FirstValues) -> str:
    """Return the file of one mod as text."""
    paragraphs = (
        _head(),
        _category(values),
        _license(values),
        _tags(values),
        _settings(values),
        _exclude(values.exclude),
    )
    texts = ["\n".join(lines) for lines in paragraphs]
    return "\n\n".join(text for text in texts if text) + "\n"


def root_config(mods: Mapping[str, FirstValues]) -> str:
    """Return the file at the root of a repository of several mods, by the folder of each.

    What all of them have in common stands at the top.
    """
    paragraphs = [[*_head()], [*_shared(mods)], [*_sections(mods)]]
    return "\n\n".join("\n".join(lines) for lines in paragraphs if lines) + "\n"


def _head() -> Iterator[str]:
    urls = source_urls(home(), f"v{__version__}")
    if urls:
        yield f"# yaml-language-server: $schema={urls.raw(_SCHEMA)}"
    yield f"# The mod's page on the portal, and its package: {docs_url('page.md')}"


def _category(values: FirstValues) -> Iterator[str]:
    if values.category:
        yield f"category: {values.category}"
        return
    yield f"# {_NEEDS_CATEGORY[values.standing]}"
    for category in CATEGORIES:
        yield f"# category: {category} # {CATEGORY_WORDS[category]}"


def _license(values: FirstValues) -> Iterator[str]:
    if values.license:
        yield from _line(values.license)
        return
    if values.standing is Standing.PUBLIC:
        yield "# So does the licence, of which there are:"
    else:
        yield "# And a licence: one of these, or custom_… with the id of a licence of your own on the portal."
    for id_ in LICENSES:
        yield f"# license: {id_}"


def _tags(values: FirstValues) -> Iterator[str]:
    if values.tags:
        yield f"tags: {_list(values.tags)}"
        return
    yield "# Tags, as many as fit:"
    for tag in TAGS:
        yield f"#   {tag}: {TAG_WORDS[tag]}"
    yield f"# tags: [{TAGS[0]}]"


def _settings(values: FirstValues) -> Iterator[str]:
    if values.by_package:
        yield f"# Taken from info.json `package`: {', '.join(values.by_package)}."
    for setting in values.settings:
        yield from _line(setting)


def _line(setting: Setting) -> Iterator[str]:
    if setting.note:
        yield f"# {setting.note}"
    mark = "" if setting.used else "# "
    value = setting.value
    text = _scalar(value) if isinstance(value, str) else _list(value)
    why = f" # {setting.why}" if setting.why else ""
    yield f"{mark}{setting.name}: {text}{why}"


def _exclude(exclude: Sequence[str]) -> Iterator[str]:
    if not exclude:
        return
    yield "# Not in the package:"
    if len(exclude) == 1:
        yield f"exclude: {_list(exclude)}"
        return
    yield "exclude:"
    for pattern in exclude:
        yield f"  - {_scalar(pattern)}"


def _shared(mods: Mapping[str, FirstValues]) -> Iterator[str]:
    """Yield what all mods have in common: the licence, and what is to be chosen."""
    yield "# For all mods. A section below, or a file in a mod's folder, has what is different:"
    yield f"# {docs_url('monorepo.md')}"
    license_ = _common_license(mods)
    if license_:
        yield f"license: {license_}"
    else:
        yield "# license: default_mit"
    yield '# description: "{mod}/README.md"'
    yield '# images: ["{mod}/gallery/*.png"]'


def _common_license(mods: Mapping[str, FirstValues]) -> str:
    found = {one.license.value if one.license and one.license.used else "" for one in mods.values()}
    only = found.pop() if len(found) == 1 else ""
    return only if isinstance(only, str) else ""


def _sections(mods: Mapping[str, FirstValues]) -> Iterator[str]:
    common = _common_license(mods)
    lines = []
    for folder, one in mods.items():
        keys = {}
        if one.category:
            keys["category"] = one.category
        if one.tags:
            keys["tags"] = _list(one.tags)
        if one.license and one.license.used and one.license.value != common:
            keys["license"] = str(one.license.value)
        for setting in one.settings:
            if setting.used and isinstance(setting.value, str) and setting.name != "source-url":
                keys[setting.name] = _scalar(setting.value)
        if one.exclude:
            keys["exclude"] = _list(one.exclude)
        if keys:
            inner = ", ".join(f"{name}: {value}" for name, value in keys.items())
            lines.append(f"  {_scalar(folder)}: {{{inner}}}")
    if lines:
        yield "mods:"
        yield from lines
        return
    first = next(iter(mods), "mods/a")
    yield "# Each mod's own values, by its folder, its name, or a glob of either:"
    yield "# mods:"
    yield f"#   {_scalar(first)}: {{category: {CATEGORIES[1]}, tags: [{TAGS[0]}]}}"


def _list(items: Iterable[str]) -> str:
    return f"[{', '.join(map(_scalar, items))}]"


def _scalar(text: str) -> str:
    """Return a text as YAML reads it: JSON's strings are YAML's."""
    if _PLAIN.fullmatch(text) or re.fullmatch(r"https?://[\w./~-]+", text):
        return text
    return json.dumps(text, ensure_ascii=False)
