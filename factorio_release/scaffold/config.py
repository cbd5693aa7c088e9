"""The first `factorio-release.yml` of a mod: what is known filled in, what must be chosen as a comment."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from factorio_release import __version__
from factorio_release.mod_page import CATEGORIES, LICENSES, TAGS
from factorio_release.page.source_urls import source_urls
from factorio_release.project import docs_url, home

if TYPE_CHECKING:
    from collections.abc import Iterator

_PLAIN: Final = re.compile(r"[A-Za-z_.][A-Za-z0-9_./-]*[*]?[A-Za-z0-9_./-]*")
_SCHEMA: Final = "factorio_release/schemas/factorio-release.schema.json"
_LINE: Final = 100


@dataclass(frozen=True, slots=True)
class FoundPage:
    """What a repository says of a mod's page: paths relative to the mod folder, None for what is not known.

    `license_file` is where the licence was read. `by_package` names the keys that FMTK's `package`
    object in info.json has already.
    """

    description: str | None = None
    faq: str | None = None
    license: str | None = None
    license_file: str = ""
    images: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    has_remote: bool = False
    by_package: tuple[str, ...] = ()


def first_config(known: FoundPage) -> str:
    """Return the file as text."""
    return "\n".join(_lines(known)) + "\n"


def _lines(known: FoundPage) -> Iterator[str]:
    urls = source_urls(home(), f"v{__version__}")
    if urls:
        yield f"# yaml-language-server: $schema={urls.raw(_SCHEMA)}"
    yield f"# The mod's page on the portal, and its package: {docs_url('page.md')}"
    yield ""
    yield "# The portal wants a category with the first release: take the # from one line."
    yield from (f"# category: {category}" for category in CATEGORIES)
    yield ""
    yield from _license(known)
    yield ""
    yield from _wrapped(f"Tags, as many as fit, of {', '.join(TAGS)}:")
    yield f"# tags: [{TAGS[0]}]"
    yield ""
    if known.by_package:
        yield f"# As info.json's package object has them: {', '.join(known.by_package)}."
    yield from _given("description", known.description, "README.md", known)
    yield from _given("faq", known.faq, "FAQ.md", known)
    if known.images:
        yield f"images: [{', '.join(map(_scalar, known.images))}]"
    elif "images" not in known.by_package:
        yield "# images: [gallery/*.png]"
    yield "source-url: auto" if known.has_remote else "# source-url: auto"
    if known.exclude:
        yield ""
        yield "# Not in the package: it is for the page alone."
        yield f"exclude: [{', '.join(map(_scalar, known.exclude))}]"


def _license(known: FoundPage) -> Iterator[str]:
    if known.license:
        name = LICENSES.get(known.license, known.license)
        yield f"license: {known.license} # {known.license_file}: {name}"
        return
    yield "# And a licence: one of these, or custom_… with the id of a licence of your own on the portal."
    yield from (f"# license: {id_}" for id_ in LICENSES)


def _given(name: str, value: str | None, example: str, known: FoundPage) -> Iterator[str]:
    if value is not None:
        yield f"{name}: {_scalar(value)}"
    elif name not in known.by_package:
        yield f"# {name}: {example}"


def _wrapped(text: str) -> Iterator[str]:
    from textwrap import wrap  # noqa: PLC0415 start-up: only here

    return (f"# {line}" for line in wrap(text, _LINE, break_on_hyphens=False))


def _scalar(text: str) -> str:
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)
