"""The candidates of a folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from factorio_release.package.listing import Candidate, CandidateIndex
from tests.support.work import calls

PATHS = ("b/c", "a", "b-c/d", "b/a/x", "b.c", "bb", "b")


def index(paths: tuple[str, ...]) -> CandidateIndex:
    return CandidateIndex([Candidate(path, Path(path)) for path in paths])


@pytest.mark.parametrize(
    ("folder", "found"),
    [("b", ["b/a/x", "b/c"]), ("b/a", ["b/a/x"]), ("a", []), ("", sorted(PATHS))],
)
def test_the_candidates_below_a_folder_are_found(folder: str, found: list[str]) -> None:
    assert [candidate.path for candidate in index(PATHS).below(folder)] == found


def test_a_folder_of_one_file_costs_about_the_same_beside_few_files_and_many() -> None:
    """A pull request can have thousands of links to folders, each of which looks for its files."""

    def cost(number: int) -> int:
        candidates = index(("target/a", *(f"other/{each}" for each in range(number))))
        return calls(lambda: list(candidates.below("target")))

    assert cost(10_000) < 3 * cost(10)
