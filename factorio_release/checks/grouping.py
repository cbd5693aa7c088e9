"""One finding in place of many that have one cause: it names the first place, and some of the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from factorio_release.findings import Finding

# The message of these names the cause, a file or mod that is missing, miscased or unusable: where it is the
# same in several places, also of several files, one correction is enough for all.
NAMES_THE_CAUSE: Final = frozenset(
    {
        "require-missing",
        "require-case",
        "require-doubtful",
        "require-foreign",
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
    """Return the first finding, with some of the other places in its message."""
    first = group[0]
    others = list(dict.fromkeys((one.file, one.line) for one in group))[1:]
    if not others:
        return first._replace(message=f"{first.message} ({len(group) - 1:,} more like this)")
    shown = [
        f"line {line}" if file == first.file else f"{file}:{line}"
        for file, line in others[:_SHOWN_PLACES]
    ]
    more = len(others) - len(shown)
    if more:
        shown.append(f"{more:,} more")
    listed = shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
    return first._replace(message=f"{first.message} (also: {listed})")
