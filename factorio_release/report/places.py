"""What a mod and a place are called where a reader insists on a name."""

from __future__ import annotations

from posixpath import join, normpath
from typing import TYPE_CHECKING

from factorio_release import project

if TYPE_CHECKING:
    from factorio_release.findings import Finding
    from factorio_release.report.model import ModReport


def file_of(mod: ModReport, finding: Finding) -> str:
    """Return the finding's file, or the mod's info.json for one about the whole mod."""
    return finding.file or normpath(join(mod.path, "info.json"))


def title_of(mod: ModReport) -> str:
    """Return the mod with its version; its folder or our own name for a run that knew no mod."""
    return f"{mod.mod} {mod.version}".strip() or mod.path or project.NAME
