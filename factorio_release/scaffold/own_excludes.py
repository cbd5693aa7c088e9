"""Globs for what must not be in a first package: what the portal refuses, and what only developers need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factorio_release.checks.context import CheckContext
from factorio_release.checks.facts import Facts
from factorio_release.checks.facts.contents import extension
from factorio_release.checks.rules.file_names import REFUSED_EXTENSIONS
from factorio_release.mod_page import ModPage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from factorio_release.mod.mod import Mod


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


def developer_globs(mod: Mod) -> tuple[str, ...]:
    """Return globs for the files of developers, as the rules about them find these."""
    found = Facts(mod, CheckContext(), ModPage()).developer_files
    return tuple(dict.fromkeys(pattern for one in found for pattern in one.patterns))


def _suffix(file: str) -> str:
    return f".{file.rpartition('.')[2]}"
