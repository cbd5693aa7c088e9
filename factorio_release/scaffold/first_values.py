"""The values of a first config file: what each key gets, and whether its line is in use or a comment."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from factorio_release.mod_page import LICENSES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from factorio_release.mod_page import ModPage
    from factorio_release.scaffold.found_page import FoundPage


class Standing(StrEnum):
    """What is known of the mod's page on the portal."""

    NEW = "the portal has no such mod"
    LIVE = "the portal has the mod"
    PUBLIC = "the portal did not answer, and a pipeline uploads the mod"
    UNKNOWN = "the portal did not answer"


class Setting(NamedTuple):
    """A key of the file: its values, in use or as a comment; `note` stands above, `why` at the line's end."""

    name: str
    value: str | tuple[str, ...]
    used: bool = True
    note: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class FirstValues:
    """What the first config file of a mod says; `category` and `tags` are empty where they are not known.

    `settings` are the other keys, in order. `by_package` are page fields that FMTK's object in info.json
    declares already. `exclude` are globs.
    """

    category: str = ""
    tags: tuple[str, ...] = ()
    license: Setting | None = None
    settings: tuple[Setting, ...] = ()
    by_package: tuple[str, ...] = ()
    exclude: tuple[str, ...] = field(default=())
    standing: Standing = Standing.UNKNOWN


def first_values(
    found: FoundPage,
    live: ModPage | None,
    *,
    standing: Standing,
    title: str = "",
    summary: str = "",
    same: Sequence[str] = (),
    exclude: Sequence[str] = (),
) -> FirstValues:
    """Return the values that follow from the repository and from the page on the portal.

    `title` and `summary` are info.json's. `same` are the fields (`description`, `faq`, `images`) whose files
    in the repository would change nothing on the portal. A file that would replace a text that somebody has
    written on the website becomes a comment.
    """
    if live is None:
        return FirstValues(
            license=_found_license(found, used=standing is not Standing.PUBLIC),
            settings=tuple(_from_repository(found, standing)),
            by_package=found.by_package,
            exclude=tuple(exclude),
            standing=standing,
        )
    return FirstValues(
        category=live.category or "",
        tags=live.tags or (),
        license=_live_license(live, found),
        settings=tuple(_from_portal(found, live, title, summary, same)),
        by_package=found.by_package,
        exclude=tuple(exclude),
        standing=standing,
    )


def _found_license(found: FoundPage, *, used: bool) -> Setting | None:
    if not found.license:
        return None
    return Setting(
        "license", found.license, used, why=f"{found.license_file}: {_spdx(found.license)}"
    )


def _spdx(id_: str) -> str:
    return LICENSES.get(id_, id_)


def _live_license(live: ModPage, found: FoundPage) -> Setting | None:
    if not live.license:
        return _found_license(found, used=False)
    why = _spdx(live.license)
    if found.license and found.license != live.license:
        why += f"; {found.license_file} is {_spdx(found.license)}"
    return Setting("license", live.license, why=why)


_BY_HAND = (
    "The portal's page may have been written by hand. Remove the # to replace it by these files:"
)


def _from_repository(found: FoundPage, standing: Standing) -> list[Setting]:
    """Return the page's files: in use for a mod that is new, else as comments: they would replace a page."""
    used = standing is Standing.NEW
    note = "" if used else _BY_HAND
    settings: list[Setting] = []
    for name, path, example in (
        ("description", found.description, "README.md"),
        ("faq", found.faq, "FAQ.md"),
    ):
        if name in found.by_package:
            continue
        settings.append(Setting(name, path or example, used and path is not None))
    if "images" not in found.by_package:
        settings.append(
            Setting("images", found.images or ("gallery/*.png",), used and bool(found.images))
        )
    settings.append(Setting("source-url", "auto", used and found.has_remote))
    first = settings[0]
    return [first._replace(note=note), *settings[1:]]


def _from_portal(
    found: FoundPage, live: ModPage, title: str, summary: str, same: Sequence[str]
) -> list[Setting]:
    settings = [
        Setting(name, value)
        for name, value, own in (("title", live.title, title), ("summary", live.summary, summary))
        if value and value != own
    ]
    settings += _files_beside_portal(found, live, same)
    for name, value in (("homepage", live.homepage), ("source-url", live.source_url)):
        if value:
            settings.append(Setting(name, value))
    if not live.source_url and found.has_remote:
        settings.append(Setting("source-url", "auto", used=False))
    if live.deprecated:
        settings.append(Setting("deprecated", "true"))
    return settings


def _files_beside_portal(found: FoundPage, live: ModPage, same: Sequence[str]) -> Iterator[Setting]:
    """Yield the files for texts and gallery, in use where they change nothing on the portal."""
    for name, path, text in (
        ("description", found.description, live.description),
        ("faq", found.faq, live.faq),
    ):
        if path is None or name in found.by_package:
            continue
        note = ""
        if name not in same and text:
            note = f"Differs from the page on the portal. Remove the # to sync {path} with each release:"
        yield Setting(name, path, name in same, note)
    if found.images and "images" not in found.by_package:
        note = "Not the gallery on the portal. Remove the # to sync these pictures:"
        is_same = "images" in same
        yield Setting("images", found.images, is_same, "" if is_same else note)
