"""The game's list of public servers, and which mods one of them has. GET only.

Documented: https://wiki.factorio.com/Matchmaking_API. The list needs an account, the details of a server
need none. Numbers and truth values come as such or as text, so both are read.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import quote, urlencode

from factorio_release.errors import AnswerUnclear, PortalRefused, PortalUnreachable, RunTimeOver
from factorio_release.portal.retry import (
    TEMPORARY_STATUSES,
    Retries,
    TryAgain,
    repeat,
    retry_after,
)
from factorio_release.portal.transport import PortalRequest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from factorio_release.portal.transport import PortalAnswer, Transport

MATCHMAKING_URL: Final = "https://multiplayer.factorio.com"
_PROFILE: Final = "https://factorio.com/profile"
_OK: Final = 200
_GONE: Final = (404, 410)
_REFUSED: Final = (400, 401, 403)
_MAX_SHOWN: Final = 200
_MAX_NUMBER: Final = 1_000_000
_MAX_MODS: Final = 5_000


class GameServer(NamedTuple):
    """A public server as the list has it; `has_mods` is None where the list does not say."""

    game_id: str
    name: str
    game_version: str
    players: int
    max_players: int
    has_password: bool
    has_mods: bool | None


class Matchmaking:
    """Asks for servers; a request is repeated after a failure that may pass."""

    def __init__(self, transport: Transport, url: str = MATCHMAKING_URL, retries: int = 3) -> None:
        self._transport = transport
        self._url = url.rstrip("/")
        self._retries = retries

    def servers(self, username: str, token: str) -> tuple[GameServer, ...]:
        """Return all public servers.

        Raises PortalRefused for an account that is not taken, and PortalUnreachable without a usable answer.
        """
        shown = f"{self._url}/get-games"
        query = urlencode({"username": username, "token": token})
        answer = self._ask(f"{shown}?{query}", shown)
        value = _json_of(shown, answer) if answer.status in {_OK, *_REFUSED} else None
        if isinstance(value, list):
            return tuple(_servers(value))
        if isinstance(value, dict) and isinstance(value.get("message"), str):
            raise PortalRefused(
                f"GET {shown}: the service token of {username} is not taken: "
                f"{value['message'][:_MAX_SHOWN]}",
                f"compare name and token with {_PROFILE}; it is not the API key",
                status=answer.status,
            )
        raise _odd(shown, answer)

    def mods_of(self, game_id: str) -> dict[str, str] | None:
        """Return the mods of a server with their versions; None where the server is gone.

        Raises PortalUnreachable without a usable answer.
        """
        shown = f"{self._url}/get-game-details/{quote(game_id, safe='')}"
        answer = self._ask(shown, shown)
        if answer.status in _GONE:
            return None
        value = _json_of(shown, answer) if answer.status == _OK else None
        if not isinstance(value, dict):
            raise _odd(shown, answer)
        mods = value.get("mods")
        found = mods[:_MAX_MODS] if isinstance(mods, list) else []
        return {
            one["name"]: _text(one.get("version"))
            for one in found
            if isinstance(one, dict) and isinstance(one.get("name"), str)
        }

    def _ask(self, url: str, shown: str) -> PortalAnswer:
        retries = Retries(self._retries, self._transport.run_time)
        return repeat(lambda: self._attempt(url, shown), retries)

    def _attempt(self, url: str, shown: str) -> PortalAnswer:
        try:
            answer = self._transport.send(PortalRequest("GET", url, shown))
        except RunTimeOver:
            raise
        except PortalUnreachable as error:
            raise TryAgain(error) from None
        if answer.status in TEMPORARY_STATUSES:
            wait = retry_after(answer.headers, time.time())
            message = f"GET {shown}: status {answer.status}"
            raise TryAgain(PortalUnreachable(message, "run again later", retry_after=wait))
        return answer


def _json_of(shown: str, answer: PortalAnswer) -> Any:
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        raise _odd(shown, answer) from None


def _odd(shown: str, answer: PortalAnswer) -> AnswerUnclear:
    return AnswerUnclear(
        f"GET {shown}: status {answer.status} with another answer than is documented",
        "run again later; the API is internal and may have changed: look for a newer version of this tool",
    )


def _servers(listed: list[Any]) -> Iterator[GameServer]:
    for one in listed:
        if not isinstance(one, dict) or one.get("game_id") is None:
            continue
        version = one.get("application_version")
        names = one.get("players")
        yield GameServer(
            _text(one["game_id"]),
            _text(one.get("name")),
            _text(version.get("game_version")) if isinstance(version, dict) else "",
            len(names) if isinstance(names, list) else _number(names),
            _number(one.get("max_players")),
            _flag(one.get("has_password")),
            _has_mods(one),
        )


def _has_mods(server: Mapping[str, Any]) -> bool | None:
    """Return whether a server has mods beside the game's own, as far as the list says so."""
    if server.get("has_mods") is not None:
        return _flag(server["has_mods"])
    if server.get("mod_count") is not None:
        return _number(server["mod_count"]) > 0
    return None


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return ""
    return str(value)[:_MAX_SHOWN]


def _number(value: Any) -> int:
    """Return a number from 0 to a million that comes as such or as text; 0 for anything else."""
    try:
        found = int(str(value)[:_MAX_SHOWN])
    except ValueError:
        return 0
    return min(max(found, 0), _MAX_NUMBER)


def _flag(value: Any) -> bool:
    return value is True or str(value).lower() in {"true", "1"}
