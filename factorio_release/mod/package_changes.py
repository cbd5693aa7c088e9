"""The difference between this package and the one of the previous release."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from factorio_release.git.attributes import ExportIgnored
from factorio_release.git.release_tags import last_release, previous_release
from factorio_release.package.file_set import DiskFile
from factorio_release.package.ignore_file import ignore_file_of
from factorio_release.package.rules import CompiledRules

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from factorio_release.git.output import TreeFile
    from factorio_release.git.repository import Repository
    from factorio_release.git.tag_index import ReleaseTag
    from factorio_release.mod.mod import Mod
    from factorio_release.package.file_set import PackageFile
    from factorio_release.parsers.version import Version

    ChangeKind = Literal["added", "removed", "changed"]


class FileChange(NamedTuple):
    """One file that differs, with its sizes in bytes: 0 before for a new file, 0 after for a removed one."""

    kind: ChangeKind
    path: str
    before: int
    after: int

    @property
    def growth(self) -> int:
        """The number of bytes by which the mod became larger; negative when it became smaller."""
        return self.after - self.before


class PackageChanges(NamedTuple):
    """The current files compared with those of the release `tag` of `version`, in uncompressed bytes.

    Today's packaging rules are used for both. `changes` have the greatest growth first. `uncompared` is the
    number of files that are not in git (built, included, links, submodules): their sizes do not count.
    """

    tag: str
    changes: tuple[FileChange, ...]
    size_before: int
    size_after: int
    uncompared: int = 0
    version: Version | None = None

    @property
    def growth(self) -> int:
        """The number of bytes by which the compared files grew together."""
        return self.size_after - self.size_before

    def of_kind(self, kind: ChangeKind) -> tuple[FileChange, ...]:
        """Return the changes of one kind."""
        return tuple(change for change in self.changes if change.kind == kind)


def changes_since_release(mod: Mod) -> PackageChanges | None:
    """Compare the mod with the tag of its previous release.

    Returns None for a mod that is not in git, for a zip, and where no such tag is in the clone.
    """
    repository = mod.repository
    if repository is None or mod.version is None or mod.files.origin != "git":
        return None
    release = previous_release(repository, mod.name, mod.version)
    return _changes_since(mod, release) if release else None


def changes_since_last_release(mod: Mod) -> PackageChanges | None:
    """Compare the mod with the tag of its last release, which may be one of its present version.

    Returns None as `changes_since_release` does.
    """
    repository = mod.repository
    if repository is None or mod.version is None or mod.files.origin != "git":
        return None
    release = last_release(repository, mod.name, mod.version)
    return _changes_since(mod, release) if release else None


def changes_since_revision(mod: Mod, revision: str) -> PackageChanges | None:
    """Compare the mod with a commit; None for a mod that is not in git, and where it is not in the clone."""
    repository = mod.repository
    if repository is None or mod.files.origin != "git":
        return None
    files = repository.tree_sizes(revision)
    if files is None:
        return None
    return compare(revision, packaged_files(mod, repository, files), mod.files.files)


def _changes_since(mod: Mod, release: ReleaseTag) -> PackageChanges | None:
    changes = changes_since_revision(mod, f"refs/tags/{release.tag}")
    return changes and changes._replace(tag=release.tag, version=release.version)


def compare(
    tag: str, before: Mapping[str, TreeFile], after: Iterable[PackageFile]
) -> PackageChanges:
    """Compare the files of a commit with those of the package, by the object ids of their content."""
    submodules = tuple(f"{path}/" for path, file in before.items() if file.is_submodule)
    old = {
        path: file for path, file in before.items() if not file.is_link and not file.is_submodule
    }
    packaged = {file.path: file for file in after}
    new = {
        path: file
        for path, file in packaged.items()
        if isinstance(file, DiskFile) and file.blob and not path.startswith(submodules)
    }
    changes = sorted(_changes(old, new, packaged), key=lambda change: (-change.growth, change.path))
    # A file that is a link now, or comes from `include`, is in neither of the sums.
    compared = [file for path, file in old.items() if path in new or path not in packaged]
    return PackageChanges(
        tag,
        tuple(changes),
        size_before=sum(_known_size(file) for file in compared),
        size_after=sum(file.size for file in new.values()),
        uncompared=len(packaged) - len(new),
    )


def packaged_files(
    mod: Mod, repository: Repository, files: Mapping[str, TreeFile]
) -> dict[str, TreeFile]:
    """Return those files of a commit that today's rules would package."""
    exclusions = CompiledRules(mod.info, mod.rules, ignore_file_of(mod.path)).exclusions
    ignored = ExportIgnored.read(repository, files.values())
    return {
        path: file
        for path, file in files.items()
        if not ignored.covers(file) and not exclusions.reason(path)
    }


def _changes(
    old: Mapping[str, TreeFile], new: Mapping[str, DiskFile], packaged: Mapping[str, PackageFile]
) -> Iterator[FileChange]:
    for path, file in new.items():
        if path not in old:
            yield FileChange("added", path, 0, file.size)
        elif old[path].blob != file.blob:
            yield FileChange("changed", path, _known_size(old[path]), file.size)
    for path, removed in old.items():
        if path not in packaged:
            yield FileChange("removed", path, _known_size(removed), 0)


def _known_size(file: TreeFile) -> int:
    # In a partial clone the size of an old file may not be known.
    return max(file.size, 0)
