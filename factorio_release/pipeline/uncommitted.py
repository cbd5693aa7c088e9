"""Tells that a release goes out with files that are in no commit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from factorio_release.disk.folder_walk import child_path
from factorio_release.package.committed import changed_from_head
from factorio_release.package.uncommitted import uncommitted

if TYPE_CHECKING:
    from factorio_release.mod.mod import Mod
    from factorio_release.page.result import DesiredPage
    from factorio_release.pipeline.job import Job

_SHOWN_FILES: Final = 5
_WARNING: Final = "not committed: {names}; what goes out is what is on disk"


def uncommitted_warning(mod: Mod, page: DesiredPage, job: Job) -> str:
    """Return a sentence with the files of package, page and config that differ from `HEAD`, if any do.

    For a tag the packaged files are judged by a check, so they are left out here. A rehearsal sends
    nothing, and a zip may come from anywhere.
    """
    repository = mod.repository
    if repository is None or job.rehearsal:
        return ""
    config = {Path(origin.file) for origin in job.settings.origins.values() if origin.file}
    names = set(uncommitted(repository, {*page.files, *config}))
    if job.mode != "page" and mod.files.origin == "git":
        prefix = repository.prefix
        packed = {child_path(prefix, name) for name in changed_from_head(repository, mod.files)}
        names = names - packed if job.tag else names | packed
    if not names:
        return ""
    shown = sorted(names)[:_SHOWN_FILES]
    more = len(names) - len(shown)
    return _WARNING.format(names=", ".join(shown) + (f" and {more} more" if more else ""))
