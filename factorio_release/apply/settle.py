"""One write, carried through: done once, looked up when its answer was unclear, never blindly repeated."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from factorio_release.errors import AnswerUnclear, PortalRefused, PortalUnreachable
from factorio_release.portal.retry import waits

if TYPE_CHECKING:
    from collections.abc import Callable

    from factorio_release.portal.models import LiveMod
    from factorio_release.portal.reader import PortalReader

FIRST_LOOK: Final = 0.25
LONGEST_PAUSE: Final = 10.0


class Settler:
    """Carries writes to one mod out, looking past the portal's cache where an answer was unclear.

    `verify_timeout` is how long, in seconds, a write may take to show; `retries` how often one is
    sent again that cannot have arrived or, looked up, did not take effect.
    """

    def __init__(self, reader: PortalReader, mod: str, verify_timeout: float, retries: int) -> None:
        self._reader = reader
        self._mod = mod
        self._verify_timeout = verify_timeout
        self._retries = retries

    def settle(self, write: Callable[[], object], there: Callable[[LiveMod | None], bool]) -> bool:
        """Call `write` until it succeeded or its effect is `there`; False when somebody else did it.

        A refusal is looked up: another job, or an earlier attempt of this one, may have done the
        same. An unclear answer is looked up for as long as `verify_timeout` before the write is
        sent again. Raises what the last attempt raised, AnswerUnclear if any attempt was unclear.
        """
        pauses = waits(self._retries)
        unclear: AnswerUnclear | None = None
        while True:
            try:
                write()
            except PortalRefused as refusal:
                if self._refused_but_there(there, refusal, unclear):
                    return unclear is not None
                raise
            except AnswerUnclear as error:
                failure: PortalUnreachable = error
                unclear = error
                time.sleep(error.retry_after)
                if self._took_effect(there, error):
                    return True
            except PortalUnreachable as error:
                failure = error
                time.sleep(error.retry_after)
            else:
                return True
            pause = next(pauses, None)
            if pause is None:
                raise self._unsettled(unclear) if unclear else failure
            time.sleep(pause)

    def _unsettled(self, unclear: AnswerUnclear) -> AnswerUnclear:
        looked = f"it did not show within {self._verify_timeout:g} s"
        return AnswerUnclear(f"{unclear}; {looked}", unclear.hint)

    def _took_effect(self, there: Callable[[LiveMod | None], bool], unclear: AnswerUnclear) -> bool:
        try:
            return self.appears(there)
        except PortalUnreachable as blind:
            raise AnswerUnclear(f"{unclear}; and the portal cannot be read: {blind}", unclear.hint) from None

    def _refused_but_there(
        self,
        there: Callable[[LiveMod | None], bool],
        refusal: PortalRefused,
        unclear: AnswerUnclear | None,
    ) -> bool:
        """Look once; for as long as it takes where an earlier attempt may have caused the refusal."""
        if unclear:
            return self._took_effect(there, AnswerUnclear(f"{unclear}; then {refusal}", unclear.hint))
        try:
            return there(self.look())
        except PortalUnreachable:
            return False  # the refusal itself is clear

    def appears(self, there: Callable[[LiveMod | None], bool], within: float | None = None) -> bool:
        """Look, past the cache, until something is `there` or the time is up.

        A portal that cannot be read is asked again until then; what it failed with last is raised.
        """
        allowed = self._verify_timeout if within is None else min(within, self._verify_timeout)
        end = time.monotonic() + allowed
        pause = FIRST_LOOK
        while True:
            blind: PortalUnreachable | None = None
            try:
                if there(self.look()):
                    return True
            except PortalUnreachable as error:
                blind = error
            left = end - time.monotonic()
            if left <= 0:
                if blind:
                    raise blind
                return False
            time.sleep(min(pause, left))
            pause = min(pause * 2, LONGEST_PAUSE)

    def look(self) -> LiveMod | None:
        """Return the mod as it is now."""
        return self._reader.fetch(self._mod)

    def glance(self) -> LiveMod | None:
        """Return the mod as it is now, or raise PortalUnreachable within seconds."""
        return self._reader.glance(self._mod)
