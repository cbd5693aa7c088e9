"""How many findings are listed one by one; the others are counted in one that stands for them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from factorio_release.limits import MAX_FINDINGS_PER_CODE, MAX_FINDINGS_PER_FILE
from factorio_release.parsers.problem import more_like_this

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from factorio_release.findings import Finding
    from factorio_release.parsers.problem import Problem


def first_problems(found: Iterable[Problem]) -> Iterator[Problem]:
    """Yield the first MAX_FINDINGS_PER_CODE problems of a rule, and say where the search ended.

    The rule works while it is asked for problems, so that it does no work beyond them.
    """
    problems = iter(found)
    yield from islice(problems, MAX_FINDINGS_PER_CODE)
    following = next(problems, None)
    if following is not None:
        message = f"there are more than {MAX_FINDINGS_PER_CODE:,} like this: the search ended here"
        yield replace(following, message=message)


def shortened(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings with at most MAX_FINDINGS_PER_FILE of one code in one file.

    The first that is left out stays, with a message that says how many it stands for.
    """
    kept: list[Finding] = []
    left_out: dict[tuple[str, str], int] = {}
    numbers: Counter[tuple[str, str]] = Counter()
    for finding in findings:
        group = (finding.code, finding.file)
        numbers[group] += 1
        if numbers[group] == MAX_FINDINGS_PER_FILE + 1:
            left_out[group] = len(kept)
        if numbers[group] <= MAX_FINDINGS_PER_FILE + 1:
            kept.append(finding)
    for group, index in left_out.items():
        number = numbers[group] - MAX_FINDINGS_PER_FILE
        if number > 1:  # one alone is a finding like any other, perhaps one that stands for more
            kept[index] = replace(kept[index], message=more_like_this(number))
    return kept
