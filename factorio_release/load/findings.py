"""The codes that loading can report, with their severities."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from factorio_release.findings import Finding, Severity
from factorio_release.parsers.unseen import visible

if TYPE_CHECKING:
    from collections.abc import Mapping

LOAD_SEVERITIES: Final[Mapping[str, Severity]] = MappingProxyType(
    {
        "load-error": Severity.ERROR,
        "load-undeclared-dependency": Severity.ERROR,
        "prototype-reference": Severity.ERROR,
        "prototype-file": Severity.ERROR,
        "prototype-property": Severity.ERROR,
        "prototype-picture": Severity.ERROR,
        "migration-target": Severity.WARNING,
        "locale-name": Severity.WARNING,
        "prototype-gone": Severity.HINT,
        "setting-gone": Severity.HINT,
        "unused-file": Severity.HINT,
        "load-not-judged": Severity.HINT,
        "game-error": Severity.ERROR,
        "game-mod-absent": Severity.ERROR,
        "game-stopped": Severity.ERROR,
        "game-test": Severity.ERROR,
    }
)

# What a check suspects by the text alone, and a load that came to its end knows.
SUPERSEDED: Final = frozenset({"asset-doubtful", "locale-item-name", "locale-name-missing"})


_MAX_TEXT: Final = 300  # characters of what the game or a mod says, in a message


def load_finding(
    code: str, message: str, place: tuple[str, int] = ("", 0), hint: str = ""
) -> Finding:
    """Return a finding of a load; `place` is file and line in the mod, empty and 0 without one."""
    file, line = place
    return Finding(code, LOAD_SEVERITIES[code], visible(message), file, line, 0, visible(hint))


def short(text: str) -> str:
    """Return a text on one line, cut where it is too long for a message."""
    return cut(" ".join(text.split()))


def cut(line: str) -> str:
    """Return a line, cut where it is too long for a message."""
    return line if len(line) <= _MAX_TEXT else f"{line[:_MAX_TEXT]}…"
