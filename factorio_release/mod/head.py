"""Which packaged files differ from the commit that is checked out, without running any filter."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from factorio_release.mod.file_set import DiskFile
from factorio_release.mod.git import Repository

if TYPE_CHECKING:
    from collections.abc import Callable

    from factorio_release.mod.file_set import FileSet
    from factorio_release.mod.git_output import TreeFile

_SHA1_DIGITS: Final = 40
_POINTER_AT_MOST: Final = 1024
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
    content = file.read()
    if blob in _ids(content, blob):
        return True
    if not lfs:
        return False
    pointer = repository.file_at("HEAD", file.path) or b""
    return len(pointer) < _POINTER_AT_MOST and _fits(content, pointer)


def _ids(content: bytes, like: str) -> tuple[str, ...]:
    """Return the object ids of content as it is and with the line ends that git keeps."""
    new: Callable[[bytes], hashlib._Hash] = hashlib.sha1 if len(like) == _SHA1_DIGITS else hashlib.sha256
    forms = [content] if b"\r\n" not in content else [content, content.replace(b"\r\n", b"\n")]
    return tuple(new(b"blob %d\0" % len(form) + form).hexdigest() for form in forms)


def _fits(content: bytes, pointer: bytes) -> bool:
    return b"oid sha256:" + hashlib.sha256(content).hexdigest().encode() in pointer
