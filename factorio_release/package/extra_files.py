"""Files that are packaged although git does not track them: `include`, and FMTK's `package.extra`."""

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
    from factorio_release.package.rules import CompiledRules, ExtraRoot, Pattern
    from factorio_release.parsers.problem import Problem


def included_files(
    folder: Path, rules: CompiledRules, resolver: FileResolver, boundary: Boundary, problems: list[Problem]
) -> Iterator[DiskFile]:
    """Yield the files on disk that the `include` globs match; `problems` gets what is wrong with them."""
    for pattern in rules.include:
        forbidden = _forbidden_reach(pattern.text)
        if forbidden:
            hint = "files from elsewhere come in with package.extra in info.json"
            problems.append(pattern.problem("include-outside", f"include {pattern.text} {forbidden}", hint))
            continue
        found = [
            Candidate(path, folder / path)
            for path in walk(folder, below=pattern.glob.base)
            if _matches(pattern.glob, path) and not rules.exclusions.strict_reason(path)
        ]
        named = _named_ignored_folder(pattern, folder, boundary)
        for candidate in _without_swept_up(found, pattern, named, boundary, problems):
            yield from _packaged(resolver, candidate, named, rules)


def extra_files(
    folder: Path, rules: CompiledRules, boundary: Boundary, problems: list[Problem]
) -> Iterator[DiskFile]:
    """Yield the files of each entry of `package.extra`, with their paths in the package.

    A root must be in the repository, or without one in the mod folder: whoever writes info.json must
    not be able to publish other files of the machine.
    """
    for extra in rules.extra:
        root = Path(os.path.realpath(folder / extra.root))
        refusal = boundary.refusal(root)
        if refusal is FileRefusal.OUTSIDE:
            message = f"package.extra: the root {extra.root} {refusal}"
            problems.append(extra.glob.problem("extra-outside", message, "move it into the repository"))
        elif refusal is FileRefusal.GIT_DATA:
            message = f"package.extra: the root {extra.root} {refusal}"
            problems.append(extra.glob.problem("extra-outside", message, "name another folder"))
        elif not root.is_dir():
            message = f"package.extra: the root {extra.root} is not a folder"
            hint = "build it before packaging, or remove the entry"
            problems.append(extra.glob.problem("extra-missing", message, hint))
        else:
            yield from _files_of_root(root, extra, rules, boundary, problems)


def _files_of_root(
    root: Path, extra: ExtraRoot, rules: CompiledRules, boundary: Boundary, problems: list[Problem]
) -> Iterator[DiskFile]:
    candidates = [Candidate(path, root / path) for path in walk(root, [])]

    def members(below: str) -> Iterator[Candidate]:
        prefix = f"{below}/" if below else ""
        return (candidate for candidate in candidates if candidate.path.startswith(prefix))

    matching = [candidate for candidate in candidates if _is_selected(extra, rules, candidate.path)]
    named = _named_ignored_folder(extra.glob, root, boundary)
    resolver = FileResolver(root, boundary, members)
    for candidate in _without_swept_up(matching, extra.glob, named, boundary, problems):
        yield from _packaged(resolver, candidate, named, rules)
    problems += resolver.problems


def _is_selected(extra: ExtraRoot, rules: CompiledRules, path: str) -> bool:
    if not _matches(extra.glob.glob, path) or rules.exclusions.strict_reason(path):
        return False
    return not any(pattern.glob.matches(path) for pattern in extra.ignore)


def _forbidden_reach(text: str) -> str:
    """Return what a pattern reaches that is no file of the mod, empty when it reaches nothing else."""
    if text.startswith("/") or ".." in text.split("/"):
        return "points outside the mod folder"
    if names_git_data(text):
        return "names git's own data"
    return ""


def _matches(glob: Glob, path: str) -> bool:
    """Return whether a glob takes a path; `!x` would also match hidden names, which nobody has written."""
    if glob.is_negated and any(part.startswith(".") for part in path.split("/")):
        return False
    return glob.matches(path)


def _packaged(
    resolver: FileResolver, candidate: Candidate, named: Path | None, rules: CompiledRules
) -> Iterator[DiskFile]:
    """Yield the files behind a candidate; a link to a folder may bring names that are never packaged."""
    for file in resolver.files(candidate, named):
        if not rules.exclusions.strict_reason(file.path):
            yield file


def _named_ignored_folder(pattern: Pattern, root: Path, boundary: Boundary) -> Path | None:
    """Return the folder in front of the wildcards if git ignores it, links resolved, else None."""
    base = root / pattern.glob.base
    if boundary.refusal(base) is not FileRefusal.IGNORED:
        return None
    return Path(os.path.realpath(base))


def _without_swept_up(
    found: list[Candidate],
    pattern: Pattern,
    named: Path | None,
    boundary: Boundary,
    problems: list[Problem],
) -> list[Candidate]:
    """Return the matched candidates without ignored files that only a wildcard reaches.

    Authors build into folders that git ignores, and name these folders here. So an ignored file is packaged
    if the pattern has its folder (`build/**`), its name or its kind (`**/*.lua`). Otherwise nobody may
    have meant it: it is left out with a warning.
    """
    if not found:
        message = f"{pattern.label} {pattern.text} matches no file"
        problems.append(pattern.problem("pattern-unmatched", message, "correct it, or build the files first"))
    if named or pattern.glob.names_files:
        return found
    refused = boundary.refusals(candidate.source for candidate in found)
    ignored = []
    kept = []
    for candidate in found:
        if refused.get(candidate.source) is FileRefusal.IGNORED:
            ignored.append(candidate)
        else:
            kept.append(candidate)
    if ignored:
        count = f"{len(ignored)} files"
        if len(ignored) == 1:
            count = "1 file"
        first = printable(ignored[0].path)
        message = f"{pattern.label} {pattern.text} leaves out {count} that git ignores, such as {first}"
        hint = "to include them, name their folder or their kind: build/**, **/*.lua"
        problems.append(pattern.problem("pattern-ignored", message, hint))
    return kept
