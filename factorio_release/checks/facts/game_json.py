"""The JSON files that the game reads beside info.json: migrations and descriptions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.lazy_pattern import lazy_pattern
from factorio_release.limits import MAX_INFO_BYTES
from factorio_release.package.game_files import SCENARIO_FOLDERS
from factorio_release.parsers.json.document import read_json

if TYPE_CHECKING:
    from factorio_release.checks.facts.contents import Contents
    from factorio_release.parsers.json.document import JsonDocument

_MIGRATION: Final = lazy_pattern(r"migrations/[^/]+\.json")
_DESCRIPTION: Final = lazy_pattern(
    rf"(?:{'|'.join(SCENARIO_FOLDERS)})/(?:.+/)?description\.json|locale/[^/]+/info\.json"
)


class GameJson(NamedTuple):
    """The documents of each kind, by path."""

    migrations: dict[str, JsonDocument]
    descriptions: dict[str, JsonDocument]


def read_game_json(contents: Contents) -> GameJson:
    """Read each of these files once: several rules judge it."""
    found = GameJson({}, {})
    for path, content in contents.items():
        if not (path.endswith(".json") and content.whole and len(content.data) <= MAX_INFO_BYTES):
            continue
        if _MIGRATION.fullmatch(path):
            found.migrations[path] = read_json(content.data, path)
        elif _DESCRIPTION.fullmatch(path):
            found.descriptions[path] = read_json(content.data, path)
    return found
