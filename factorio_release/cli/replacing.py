"""Writes files of a user's repository, all of them or none."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from factorio_release.cli.targets import shown
from factorio_release.disk.atomic_write import checkout_around, remedy, write_files
from factorio_release.errors import ModError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factorio_release.disk.atomic_write import MayReplace


def replace_files(folder: Path, files: Mapping[Path, tuple[bytes, MayReplace]]) -> None:
    """Give every file its new content, each whole at once; a file that is there keeps its mode.

    `folder` is the mod's: no link is followed below the checkout around it, or below itself without one.
    Raises ModError before anything is changed when one of the files may not or cannot be written.
    """
    try:
        write_files(files, root=checkout_around(folder) or folder)
    except OSError as error:
        place = shown(Path(error.filename))
        raise ModError(f"{place} cannot be written: {error.strerror}", remedy(error)) from error
