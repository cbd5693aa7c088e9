"""What the portal knows of a mod; GET only, without a key."""

from __future__ import annotations

import secrets
import time
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import quote, urlencode

from factorio_release.errors import AnswerUnclear, PortalUnreachable, RunTimeOver
from factorio_release.portal.mod_answer import live_mod
from factorio_release.portal.retry import PASSING, Retries, TryAgain, repeat, wished_wait
from factorio_release.portal.transport import PortalRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from factorio_release.live.models import LiveMod
    from factorio_release.portal.run_time import RunTime
    from factorio_release.portal.transport import Transport

T = TypeVar("T")

NOT_FOUND: Final = 404
# Observed. Any other 404 may be a proxy's or another service's: a mod taken for new would be published.
UNKNOWN_MOD: Final = "Mod not found"
OK: Final = 200
GLANCE_SECONDS: Final = 3.0
_AT_ONCE: Final = 100
_REFUSALS: Final = range(400, 500)


class PortalReader:
    """Reads the portal's state past its cache.

    Answers are cached for up to 15 minutes (observed), so that every read carries a random query.
    A read is repeated on a failed connection, 429, 502, 503, 504 and on anything that is not the
    JSON promised.
    """

    def __init__(self, transport: Transport, base_url: str, retries: int = 5) -> None:
        self.base_url = base_url
        self._transport = transport
        self._retries = retries
        self._remedy = (
            f"see in a browser what {base_url} answers and whether portal-url is right; then run again"
        )

    @property
    def run_time(self) -> RunTime:
        """The time that the run has for all its requests."""
        return self._transport.run_time

    def fetch(self, name: str) -> LiveMod | None:
        """Return the mod as it is now, or None when the portal has no such mod.

        Raises PortalUnreachable, or AnswerUnclear when all that came was not an answer about this mod.
        """
        return repeat(lambda: self._ask(_full(name), {}, partial(_named, name)), self._patience())

    def look(self, name: str) -> LiveMod | None:
        """Return what `fetch` does, asking once."""
        try:
            return self._ask(_full(name), {}, partial(_named, name))
        except TryAgain as again:
            raise again.failure from None

    def glance(self, name: str) -> LiveMod | None:
        """Return what `fetch` does, asking once and for `GLANCE_SECONDS` seconds."""
        try:
            return self._ask(_full(name), {}, partial(_named, name), GLANCE_SECONDS)
        except TryAgain as again:
            raise again.failure from None

    def fetch_many(self, names: Iterable[str]) -> dict[str, LiveMod]:
        """Return those of the mods that exist, short (no page texts), in one request a hundred names."""
        wanted = sorted(set(names))
        found: dict[str, LiveMod] = {}
        for start in range(0, len(wanted), _AT_ONCE):
            query = {"page_size": "max", "namelist": ",".join(wanted[start : start + _AT_ONCE])}
            ask = partial(self._ask, "/api/mods", query, _listed)
            found |= {mod.name: mod for mod in repeat(ask, self._patience()) or ()}
        return {name: found[name] for name in wanted if name in found}

    def _patience(self) -> Retries:
        return Retries(self._retries, self._transport.run_time)

    def _ask(
        self,
        path: str,
        query: Mapping[str, str],
        read: Callable[[Mapping[str, Any]], T],
        patience: float | None = None,
    ) -> T | None:
        fresh = urlencode({**query, "cb": secrets.token_hex(8)})
        call = PortalRequest(
            "GET", f"{self.base_url}{path}?{fresh}", f"{self.base_url}{path}", patience=patience
        )
        try:
            answer = self._transport.send(call)
        except RunTimeOver:
            raise
        except PortalUnreachable as error:
            raise TryAgain(error) from None
        if answer.status in PASSING:
            wish = wished_wait(answer.headers, time.time())
            message = f"GET {call.shown}: the portal answers {answer.status}"
            raise TryAgain(PortalUnreachable(message, "run again later", retry_after=wish))
        try:
            value = answer.json()
        except ValueError as error:
            raise TryAgain(AnswerUnclear(f"GET {call.shown}: {error}", self._remedy)) from None
        if answer.status == NOT_FOUND and value.get("message") == UNKNOWN_MOD:
            return None
        if answer.status != OK:
            said = value.get("message") or value.get("error") or "no message"
            what = f"GET {call.shown}: {answer.status}: {said}"
            if answer.status in _REFUSALS and answer.status != NOT_FOUND:  # asking again would not help
                raise AnswerUnclear(what, self._remedy)
            remedy = self._remedy if answer.status == NOT_FOUND else "run again later"
            raise TryAgain(AnswerUnclear(what, remedy))
        try:
            return read(value)
        except (ValueError, AttributeError) as error:
            raise TryAgain(_unreadable(error)) from None


def _full(name: str) -> str:
    return f"/api/mods/{quote(name, safe='')}/full"


def _named(name: str, answer: Mapping[str, Any]) -> LiveMod:
    """Read the answer about this mod; ValueError when it is about another one."""
    mod = live_mod(answer)
    if mod.name != name:
        raise ValueError(f"it is about {mod.name!r}, {name} was asked for")
    return mod


def _listed(answer: Mapping[str, Any]) -> list[LiveMod]:
    results = answer.get("results")
    if not isinstance(results, list):
        raise ValueError("the answer has no results")  # noqa: TRY004 a mistake in an answer, not in types
    return [live_mod(entry) for entry in results]


def _unreadable(error: Exception) -> AnswerUnclear:
    return AnswerUnclear(
        f"the portal's answer about a mod cannot be read: {error}",
        "run again later; the internal read API may have changed: look for a newer version of this tool",
    )
