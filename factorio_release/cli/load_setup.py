"""How the mods of a run are loaded, put together from the settings and the environment."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from factorio_release.checks.facts.media import look_at
from factorio_release.cli.portal_clients import transport_of
from factorio_release.cli.progress import Progress
from factorio_release.errors import UsageError
from factorio_release.git.repository import find_repository
from factorio_release.load.candidates import Candidates
from factorio_release.load.emulated import EmulatedLoads
from factorio_release.load.game_cache import GameCache, NotAtHand
from factorio_release.load.mods_cache import ModsCache
from factorio_release.load.portal_mods import PortalAccess, PortalMods
from factorio_release.load.sources import mods_in
from factorio_release.pipeline.loading import Loading, is_asked_for
from factorio_release.portal.download import Downloader
from factorio_release.portal.reader import PortalReader
from factorio_release.portal.transport import LOOPBACK
from factorio_release.portal_memory import cache_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factorio_release.cli.session import Session
    from factorio_release.load.game_cache import Get
    from factorio_release.load.headless.loads import GameLoads, RanInGame
    from factorio_release.load.mod_set import Candidate
    from factorio_release.portal.run_time import RunTime
    from factorio_release.settings.options import Settings

# A load that nobody asked for waits less for hosts that do not answer.
_DEFAULT_TIMEOUT: Final = 20.0
_DEFAULT_RETRIES: Final = 1


def loading_of(
    session: Session, settings: Settings, run_time: RunTime, *, rehearsal: bool = False
) -> Loading:
    """Return how the mods of a run are loaded; `settings` are those of any of them.

    The portal of a `rehearsal` has no other mods. Raises UsageError where a folder that the settings name
    cannot be used.
    """
    timeout, retries = settings.timeout, settings.retries
    if not is_asked_for(settings):
        timeout, retries = min(timeout, _DEFAULT_TIMEOUT), min(retries, _DEFAULT_RETRIES)
    transport = transport_of(session, timeout, run_time)
    downloader = Downloader(transport, retries, lambda: Progress(session.err, "fetching"))
    folder = mods_of_folder(settings.mods_folder)
    cache = _game_cache(session, settings, downloader)
    portal = None
    if not rehearsal:
        reader = PortalReader(transport, settings.portal_url, retries)
        portal = _portal_mods(session, settings, reader, downloader)

    def emulated(packages: Mapping[str, tuple[Candidate, ...]]) -> EmulatedLoads:
        return EmulatedLoads(cache, Candidates(packages, folder, portal), look_at)

    def game(packages: Mapping[str, tuple[Candidate, ...]]) -> GameLoads:
        from factorio_release.cli.game_setup import game_loads  # noqa: PLC0415 start-up: only with the game

        candidates = Candidates(packages, folder, portal)
        return game_loads(session, settings, cache, candidates, downloader)

    def keep(ran: RanInGame) -> None:
        from factorio_release.cli.game_setup import keep_log  # noqa: PLC0415 start-up: only with the game

        keep_log(session, ran)

    return Loading(emulated, game, session.say, keep)


def mods_of_folder(folder: str) -> Mapping[str, tuple[Candidate, ...]]:
    """Return the mods in a folder by name, none without a folder; raises UsageError."""
    if not folder:
        return {}
    try:
        return mods_in(Path(folder))
    except OSError as error:
        raise UsageError(f"mods-folder: {folder} cannot be read: {error.strerror}") from None


def loads_folder(session: Session, settings: Settings) -> Path | None:
    """Return the folder of what loads fetch; None where there is no place for it."""
    if settings.cache_dir:
        folder = Path(settings.cache_dir).absolute()
        _refuse_tracked(folder, settings.cache_dir)
        return folder
    found = cache_folder(session.environ)
    return found / "factorio-release" if found else None


def _refuse_tracked(folder: Path, name: str) -> None:
    """Raise UsageError for a folder with files that git tracks: a pull request could have put them there."""
    if not folder.is_dir():
        return
    repository = find_repository(folder.resolve())
    tracked = repository.tracked() if repository else ()
    if tracked:
        raise UsageError(
            f"cache-dir: {name} holds files that git tracks, such as {tracked[0].path}; "
            "name a folder for what is fetched alone"
        )


def _portal_mods(
    session: Session, settings: Settings, reader: PortalReader, downloader: Downloader
) -> PortalMods:
    folder = loads_folder(session, settings)
    account = session.account
    access = PortalAccess(
        settings.portal_url,
        reader.fetch,
        downloader,
        (account.username, account.token) if account else None,
        session.say,
    )
    kept = ModsCache(folder / "mods" if folder else None, settings.portal_url, session.say)
    return PortalMods(access, kept)


def _game_cache(session: Session, settings: Settings, downloader: Downloader) -> GameCache:
    """Return the game's data as a run may have it.

    With a portal on this machine no other machine is asked, unless the load was asked for: a rehearsal and a
    test contact nobody.
    """
    folder = loads_folder(session, settings)
    get: Get = downloader.get
    if urlsplit(settings.portal_url).hostname in LOOPBACK and not is_asked_for(settings):
        get = _nobody_is_asked
    return GameCache(
        folder / "game" if folder else None,
        get,
        session.say,
        data_url=settings.game_data_url,
        api_url=settings.game_api_url,
    )


def _nobody_is_asked(url: str) -> bytes | None:
    raise NotAtHand(
        f"{url} is not in the cache, and with a portal on this machine nobody else is asked",
        "give `load: emulated` to fetch it",
    )
