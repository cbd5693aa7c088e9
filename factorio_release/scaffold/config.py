"""The first `factorio-release.yml` of a mod: filled in from the repository, choices as comments."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from factorio_release import __version__
from factorio_release.mod_page import CATEGORIES, LICENSES, TAGS
from factorio_release.page.source_urls import source_urls
from factorio_release.project import docs_url, home

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from factorio_release.scaffold.found_page import FoundPage

# A YAML scalar that needs no quotes.
_PLAIN: Final = re.compile(r"[A-Za-z_.][A-Za-z0-9_./-]*[*]?[A-Za-z0-9_./-]*")
_SCHEMA: Final = "factorio_release/schemas/factorio-release.schema.json"
_LINE_CHARACTERS: Final = 100


def first_config(found: FoundPage) -> str:
    """Return the file as text."""
    paragraphs = (_head(), _category(), _license(found), _tags(), _files(found), _exclude(found))
    texts = ["\n".join(lines) for lines in paragraphs]
    return "\n\n".join(text for text in texts if text) + "\n"


def _head() -> Iterator[str]:
    urls = source_urls(home(), f"v{__version__}")
    if urls:
        yield f"# yaml-language-server: $schema={urls.raw(_SCHEMA)}"
    yield f"# The mod's page on the portal, and its package: {docs_url('page.md')}"


def _category() -> Iterator[str]:
    yield "# The first release needs a category: remove the # from one line."
    for category in CATEGORIES:
        yield f"# category: {category}"


def _license(found: FoundPage) -> Iterator[str]:
    if found.license:
        name = LICENSES.get(found.license, found.license)
        yield f"license: {found.license} # {found.license_file}: {name}"
        return
    yield "# And a licence: one of these, or custom_… with the id of a licence of your own on the portal."
    for id_ in LICENSES:
        yield f"# license: {id_}"


def _tags() -> Iterator[str]:
    from textwrap import wrap  # noqa: PLC0415 start-up: only here

    text = f"Tags, as many as fit, of {', '.join(TAGS)}:"
    for line in wrap(text, _LINE_CHARACTERS, break_on_hyphens=False):
        yield f"# {line}"
    yield f"# tags: [{TAGS[0]}]"


def _files(found: FoundPage) -> Iterator[str]:
    if found.by_package:
        yield f"# Taken from info.json `package`: {', '.join(found.by_package)}."
    yield from _file("description", found.description, "README.md", found)
    yield from _file("faq", found.faq, "FAQ.md", found)
    if found.images:
        yield f"images: {_list(found.images)}"
    elif "images" not in found.by_package:
        yield "# images: [gallery/*.png]"
    yield "source-url: auto" if found.has_remote else "# source-url: auto"


def _file(name: str, path: str | None, example: str, found: FoundPage) -> Iterator[str]:
    if path is not None:
        yield f"{name}: {_scalar(path)}"
    elif name not in found.by_package:
        yield f"# {name}: {example}"


def _exclude(found: FoundPage) -> Iterator[str]:
    if found.exclude:
        yield "# Not in the package: these files are for the page alone."
        yield f"exclude: {_list(found.exclude)}"


def _list(items: Iterable[str]) -> str:
    return f"[{', '.join(map(_scalar, items))}]"


def _scalar(text: str) -> str:
    """Return a text as YAML reads it: JSON's strings are YAML's."""
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)
