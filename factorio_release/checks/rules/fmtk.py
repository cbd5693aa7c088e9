"""Rules on FMTK's settings, the object `package` in info.json."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from factorio_release.checks.rules.info_fields import (
    EXTRA_FIELDS,
    MARKDOWN_FIELDS,
    MAY_BE_NULL,
    PACKAGE_FIELDS,
    type_fault,
)
from factorio_release.parsers.info import INFO_FILE
from factorio_release.parsers.problem import Problem
from factorio_release.parsers.suggestion import suggest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from factorio_release.parsers.info import Info

Place = tuple[str | int, ...]


def unknown_settings(info: Info) -> Iterator[Problem]:
    """Report keys of `package`, `markdown` and `extra` that FMTK does not read."""
    for place, value, known in _objects(info):
        for key in value:
            if key in known or key.startswith(("_", "$", "//")):
                continue
            near = suggest(key, known)
            hint = f"Did you mean {near}?" if near else "Remove it if nothing of yours reads it."
            message = f'FMTK reads no setting "{_dotted((*place, key))}"'
            yield Problem(message, INFO_FILE, *info.key_place(*place, key), hint)


def wrong_settings(info: Info) -> Iterator[Problem]:
    """Report settings of another type than FMTK reads: they are not followed."""
    if "package" in info.value and (fault := type_fault(info.value["package"], dict)):
        yield _wrong(info, ("package",), fault)
    for place, value, known in _objects(info):
        for key, wanted in known.items():
            if key not in value or (value[key] is None and key in MAY_BE_NULL):
                continue
            if fault := type_fault(value[key], wanted):
                yield _wrong(info, (*place, key), fault)
            elif wanted is list and key != "extra":
                yield from _wrong_elements(info, (*place, key), value[key], str)
    if isinstance(extra := info.package.get("extra"), list):
        yield from _wrong_elements(info, ("package", "extra"), extra, dict)


def _wrong_elements(info: Info, place: Place, elements: list[Any], wanted: type) -> Iterator[Problem]:
    for index, element in enumerate(elements):
        if fault := type_fault(element, wanted):
            yield _wrong(info, (*place, index), fault)


def _wrong(info: Info, place: Place, fault: str) -> Problem:
    message = f'the setting "{_dotted(place)}" is {fault}'
    return Problem(message, INFO_FILE, *info.place(*place), "Correct it: as it is, it is not followed.")


def _objects(info: Info) -> Iterator[tuple[Place, Mapping[str, Any], Mapping[str, type]]]:
    package = info.package
    yield ("package",), package, PACKAGE_FIELDS
    if isinstance(markdown := package.get("markdown"), dict):
        yield ("package", "markdown"), markdown, MARKDOWN_FIELDS
    extra = package.get("extra")
    for index, entry in enumerate(extra if isinstance(extra, list) else ()):
        if isinstance(entry, dict):
            yield ("package", "extra", index), entry, EXTRA_FIELDS


def _dotted(place: Place) -> str:
    return ".".join(str(part) for part in place)
