"""A mod in memory, for rules that are handed values and return values."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from factorio_release.checks import CheckContext, run_checks
from factorio_release.mod.mod import Mod
from factorio_release.package.file_set import FileSet, LeftOut
from factorio_release.parsers.changelog.reader import read_changelog
from factorio_release.parsers.info import read_info

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import BinaryIO

    from factorio_release.findings import Finding
    from factorio_release.parsers.problem import Problem

INFO = {
    "name": "my-mod",
    "version": "1.2.3",
    "title": "t",
    "author": "a",
    "factorio_version": "2.0",
    "dependencies": ["base >= 2.0", "? helper", "! enemy"],
}


@dataclass(frozen=True)
class MemoryFile:
    path: str
    data: bytes

    @property
    def size(self) -> int:
        return len(self.data)

    def open(self) -> BinaryIO:
        return BytesIO(self.data)

    def read(self) -> bytes:
        return self.data

    def blocks(self, size: int) -> Iterator[bytes]:
        return (self.data[at : at + size] for at in range(0, self.size, size))


@dataclass(frozen=True)
class Case:
    """What makes one code fire, where and with which words, and a neighbour of it that is in order.

    A path maps to its content. A line or column of 0 is not compared. `left_out` and `stated` are
    what collecting the files said.
    """

    code: str
    fires: Mapping[str, bytes | str]
    silent: Mapping[str, bytes | str]
    file: str = ""
    line: int = 0
    column: int = 0
    says: str = ""
    times: int = 1
    info: Mapping[str, Any] = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)
    stated: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()


def memory_mod(
    files: Mapping[str, bytes | str],
    *,
    info: Mapping[str, Any] | None = None,
    left_out: Mapping[str, str] | None = None,
    stated: tuple[Problem, ...] = (),
) -> Mod:
    described = json.dumps({**INFO, **(info or {})}).encode()
    content = {path: data.encode() if isinstance(data, str) else data for path, data in files.items()}
    content.setdefault("info.json", described)
    members = tuple(MemoryFile(path, content[path]) for path in sorted(content))
    passed = tuple(LeftOut(path, reason) for path, reason in (left_out or {}).items())
    changelog = content.get("changelog.txt")
    return Mod(
        Path("/nowhere/my-mod"),
        read_info(described),
        None if changelog is None else read_changelog(changelog),
        FileSet(members, passed, stated, "git"),
    )


def findings(code: str, mod: Mod, **context: Any) -> list[Finding]:
    """Run every rule and return what was found under one code."""
    checked = run_checks(mod, CheckContext(**context))
    return [finding for finding in checked.findings if finding.code == code]


def png(width: int = 64, height: int = 64) -> bytes:
    return (
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + struct.pack(">II", width, height) + b"\x08\x06\x00\x00\x00"
    )
