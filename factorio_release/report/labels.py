"""How mods, places, counts and sizes are written; shared by all renderings."""

from __future__ import annotations

from posixpath import join, normpath
from typing import TYPE_CHECKING

from factorio_release import project

if TYPE_CHECKING:
    from factorio_release.findings import Finding
    from factorio_release.report.model import ModReport

_BYTES_PER_KB = 1000


def mod_title(mod: ModReport) -> str:
    """Return the mod's name and version.

    A run that failed before it knew the mod has its folder instead, or this program's name.
    """
    return f"{mod.mod} {mod.version}".strip() or mod.path or project.NAME


def finding_place(finding: Finding) -> str:
    """Return `file:line:column` without the numbers that are not known; empty without a file."""
    if not finding.file:
        return ""
    numbers = [str(number) for number in (finding.line, finding.column) if number]
    return ":".join([finding.file, *numbers])


def file_or_info(mod: ModReport, finding: Finding) -> str:
    """Return the finding's file; for a finding about the whole mod, the mod's info.json."""
    return finding.file or normpath(join(mod.path, "info.json"))


def size_text(size: int) -> str:
    """Return a number of bytes in decimal units: `999 bytes`, `1.2 kB`, `34.5 MB`."""
    if size < _BYTES_PER_KB:
        return counted(size, "byte")
    amount, unit = size / _BYTES_PER_KB, "kB"
    for larger_unit in ("MB", "GB"):
        if amount < _BYTES_PER_KB:
            break
        amount, unit = amount / _BYTES_PER_KB, larger_unit
    return f"{amount:.1f} {unit}"


def counted(number: int, noun: str) -> str:
    """Return `1 error` or `3 errors`, with commas in large numbers."""
    plural = "" if number == 1 else "s"
    return f"{number:,} {noun}{plural}"
