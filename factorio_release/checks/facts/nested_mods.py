"""Folders of the package that are mods of their own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from factorio_release.limits import MAX_INFO_BYTES
from factorio_release.package.game_files import SCENARIO_FOLDERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.checks.facts.contents import Contents

_SCENARIO_CONTENT: Final = tuple(f"{folder}/" for folder in SCENARIO_FOLDERS)
_INFO_KEYS: Final = frozenset({"name", "version", "factorio_version"})


def nested_info_files(contents: Contents) -> Iterator[str]:
    """Yield the info.json of each mod inside the mod."""
    for path, content in contents.items():
        if not path.endswith("/info.json") or path.startswith(_SCENARIO_CONTENT):
            continue
        if _is_mod_info(content.data):
            yield path


def _is_mod_info(data: bytes) -> bool:
    if len(data) > MAX_INFO_BYTES:
        return False
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) and value.keys() >= _INFO_KEYS
