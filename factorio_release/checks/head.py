"""Whether the package holds what the commit says: a release should be what its tag names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factorio_release.mod.files import DiskFile
from factorio_release.mod.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.checks.contents import Content, Contents
    from factorio_release.checks.rule import CheckContext
    from factorio_release.mod.git_output import TreeFile
    from factorio_release.mod.loading import Mod

_SHOWN: Final = 3
_POINTER_AT_MOST: Final = 1024  # the LFS specification
_SHA256_LENGTH: Final = 64


def differing_from_head(mod: Mod, contents: Contents, context: CheckContext) -> Iterator[Problem]:
    """Report, when a tag is released, tracked files whose content is not the commit's.

    Large files and those of binary types are compared by their size alone.
    """
    if not context.tag or mod.repository is None or mod.files.origin != "git":
        return
    committed = mod.repository.tree_sizes("HEAD") or {}
    changed = [
        file.path
        for file in mod.files.files
        if isinstance(file, DiskFile)
        and file.blob
        and committed
        and not _is_same(file, contents[file.path], committed.get(file.path))
    ]
    if changed:
        more = f" and {len(changed) - _SHOWN} more" if len(changed) > _SHOWN else ""
        yield Problem(
            f"not as the commit has them: {', '.join(changed[:_SHOWN])}{more}",
            changed[0],
            hint="Commit the change before tagging, if a step of the job did not make it on purpose.",
        )


def _is_same(file: DiskFile, content: Content, committed: TreeFile | None) -> bool:
    if committed is None or committed.blob != file.blob:
        return False
    if not content.whole:  # what LFS or the checkout's sparse objects hold cannot be compared
        return committed.size in {file.size, -1} or committed.size < _POINTER_AT_MOST
    plain = content.data.replace(b"\r\n", b"\n")  # as `autocrlf` may have made it
    return committed.blob in {_blob_id(content.data, committed), _blob_id(plain, committed)}


def _blob_id(data: bytes, committed: TreeFile) -> str:
    import hashlib  # noqa: PLC0415 start-up: only when a tag is released

    algorithm = "sha256" if len(committed.blob) == _SHA256_LENGTH else "sha1"
    return hashlib.new(algorithm, b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
