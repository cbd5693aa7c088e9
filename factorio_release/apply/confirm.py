"""Reads a mod from the portal, past its cache, until it shows what was written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from factorio_release.errors import PortalUnreachable, RunTimeOver
from factorio_release.portal.run_time import duration_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from factorio_release.live.models import LiveMod
    from factorio_release.portal.reader import PortalReader
    from factorio_release.portal.run_time import RunTime

T = TypeVar("T")

FIRST_PAUSE_SECONDS: Final = 0.25
MAX_PAUSE_SECONDS: Final = 15.0


class Confirmer:
    """The reads of one mod that confirm writes.

    `verify_timeout` is how long a write may take to show, in seconds. All requests and pauses count in
    `run_time`, which logs each pause.
    """

    def __init__(
        self, reader: PortalReader, mod: str, verify_timeout: float, run_time: RunTime
    ) -> None:
        self._reader = reader
        self._mod = mod
        self._run_time = run_time
        self.verify_timeout = verify_timeout

    def wait_for(
        self,
        what: str,
        find: Callable[[LiveMod | None], T | None],
        is_done: Callable[[T], bool] = bool,
        *,
        after: float = 0.0,
    ) -> T | None:
        """Read the mod until `find` returns a value that `is_done`, for at most `verify_timeout`.

        Returns the last value that `find` returned, done or not; None if it returned none. `what` names
        the value in the log. The first read follows `after` the seconds that the portal asked for.

        A portal that cannot be read is read again. Raises PortalUnreachable if the last read failed, and
        RunTimeOver.
        """
        end = self._run_time.spent + self.verify_timeout
        pause = FIRST_PAUSE_SECONDS
        last: T | None = None
        if after:
            wait = min(after, self.verify_timeout)
            self._run_time.wait(
                wait, "the portal asks to wait", f"looking again in {duration_text(wait)}"
            )
        while True:
            failure: PortalUnreachable | None = None
            cause = f"the portal does not show {what} yet"
            asked_for = 0.0
            try:
                value = find(self.read())
            except RunTimeOver:
                raise
            except PortalUnreachable as error:
                failure = error
                cause = str(error)
                asked_for = error.retry_after
            else:
                if value is not None:
                    last = value
                    if is_done(value):
                        return value
            left = end - self._run_time.spent
            if left <= 0 or asked_for > left:
                if failure:
                    raise failure
                return last
            # Never past the run's time, so that its end is reported by the next request.
            wait = max(asked_for, min(pause, left, self._run_time.left))
            then = f"looking again in {duration_text(wait)}, for {duration_text(left)} at most"
            self._run_time.wait(wait, cause, then)
            pause = min(pause * 2, MAX_PAUSE_SECONDS)

    def find_now(self, find: Callable[[LiveMod | None], T | None]) -> T | None:
        """Read the mod once and return what `find` returns; None also if it cannot be read."""
        try:
            return find(self.read())
        except RunTimeOver:
            raise
        except PortalUnreachable:
            return None

    def fetch(self) -> LiveMod | None:
        """Return the mod as it is now; repeats the read as often as the settings allow."""
        return self._reader.fetch(self._mod)

    def read(self) -> LiveMod | None:
        """Return the mod as it is now, or raise PortalUnreachable after one read."""
        return self._reader.fetch_once(self._mod)

    def read_briefly(self) -> LiveMod | None:
        """Return the mod as it is now, or raise PortalUnreachable within seconds."""
        return self._reader.fetch_briefly(self._mod)
