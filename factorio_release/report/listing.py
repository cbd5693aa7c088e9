"""What ships and what does not, file by file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factorio_release.report.escape import terminal
from factorio_release.report.measures import counted, size_text
from factorio_release.report.places import title_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.report.model import ModReport, Report


def render_listing(report: Report) -> str:
    """Return the files of each package with their sizes, then every other file with its reason."""
    return "".join(f"{line}\n" for mod in report.mods for line in _lines(mod))


def _lines(mod: ModReport) -> Iterator[str]:
    files = mod.package.files if mod.package else ()
    sizes = [size_text(file.size) for file in files]
    width = max(map(len, sizes), default=0)
    yield f"{terminal(title_of(mod))}: {counted(len(files), 'file')} shipped, {len(mod.left_out):,} left out"
    for file, size in zip(files, sizes, strict=True):
        yield f"  {size:>{width}}  {terminal(file.path)}"
    for path, reason in mod.left_out:
        yield f"  not shipped  {terminal(path)}: {terminal(reason)}"
