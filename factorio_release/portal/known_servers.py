"""What was learnt of public servers, kept in the cache folder: each server is asked once an hour at most."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, Final

from factorio_release.disk.atomic_write import write_file
from factorio_release.disk.bounded_file import read_file
from factorio_release.portal.matchmaking import GameServer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

LIST_SECONDS: Final = 10 * 60
DETAILS_SECONDS: Final = 60 * 60
_MAX_BYTES: Final = 64 * 1024 * 1024
_FILE: Final = "servers.json"


class KnownServers:
    """The list of servers and the mods of some of them, with the time of each.

    Without a `folder` nothing is kept. What cannot be read counts as nothing, and so do servers of another
    `url`.
    """

    def __init__(self, folder: Path | None, url: str, now: Callable[[], float] = time.time) -> None:
        self._file = folder / _FILE if folder else None
        self._url = url
        self._now = now
        self._listed_at = 0.0
        self._servers: tuple[GameServer, ...] = ()
        self._mods: dict[str, tuple[float, dict[str, str] | None]] = {}
        if self._file is not None:
            self._load(self._file)

    @property
    def servers(self) -> tuple[GameServer, ...]:
        """The list, empty where there is none or it is old."""
        return self._servers if self._is_fresh(self._listed_at, LIST_SECONDS) else ()

    def list(self, servers: tuple[GameServer, ...]) -> None:
        """Take a new list; what is known of servers that are no longer in it is forgotten."""
        self._servers, self._listed_at = servers, self._now()
        ids = {server.game_id for server in servers}
        self._mods = {one: found for one, found in self._mods.items() if one in ids}

    def is_known(self, game_id: str) -> bool:
        """Return whether the mods of a server are known well enough."""
        found = self._mods.get(game_id)
        return found is not None and self._is_fresh(found[0], DETAILS_SECONDS)

    def mods_of(self, game_id: str) -> Mapping[str, str]:
        """Return the mods of a server, none where they are not known or the server is gone."""
        found = self._mods.get(game_id)
        return (found[1] or {}) if found and self.is_known(game_id) else {}

    def learn(self, game_id: str, mods: dict[str, str] | None) -> None:
        """Take what a server has; None for one that is gone."""
        self._mods[game_id] = (self._now(), mods)

    def save(self) -> str:
        """Write what is known; return why that failed, empty for success."""
        if self._file is None:
            return ""
        value = {
            "url": self._url,
            "listed_at": self._listed_at,
            "servers": [list(server) for server in self._servers],
            "mods": self._mods,
        }
        try:
            write_file(self._file, json.dumps(value).encode(), root=self._file.parent)
        except OSError as error:
            return f"{self._file} could not be kept: {error.strerror}"
        return ""

    def _load(self, file: Path) -> None:
        try:
            value = json.loads(read_file(file, _MAX_BYTES))
            if value["url"] != self._url:
                return
            servers = tuple(GameServer(*one) for one in value["servers"])
            mods = {
                str(one): (float(at), _mods(found)) for one, (at, found) in value["mods"].items()
            }
            self._listed_at = float(value["listed_at"])
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return
        self._servers, self._mods = servers, mods

    def _is_fresh(self, at: float, seconds: float) -> bool:
        return 0 <= self._now() - at < seconds


def _mods(value: Any) -> dict[str, str] | None:
    return None if value is None else {str(name): str(version) for name, version in value.items()}
