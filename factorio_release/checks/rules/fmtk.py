"""Rules on FMTK's settings, the object `package` in info.json."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from factorio_release.checks.rules.info_fields import (
    EXTRA_FIELDS,
    MARKDOWN_FIELDS,
    MAY_BE_NULL,
    PACKAGE_FIELDS,
    REMARK_PREFIXES,
    type_hint,
    type_problem,
)
from factorio_release.parsers.info import INFO_FILE
from factorio_release.parsers.problem import Problem
from factorio_release.parsers.suggestion import suggest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from factorio_release.parsers.info import Info

JsonPath = tuple[str | int, ...]


def unknown_settings(info: Info) -> Iterator[Problem]:
    """Report keys of `package`, `markdown` and `extra` that FMTK does not read."""
    for path, value, known in _objects(info):
        for key in value:
            if key in known or key.startswith(REMARK_PREFIXES):
                continue
            near = suggest(key, known)
            hint = (
                f'Did you mean "{near}"?'
                if near
                else "Remove it, if none of your own tools reads it."
            )
            message = f'FMTK reads no setting "{_dotted((*path, key))}"'
            yield Problem(message, INFO_FILE, *info.key_place(*path, key), hint)


def wrong_settings(info: Info) -> Iterator[Problem]:
    """Report settings that have another type than FMTK reads; such a setting has no effect."""
    if "package" in info.value:
        yield from _wrong_type(info, ("package",), info.value["package"], dict)
    for path, value, known in _objects(info):
        for key, expected in known.items():
            if key not in value or (value[key] is None and key in MAY_BE_NULL):
                continue
            yield from _wrong_type(info, (*path, key), value[key], expected)
            if expected is list and isinstance(value[key], list):
                element_type = dict if key == "extra" else str
                for index, element in enumerate(value[key]):
                    yield from _wrong_type(info, (*path, key, index), element, element_type)


def _wrong_type(info: Info, path: JsonPath, value: Any, expected: type) -> Iterator[Problem]:
    problem = type_problem(value, expected)
    if problem:
        message = f'the setting "{_dotted(path)}" {problem}: it has no effect'
        yield Problem(message, INFO_FILE, *info.place(*path), type_hint(expected))


def _objects(info: Info) -> Iterator[tuple[JsonPath, Mapping[str, Any], Mapping[str, type]]]:
    """Yield each object of settings with its path and the settings that FMTK reads in it."""
    package = info.package
    yield ("package",), package, PACKAGE_FIELDS
    markdown = package.get("markdown")
    if isinstance(markdown, dict):
        yield ("package", "markdown"), markdown, MARKDOWN_FIELDS
    extra = package.get("extra")
    if isinstance(extra, list):
        for index, entry in enumerate(extra):
            if isinstance(entry, dict):
                yield ("package", "extra", index), entry, EXTRA_FIELDS


def _dotted(path: JsonPath) -> str:
    return ".".join(str(part) for part in path)
