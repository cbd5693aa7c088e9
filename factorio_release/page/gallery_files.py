"""The files that a list of paths and globs names, in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factorio_release.limits import MAX_GALLERY_IMAGES
from factorio_release.package.glob_files import matching_names
from factorio_release.package.globs import split_pattern
from factorio_release.page.findings import page_finding
from factorio_release.page.repository_tree import REFUSALS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from factorio_release.findings import Finding
    from factorio_release.page.declared import DeclaredPage
    from factorio_release.page.documents import DocumentReader


def gallery_files(
    declaration: DeclaredPage, reader: DocumentReader, findings: list[Finding]
) -> Iterator[tuple[Path, str]]:
    """Yield the declared images with the names that findings carry; a glob's files come sorted by path.

    An entry that names no file is a finding: it would take images away, or leave them out, unseen.
    """
    place = declaration.place_of("images")
    folder = declaration.folder_of("images")
    number = 0
    for entry in declaration.images or ():
        files = _files(folder, entry)
        number += len(files)
        if number > MAX_GALLERY_IMAGES:
            message = f"{entry} makes {number:,} images, and a gallery takes at most {MAX_GALLERY_IMAGES}"
            findings.append(page_finding("page-image-many", message, *place, hint="name fewer images"))
            return
        if not files:
            message = f"{entry} names no file"
            hint = "globs know *, **, ? and {a,b}; paths are relative to the file that names them"
            findings.append(page_finding("page-image-missing", message, *place, hint=hint))
        for file in files:
            name = reader.shown(file)
            refusal = reader.tree.refusal(file)
            if refusal:
                code, hint = REFUSALS[refusal]
                findings.append(page_finding(code, f"{name} {refusal}", *place, hint=hint))
            else:
                yield file, name


def _files(folder: Path, entry: str) -> list[Path]:
    try:
        if (folder / entry).is_file():
            return [folder / entry]
        base, pattern = split_pattern(entry)
        names = sorted(matching_names(folder / base, pattern))
        # Reading a pipe would wait for a writer.
        return [file for name in names if (file := folder / base / name).is_file()]
    except (OSError, ValueError):
        # ValueError is a name that no file can have, or, as GlobError, a pattern such as {1..99999}.
        return []
