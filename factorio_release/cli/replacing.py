"""Writes several files of a mod, all of them or none."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from factorio_release.cli.targets import shown
from factorio_release.errors import ModError

if TYPE_CHECKING:
    from collections.abc import Mapping


def replace_files(contents: Mapping[Path, bytes]) -> None:
    """Give every file its new content, each whole at once; a file that is there keeps its mode.

    Raises ModError before anything is changed when one of them is a link or cannot be written.
    """
    staged: dict[Path, Path] = {}
    try:
        for path, content in contents.items():
            staged[path] = _staged(path, content)
        for path, temporary in staged.items():
            temporary.replace(path)
    except OSError as error:
        raise ModError(f"{shown(path)} cannot be written: {error.strerror}", "make it writable") from error
    finally:
        for temporary in staged.values():
            temporary.unlink(missing_ok=True)


def _staged(path: Path, content: bytes) -> Path:
    if path.is_symlink():
        raise ModError(f"{shown(path)} is a link", "edit the mod that it leads to")
    path.parent.mkdir(parents=True, exist_ok=True)
    there = path.exists()
    with path.open("ab"):  # whoever made it read-only meant it
        pass
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as opened:
        temporary = Path(opened.name)
        try:
            opened.write(content)
            opened.close()
            shutil.copymode(path, temporary)
        except OSError:
            temporary.unlink()
            raise
    if not there:
        path.unlink()
    return temporary
