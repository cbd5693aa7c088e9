"""Text that is not UTF-8, which the game refuses, and content that Git LFS has not fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factorio_release.git.lfs import is_lfs_pointer
from factorio_release.parsers.problem import Problem
from factorio_release.parsers.text import decode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.checks.facts.contents import Contents

_CODE: Final = "text"


def undecodable_text(contents: Contents) -> Iterator[Problem]:
    """Report Lua and migrations that are not UTF-8; the other texts have rules of their own."""
    for path, content in contents.items():
        if _is_read(path) and content.whole and not content.data.isascii():
            _, problems = decode(content.data, path, _CODE)
            yield from (problem for problem in problems if problem.code == f"{_CODE}-encoding")


def _is_read(path: str) -> bool:
    return path.endswith(".lua") or (path.startswith("migrations/") and path.endswith(".json"))


def lfs_pointers(contents: Contents) -> Iterator[Problem]:
    """Report files that hold Git LFS's note of their content instead of the content."""
    for path, content in contents.items():
        if is_lfs_pointer(content.data):
            yield Problem(
                f"{path} holds a Git LFS pointer instead of its content",
                path,
                hint="Fetch the content: `git lfs pull`, or `lfs: true` for the checkout action.",
            )
