"""Upload addresses: each is a secret, valid for one use and for one hour.

Whether an address of the public portal can be used twice, and when it expires, is not established. One use
and one hour are a choice of this portal: a client that depends on more fails here.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from factorio_release.local_portal.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

Purpose = Literal["publish", "release", "image"]
LIFETIME_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Ticket:
    """The purpose of an upload address; `expires` is epoch seconds."""

    purpose: Purpose
    mod: str
    expires: float


class Tickets:
    """The upload addresses that are open; they do not survive a restart of the portal."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._open: dict[str, Ticket] = {}
        self.issued: list[str] = []

    def issue(self, purpose: Purpose, mod: str) -> str:
        """Return the path of a new upload address."""
        token = secrets.token_hex(24)
        self._open[token] = Ticket(purpose, mod, self._clock() + LIFETIME_SECONDS)
        self.issued.append(token)
        return f"/upload/{purpose}/{token}"

    def mod_of(self, token: str) -> str:
        """Return the mod that an open address is for, `""` when the address is not open."""
        ticket = self._open.get(token)
        if ticket is None:
            return ""
        return ticket.mod

    def redeem(self, purpose: Purpose, token: str) -> str:
        """Return the mod that an address is for, and use the address up.

        Raises:
            Refusal: when it is unknown, used, expired or meant for something else.
        """
        # Removed before the checks: an address that was tried for another purpose is used up too.
        ticket = self._open.pop(token, None)
        if ticket is None or ticket.purpose != purpose or ticket.expires < self._clock():
            raise Refusal("InvalidRequest", "The upload URL is unknown, used or expired", 404)
        return ticket.mod
