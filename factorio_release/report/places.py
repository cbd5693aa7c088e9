"""Where a finding is shown by readers that insist on a file."""

from __future__ import annotations

from posixpath import join, normpath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from factorio_release.findings import Finding
    from factorio_release.report.model import ModReport


def file_of(mod: ModReport, finding: Finding) -> str:
    """Return the finding's file, or the mod's info.json for one about the whole mod."""
    return finding.file or normpath(join(mod.path, "info.json"))
