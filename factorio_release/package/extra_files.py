"""Files that ship though git does not track them: `include`, and FMTK's `package.extra`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from factorio_release.package.boundary import FileRefusal, names_git_data
from factorio_release.package.links import FileResolver, printable
from factorio_release.package.listing import Candidate, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.package.boundary import Boundary
    from factorio_release.package.file_set import DiskFile
    from factorio_release.package.globs import Glob
    from factorio_release.package.rules import ExtraRoot, Pattern, RuleBook
    from factorio_release.parsers.problem import Problem


def included_files(
    folder: Path, book: RuleBook, resolver: FileResolver, boundary: Boundary, problems: list[Problem]
) -> Iterator[DiskFile]:
    """Yield what the `include` globs match on disk; one that matches nothing is a problem."""
    for pattern in book.include:
        reach = _reach(pattern)
        if reach:
            hint = "files from elsewhere come in with package.extra in info.json"
            problems.append(pattern.problem("include-outside", f"include {pattern.text} {reach}", hint))
            continue
        found = [
            Candidate(path, folder / path)
            for path in walk(folder, below=pattern.glob.base)
            if _takes(pattern.glob, path) and not book.exclusions.never(path)
        ]
        named = _named_folder(pattern, folder, boundary)
        for candidate in _meant(found, pattern, named, boundary, problems):
            yield from _placed(resolver, candidate, named, book)


def extra_files(
    folder: Path, book: RuleBook, boundary: Boundary, problems: list[Problem]
) -> Iterator[DiskFile]:
    """Yield the files of every further root, under their paths in the package.

    A root must lie in the repository (without one: in the mod folder), so that no description of
    a mod can reach for other files of the machine.
    """
    for extra in book.extra:
        root = Path(os.path.realpath(folder / extra.root))
        refusal = boundary.refusal(root)
        if refusal in {FileRefusal.OUTSIDE, FileRefusal.GIT_DATA}:
            hint = "move it into the repository" if refusal is FileRefusal.OUTSIDE else "name another folder"
            message = f"package.extra: the root {extra.root} {refusal}"
            problems.append(extra.glob.problem("extra-outside", message, hint))
        elif not root.is_dir():
            message = f"package.extra: the root {extra.root} is not a folder"
            hint = "build it before packaging, or remove the entry"
            problems.append(extra.glob.problem("extra-missing", message, hint))
        else:
            yield from _below(root, extra, book, boundary, problems)


def _reach(pattern: Pattern) -> str:
    """Say what a pattern reaches for that is no file of the mod, an empty string for none."""
    if pattern.text.startswith("/") or ".." in pattern.text.split("/"):
        return "points outside the mod folder"
    return "names git's own data" if names_git_data(pattern.text) else ""


def _takes(glob: Glob, path: str) -> bool:
    """Tell whether a glob takes a path; `!x` matches dot names too, but its author has not written them."""
    return glob.matches(path) and not (glob.is_negated and any(p.startswith(".") for p in path.split("/")))


def _below(
    root: Path, extra: ExtraRoot, book: RuleBook, boundary: Boundary, problems: list[Problem]
) -> Iterator[DiskFile]:
    every = [Candidate(path, root / path) for path in walk(root, [])]
    matching = [each for each in every if _wanted(extra, book, each.path)]
    named = _named_folder(extra.glob, root, boundary)
    resolver = FileResolver(
        root, boundary, lambda below: (c for c in every if c.path.startswith(f"{below}/" if below else ""))
    )
    for candidate in _meant(matching, extra.glob, named, boundary, problems):
        yield from _placed(resolver, candidate, named, book)
    problems += resolver.problems


def _placed(
    resolver: FileResolver, candidate: Candidate, named: Path | None, book: RuleBook
) -> Iterator[DiskFile]:
    """Yield what is behind a candidate; a link to a folder may bring names that never ship."""
    return (file for file in resolver.place(candidate, named) if not book.exclusions.never(file.path))


def _wanted(extra: ExtraRoot, book: RuleBook, path: str) -> bool:
    if not _takes(extra.glob.glob, path) or book.exclusions.never(path):
        return False
    return not any(pattern.glob.matches(path) for pattern in extra.ignore)


def _named_folder(pattern: Pattern, root: Path, boundary: Boundary) -> Path | None:
    """Return the folder that the pattern names if git ignores it, links resolved."""
    base = root / pattern.glob.base
    return Path(os.path.realpath(base)) if boundary.refusal(base) is FileRefusal.IGNORED else None


def _meant(
    found: list[Candidate],
    pattern: Pattern,
    named: Path | None,
    boundary: Boundary,
    problems: list[Problem],
) -> list[Candidate]:
    """Return what the pattern takes of what it matches, and state what is wrong with it.

    Authors build into folders that git ignores, and name them here. So an ignored file ships if the
    pattern names its folder, its name or its kind, and does not where it was only swept up.
    """
    if not found:
        message = f"{pattern.label} {pattern.text} matches no file"
        problems.append(pattern.problem("pattern-unmatched", message, "correct it, or build the files first"))
    if named or pattern.glob.names_files:
        return found
    refused = boundary.refusals(each.source for each in found)
    ignored = [each for each in found if refused.get(each.source) is FileRefusal.IGNORED]
    if ignored:
        first = printable(ignored[0].path)
        count = f"{len(ignored)} file{'s' if len(ignored) > 1 else ''}"
        message = f"{pattern.label} {pattern.text} leaves out {count} that git ignores, such as {first}"
        hint = "if they are meant, name their folder or their kind: build/**, **/*.lua"
        problems.append(pattern.problem("pattern-ignored", message, hint))
    return [each for each in found if refused.get(each.source) is not FileRefusal.IGNORED]
