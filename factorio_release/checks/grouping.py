"""One finding in place of many that have one cause: it names the first place, and some of the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from factorio_release.findings import Finding

# The message of these names the cause, a file that is missing, miscased or unusable: where it is the same in
# several places, also of several files, one correction is enough for all.
NAMES_THE_CAUSE: Final = frozenset(
    {
        "require-missing",
        "require-case",
        "require-doubtful",
        "asset-missing",
        "asset-case",
        "asset-doubtful",
        "asset-type",
    }
)
# Of all other codes, so many findings with the same message in one file stay apart.
MAX_EQUAL_FINDINGS: Final = 3
_SHOWN_PLACES: Final = 3


def grouped(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings in their order, those with one cause as the first of them."""
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for finding in findings:
        groups.setdefault(_cause(finding), []).append(finding)
    result = []
    for group in groups.values():
        is_one_cause = group[0].code in NAMES_THE_CAUSE or len(group) > MAX_EQUAL_FINDINGS
        if is_one_cause and len(group) > 1:
            result.append(_with_places(group))
        else:
            result += group
    return sorted(result, key=lambda finding: finding.sort_key)


def _cause(finding: Finding) -> tuple[str, ...]:
    if finding.code in NAMES_THE_CAUSE:
        return (finding.code, finding.message)
    return (finding.code, finding.message, finding.hint, finding.file)


def _with_places(group: list[Finding]) -> Finding:
    """Return the first finding, with the places of some others in its message."""
    first, *others = group
    places = []
    file = first.file
    for other in others[:_SHOWN_PLACES]:
        place = f"line {other.line}" if other.line else ""
        if other.file != file:
            file = other.file
            place = f"{file}:{other.line}" if other.line else file
        if place:
            places.append(place)
    more = len(others) - len(places)
    if not places:
        return first._replace(message=f"{first.message} ({more:,} more like this)")
    if more:
        places.append(f"{more:,} more places")
    listed = places[0] if len(places) == 1 else f"{', '.join(places[:-1])} and {places[-1]}"
    return first._replace(message=f"{first.message} (also {_preposition(listed)}{listed})")


def _preposition(listed: str) -> str:
    return "in " if listed.startswith("line ") else "at "
