"""Which public servers run a mod, as a table for people and as JSON; names of servers are from outside."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from factorio_release.report.escape import json_in_log, terminal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from factorio_release.portal.matchmaking import GameServer

# The game's own marks in names: [color=red], [/font], [item=iron-plate].
_MARKS: Final = re.compile(r"\[/?[a-z-]+(?:=[^\]\[]*)?\]")
_MAX_NAME: Final = 60


class ServerList(NamedTuple):
    """What was found: the servers that run a mod, each with the mod's version, most players first.

    `all_servers` are on the list, `modded` of them may have mods, `asked` is of how many these are known.
    """

    mod: str
    found: tuple[tuple[GameServer, str], ...]
    all_servers: int
    modded: int
    asked: int

    @property
    def versions(self) -> dict[str, tuple[int, int]]:
        """The versions of the mod, the most used first, with the numbers of servers and players."""
        counted: dict[str, tuple[int, int]] = {}
        for server, version in self.found:
            servers, players = counted.get(version, (0, 0))
            counted[version] = (servers + 1, players + server.players)
        return dict(sorted(counted.items(), key=lambda one: one[1], reverse=True))


def render_server_list(servers: ServerList, form: str) -> str:
    """Return the list as text, or as one JSON object."""
    if form == "json":
        return json_in_log(json.dumps(_value(servers), indent=2)) + "\n"
    return "".join(f"{line}\n" for line in _lines(servers))


def _value(servers: ServerList) -> dict[str, Any]:
    return {
        "mod": servers.mod,
        "servers_in_all": servers.all_servers,
        "servers_with_mods": servers.modded,
        "servers_known": servers.asked,
        "versions": [
            {"version": version, "servers": count, "players": players}
            for version, (count, players) in servers.versions.items()
        ],
        "servers": [
            {
                "game_id": server.game_id,
                "name": server.name,
                "version": version,
                "game_version": server.game_version,
                "players": server.players,
                "max_players": server.max_players,
                "has_password": server.has_password,
            }
            for server, version in servers.found
        ],
    }


def _lines(servers: ServerList) -> Iterator[str]:
    yield (
        f"{terminal(servers.mod)} is on {len(servers.found)} of {servers.asked} public servers whose mods "
        f"are known; {servers.modded} of {servers.all_servers} servers may have mods"
    )
    if not servers.found:
        return
    yield ""
    yield from _table(
        ("version", "servers", "players"),
        [(version, str(one), str(players)) for version, (one, players) in servers.versions.items()],
    )
    yield ""
    rows = [
        (version, server.game_version, _players(server), _name(server))
        for server, version in servers.found
    ]
    yield from _table(("version", "game", "players", "server"), rows)


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    lines = [head, *(tuple(terminal(cell) for cell in row) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = [cell.ljust(width) for cell, width in zip(line, widths, strict=True)]
        yield "  ".join(cells).rstrip()


def _players(server: GameServer) -> str:
    return f"{server.players}/{server.max_players}" if server.max_players else str(server.players)


def _name(server: GameServer) -> str:
    name = _MARKS.sub("", server.name).strip()
    name = name if len(name) <= _MAX_NAME else f"{name[:_MAX_NAME]}…"
    return f"{name} (with a password)" if server.has_password else name
