"""Reads what git prints: NUL-separated records become values; pure."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_LINK: Final = 0o120000
_SUBMODULE: Final = 0o160000


@dataclass(frozen=True, slots=True)
class TreeFile:
    """One file of a commit: `blob` is the object id of its content, `size` -1 where it is not at hand."""

    path: str
    mode: int
    blob: str
    size: int = -1

    @property
    def is_link(self) -> bool:
        """Whether git holds it as a symbolic link."""
        return self.mode == _LINK

    @property
    def is_submodule(self) -> bool:
        """Whether it stands for another repository's commit, which `blob` then is."""
        return self.mode == _SUBMODULE


@dataclass(frozen=True, slots=True)
class TrackedFile(TreeFile):
    """One entry of the index, its path relative to the mod folder; git knows no size of it.

    `conflict` is a path that a merge left open; `sparse` one that the sparse checkout keeps off
    the disk.
    """

    conflict: bool = False
    sparse: bool = False


def records(output: bytes) -> list[str]:
    """Split NUL-terminated output; a name that is not UTF-8 keeps its bytes as surrogates."""
    return os.fsdecode(output).rstrip("\0").split("\0") if output else []


def read_index(output: bytes) -> Iterator[TrackedFile]:
    """Read `ls-files -z -t --stage`; of a conflict's stages the first stands for all."""
    open_paths = set()
    for record in records(output):
        facts, _, path = record.partition("\t")
        tag, mode, blob, stage = facts.split(" ")
        if path in open_paths:
            continue
        if stage != "0":
            open_paths.add(path)
        yield TrackedFile(path, int(mode, 8), blob, conflict=stage != "0", sparse=tag == "S")


def read_tree(output: bytes) -> Iterator[TreeFile]:
    """Read `ls-tree -r -l -z`."""
    for record in records(output):
        facts, _, path = record.partition("\t")
        mode, _, blob, size = facts.split()
        yield TreeFile(path, int(mode, 8), blob, int(size) if size.isdecimal() else -1)


def read_attributes(output: bytes) -> dict[str, dict[str, str]]:
    """Read `check-attr -z`: path → attribute → `set`, `unset` or its value; unspecified ones are left out."""
    found: dict[str, dict[str, str]] = {}
    fields = records(output)
    for path, attribute, value in zip(fields[::3], fields[1::3], fields[2::3], strict=True):
        if value != "unspecified":
            found.setdefault(path, {})[attribute] = value
    return found


def read_tags(output: bytes) -> dict[str, str]:
    """Read `for-each-ref` lines of `name NUL object NUL peeled object`: tag → commit."""
    found = {}
    for line in os.fsdecode(output).rstrip("\n").split("\n") if output else ():
        name, target, peeled = line.split("\0")
        found[name] = peeled or target
    return found
