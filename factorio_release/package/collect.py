"""Which files are packaged: those that git tracks, without what the rules exclude, with what they add."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from factorio_release.disk.folder_walk import SMALLER_FOLDER_HINT, refuse_depth
from factorio_release.errors import ModError
from factorio_release.limits import MAX_FILES, MAX_PACKAGE_BYTES
from factorio_release.package.boundary import Boundary, FileRefusal
from factorio_release.package.extra_files import ExtraFiles
from factorio_release.package.file_set import FileSet, LeftOut
from factorio_release.package.game_files import READ_BY_THE_GAME
from factorio_release.package.ignore_file import ignore_file_of
from factorio_release.package.line_ends import LineEnds
from factorio_release.package.links import FileResolver, printable
from factorio_release.package.listing import (
    Candidate,
    CandidateIndex,
    Listing,
    folder_listing,
    tracked_listing,
)
from factorio_release.package.rules import CompiledRules
from factorio_release.package.unmatched_patterns import unmatched_patterns
from factorio_release.parsers.info import INFO_FILE
from factorio_release.parsers.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from factorio_release.git.repository import Repository
    from factorio_release.package.file_set import DiskFile
    from factorio_release.package.rules import PackageRules
    from factorio_release.parsers.info import Info


def collect_files(
    folder: Path, repository: Repository | None, info: Info, rules: PackageRules
) -> FileSet:
    """Decide for every path below `folder` whether it is packaged.

    Files that git tracks are packaged; all files, where git does not track info.json. Left out are files
    with `export-ignore`, in FMTK's `package.ignore` or `.factorioignore`, with a leading dot, earlier
    packages, the files of this program, and `exclude`. Then `include` and FMTK's `package.extra` are
    added. The content is the one on disk. Raises ModError beyond the bounds of `limits.py`.
    """
    return _Collection(folder, repository, info, rules).result()


class _Collection:
    """One run of `collect_files`: the rules in the order in which they apply."""

    def __init__(
        self, folder: Path, repository: Repository | None, info: Info, rules: PackageRules
    ) -> None:
        self.folder = folder
        self.repository = repository
        self.boundary = Boundary(repository.root if repository else folder)
        self.rules = CompiledRules(info, rules, ignore_file_of(folder))
        self.problems = self.rules.problems
        self.origin: Literal["git", "folder"] = "folder"
        self.listing = self._list()
        self.files: dict[str, DiskFile] = {}
        self.left_out: dict[str, str] = {item.path: item.reason for item in self.listing.left_out}

    def result(self) -> FileSet:
        resolver = FileResolver(self.folder, self.boundary, CandidateIndex(self.listing.candidates))
        # The results are kept: git is started once for all links instead of once for each.
        self.boundary.refusals(
            candidate.source for candidate in self.listing.candidates if candidate.link
        )
        for candidate in self.listing.candidates:
            refuse_depth(candidate.path)
            self._judge(candidate, resolver)
            self._refuse_number()
        added = ExtraFiles(self.folder, self.rules, self.boundary)
        for file in added.included(resolver):
            self.files.setdefault(file.path, file)
            self._refuse_number()
        for file in added.from_extra_roots():
            self._add_extra(file)
            self._refuse_number()
        self._restore_line_ends()
        self._refuse_size()
        self.problems += added.problems
        self.problems += resolver.problems
        self.problems += unmatched_patterns(self.rules.exclusions.patterns, self._all_paths())
        self.problems += self._missing_game_files()
        return self._file_set()

    def _file_set(self) -> FileSet:
        untracked = {item.path for item in self.listing.left_out if item.untracked}
        left_out = []
        for path, reason in sorted(self.left_out.items()):
            if path not in self.files:  # `include` may have added it again
                left_out.append(LeftOut(printable(path), reason, untracked=path in untracked))
        return FileSet(
            tuple(self.files[path] for path in sorted(self.files)),
            tuple(left_out),
            tuple(self.problems),
            self.origin,
        )

    def _list(self) -> Listing:
        why = "the folder is in no git repository"
        if self.repository is not None:
            listing = tracked_listing(self.repository)
            candidates = listing.candidates
            is_tracked = any(candidate.path == INFO_FILE for candidate in candidates)
            if candidates and not is_tracked and self._git_ignores(self.folder / INFO_FILE):
                # A build makes it, from a template: git has the rest.
                candidates = (*candidates, Candidate(INFO_FILE, self.folder / INFO_FILE))
                is_tracked = True
            if is_tracked:
                self.origin = "git"
                return listing._replace(candidates=candidates)
            why = "git does not track info.json here"
        message = f"{why}: all files are packed unless a rule excludes them"
        self.problems.append(
            Problem(
                message, hint="Look at the list: `factorio-release build --list`.", code="no-git"
            )
        )
        return self._without_ignored(folder_listing(self.folder))

    def _without_ignored(self, listing: Listing) -> Listing:
        """Leave out what git ignores in a folder that is not committed.

        A folder below the repository's root of which git ignores all is the output of a build: all of it is
        packed. Elsewhere info.json is packed all the same: without it there is no mod.
        """
        if self._is_ignored_folder():
            return listing
        refused = self.boundary.refusals(candidate.source for candidate in listing.candidates)
        ignored = {path for path, refusal in refused.items() if refusal is FileRefusal.IGNORED}
        is_root = self.repository is None or not self.repository.prefix
        if not is_root and all(candidate.source in ignored for candidate in listing.candidates):
            return listing
        kept = []
        left_out = list(listing.left_out)
        for candidate in listing.candidates:
            if candidate.source in ignored and candidate.path != INFO_FILE:
                left_out.append(LeftOut(candidate.path, "ignored by git"))
            else:
                kept.append(candidate)
        return Listing(tuple(kept), tuple(left_out))

    def _git_ignores(self, path: Path) -> bool:
        # What is in an ignored folder is ignored with it, and says nothing of the file.
        return self.boundary.refusal(path) is FileRefusal.IGNORED and not self._is_ignored_folder()

    def _is_ignored_folder(self) -> bool:
        return self.boundary.refusal(self.folder) is FileRefusal.IGNORED

    def _judge(self, candidate: Candidate, resolver: FileResolver) -> None:
        reason = self._reason(candidate)
        if reason:
            self.left_out[candidate.path] = reason
            return
        if candidate.conflict:
            hint = "Resolve it and commit."
            self._add("merge-conflict", candidate.path, "has an unresolved merge conflict", hint)
        if candidate.submodule:
            hint = "Check it out: `git submodule update --init`, or `submodules: true` for actions/checkout."
            self._add("submodule-empty", candidate.path, "is a submodule without its content", hint)
            self.left_out[f"{candidate.path}/"] = "empty submodule"
            return
        problems_before = len(resolver.problems)
        for file in resolver.files(candidate):
            # The files behind a link to a folder have not been judged yet.
            if file.path == candidate.path or not self.rules.exclusions.reason(file.path):
                self.files.setdefault(file.path, file)
        if len(resolver.problems) > problems_before and candidate.path not in self.files:
            self.left_out[candidate.path] = resolver.problems[-1].code

    def _reason(self, candidate: Candidate) -> str:
        """Return why a candidate is left out, empty when it is not."""
        if candidate.export_ignored:
            return "export-ignore in .gitattributes"
        reason = self.rules.exclusions.reason(candidate.path)
        if candidate.submodule and not reason:
            # A pattern such as lib/** is for the files that would be in the submodule.
            reason = self.rules.exclusions.reason(f"{candidate.path}/x")
        return reason

    def _restore_line_ends(self) -> None:
        """Replace the files that differ from what git has in line ends alone."""
        if self.repository is None or self.origin != "git":
            return
        blobs: dict[Path, str] = {}
        if any(not file.blob for file in self.files.values()):  # some come from elsewhere
            blobs = {one.source: one.blob for one in self.listing.candidates if one.blob}
            if self.repository.prefix:  # package.extra reaches above the mod
                blobs |= _blobs_of_repository(self.repository)
        line_ends = LineEnds((self.repository, *self.listing.submodules), blobs)
        for file in line_ends.restored(self.files.values()):
            self.files[file.path] = file

    def _refuse_number(self) -> None:
        # Checked at each step: a link to a folder brings in all of its files again.
        if len(self.files) > MAX_FILES:
            raise ModError(
                f"the package would hold more than {MAX_FILES:,} files", SMALLER_FOLDER_HINT
            )

    def _refuse_size(self) -> None:
        size = sum(file.size for file in self.files.values())
        if size > MAX_PACKAGE_BYTES:
            largest = max(self.files.values(), key=lambda file: file.size)
            message = (
                f"the package would hold {size:,} bytes, {largest.path} {largest.size:,} of them"
            )
            max_mb = MAX_PACKAGE_BYTES // 1_000_000
            raise ModError(message, f"at most {max_mb:,} MB are packed: {SMALLER_FOLDER_HINT}")

    def _add_extra(self, file: DiskFile) -> None:
        present = self.files.get(file.path)
        if present is None:
            self.files[file.path] = file
        elif present.source.resolve() != file.source.resolve():
            hint = "Leave one of the two out."
            self._add("duplicate-path", file.path, "is both in the mod and in package.extra", hint)

    def _all_paths(self) -> list[str]:
        """Return all paths of the listing, with an invented file in each folder that was not entered."""
        paths = [
            f"{item.path}/" if item.submodule else item.path for item in self.listing.candidates
        ]
        paths += [item.path for item in self.listing.left_out]
        return [f"{path}x" if path.endswith("/") else path for path in paths]

    def _missing_game_files(self) -> Iterator[Problem]:
        for path in READ_BY_THE_GAME:
            reason = self.left_out.get(path)
            if reason and path not in self.files:
                message = f"{path} exists and is not packaged: {reason}"
                hint = "Add it to git, or name it in `include`."
                yield Problem(message, path, hint=hint, code="game-file-left-out")

    def _add(self, code: str, path: str, message: str, hint: str) -> None:
        self.problems.append(Problem(f"{path} {message}", path, hint=hint, code=code))


def _blobs_of_repository(repository: Repository) -> dict[Path, str]:
    """Return the object ids of all that the repository tracks outside of submodules, by path on disk."""
    return {repository.root / entry.path: entry.blob for entry in repository.whole.tracked()}
