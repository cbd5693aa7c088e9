"""Which of several mods a tag releases."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.git.tag_index import read_release_tag

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from factorio_release.parsers.info import Info

# `1.2.0`, `v1.2.0-rc1`: no version of a mod perhaps, but meant as one. `docs-2026` and `v2` are not.
_LIKE_A_VERSION: Final = re.compile(r"[vV]?[0-9]+\.[0-9].*")


class TagSelection(NamedTuple):
    """The mods that a tag releases.

    `fits` says that they have the version of the tag. Without any, `is_version` tells a version that none of
    the mods has from a tag of another subject.
    """

    chosen: tuple[Path, ...]
    is_version: bool = True
    fits: bool = True


def mods_of_tag(tag: str, mods: Mapping[Path, Info]) -> TagSelection:
    """Return which of the mods a tag releases.

    A tag with the name of a mod (`big-mod_1.2.0`, also with `-`, `/` or `@`, and `v` before the version)
    releases that mod: if no mod of the name has the version, all of the name, since the tag or info.json is
    wrong. A tag of a plain version releases the mods of that version.
    """
    named: list[Path] = []
    of_version: list[Path] = []
    of_both: list[Path] = []
    for path, info in mods.items():
        read = read_release_tag(tag, info.name) if info.name else None
        if read is None:
            continue
        if read.named:
            named.append(path)
        if read.version == info.version:
            (of_both if read.named else of_version).append(path)
    chosen = of_both or named or of_version
    return TagSelection(
        tuple(chosen),
        is_version=bool(chosen or _LIKE_A_VERSION.fullmatch(tag)),
        fits=bool(of_both or not named),
    )
