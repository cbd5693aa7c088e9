"""The embedded portal as one object: two ports, a state, faults, a log.

Uploads have a port of their own, as a host of their own: a client that sends its key there is detected.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Self

from factorio_release.local_portal.actions import Actions
from factorio_release.local_portal.cache import CACHE_SECONDS, ReadCache
from factorio_release.local_portal.faults.faults import Fault, FaultList
from factorio_release.local_portal.faults.gates import PATIENCE_SECONDS, Gate
from factorio_release.local_portal.http.exchange import Exchange
from factorio_release.local_portal.http.server import Server
from factorio_release.local_portal.log import RequestLog
from factorio_release.local_portal.logins import Logins
from factorio_release.local_portal.pages.pages import Pages
from factorio_release.local_portal.state.rules import USAGE_NAMES
from factorio_release.local_portal.state.seeds import ModSeed, store_seed
from factorio_release.local_portal.state.state import State
from factorio_release.local_portal.state.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from types import TracebackType
    from typing import Unpack

    from factorio_release.local_portal.log import RequestRecord
    from factorio_release.local_portal.state.records import StoredMod
    from factorio_release.local_portal.state.seeds import ModSeedFields

DEMO_OWNER = "demo"
DEMO_KEY = "demo-key-of-the-local-portal"
DEMO_ACCOUNTS = {DEMO_OWNER: "demo-token"}
DEMO_PASSWORDS = {DEMO_OWNER: "demo-password"}


class LocalPortal:
    """A mod portal on the loopback interface.

    `keys` maps a key to its usages (`publish`, `upload`, `edit`, or the portal's names for them);
    without it the demo key has all three. `owner` is the account of the keys. `accounts` maps a user
    name to the token that downloads need, `passwords` to the password that gives it, and `login_codes` to a
    code that is then asked for. `clock` returns epoch seconds. `observer` is called with the
    record of each request when its outcome is known. Pages load pictures of other servers only with
    `remote_pictures`. Without `state_dir` the state is deleted by `stop`.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        state_dir: Path | None = None,
        keys: Mapping[str, Collection[str]] | None = None,
        faults: Iterable[Fault] = (),
        clock: Callable[[], float] = time.time,
        owner: str = DEMO_OWNER,
        accounts: Mapping[str, str] = DEMO_ACCOUNTS,
        passwords: Mapping[str, str] = DEMO_PASSWORDS,
        login_codes: Mapping[str, str] | None = None,
        cache_seconds: float = CACHE_SECONDS,
        shuffle_releases: bool = False,
        random_seed: int | None = None,
        remote_pictures: bool = False,
        observer: Callable[[RequestRecord], object] | None = None,
    ) -> None:
        if keys is None:
            keys = {DEMO_KEY: tuple(USAGE_NAMES)}
        self.keys = usages_of_keys(keys)
        self._temporary: tempfile.TemporaryDirectory[str] | None = None
        if state_dir is None:
            self._temporary = tempfile.TemporaryDirectory(prefix="local-portal-")
            state_dir = Path(self._temporary.name)
        random = Random(random_seed)  # noqa: S311 - chance of faults, not secrets
        self.state = State(Store(state_dir), owner, clock)
        self.cache = ReadCache(cache_seconds, clock)
        self._faults = FaultList(faults, random)
        logins = Logins(accounts, passwords, login_codes or {})
        self._log = RequestLog([*self.keys, *logins.secrets], observer)
        self._actions = Actions(
            self.state, self.cache, self.keys, accounts, shuffle=shuffle_releases, random=random
        )
        pages = Pages(self.state, accounts, remote_pictures=remote_pictures)
        tables = {**pages.table(), **logins.table()}
        self._exchange = Exchange(self._actions, tables, self._faults, self._log)
        try:
            self._portal = Server("portal", port, self._exchange)
        except (OSError, OverflowError):
            self._clean_up()
            raise
        self._upload = Server("upload", 0, self._exchange)
        self.url = self._actions.url = self._portal.address
        self.upload_url_base = self._actions.upload_url_base = self._upload.address

    def start(self) -> Self:
        """Answer requests from now on."""
        self._portal.start()
        self._upload.start()
        return self

    def stop(self) -> None:
        """Close both ports and every connection."""
        self._exchange.stopping.set()
        self._portal.stop()
        self._upload.stop()
        self._clean_up()

    def _clean_up(self) -> None:
        if self._temporary is not None:
            self._temporary.cleanup()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def log(self) -> list[RequestRecord]:
        """Every request so far, in the order of arrival."""
        return self._log.entries

    @property
    def defects(self) -> list[str]:
        """Tracebacks of the portal's own defects; a test may assert that there are none."""
        return self._exchange.defects

    @property
    def upload_tokens(self) -> Sequence[str]:
        """Every upload token issued, for tests that search for leaks."""
        return tuple(self.state.tickets.issued)

    def add_fault(self, fault: Fault) -> None:
        """Add a fault; it counts from the next request."""
        self._faults.add(fault)

    def clear_faults(self) -> None:
        """Remove all faults; reads that a fault made late stay late."""
        self._faults.clear()

    def show_all(self) -> None:
        """Let reads show every write at once, however late a fault made them."""
        self._actions.reads.clear()

    def hold(self, nth: int = 1, endpoint: str = "*", *, after: bool = False) -> Gate:
        """Hold the n-th request from now, before or after the portal acts on it."""
        gate = Gate()
        self.add_fault(Fault(endpoint, "hold", nth=nth, after=after, gate=gate))
        return gate

    def wait_for_request(
        self, count: int, timeout: float = PATIENCE_SECONDS, *, answered: bool = False
    ) -> RequestRecord:
        """Wait until `count` requests have come in all (or were answered); return the last of them."""
        return self._log.wait_for(count, timeout, answered=answered)

    def wait_until_idle(self, timeout: float = PATIENCE_SECONDS) -> None:
        """Wait until no request is under way, such as the last one of a killed client."""
        self._log.wait_until_idle(timeout)

    def seed_mod(self, name: str, **fields: Unpack[ModSeedFields]) -> StoredMod:
        """Add a mod that was published before; the fields are those of `ModSeed`."""
        return store_seed(self.state, ModSeed(name, **fields))

    def change_mod(self, name: str, **values: object) -> StoredMod:
        """Set attributes of a mod's record, as another user of the account could between two requests."""
        with self.state.lock:
            mod = self.state.find(name)
            for attribute, value in values.items():
                setattr(mod, attribute, value)
            self.state.save(mod)
            return mod

    def clear_cache(self) -> None:
        """Forget all cached reads."""
        self.cache.clear()


def usages_of_keys(keys: Mapping[str, Collection[str]]) -> dict[str, frozenset[str]]:
    """Return each key's usages by their short names.

    Raises:
        ValueError: for a usage that the portal does not have.
    """
    short_names = {name: name for name in USAGE_NAMES}
    short_names |= {long: name for name, long in USAGE_NAMES.items()}
    result = {}
    for key, usages in keys.items():
        unknown = set(usages) - set(short_names)
        if unknown:
            known = ", ".join(USAGE_NAMES)
            raise ValueError(f"no such key usage: {', '.join(sorted(unknown))}; known: {known}")
        result[key] = frozenset(short_names[usage] for usage in usages)
    return result
