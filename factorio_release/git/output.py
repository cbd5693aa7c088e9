"""Parsers for the output of git: NUL-separated records become values; pure."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

# File modes in git's index and trees. Those of regular files are 0o100644 and 0o100755.
_LINK_MODE: Final = 0o120000
_SUBMODULE_MODE: Final = 0o160000
_UNKNOWN_SIZE: Final = -1


class TreeFile:
    """One file of a commit; `blob` is the object id of its content.

    `size` is -1 where the content is not in the clone (a partial clone), and for submodules.
    """

    def __init__(self, path: str, mode: int, blob: str, size: int = _UNKNOWN_SIZE) -> None:
        self.path = path
        self.mode = mode
        self.blob = blob
        self.size = size

    @property
    def is_link(self) -> bool:
        """Whether git stores it as a symbolic link."""
        return self.mode == _LINK_MODE

    @property
    def is_submodule(self) -> bool:
        """Whether it is a submodule; `blob` then is the commit of the other repository."""
        return self.mode == _SUBMODULE_MODE


class TrackedFile(TreeFile):
    """One entry of the index, with its path relative to the mod folder; its `size` is not known.

    `conflict` is true for a path with an unresolved merge conflict, `sparse` for one that the sparse
    checkout does not write to disk.
    """

    def __init__(
        self, path: str, mode: int, blob: str, *, conflict: bool = False, sparse: bool = False
    ) -> None:
        super().__init__(path, mode, blob)
        self.conflict = conflict
        self.sparse = sparse


def records(output: bytes) -> list[str]:
    """Split NUL-terminated output; bytes of a name that are not UTF-8 are kept as surrogates."""
    if not output:
        return []
    return os.fsdecode(output).rstrip("\0").split("\0")


def read_index(output: bytes, untracked: list[str] | None = None) -> Iterator[TrackedFile]:
    """Parse `ls-files -z -t --stage`; a conflict has up to three entries, of which the first is returned.

    With `--others` the paths that are not in the index are among the records: they are added to `untracked`.
    """
    conflicts = set()
    for record in records(output):
        if untracked is not None and record.startswith("? "):
            untracked.append(record.removeprefix("? "))
            continue
        fields, _, path = record.partition("\t")
        tag, mode, blob, stage = fields.split(" ")
        if path in conflicts:
            continue
        is_conflict = stage != "0"
        if is_conflict:
            conflicts.add(path)
        yield TrackedFile(path, int(mode, 8), blob, conflict=is_conflict, sparse=tag == "S")


def read_tree(output: bytes) -> Iterator[TreeFile]:
    """Parse `ls-tree -r -l -z`."""
    for record in records(output):
        fields, _, path = record.partition("\t")
        mode, _, blob, size = fields.split()
        # `-` for a submodule, BAD for content that is not in the clone.
        known_size = int(size) if size.isdecimal() else _UNKNOWN_SIZE
        yield TreeFile(path, int(mode, 8), blob, known_size)


def read_attributes(output: bytes) -> dict[str, dict[str, str]]:
    """Parse `check-attr -z`: path → attribute → `set`, `unset` or its value, without unspecified ones."""
    found: dict[str, dict[str, str]] = {}
    fields = records(output)
    for path, attribute, value in zip(fields[::3], fields[1::3], fields[2::3], strict=True):
        if value != "unspecified":
            found.setdefault(path, {})[attribute] = value
    return found


def read_sizes(output: bytes) -> list[int]:
    """Parse `cat-file --batch-check`: the sizes in the order of the question, -1 for what is missing."""
    # `id type size`, and for a missing one what was asked and `missing`.
    sizes = [line.rpartition(b" ")[2] for line in output.splitlines()]
    return [int(size) if size.isdigit() else _UNKNOWN_SIZE for size in sizes]


def read_blobs(output: bytes) -> list[bytes | None]:
    """Parse `cat-file --batch`: the content of each blob in the order of the question, None for any other."""
    found: list[bytes | None] = []
    at = 0
    while at < len(output):
        end = output.index(b"\n", at)
        # `id type size`, and for a missing one what was asked and `missing`.
        kind, _, size = output[at:end].rpartition(b" ")
        at = end + 1
        if not size.isdigit():
            found.append(None)
            continue
        end = at + int(size)
        found.append(output[at:end] if kind.endswith(b" blob") else None)
        at = end + 1
    return found


def read_tags(output: bytes) -> dict[str, str]:
    """Parse lines of `for-each-ref` with name, object and peeled object, separated by NUL: tag → commit."""
    commits: dict[str, str] = {}
    if not output:
        return commits
    for line in os.fsdecode(output).rstrip("\n").split("\n"):
        name, target, peeled = line.split("\0")
        # An annotated tag is an object of its own; its peeled object is the commit.
        commits[name] = peeled or target
    return commits
