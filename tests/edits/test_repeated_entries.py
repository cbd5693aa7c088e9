"""Entries that tools write twice: exact repeats go, everything else stays."""

from __future__ import annotations

import pytest

from factorio_release.edits.repeated_entries import without_repeated_entries

TOP = "-" * 99 + "\nVersion: 1.1.0\nDate: 2026-01-01\n"
OLD = "-" * 99 + "\nVersion: 1.0.0\n  Changes:\n    - One.\n"
CASES = {
    "one after the other": (
        "  Bugfixes:\n    - One.\n    - One.\n    - Two.\n",
        "  Bugfixes:\n    - One.\n    - Two.\n",
    ),
    "of several lines": (
        "  Bugfixes:\n    - One\n      more\n    - One\n      more\n    - One\n",
        "  Bugfixes:\n    - One\n      more\n    - One\n",
    ),
    "the same category again": (
        "  Bugfixes:\n    - One.\n  Changes:\n    - Two.\n  Bugfixes:\n    - One.\n    - Three.\n",
        "  Bugfixes:\n    - One.\n  Changes:\n    - Two.\n  Bugfixes:\n    - Three.\n",
    ),
    "a category of which nothing is left": (
        "  Bugfixes:\n    - One.\n  Bugfixes:\n    - One.\n",
        "  Bugfixes:\n    - One.\n",
    ),
    "an empty line stays": (
        "  Bugfixes:\n    - One.\n\n    - One.\n",
        "  Bugfixes:\n    - One.\n\n",
    ),
}
KEPT = {
    "another category": "  Bugfixes:\n    - One.\n  Changes:\n    - One.\n",
    "another text": "  Bugfixes:\n    - One.\n    - one.\n    - One..\n",
    "another second line": "  Bugfixes:\n    - One\n      a\n    - One\n      b\n",
    "a category that was empty": "  Bugfixes:\n  Changes:\n    - One.\n",
}


@pytest.mark.parametrize("case", CASES)
def test_a_repeated_entry_is_removed(case: str) -> None:
    before, after = CASES[case]
    assert without_repeated_entries(TOP + before + OLD) == TOP + after + OLD


@pytest.mark.parametrize("case", KEPT)
def test_what_differs_stays(case: str) -> None:
    text = TOP + KEPT[case] + OLD
    assert without_repeated_entries(text) == text
