"""A zip that was built before: whether it is what it is called."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from factorio_release.package.zip_member import ZipMember
from factorio_release.parsers.info import INFO_FILE
from factorio_release.parsers.problem import Problem
from factorio_release.parsers.version import parse_version

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.mod.mod import Mod
    from factorio_release.package.file_set import FileSet

_NAME_AND_VERSION: Final = re.compile(
    r"(?P<name>.+)_(?P<version>[0-9]+\.[0-9]+\.[0-9]+)(?: ?\([0-9]+\))?(?:\.zip)?", re.IGNORECASE
)


def contradicting_zip(mod: Mod) -> Iterator[Problem]:
    """Report a finished zip whose file name or top folder names another mod or version than its info.json.

    Only names of the form `{name}_{version}` are judged, with the ` (1)` that a browser puts behind
    them: the top folder may have any name (documented), and so may the file on this machine.
    """
    if not mod.is_zip or not mod.name or mod.version is None:
        return
    inside = f"{mod.name} {mod.version}"
    for what, name in (("the zip", mod.path.name), ("its top folder", _top_folder(mod.files))):
        called = _NAME_AND_VERSION.fullmatch(name)
        if called and not _is(mod, called["name"], called["version"]):
            yield Problem(
                f"{what} is called {name}, and its info.json says {inside}",
                hint=f"Give the zip that was meant, or build this one anew as {mod.name}_{mod.version}.zip.",
            )


def _top_folder(files: FileSet) -> str:
    info = files.get(INFO_FILE)
    return info.member.partition("/")[0] if isinstance(info, ZipMember) else ""


def _is(mod: Mod, name: str, version: str) -> bool:
    try:
        return name == mod.name and parse_version(version) == mod.version
    except ValueError:
        return False
