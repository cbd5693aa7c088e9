"""The codes that loading can report, with their severities."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from factorio_release.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Mapping

LOAD_SEVERITIES: Final[Mapping[str, Severity]] = MappingProxyType(
    {
        "load-error": Severity.ERROR,
        "load-undeclared-dependency": Severity.ERROR,
        "prototype-reference": Severity.ERROR,
        "prototype-file": Severity.ERROR,
        "load-not-judged": Severity.HINT,
    }
)
