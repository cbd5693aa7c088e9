"""Globs for what must not be in a first package: what the portal refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factorio_release.checks.facts.contents import extension
from factorio_release.checks.rules.file_names import REFUSED_EXTENSIONS

if TYPE_CHECKING:
    from collections.abc import Sequence


def refused_globs(files: Sequence[str]) -> tuple[str, ...]:
    """Return globs for the files that make the portal refuse the package.

    A folder of nothing else is one glob, and so is a kind of file below folders.
    """
    refused = [file for file in files if extension(file) in REFUSED_EXTENSIONS]
    globs: dict[str, None] = {}
    for file in refused:
        folder, slash, _ = file.partition("/")
        inside = [one for one in files if one.startswith(f"{folder}/")] if slash else []
        if inside and all(one in refused for one in inside):
            globs[f"{folder}/**"] = None
        elif slash:
            globs[f"**/*{_suffix(file)}"] = None
        else:
            globs.setdefault(file, None)
    return tuple(globs)


def _suffix(file: str) -> str:
    return f".{file.rpartition('.')[2]}"
