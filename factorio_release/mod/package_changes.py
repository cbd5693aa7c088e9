"""What the package has gained and lost since the previous release."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from factorio_release.git.attributes import ExportIgnored
from factorio_release.git.release_tags import previous_release
from factorio_release.package.file_set import DiskFile
from factorio_release.package.rules import CompiledRules

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from factorio_release.git.output import TreeFile
    from factorio_release.mod.mod import Mod
    from factorio_release.package.file_set import PackageFile


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file that differs: sizes in bytes before and after, 0 where it is not there."""

    kind: Literal["added", "removed", "changed"]
    path: str
    before: int
    after: int

    @property
    def growth(self) -> int:
        """By how many bytes it made the mod larger; negative when smaller."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class PackageChanges:
    """The files against those of the release `tag`, by today's rules for both; uncompressed sizes.

    `changes` have the greatest growth first. Files that git does not hold (built, included, links,
    submodules) cannot be compared: `uncompared` counts them, and the sizes leave them out.
    """

    tag: str
    changes: tuple[FileChange, ...]
    size_before: int
    size_after: int
    uncompared: int = 0

    @property
    def growth(self) -> int:
        """By how many bytes the compared files grew together."""
        return self.size_after - self.size_before

    def of_kind(self, kind: Literal["added", "removed", "changed"]) -> tuple[FileChange, ...]:
        """Return the changes of one kind."""
        return tuple(change for change in self.changes if change.kind == kind)


def changes_since_release(mod: Mod) -> PackageChanges | None:
    """Compare with the previous release's tag; None without git, without such a tag, or for a zip."""
    repository = mod.repository
    if repository is None or mod.version is None or mod.files.origin != "git":
        return None
    release = previous_release(repository, mod.name, mod.version)
    tree = repository.tree_sizes(f"refs/tags/{release.tag}") if release else None
    if release is None or tree is None:
        return None
    exclusions = CompiledRules(mod.info, mod.rules).exclusions
    ignored = ExportIgnored.read(repository, tree.values())
    shipped = {
        path: file for path, file in tree.items() if not ignored.covers(file) and not exclusions.reason(path)
    }
    return compare(release.tag, shipped, mod.files.files)


def compare(tag: str, before: Mapping[str, TreeFile], after: Iterable[PackageFile]) -> PackageChanges:
    """Compare a commit's files with those that ship, by the ids of their content."""
    submodules = tuple(f"{path}/" for path, file in before.items() if file.is_submodule)
    blobs = {path: file for path, file in before.items() if not file.is_link and not file.is_submodule}
    now = {file.path: file for file in after}
    ours = {
        path: file
        for path, file in now.items()
        if isinstance(file, DiskFile) and file.blob and not path.startswith(submodules)
    }
    changes = sorted(_changes(blobs, ours, now), key=lambda change: (-change.growth, change.path))
    both = {path for path in blobs if path in ours or path not in now}
    return PackageChanges(
        tag,
        tuple(changes),
        sum(max(blobs[path].size, 0) for path in both),
        sum(file.size for file in ours.values()),
        len(now) - len(ours),
    )


def _changes(
    before: Mapping[str, TreeFile], ours: Mapping[str, DiskFile], now: Mapping[str, PackageFile]
) -> Iterator[FileChange]:
    for path, file in ours.items():
        if path not in before:
            yield FileChange("added", path, 0, file.size)
        elif before[path].blob != file.blob:
            yield FileChange("changed", path, max(before[path].size, 0), file.size)
    for path, gone in before.items():
        if path not in now:
            yield FileChange("removed", path, max(gone.size, 0), 0)
