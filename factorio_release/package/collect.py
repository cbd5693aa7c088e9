"""Which files ship: what git tracks, less what the rules leave out, plus what they bring in."""

from __future__ import annotations

import itertools
from bisect import bisect_left
from functools import cached_property
from typing import TYPE_CHECKING, Final

from factorio_release.disk.folder_walk import SMALLER_FOLDER_HINT, refuse_depth
from factorio_release.errors import ModError
from factorio_release.limits import MAX_FILES, MAX_PACKAGE_BYTES
from factorio_release.package.boundary import Boundary, FileRefusal
from factorio_release.package.built_zip import ZipMember, files_of_zip
from factorio_release.package.extra_files import extra_files, included_files
from factorio_release.package.file_set import DiskFile, FileSet, LeftOut, PackageFile
from factorio_release.package.links import FileResolver, printable
from factorio_release.package.listing import Listing, folder_listing, tracked_listing
from factorio_release.package.rules import PackageRules, RuleBook
from factorio_release.parsers.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from factorio_release.git.repository import Repository
    from factorio_release.package.listing import Candidate
    from factorio_release.parsers.info import Info

__all__ = [
    "DiskFile",
    "FileSet",
    "LeftOut",
    "PackageFile",
    "PackageRules",
    "ZipMember",
    "collect_files",
    "files_of_zip",
]

# What the game reads of its own accord; documented in "Mod structure".
READ_BY_THE_GAME: Final = (
    "changelog.txt",
    "control.lua",
    "data-final-fixes.lua",
    "data-updates.lua",
    "data.lua",
    "info.json",
    "settings-final-fixes.lua",
    "settings-updates.lua",
    "settings.lua",
    "thumbnail.png",
)


def collect_files(folder: Path, repository: Repository | None, info: Info, rules: PackageRules) -> FileSet:
    """Decide for every path below `folder` whether it ships.

    Tracked by git (everything, where git does not track info.json), not `export-ignore`, not in
    FMTK's `package.ignore`, no dot in front, no earlier package, not our settings, not excluded;
    then `include` and FMTK's `package.extra`. The content is the working tree's.
    """
    return _Collection(folder, repository, info, rules).result()


class _Collection:
    """One run of `collect_files`: the rules in the order in which they apply."""

    def __init__(self, folder: Path, repository: Repository | None, info: Info, rules: PackageRules) -> None:
        self.folder = folder
        self.repository = repository
        self.boundary = Boundary(repository.root if repository else folder)
        self.book = RuleBook(info, rules)
        self.problems = self.book.problems
        self.listing, self.from_git = self._listed()
        self.files: dict[str, DiskFile] = {}
        self.left_out: dict[str, str] = {item.path: item.reason for item in self.listing.passed_over}

    def result(self) -> FileSet:
        resolver = FileResolver(self.folder, self.boundary, self._members)
        # Asked at once: git is started once for all links.
        self.boundary.refusals(each.source for each in self.listing.candidates if each.link)
        for candidate in self.listing.candidates:
            refuse_depth(candidate.path)
            self._judge(candidate, resolver)
            self._refuse_number()
        for file in included_files(self.folder, self.book, resolver, self.boundary, self.problems):
            self.files.setdefault(file.path, file)
            self._refuse_number()
        for file in extra_files(self.folder, self.book, self.boundary, self.problems):
            self._add_extra(file)
            self._refuse_number()
        self._refuse_size()
        self.problems += resolver.problems
        self.problems += self._unmatched()
        self.problems += self._expected()
        missed = {path: why for path, why in self.left_out.items() if path not in self.files}
        return FileSet(
            tuple(self.files[path] for path in sorted(self.files)),
            tuple(LeftOut(printable(path), missed[path]) for path in sorted(missed)),
            tuple(self.problems),
            "git" if self.from_git else "folder",
        )

    def _listed(self) -> tuple[Listing, bool]:
        why = "the folder is in no git repository"
        if self.repository is not None:
            listing = tracked_listing(self.repository)
            if any(candidate.path == "info.json" for candidate in listing.candidates):
                return listing, True
            why = "git does not track info.json here"
        message = f"{why}: every file ships that no other rule leaves out"
        self.problems.append(Problem(message, hint="look at `build --list`", code="no-git"))
        return self._without_ignored(folder_listing(self.folder)), False

    def _without_ignored(self, listing: Listing) -> Listing:
        """Leave out what git ignores in a folder that is not committed, unless all of it is ignored."""
        if self.boundary.refusal(self.folder) is FileRefusal.IGNORED:
            return listing
        refused = self.boundary.refusals(each.source for each in listing.candidates)
        kept = [each for each in listing.candidates if refused.get(each.source) is not FileRefusal.IGNORED]
        ignored = [each for each in listing.candidates if refused.get(each.source) is FileRefusal.IGNORED]
        left_out = (LeftOut(each.path, "ignored by git") for each in ignored)
        return Listing(tuple(kept), (*listing.passed_over, *left_out))

    def _judge(self, candidate: Candidate, resolver: FileResolver) -> None:
        reason = self._reason(candidate)
        if reason:
            self.left_out[candidate.path] = reason
            return
        if candidate.conflict:
            self._tell(
                "merge-conflict", candidate.path, "has an unsolved merge conflict", "solve it and commit"
            )
        if candidate.submodule:
            hint = "`git submodule update --init`, or `submodules: true` for the checkout action"
            self._tell("submodule-empty", candidate.path, "is a submodule without its content", hint)
            self.left_out[f"{candidate.path}/"] = "empty submodule"
            return
        before = len(resolver.problems)
        for file in resolver.place(candidate):
            if file.path == candidate.path or not self.book.exclusions.reason(file.path):
                self.files.setdefault(file.path, file)
        if len(resolver.problems) > before and candidate.path not in self.files:
            self.left_out[candidate.path] = resolver.problems[-1].code

    def _reason(self, candidate: Candidate) -> str:
        if candidate.attributed:
            return "export-ignore in .gitattributes"
        if candidate.submodule:  # a pattern like lib/** is meant for what would be inside
            inside = self.book.exclusions.reason(f"{candidate.path}/x")
            return self.book.exclusions.reason(candidate.path) or inside
        return self.book.exclusions.reason(candidate.path)

    def _refuse_number(self) -> None:
        """A link to a folder brings in all of its files again, so that few names may make many files."""
        if len(self.files) > MAX_FILES:
            raise ModError(f"the package would hold more than {MAX_FILES:,} files", SMALLER_FOLDER_HINT)

    def _refuse_size(self) -> None:
        size = sum(file.size for file in self.files.values())
        if size > MAX_PACKAGE_BYTES:
            largest = max(self.files.values(), key=lambda file: file.size)
            message = f"the package would hold {size:,} bytes, {largest.path} {largest.size:,} of them"
            raise ModError(
                message, f"at most {MAX_PACKAGE_BYTES // 1_000_000:,} MB are packed: {SMALLER_FOLDER_HINT}"
            )

    def _add_extra(self, file: DiskFile) -> None:
        there = self.files.get(file.path)
        if there is None:
            self.files[file.path] = file
        elif there.source.resolve() != file.source.resolve():
            hint = "leave one of the two out"
            self._tell("duplicate-path", file.path, "is both in the mod and in package.extra", hint)

    def _members(self, below: str) -> Iterator[Candidate]:
        start = f"{below}/" if below else ""
        first = bisect_left(self._by_path, start, key=lambda candidate: candidate.path)
        found = itertools.islice(self._by_path, first, None)
        return itertools.takewhile(lambda candidate: candidate.path.startswith(start), found)

    @cached_property
    def _by_path(self) -> list[Candidate]:
        return sorted(self.listing.candidates, key=lambda candidate: candidate.path)

    def _unmatched(self) -> Iterator[Problem]:
        if not self.book.every:
            return
        paths = [f"{each.path}/x" if each.submodule else each.path for each in self.listing.candidates]
        paths += [
            f"{item.path}x" if item.path.endswith("/") else item.path for item in self.listing.passed_over
        ]
        folders = {path[:cut] for path in paths for cut in _slashes(path)}
        for pattern in self.book.every:
            if not any(pattern.glob.matches(path) for path in paths):
                bare = pattern.text.rstrip("/")
                hint = f"a folder is written {bare}/**" if bare in folders else "correct or remove it"
                yield pattern.problem(
                    "pattern-unmatched", f"{pattern.label} {pattern.text} matches no file", hint
                )

    def _expected(self) -> Iterator[Problem]:
        for path in READ_BY_THE_GAME:
            reason = self.left_out.get(path)
            if reason and path not in self.files:
                message = f"{path} is there and does not ship: {reason}"
                hint = "add it to git, or name it in `include`"
                yield Problem(message, path, hint=hint, code="game-file-left-out")

    def _tell(self, code: str, path: str, why: str, hint: str) -> None:
        self.problems.append(Problem(f"{path} {why}", path, hint=hint, code=code))


def _slashes(path: str) -> Iterable[int]:
    return (index for index, letter in enumerate(path) if letter == "/")
