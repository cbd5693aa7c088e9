"""How the mods of a run are loaded, put together from the settings and the environment."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from factorio_release.checks.facts.media import look_at
from factorio_release.errors import UsageError
from factorio_release.load.download import download
from factorio_release.load.emulated import EmulatedLoads
from factorio_release.load.game_cache import GameCache, NotAtHand
from factorio_release.load.sources import mods_in
from factorio_release.pipeline.loading import Loading, is_asked_for
from factorio_release.portal.transport import LOOPBACK, Transport
from factorio_release.portal_memory import cache_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factorio_release.cli.session import Session
    from factorio_release.load.game_cache import Get
    from factorio_release.load.mod_set import Candidate
    from factorio_release.settings.options import Settings


def loading_of(session: Session, settings: Settings) -> Loading:
    """Return how the mods of a run are loaded; `settings` are those of any of them.

    Raises UsageError where a folder that the settings name cannot be used.
    """
    folder = mods_of_folder(settings.mods_folder)
    cache = game_cache(session, settings)

    def emulated(packages: Mapping[str, tuple[Candidate, ...]]) -> EmulatedLoads:
        return EmulatedLoads(cache, {**folder, **packages}, look_at)

    return Loading(emulated, session.say)


def mods_of_folder(folder: str) -> Mapping[str, tuple[Candidate, ...]]:
    """Return the mods in a folder by name, none without a folder; raises UsageError."""
    if not folder:
        return {}
    try:
        return mods_in(Path(folder))
    except OSError as error:
        raise UsageError(f"mods-folder: {folder} cannot be read: {error.strerror}") from None


def game_cache(session: Session, settings: Settings) -> GameCache:
    """Return the game's data as a run may have it.

    With a portal on this machine no other machine is asked, unless the load was asked for: a rehearsal and a
    test contact nobody.
    """
    folder = loads_folder(session, settings)
    get: Get = partial(download, Transport())
    if _is_loopback(settings.portal_url) and not is_asked_for(settings):
        get = _nobody_is_asked
    return GameCache(
        folder / "game" if folder else None,
        get,
        session.say,
        data_url=settings.game_data_url,
        api_url=settings.game_api_url,
    )


def loads_folder(session: Session, settings: Settings) -> Path | None:
    """Return the folder of what loads fetch; None where there is no place for it."""
    if settings.cache_dir:
        return Path(settings.cache_dir).absolute()
    folder = cache_folder(session.environ)
    return folder / "factorio-release" if folder else None


def _is_loopback(url: str) -> bool:
    return urlsplit(url).hostname in LOOPBACK


def _nobody_is_asked(url: str) -> bytes | None:
    raise NotAtHand(
        f"{url} is not in the cache, and with a portal on this machine nobody else is asked",
        "give `load: emulated` to fetch it",
    )
