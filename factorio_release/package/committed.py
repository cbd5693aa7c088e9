"""Which packaged files differ from the commit that is checked out, without running any filter."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from factorio_release.git.repository import Repository
from factorio_release.package.file_set import DiskFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from factorio_release.git.output import TreeFile
    from factorio_release.package.file_set import FileSet

_SHA1_DIGITS: Final = 40
_POINTER_AT_MOST: Final = 1024
_BLOCK_BYTES: Final = 1 << 20  # a picture or sound may be larger than the memory
# What a checkout may change in ways that only git and its filters could tell from an edit.
_REWRITTEN: Final = ("filter", "ident", "working-tree-encoding")


def changed_from_head(repository: Repository, files: FileSet) -> tuple[str, ...]:
    """Return the packaged paths whose content is not the one of `HEAD`, sorted.

    Line ends that the checkout turned into CRLF count as equal, and so does a Git LFS file that
    fits its pointer. A file under another filter is passed over. Of a submodule its folder is
    named, with `/`, when another commit is checked out than the one that is recorded. What
    `include`, `package.extra` and links bring in is not in the commit and not judged.
    """
    head = repository.tree_sizes("HEAD") or {}
    submodules = {f"{path}/": entry.blob for path, entry in head.items() if entry.is_submodule}
    tracked = [file for file in files.files if isinstance(file, DiskFile) and file.blob]
    own = [file for file in tracked if not file.path.startswith(tuple(submodules))]
    attributes = repository.attributes([file.path for file in own], *_REWRITTEN)
    changed = [file.path for file in own if not _as_committed(repository, file, head, attributes)]
    for folder, commit in submodules.items():
        ships = any(file.path.startswith(folder) for file in tracked)
        if ships and Repository(repository.folder / folder).head != commit:
            changed.append(folder)
    return tuple(sorted(changed))


def _as_committed(
    repository: Repository,
    file: DiskFile,
    head: dict[str, TreeFile],
    attributes: dict[str, dict[str, str]],
) -> bool:
    there = head.get(file.path)
    if there is None:
        return False
    values = attributes.get(file.path, {})
    lfs = values.get("filter") == "lfs"
    return (_rewritten(values) and not lfs) or _same(repository, file, there.blob, lfs=lfs)


def _rewritten(values: dict[str, str]) -> bool:
    return any(values.get(name, "unset") != "unset" for name in _REWRITTEN)


def _same(repository: Repository, file: DiskFile, blob: str, *, lfs: bool) -> bool:
    new = hashlib.sha1 if len(blob) == _SHA1_DIGITS else hashlib.sha256
    as_it_is = new(b"blob %d\0" % file.size)
    size = 0
    for block in _blocks(file):
        as_it_is.update(block)
        size += len(block) - block.count(b"\r\n")
    if as_it_is.hexdigest() == blob or (size < file.size and _with_git_lines(file, new, size) == blob):
        return True
    if not lfs:
        return False
    pointer = repository.file_at("HEAD", file.path) or b""
    return len(pointer) < _POINTER_AT_MOST and _fits(file, pointer)


def _with_git_lines(file: DiskFile, new: Callable[[bytes], hashlib._Hash], size: int) -> str:
    """Return the object id of the content with the line ends that git keeps, `size` bytes then."""
    digest = new(b"blob %d\0" % size)
    for block in _blocks(file):
        digest.update(block.replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def _fits(file: DiskFile, pointer: bytes) -> bool:
    digest = hashlib.sha256()
    for block in _blocks(file):
        digest.update(block)
    return b"oid sha256:" + digest.hexdigest().encode() in pointer


def _blocks(file: DiskFile) -> Iterator[bytes]:
    """Yield the content in blocks, none of which ends between the two characters of a line end."""
    with file.open() as stream:
        while block := stream.read(_BLOCK_BYTES):
            while block.endswith(b"\r") and (more := stream.read(1)):
                block += more
            yield block
