"""Which packaged files differ from the commit that is checked out, without running any filter of git.

`git diff` and `git status` would run filters that the checkout's configuration names. So object ids are
computed here and compared with those of the commit.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from factorio_release.git.lfs import is_pointer_to
from factorio_release.git.repository import Repository
from factorio_release.package.file_set import DiskFile

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from factorio_release.git.output import TreeFile
    from factorio_release.package.file_set import FileSet

_SHA1_HEX_DIGITS: Final = 40  # longer object ids are SHA-256
_BLOCK_BYTES: Final = 1 << 20  # a picture or sound may be larger than the memory
# With one of these attributes a checkout changes content in ways that only git's filters can undo.
_REWRITING: Final = ("filter", "ident", "working-tree-encoding")


def changed_from_head(repository: Repository, files: FileSet) -> tuple[str, ...]:
    """Return the packaged paths whose content differs from `HEAD`, sorted.

    Equal are also a file in which the checkout turned line ends into CRLF, and a Git LFS file that fits
    its pointer. A file with another filter is not compared. A submodule is one path, its folder with `/`
    at the end, when another commit is checked out than the recorded one. Files from `include`,
    `package.extra` and links are not in the commit and not compared.
    """
    head = repository.tree_sizes("HEAD") or {}
    submodules = {f"{path}/": entry.blob for path, entry in head.items() if entry.is_submodule}
    tracked = [file for file in files.files if isinstance(file, DiskFile) and file.blob]
    own = [file for file in tracked if not file.path.startswith(tuple(submodules))]
    attributes = repository.attributes([file.path for file in own], *_REWRITING)
    changed = []
    for file in own:
        committed = head.get(file.path)
        values = attributes.get(file.path, {})
        if committed is None or not _is_as_committed(repository, file, committed, values):
            changed.append(file.path)
    for folder, commit in submodules.items():
        is_packaged = any(file.path.startswith(folder) for file in tracked)
        if is_packaged and Repository(repository.folder / folder).head != commit:
            changed.append(folder)
    return tuple(sorted(changed))


def _is_as_committed(
    repository: Repository, file: DiskFile, committed: TreeFile, attributes: Mapping[str, str]
) -> bool:
    if attributes.get("filter") == "lfs":
        return _has_object_id(file, committed.blob) or _fits_lfs_pointer(repository, file)
    if any(attributes.get(name, "unset") != "unset" for name in _REWRITING):
        return True
    return _has_object_id(file, committed.blob)


def _has_object_id(file: DiskFile, blob: str) -> bool:
    """Return whether the content, as it is or with LF line ends, has this object id."""
    algorithm = "sha1" if len(blob) == _SHA1_HEX_DIGITS else "sha256"
    digest = hashlib.new(algorithm, _blob_header(file.size), usedforsecurity=False)
    size_with_lf = 0
    for block in _blocks(file):
        digest.update(block)
        size_with_lf += len(block) - block.count(b"\r\n")
    if digest.hexdigest() == blob:
        return True
    return size_with_lf < file.size and _object_id_with_lf(file, algorithm, size_with_lf) == blob


def _object_id_with_lf(file: DiskFile, algorithm: str, size: int) -> str:
    """Return the object id of the content with LF line ends, which then has `size` bytes."""
    digest = hashlib.new(algorithm, _blob_header(size), usedforsecurity=False)
    for block in _blocks(file):
        digest.update(block.replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def _blob_header(size: int) -> bytes:
    # An object id is the hash of this header and the content ("Git Internals", "Git Objects").
    return b"blob %d\0" % size


def _fits_lfs_pointer(repository: Repository, file: DiskFile) -> bool:
    digest = hashlib.sha256()
    for block in _blocks(file):
        digest.update(block)
    pointer = repository.file_at("HEAD", file.path) or b""
    return is_pointer_to(pointer, digest.hexdigest())


def _blocks(file: DiskFile) -> Iterator[bytes]:
    """Yield the content in blocks of which none ends between CR and LF."""
    with file.open() as stream:
        while block := stream.read(_BLOCK_BYTES):
            while block.endswith(b"\r") and (following := stream.read(1)):
                block += following
            yield block
