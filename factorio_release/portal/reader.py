"""The portal's read API: what is live of a mod. GET only, without a key."""

from __future__ import annotations

import secrets
import time
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import quote, urlencode

from factorio_release.errors import AnswerUnclear, PortalUnreachable, RunTimeOver
from factorio_release.portal.mod_answer import live_mod
from factorio_release.portal.retry import (
    TEMPORARY_STATUSES,
    Retries,
    TryAgain,
    repeat,
    retry_after,
)
from factorio_release.portal.transport import PortalRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from factorio_release.live.models import LiveMod
    from factorio_release.portal.run_time import RunTime
    from factorio_release.portal.transport import PortalAnswer, Transport

T = TypeVar("T")

OK: Final = 200
NOT_FOUND: Final = 404
# Observed. Any other 404 may be a proxy's or another service's, and a mod that is taken for new would be
# published as one.
UNKNOWN_MOD: Final = "Mod not found"
GLANCE_SECONDS: Final = 3.0
# The portal's own bound is not known; a hundred names fit into any URL.
_NAMES_PER_REQUEST: Final = 100
_REFUSALS: Final = range(400, 500)


class PortalReader:
    """Reads what is live, past the portal's cache.

    Answers are cached for up to 15 minutes (observed), so every read carries a random query. A read is
    repeated after a failed connection, a status that says "not now", and anything that is not the JSON
    that is documented.
    """

    def __init__(self, transport: Transport, base_url: str, retries: int = 5) -> None:
        self.base_url = base_url
        self._transport = transport
        self._retries = retries
        self._remedy = (
            f"see in a browser what {base_url} answers and whether portal-url is right; "
            "then run again"
        )

    @property
    def run_time(self) -> RunTime:
        """The time that the run has for all its requests."""
        return self._transport.run_time

    def fetch(self, name: str) -> LiveMod | None:
        """Return the mod as it is now, None if the portal says that it has no such mod.

        Raises PortalUnreachable, or AnswerUnclear if no answer about this mod came. Both have been repeated.
        """
        return repeat(lambda: self._ask_full(name), self._new_retries())

    def fetch_answer(self, name: str) -> Mapping[str, Any] | None:
        """Return the whole answer about a mod, which is untrusted, and raise what `fetch` does."""
        ask = partial(self._ask, _full_path(name), {}, partial(_whole, name))
        return repeat(ask, self._new_retries())

    def fetch_once(self, name: str) -> LiveMod | None:
        """Return and raise what `fetch` does, after one request."""
        return self._ask_once(name, None)

    def fetch_briefly(self, name: str) -> LiveMod | None:
        """Return and raise what `fetch` does, after one request of at most `GLANCE_SECONDS`."""
        return self._ask_once(name, GLANCE_SECONDS)

    def fetch_many(
        self, names: Iterable[str], *, with_deprecated: bool = True
    ) -> dict[str, LiveMod]:
        """Return those of the mods that exist, by name, without the texts of their pages.

        A request has up to a hundred names. The entries of a list do not say which mods are deprecated
        (documented), so that each list is asked for again without those, unless nobody needs to know
        (`with_deprecated`). Raises what `fetch` does.
        """
        ordered = sorted(set(names))
        found: dict[str, LiveMod] = {}
        for start in range(0, len(ordered), _NAMES_PER_REQUEST):
            batch = ordered[start : start + _NAMES_PER_REQUEST]
            listed = self._fetch_list(batch)
            kept = {mod.name for mod in listed}
            if with_deprecated:
                kept = {mod.name for mod in self._fetch_list(batch, hide_deprecated="true")}
            for mod in listed:
                if mod.name not in kept:
                    mod = replace(mod, page=mod.page._replace(deprecated=True))  # noqa: PLW2901
                found[mod.name] = mod
        # Whatever else the portal has put into its answers is ignored.
        return {name: found[name] for name in ordered if name in found}

    def _fetch_list(self, names: Sequence[str], **query: str) -> list[LiveMod]:
        query |= {"page_size": "max", "namelist": ",".join(names)}
        ask = partial(self._ask, "/api/mods", query, _listed)
        return repeat(ask, self._new_retries()) or []

    def _new_retries(self) -> Retries:
        return Retries(self._retries, self._transport.run_time)

    def _ask_once(self, name: str, patience: float | None) -> LiveMod | None:
        try:
            return self._ask_full(name, patience)
        except TryAgain as again:
            raise again.failure from None

    def _ask_full(self, name: str, patience: float | None = None) -> LiveMod | None:
        return self._ask(_full_path(name), {}, partial(_named, name), patience)

    def _ask(
        self,
        path: str,
        query: Mapping[str, str],
        read: Callable[[Mapping[str, Any]], T],
        patience: float | None = None,
    ) -> T | None:
        """Return what `read` makes of the answer, None for an unknown mod.

        Raises TryAgain for what may pass, AnswerUnclear for a refusal, which a repeat would get again.
        """
        url = f"{self.base_url}{path}"
        fresh = urlencode({**query, "cb": secrets.token_hex(8)})
        request = PortalRequest("GET", f"{url}?{fresh}", url, patience=patience)
        try:
            answer = self._transport.send(request)
        except RunTimeOver:
            raise
        except PortalUnreachable as error:
            raise TryAgain(error) from None
        value = self._read_json(url, answer)
        if answer.status == NOT_FOUND and value.get("message") == UNKNOWN_MOD:
            return None
        if answer.status != OK:
            raise self._bad_status(url, answer.status, value)
        try:
            return read(value)
        except (ValueError, AttributeError) as error:
            raise TryAgain(_unreadable(error)) from None

    def _read_json(self, url: str, answer: PortalAnswer) -> dict[str, Any]:
        """Return the answer's JSON object; TryAgain if it has none or says "not now"."""
        if answer.status in TEMPORARY_STATUSES:
            seconds = retry_after(answer.headers, time.time())
            message = f"GET {url}: the portal answers {answer.status}"
            raise TryAgain(PortalUnreachable(message, "run again later", retry_after=seconds))
        try:
            return answer.json()
        except ValueError as error:
            raise TryAgain(AnswerUnclear(f"GET {url}: {error}", self._remedy)) from None

    def _bad_status(
        self, url: str, status: int, value: Mapping[str, Any]
    ) -> AnswerUnclear | TryAgain:
        """Return the error for an answer of another status than 200."""
        said = value.get("message") or value.get("error") or "no message"
        message = f"GET {url}: {status}: {said}"
        if status == NOT_FOUND:
            return TryAgain(AnswerUnclear(message, self._remedy))
        if status in _REFUSALS:
            return AnswerUnclear(message, self._remedy)
        return TryAgain(AnswerUnclear(message, "run again later"))


def _full_path(name: str) -> str:
    return f"/api/mods/{quote(name, safe='')}/full"


def _whole(name: str, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the answer once it is known to be about the mod; ValueError if it is not."""
    _named(name, answer)
    return answer


def _named(name: str, answer: Mapping[str, Any]) -> LiveMod:
    """Return the mod of an answer; ValueError if it is about another one, as a broken cache may answer."""
    mod = live_mod(answer)
    if mod.name != name:
        raise ValueError(f"it is about {mod.name!r}, {name} was asked for")
    return mod


def _listed(answer: Mapping[str, Any]) -> list[LiveMod]:
    """Return the mods of a list; ValueError if the answer has none."""
    results = answer.get("results")
    if not isinstance(results, list):
        raise ValueError("the answer has no results")  # noqa: TRY004 the answer is wrong, not a type of ours
    return [live_mod(entry) for entry in results]


def _unreadable(error: Exception) -> AnswerUnclear:
    return AnswerUnclear(
        f"the portal's answer about a mod cannot be read: {error}",
        "run again later; the internal read API may have changed: look for a newer version of this tool",
    )
