"""How mods and places are written; shared by all renderings."""

from __future__ import annotations

from posixpath import join, normpath
from typing import TYPE_CHECKING

from factorio_release import project

if TYPE_CHECKING:
    from factorio_release.findings import Finding
    from factorio_release.report.model import ModReport


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
