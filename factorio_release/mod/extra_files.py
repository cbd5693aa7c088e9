"""Files that ship though git does not track them: `include`, and FMTK's `package.extra`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from factorio_release.mod.listing import Candidate, walk
from factorio_release.mod.placing import Placing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.mod.file_set import DiskFile
    from factorio_release.mod.git import Repository
    from factorio_release.mod.package_rules import ExtraRoot, Pattern, RuleBook
    from factorio_release.mod.problem import Problem


def included_files(
    folder: Path, book: RuleBook, placing: Placing, problems: list[Problem]
) -> Iterator[DiskFile]:
    """Yield what the `include` globs match on disk; one that matches nothing is a problem."""
    for pattern in book.include:
        if pattern.text.startswith("/") or ".." in pattern.text.split("/"):
            hint = "files from elsewhere come in with package.extra in info.json"
            message = f"include {pattern.text} points outside the mod folder"
            problems.append(pattern.problem("include-outside", message, hint))
            continue
        matched = False
        for path in walk(folder, below=pattern.glob.base):
            if pattern.glob.matches(path) and not book.exclusions.never(path):
                matched = True
                yield from placing.place(Candidate(path, folder / path))
        if not matched:
            problems.append(_unmatched(pattern))


def extra_files(
    folder: Path, repository: Repository | None, book: RuleBook, problems: list[Problem]
) -> Iterator[DiskFile]:
    """Yield the files of every further root, under their paths in the package.

    A root must lie in the repository (without one: in the mod folder), so that no description of
    a mod can reach for other files of the machine.
    """
    allowed = Path(os.path.realpath(repository.root if repository else folder))
    for extra in book.extra:
        root = Path(os.path.realpath(folder / extra.root))
        if not root.is_relative_to(allowed):
            message = f"package.extra: the root {extra.root} lies outside the repository"
            problems.append(extra.glob.problem("extra-outside", message, "move it into the repository"))
        elif not root.is_dir():
            message = f"package.extra: the root {extra.root} is not a folder"
            hint = "build it before packaging, or remove the entry"
            problems.append(extra.glob.problem("extra-missing", message, hint))
        else:
            yield from _below(root, extra, book, problems)


def _below(root: Path, extra: ExtraRoot, book: RuleBook, problems: list[Problem]) -> Iterator[DiskFile]:
    every = [Candidate(path, root / path) for path in walk(root, [])]
    placing = Placing(
        root, lambda below: (c for c in every if c.path.startswith(f"{below}/" if below else ""))
    )
    matched = False
    for candidate in every:
        wanted = extra.glob.glob.matches(candidate.path) and not book.exclusions.never(candidate.path)
        if wanted and not any(pattern.glob.matches(candidate.path) for pattern in extra.ignore):
            matched = True
            yield from placing.place(candidate)
    problems += placing.problems
    if not matched:
        problems.append(_unmatched(extra.glob))


def _unmatched(pattern: Pattern) -> Problem:
    message = f"{pattern.label} {pattern.text} matches no file"
    return pattern.problem("pattern-unmatched", message, "correct it, or build the files first")
