"""The result of a check: the findings that are listed, and those that the author ignores."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from factorio_release.checks.grouping import grouped
from factorio_release.findings import NEVER_IGNORED
from factorio_release.limits import MAX_FINDINGS_PER_FILE
from factorio_release.parsers.problem import more_like_this

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from factorio_release.findings import Finding


# A named tuple: every start defines it, and a dataclass takes 0.5 ms where a named tuple takes 0.1.
class IgnoredFinding(NamedTuple):
    """A finding that the author ignores, with the reason that was given."""

    finding: Finding
    reason: str


class CheckResult(NamedTuple):
    """The findings of a check, the most severe first, and those that are ignored."""

    findings: tuple[Finding, ...] = ()
    ignored: tuple[IgnoredFinding, ...] = ()

    @classmethod
    def of(cls, found: Iterable[Finding], ignore: Mapping[str, str]) -> CheckResult:
        """Sort, group and shorten findings, and separate those whose code is in `ignore` (code → reason).

        A code of NEVER_IGNORED stays a finding. The settings refuse such a code already; this is the
        second barrier, because a published API key cannot be called back.
        """
        findings: list[Finding] = []
        ignored: list[IgnoredFinding] = []
        for finding in shortened(grouped(sorted(found, key=lambda finding: finding.sort_key))):
            if finding.code in ignore and finding.code not in NEVER_IGNORED:
                ignored.append(IgnoredFinding(finding, ignore[finding.code]))
            else:
                findings.append(finding)
        return cls(tuple(findings), tuple(ignored))


def shortened(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings with at most MAX_FINDINGS_PER_FILE of one code in one file.

    One more stays for each such group. Its message says how many findings it represents.
    """
    kept: list[Finding] = []
    first_left_out: dict[tuple[str, str], int] = {}  # (code, file) → index in `kept`
    numbers: Counter[tuple[str, str]] = Counter()
    for finding in findings:
        group = (finding.code, finding.file)
        numbers[group] += 1
        if numbers[group] == MAX_FINDINGS_PER_FILE + 1:
            first_left_out[group] = len(kept)
        if numbers[group] <= MAX_FINDINGS_PER_FILE + 1:
            kept.append(finding)
    for group, index in first_left_out.items():
        number = numbers[group] - MAX_FINDINGS_PER_FILE
        if number > 1:  # one alone keeps its message: it may itself represent more
            kept[index] = kept[index]._replace(message=more_like_this(number))
    return kept
