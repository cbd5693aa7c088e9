"""The files of a package with their content in memory: of a mod, or of a commit."""

from __future__ import annotations

import contextlib
import hashlib
from typing import TYPE_CHECKING, Final

from factorio_release.archive.reading_ahead import MAX_IN_MEMORY_BYTES
from factorio_release.git.attributes import ExportIgnored
from factorio_release.git.lfs import is_lfs_pointer
from factorio_release.package.built_zip import files_of_zip, private_copy
from factorio_release.package.ignore_file import IGNORE_FILE, IgnoreFile, read_ignore_file
from factorio_release.package.rules import CompiledRules
from factorio_release.parsers.info import INFO_FILE, read_info

if TYPE_CHECKING:
    from factorio_release.git.repository import Repository
    from factorio_release.mod.mod import Mod
    from factorio_release.package.file_set import FileSet

    # Path in the package and content, sorted by path.
    Contents = tuple[tuple[str, bytes], ...]

MAX_BYTES: Final = 96 << 20  # of all files together; some copies of them are in memory at one time
_SEARCHED_BYTES: Final = 8000  # git takes a file with NUL in its first 8,000 bytes for binary


def contents_of_mod(mod: Mod, sha1: str) -> Contents | None:
    """Return the files of a mod; None where they, or one of them, are too large to be built in memory.

    The run's copy of a finished zip may be closed by now. So the zip is read again, if it still has `sha1`.
    """
    files = mod.files
    if files.size > MAX_BYTES or any(file.size > MAX_IN_MEMORY_BYTES for file in files.files):
        return None
    if mod.is_zip:
        copy = private_copy(mod.path)
        with contextlib.closing(copy):
            whole = hashlib.sha1(b"".join(copy.blocks()), usedforsecurity=False)
            if whole.hexdigest() != sha1:
                return None
            return _contents(files_of_zip(mod.path, copy))
    return _contents(files)


def _contents(files: FileSet) -> Contents:
    return tuple(sorted((file.path, file.read()) for file in files.files))


def contents_of_commit(mod: Mod, repository: Repository, revision: str) -> Contents | None:
    """Return the files that the commit's own info.json and today's settings would package.

    None where they are not known from the commit alone: it has links, submodules or Git LFS, files come in
    with `include` or `package.extra`, an object is not in the clone, or they are larger than MAX_BYTES.
    """
    tree = repository.tree_sizes(revision)
    info_bytes = repository.file_at(revision, INFO_FILE)
    if tree is None or info_bytes is None:
        return None
    ignore_bytes = repository.file_at(revision, IGNORE_FILE)
    ignore_file = IgnoreFile() if ignore_bytes is None else read_ignore_file(ignore_bytes)
    rules = CompiledRules(read_info(info_bytes), mod.rules, ignore_file)
    if rules.include or rules.extra:
        return None
    ignored = ExportIgnored.read(repository, tree.values())
    files = [
        file
        for path, file in sorted(tree.items())
        if not ignored.covers(file) and not rules.exclusions.reason(path)
    ]
    if any(file.is_link or file.is_submodule or file.size < 0 for file in files):
        return None
    sizes = [file.size for file in files]
    if sum(sizes) > MAX_BYTES or max(sizes, default=0) > MAX_IN_MEMORY_BYTES:
        return None
    contents: list[tuple[str, bytes]] = []
    for file, content in zip(files, repository.blobs(file.blob for file in files), strict=True):
        if content is None or is_lfs_pointer(content):
            return None
        contents.append((file.path, content))
    return tuple(contents)


def with_crlf(contents: Contents) -> Contents:
    """Return the files as `core.autocrlf=true` checks them out: CRLF in text that has only LF."""
    return tuple((path, _with_crlf(data)) for path, data in contents)


def _with_crlf(data: bytes) -> bytes:
    if b"\r" in data or b"\0" in data[:_SEARCHED_BYTES]:
        return data
    return data.replace(b"\n", b"\r\n")


def differing_paths(before: Contents, after: Contents) -> list[str]:
    """Return the paths that are in one of the two alone, or with other content, sorted; CRLF counts as LF."""
    old, new = dict(before), dict(after)
    return sorted(
        path
        for path in old.keys() | new.keys()
        if path not in old or path not in new or _with_lf(old[path]) != _with_lf(new[path])
    )


def _with_lf(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n")


def digest(contents: Contents) -> str:
    """Return a SHA-256 of all paths and contents."""
    whole = hashlib.sha256()
    for path, data in contents:
        whole.update(b"%s\0%s" % (path.encode(), hashlib.sha256(data).digest()))
    return whole.hexdigest()
