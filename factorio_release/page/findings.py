"""The findings of a page: their codes and severities. `docs/checks.md` explains each under its code."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from factorio_release.findings import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Mapping

_E, _W, _H = Severity.ERROR, Severity.WARNING, Severity.HINT

PAGE_SEVERITIES: Final[Mapping[str, Severity]] = MappingProxyType(
    {
        "page-title": _E,
        "page-summary": _E,
        "page-category": _E,
        "page-tag-unknown": _W,
        "page-license": _E,
        "page-url": _E,
        "page-file-missing": _E,
        "page-file-outside": _E,
        "page-file-private": _E,
        "page-file-encoding": _E,
        "page-file-depth": _E,
        "page-region": _E,
        "page-link-outside": _E,
        "page-link-missing": _W,
        "page-link-untracked": _W,
        "page-source-unknown": _W,
        "page-url-match": _E,
        "page-image-missing": _E,
        "page-image-many": _E,
        "page-image-format": _E,
        "page-image-name": _W,
        "page-image-size": _W,
        "page-image-duplicate": _H,
        "page-image-inline": _W,
    }
)
PAGE_CODES: Final = tuple(PAGE_SEVERITIES)


@dataclass(frozen=True, slots=True)
class PageProblem:
    """A problem of a page whose place is not known yet; `code` is one of `PAGE_CODES`."""

    code: str
    message: str
    hint: str


def page_finding(
    code: str, message: str, file: str = "", line: int = 0, column: int = 0, *, hint: str = ""
) -> Finding:
    """Return a finding with the severity of its code; KeyError for a code that is not listed."""
    return Finding(code, PAGE_SEVERITIES[code], message, file, line, column, hint)
