"""`factorio-release servers`: which public servers run a mod, and in which version. It only reads."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from factorio_release.cli.arguments import chosen
from factorio_release.cli.declared import LIST_FORMAT, SERVER_LIMIT, SERVERS_MOD, SERVERS_URL
from factorio_release.cli.load_setup import loads_folder
from factorio_release.cli.portal_clients import transport_of
from factorio_release.errors import ExitCode, ModError, UsageError
from factorio_release.mod.mod import read_description
from factorio_release.parsers.dependency import MOD_NAME
from factorio_release.portal.known_servers import KnownServers
from factorio_release.portal.matchmaking import MATCHMAKING_URL, Matchmaking
from factorio_release.portal.run_time import RunTime
from factorio_release.report.server_list import ServerList, render_server_list
from factorio_release.settings.kinds import mirror_url, whole_number
from factorio_release.settings.options import OPTIONS
from factorio_release.settings.sources import read_settings

if TYPE_CHECKING:
    from factorio_release.cli.command_line import Arguments
    from factorio_release.cli.session import Session
    from factorio_release.portal.matchmaking import GameServer

_DEFAULT_LIMIT: Final = 100
_MAX_LIMIT: Final = 3_000
_PAUSE_SECONDS: Final = 1.0  # between two requests
_SAID_EVERY: Final = 25
_TIMEOUT: Final = 60.0


def servers(session: Session, arguments: Arguments) -> int:
    """Print the public servers that run a mod, as far as they are known; asks up to `--limit` of them.

    Those with most players are asked first. What was learnt is kept, so that the next call asks the next
    ones. Raises UsageError for a wrong argument and without an account, PortalRefused for an account that is
    not taken, PortalUnreachable without an answer.
    """
    form = chosen(arguments, LIST_FORMAT) or ("text" if session.out.isatty() else "json")
    settings = read_settings(session.sources(arguments))
    mod, limit, url = _mod(arguments), _limit(arguments), _url(arguments)
    folder = loads_folder(session, settings)
    known = KnownServers(folder / "servers" if folder else None, url)
    run_time = RunTime(OPTIONS["run-timeout"].default, sleep=session.sleep)
    search = _Search(
        session, Matchmaking(transport_of(session, _TIMEOUT, run_time), url), known, run_time
    )
    try:
        listed = search.listed()
        modded = [one for one in listed if one.has_mods is not False]
        modded.sort(key=lambda one: (-one.players, one.name, one.game_id))
        search.ask(modded, limit)
    finally:  # also when the user has waited long enough
        failure = known.save()
        if failure:
            session.say(f"warning: {failure}")
    found = tuple(
        (one, known.mods_of(one.game_id)[mod])
        for one in modded
        if mod in known.mods_of(one.game_id)
    )
    asked = sum(known.is_known(one.game_id) for one in modded)
    result = ServerList(mod, found, len(listed), len(modded), asked)
    session.out.write(render_server_list(result, form))
    if asked < len(modded):
        session.say(f"{len(modded) - asked} servers were not asked; run again to ask the next ones")
    return ExitCode.FINE


class _Search:
    """Asks for the list and for the mods of servers, one request a second."""

    def __init__(
        self, session: Session, client: Matchmaking, known: KnownServers, run_time: RunTime
    ) -> None:
        self._session = session
        self._client = client
        self._known = known
        self._run_time = run_time
        self._has_asked = False

    def listed(self) -> tuple[GameServer, ...]:
        """Return all servers, from the cache if it has a list that is not old."""
        if not self._known.servers:
            account = self._session.account
            if not account:
                raise UsageError(
                    "servers: the list of servers is for accounts: set `username` and `service-token` "
                    "(`factorio-release login` gets one)"
                )
            self._session.say("asking for the list of public servers")
            self._wait()
            self._known.list(self._client.servers(account.username, account.token))
        return self._known.servers

    def ask(self, servers: list[GameServer], limit: int) -> None:
        """Learn the mods of those servers that are not known, of `limit` at most."""
        unknown = [one for one in servers if not self._known.is_known(one.game_id)][:limit]
        for number, server in enumerate(unknown, 1):
            self._wait()
            self._known.learn(server.game_id, self._client.mods_of(server.game_id))
            if number % _SAID_EVERY == 0:
                self._session.say(f"asked {number} of {len(unknown)} servers")

    def _wait(self) -> None:
        """Let a second pass between two requests."""
        if self._has_asked:
            self._run_time.wait(_PAUSE_SECONDS, "one request a second", "asking")
        self._has_asked = True


def _mod(arguments: Arguments) -> str:
    name = arguments.value(SERVERS_MOD)
    if name is None:
        try:
            name = read_description(Path()).info.name
        except ModError as error:
            raise UsageError(f"servers: {error}; name the mod, as in `servers my-mod`") from None
    if not MOD_NAME.fullmatch(name):
        raise UsageError(f"servers: {name!r} is not the name of a mod; give that of its info.json")
    return name


def _limit(arguments: Arguments) -> int:
    text = arguments.value(SERVER_LIMIT)
    if text is None:
        return _DEFAULT_LIMIT
    number = whole_number(text, _MAX_LIMIT)
    if number is None:
        raise UsageError(f"--limit: {text!r} is not a whole number from 0 to {_MAX_LIMIT}")
    return number


def _url(arguments: Arguments) -> str:
    try:
        return mirror_url(arguments.value(SERVERS_URL) or MATCHMAKING_URL)
    except ValueError as error:
        raise UsageError(f"--servers-url: {error}") from None
