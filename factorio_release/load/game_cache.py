"""The game's public data and its API documents, kept in the user's cache folder by version.

Nothing of the game is part of this program. A file in the cache is whole and was read once before it got its
name; one that cannot be read is fetched again.
"""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Final

from factorio_release.disk.atomic_write import write_file
from factorio_release.disk.bounded_file import read_file
from factorio_release.errors import ModError, PortalUnreachable
from factorio_release.limits import MAX_API_BYTES, MAX_GAME_ARCHIVE_BYTES
from factorio_release.load.api import PrototypeApi
from factorio_release.load.game_files import GameDataError, read_game_files
from factorio_release.parsers.version import parse_version

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from factorio_release.load.game_files import BuiltInMod
    from factorio_release.parsers.version import Version

    # Returns the body of an address, None where there is nothing; raises PortalUnreachable.
    Get = Callable[[str], bytes | None]

DATA_URL: Final = "https://github.com/wube/factorio-data"
API_URL: Final = "https://lua-api.factorio.com"
_ARCHIVE: Final = re.compile(r"factorio-data-(\d+\.\d+\.\d+)\.tar\.gz")
_API: Final = re.compile(r"prototype-api-(\d+\.\d+\.\d+)\.json")
_LATEST: Final = "latest"
# Of no content: the host has no document of this version, or could not be reached where another one serves.
_ABSENT: Final = "prototype-api-{}.absent"
_UNREACHED: Final = "prototype-api-{}.unreached"
_NOTED_SECONDS: Final = {_ABSENT: 24 * 60 * 60, _UNREACHED: 60 * 60}
# Documented: git's "smart" HTTP protocol lists all refs in one answer, each as `<id> refs/tags/<name>`.
_TAG: Final = re.compile(rb"[0-9a-f]{40,64} refs/tags/(\d+\.\d+\.\d+)\n")


class NotAtHand(PortalUnreachable):
    """Something is not in the cache, and the network is not asked."""


class GameCache:
    """Finds a version of the game, its data and its API; asks the network only for what is not here.

    Without a `folder` nothing is kept. `say` gets a line for each download and each file that cannot be kept.
    """

    def __init__(
        self,
        folder: Path | None,
        get: Get,
        say: Callable[[str], None],
        *,
        data_url: str = DATA_URL,
        api_url: str = API_URL,
    ) -> None:
        self._folder = folder
        self._get = get
        self._say = say
        self._data_url = data_url.rstrip("/")
        self._api_url = api_url.rstrip("/")
        self._failed: dict[str, PortalUnreachable] = {}
        self._mods: dict[str, dict[str, BuiltInMod]] = {}
        self._apis: dict[str, PrototypeApi] = {}

    def _ask(self, base: str, path: str) -> bytes | None:
        """Return what a host has at an address; a host that has failed once in a run is not asked again."""
        if base in self._failed:
            raise self._failed[base]
        try:
            return self._get(f"{base}/{path}")
        except PortalUnreachable as error:
            self._failed[base] = error
            raise

    def newest(self, accepts: Callable[[Version], bool]) -> str:
        """Return the highest accepted version in the cache, else of all; empty without one."""
        kept = [one for one in self._kept(_ARCHIVE) if accepts(one)]
        found = kept or [one for one in self._published() if accepts(one)]
        return str(max(found)) if found else ""

    def mods(self, version: str) -> dict[str, BuiltInMod]:
        """Return the built-in mods of a version; raises ModError where the public data lacks it."""
        if version not in self._mods:
            name = f"factorio-data-{version}.tar.gz"
            kept = self._read(name, MAX_GAME_ARCHIVE_BYTES)
            try:
                self._mods[version] = read_game_files(kept, version) if kept else {}
            except GameDataError:
                kept = b""
            if not kept:
                self._mods[version] = self._fetch_mods(version, name)
        return self._mods[version]

    def _fetch_mods(self, version: str, name: str) -> dict[str, BuiltInMod]:
        path = f"archive/refs/tags/{version}.tar.gz"
        url = f"{self._data_url}/{path}"
        self._say(f"fetching the game's public data {version}")
        body = self._ask(self._data_url, path)
        if body is None:
            raise ModError(
                f"the game's public data has no version {version}",
                f"it lags behind the game; give one of {self._data_url} with --game-version",
            )
        try:
            mods = read_game_files(body, version)
        except GameDataError as error:
            raise PortalUnreachable(
                f"{url} is not the game's data: {error}",
                "run again, or see what the address answers",
            ) from None
        self._write(name, body)
        return mods

    def api(self, version: str) -> PrototypeApi:
        """Return the API document of a version, else the nearest that is at hand.

        Whether every version is served is not established. So it is of the version itself, from the cache or
        the network, else of the nearest version in the cache, else the `latest`.
        """
        if version not in self._apis:
            self._apis[version] = self._find_api(version)
        return self._apis[version]

    def _find_api(self, version: str) -> PrototypeApi:
        kept = self._kept_api(version)
        if kept:
            return kept
        nearest = self._nearest_kept_api(parse_version(version))
        if nearest and any(self._is_noted(note, version) for note in _NOTED_SECONDS):
            return nearest
        failure: PortalUnreachable | None = None
        fetched = None
        try:
            fetched = self._fetch_api(version)
        except PortalUnreachable as error:
            failure = error
            if nearest and not isinstance(error, NotAtHand):
                self._write(_UNREACHED.format(version), b"")  # no load has to wait for it again
        found = fetched or nearest
        if found is None and failure is None:
            found = self._fetch_api(_LATEST)
        if found is None:
            raise failure or PortalUnreachable(
                f"{self._api_url} serves no prototype-api.json", "see what the address answers"
            )
        return found

    def _nearest_kept_api(self, version: Version) -> PrototypeApi | None:
        """Return the highest document that is not newer than a version, else the lowest that is."""
        kept = self._kept(_API)
        older = sorted((one for one in kept if not version < one), reverse=True)
        newer = sorted(one for one in kept if version < one)
        apis = (self._kept_api(str(one)) for one in (*older, *newer))
        return next((one for one in apis if one), None)

    def _is_noted(self, note: str, version: str) -> bool:
        """Return whether there is such a note about the document of a version that is still good."""
        if self._folder is None:
            return False
        try:
            noted = (self._folder / note.format(version)).stat().st_mtime
        except OSError:
            return False
        return time.time() - noted < _NOTED_SECONDS[note]

    def _kept_api(self, version: str) -> PrototypeApi | None:
        kept = self._read(f"prototype-api-{version}.json", MAX_API_BYTES)
        try:
            return PrototypeApi(kept) if kept else None
        except (ValueError, RecursionError):
            return None

    def _fetch_api(self, version: str) -> PrototypeApi | None:
        path = f"{version}/prototype-api.json"
        url = f"{self._api_url}/{path}"
        self._say(f"fetching the game's API {version}")
        body = self._ask(self._api_url, path)
        if body is None:
            if version != _LATEST:
                self._write(_ABSENT.format(version), b"")
            return None
        try:
            api = PrototypeApi(body)
            parse_version(api.version)
        except (ValueError, RecursionError) as error:
            raise PortalUnreachable(
                f"{url} is not a prototype-api.json: {error}", "run again, or see what it answers"
            ) from None
        self._write(f"prototype-api-{api.version}.json", body)
        return api

    def _published(self) -> list[Version]:
        path = "info/refs?service=git-upload-pack"
        url = f"{self._data_url}/{path}"
        self._say("asking which versions of the game's public data there are")
        body = self._ask(self._data_url, path)
        found = [parse_version(name.decode()) for name in _TAG.findall(body or b"")]
        if not found:
            raise PortalUnreachable(
                f"{url} lists no versions",
                "give the version with --game-version, or see what it answers",
            )
        return found

    def _kept(self, form: re.Pattern[str]) -> list[Version]:
        if self._folder is None or not self._folder.is_dir():
            return []
        names = [form.fullmatch(path.name) for path in self._folder.iterdir()]
        return [parse_version(name[1]) for name in names if name]

    def _read(self, name: str, max_bytes: int) -> bytes:
        try:
            return read_file(self._folder / name, max_bytes) if self._folder else b""
        except OSError:
            return b""

    def _write(self, name: str, content: bytes) -> None:
        if self._folder is None:
            return
        try:
            write_file(self._folder / name, content, root=self._folder)
        except OSError as error:
            self._say(f"warning: {self._folder / name} could not be kept: {error.strerror}")
