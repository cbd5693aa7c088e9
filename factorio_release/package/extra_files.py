"""Files that are packaged although git does not track them: `include`, and FMTK's `package.extra`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from factorio_release.package.boundary import FileRefusal, names_git_data
from factorio_release.package.links import FileResolver, printable
from factorio_release.package.listing import Candidate, CandidateIndex, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.package.boundary import Boundary
    from factorio_release.package.file_set import DiskFile
    from factorio_release.package.globs import Glob
    from factorio_release.package.rules import CompiledRules, ExtraRoot, Pattern
    from factorio_release.parsers.problem import Problem


# What npm installs has files of every kind. A pattern such as **/*.lua means the output of a build.
NPM_FOLDER: Final = "node_modules"


class ExtraFiles:
    """Finds the files that the rules add to those of git; `problems` holds what is wrong with them."""

    def __init__(self, folder: Path, rules: CompiledRules, boundary: Boundary) -> None:
        self.problems: list[Problem] = []
        self._folder = folder
        self._rules = rules
        self._exclusions = rules.exclusions
        self._boundary = boundary

    def included(self, resolver: FileResolver) -> Iterator[DiskFile]:
        """Yield the files in the mod folder that the `include` globs match.

        A folder `node_modules` is searched only for a pattern that names it.
        """
        for pattern in self._rules.include:
            forbidden = _forbidden_reach(pattern.text)
            if forbidden:
                message = f"include {pattern.text} {forbidden}"
                hint = "Name such files in package.extra of info.json."
                self.problems.append(pattern.problem("include-outside", message, hint))
                continue
            skipped = "" if NPM_FOLDER in pattern.text else NPM_FOLDER
            below = walk(self._folder, below=pattern.glob.base, skipped=skipped)
            selected = (path for path in below if self._is_selected(pattern, path))
            matching = [Candidate(path, self._folder / path) for path in selected]
            yield from self._files(matching, pattern, self._folder, resolver)

    def from_extra_roots(self) -> Iterator[DiskFile]:
        """Yield the files of each entry of `package.extra`, with their paths in the package.

        A root must be in the repository, or without one in the mod folder: whoever writes info.json
        must not be able to publish other files of the machine.
        """
        for extra in self._rules.extra:
            root = Path(os.path.realpath(self._folder / extra.root))
            refusal = self._boundary.refusal(root)
            if refusal is FileRefusal.OUTSIDE:
                self._add(extra, "extra-outside", refusal, "Move it into the repository.")
            elif refusal is FileRefusal.GIT_DATA:
                self._add(extra, "extra-outside", refusal, "Name another folder.")
            elif not root.is_dir():
                hint = "Build it before packaging, or remove the entry."
                self._add(extra, "extra-missing", "is not a folder", hint)
            else:
                yield from self._files_of_root(root, extra)

    def _files_of_root(self, root: Path, extra: ExtraRoot) -> Iterator[DiskFile]:
        candidates = [Candidate(path, root / path) for path in walk(root, [])]
        matching = []
        for candidate in candidates:
            is_ignored = any(pattern.glob.matches(candidate.path) for pattern in extra.ignore)
            if self._is_selected(extra.glob, candidate.path) and not is_ignored:
                matching.append(candidate)
        resolver = FileResolver(root, self._boundary, CandidateIndex(candidates))
        yield from self._files(matching, extra.glob, root, resolver)
        self.problems += resolver.problems

    def _is_selected(self, pattern: Pattern, path: str) -> bool:
        return _matches(pattern.glob, path) and not self._exclusions.strict_reason(path)

    def _files(
        self, matching: list[Candidate], pattern: Pattern, folder: Path, resolver: FileResolver
    ) -> Iterator[DiskFile]:
        """Yield the files behind the candidates that a pattern for `folder` matches."""
        if not matching:
            message = f"{pattern.label} {pattern.text} matches no file"
            hint = "Correct it, or build the files first."
            self.problems.append(pattern.problem("pattern-unmatched", message, hint))
        named = self._named_ignored_folder(pattern, folder)
        if not named and not pattern.glob.names_files:
            matching = self._without_ignored(matching, pattern)
        for candidate in matching:
            for file in resolver.files(candidate, named):
                # A link to a folder may bring names that are never packaged.
                if not self._exclusions.strict_reason(file.path):
                    yield file

    def _named_ignored_folder(self, pattern: Pattern, folder: Path) -> Path | None:
        """Return the folder in front of the wildcards if git ignores it, links resolved; else None."""
        base = folder / pattern.glob.base
        if self._boundary.refusal(base) is not FileRefusal.IGNORED:
            return None
        return Path(os.path.realpath(base))

    def _without_ignored(self, matching: list[Candidate], pattern: Pattern) -> list[Candidate]:
        """Return the candidates that git does not ignore, for a pattern that only sweeps the others up.

        Authors build into folders that git ignores, and name these folders here. So an ignored file is
        packaged if the pattern has its folder (`build/**`), its name or its kind (`**/*.lua`). Otherwise
        nobody may have meant it: it is left out with a warning.
        """
        refused = self._boundary.refusals(candidate.source for candidate in matching)
        ignored = []
        kept = []
        for candidate in matching:
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
            hint = "To include them, name their folder or their kind: build/**, **/*.lua."
            self.problems.append(pattern.problem("pattern-ignored", message, hint))
        return kept

    def _add(self, extra: ExtraRoot, code: str, reason: str, hint: str) -> None:
        message = f"package.extra: the root {extra.root} {reason}"
        self.problems.append(extra.glob.problem(code, message, hint))


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
