"""The findings of a page: their codes and severities. `docs/checks.md` explains each under its code."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.findings import Finding, Severity
from factorio_release.parsers.unseen import visible

if TYPE_CHECKING:
    from collections.abc import Mapping

ERROR, WARNING, HINT = Severity.ERROR, Severity.WARNING, Severity.HINT

PAGE_SEVERITIES: Final[Mapping[str, Severity]] = MappingProxyType(
    {
        "page-title": ERROR,
        "page-summary": ERROR,
        "page-category": ERROR,
        "page-tag-unknown": ERROR,
        "page-license": ERROR,
        "page-url": ERROR,
        "page-file-missing": ERROR,
        "page-file-outside": ERROR,
        "page-file-private": ERROR,
        "page-file-encoding": ERROR,
        "page-file-depth": ERROR,
        "page-region": ERROR,
        "page-link-outside": ERROR,
        "page-link-missing": WARNING,
        "page-link-untracked": WARNING,
        "page-source-unknown": WARNING,
        "page-url-match": ERROR,
        "page-image-missing": ERROR,
        "page-image-many": ERROR,
        "page-image-format": ERROR,
        "page-image-name": WARNING,
        "page-image-size": WARNING,
        "page-image-duplicate": HINT,
        "page-image-inline": WARNING,
    }
)
PAGE_CODES: Final = tuple(PAGE_SEVERITIES)


class PageProblem(NamedTuple):
    """A problem of a page whose place is not known yet; `code` is one of `PAGE_CODES`."""

    code: str
    message: str
    hint: str


def page_finding(
    code: str, message: str, file: str = "", line: int = 0, column: int = 0, *, hint: str = ""
) -> Finding:
    """Return a finding with the severity of its code; KeyError for a code that is not listed.

    What nobody sees in the texts is spelled out.
    """
    return Finding(code, PAGE_SEVERITIES[code], visible(message), file, line, column, visible(hint))
