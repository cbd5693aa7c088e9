"""Mods of the portal as those that a load can take: listed without a secret, downloaded with an account."""

from __future__ import annotations

import json
from functools import cache, partial
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlencode

from factorio_release.errors import ModError, PortalRefused, PortalUnreachable, RunTimeOver
from factorio_release.limits import MAX_DOWNLOAD_BYTES, MAX_INFO_BYTES
from factorio_release.load.headless.put import put_files
from factorio_release.load.mod_set import Candidate, NotFetched
from factorio_release.load.mods_cache import WrongContent
from factorio_release.load.sources import lua_of_files
from factorio_release.package.file_set import read_whole
from factorio_release.parsers.dependency import BUILT_IN, MOD_NAME
from factorio_release.parsers.info import INFO_FILE, read_info
from factorio_release.portal.download import LoginRequired

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from factorio_release.live.models import LiveMod, LiveRelease
    from factorio_release.load.mods_cache import ModsCache
    from factorio_release.package.file_set import FileSet
    from factorio_release.parsers.info import Info
    from factorio_release.portal.download import Downloader

_PROFILE: Final = "https://factorio.com/profile"


class PortalAccess(NamedTuple):
    """How the portal is asked: `fetch` returns a mod or None, `account` is the name with its token.

    Without an account nothing is downloaded. `say` gets a line for each request.
    """

    url: str
    fetch: Callable[[str], LiveMod | None]
    downloader: Downloader
    account: tuple[str, str] | None
    say: Callable[[str], None]

    def __repr__(self) -> str:
        return f"PortalAccess({self.url!r}, …)"  # it has a secret


class _Content(NamedTuple):
    """What a load needs of a mod."""

    info: Info
    lua: Mapping[str, bytes]


class PortalMods:
    """The releases of mods on the portal, each listed once in a run."""

    def __init__(self, access: PortalAccess, kept: ModsCache) -> None:
        self._access = access
        self._kept = kept
        self._listed: dict[str, tuple[LiveRelease, ...]] = {}
        self._failure: PortalUnreachable | None = None
        self._made: dict[tuple[str, LiveRelease], Candidate] = {}

    def candidates(self, name: str) -> tuple[Candidate, ...]:
        """Return the releases of a mod; none of a mod that the portal does not have.

        Raises PortalUnreachable where the portal does not answer and no list was kept.
        """
        return tuple(self._candidate(name, one) for one in self._releases(name) if one.number)

    def at_hand(self, name: str) -> tuple[Candidate, ...]:
        """Return the releases of a mod that are in the cache, without a request."""
        listed = self._listed.get(name) or self._kept.releases(name, however_old=True) or ()
        here = [one for one in listed if one.number and self._kept.has(name, one)]
        return tuple(self._candidate(name, one) for one in here)

    def _releases(self, name: str) -> tuple[LiveRelease, ...]:
        if name not in self._listed:
            usable = MOD_NAME.fullmatch(name) and name not in BUILT_IN
            self._listed[name] = self._list(name) if usable else ()
        return self._listed[name]

    def _list(self, name: str) -> tuple[LiveRelease, ...]:
        kept = self._kept.releases(name)
        if kept is not None:
            return kept
        try:
            mod = self._fetch(name)
        except RunTimeOver:
            raise
        except PortalUnreachable as error:
            old = self._kept.releases(name, however_old=True)
            if old is None:
                raise
            self._access.say(f"warning: {error}; an older list of the releases of {name} is used")
            return old
        releases = mod.releases if mod else ()
        self._kept.keep_releases(name, releases)
        return releases

    def _fetch(self, name: str) -> LiveMod | None:
        """Ask the portal; one that has failed once in a run is not asked again."""
        if self._failure:
            raise self._failure
        self._access.say(f"asking {self._access.url} about {name}")
        try:
            return self._access.fetch(name)
        except PortalUnreachable as error:
            self._failure = error
            raise

    def _candidate(self, name: str, release: LiveRelease) -> Candidate:
        if (name, release) not in self._made:
            self._made[name, release] = self._new_candidate(name, release)
        return self._made[name, release]

    def _new_candidate(self, name: str, release: LiveRelease) -> Candidate:
        known = {
            "name": name,
            "version": release.version,
            "factorio_version": release.factorio_version,
            "dependencies": list(release.dependencies),
        }
        content = cache(lambda: self._content(name, release))
        return Candidate(
            read_info(json.dumps(known).encode()),
            lambda: content().lua,
            lambda: content().info,
            lambda folder: self._put(name, release, folder),
        )

    def _put(self, name: str, release: LiveRelease, folder: Path) -> None:
        """Write a release into a folder of mods for the game."""
        self._content(name, release)
        put = partial(put_files, f"{name}_{release.number}", folder=folder)
        if self._kept.read(name, release, put) is None:
            raise _gone(f"{name} {release.number}")

    def _content(self, name: str, release: LiveRelease) -> _Content:
        """Return what a load needs of a release, from the cache, else from the portal."""
        what = f"{name} {release.number}"
        found = self._read(name, release)
        if found is not None:
            return found
        if not release.sha1 or not release.download_url:
            raise NotFetched(f"the portal gives no address and SHA-1 for {what}")
        if self._access.account is None:
            raise NotFetched(
                f"{what} is on the portal, which gives it to accounts alone: set `username` and "
                "`service-token` (`factorio-release login` gets one), or name a folder with --mods"
            )
        self._download(what, name, release)
        found = self._read(name, release)
        if found is None:
            raise _gone(what)
        return found

    def _read(self, name: str, release: LiveRelease) -> _Content | None:
        """Return the content of a zip that is here; raises NotFetched for one that is no such release."""
        what = f"{name} {release.number}"
        try:
            found = self._kept.read(name, release, partial(_content_of, name))
        except ModError as error:
            raise NotFetched(f"{what} of the portal cannot be loaded: {error}") from None
        if found and (found.info.name, found.info.version) != (name, release.number):
            inside = f"{found.info.name} {found.info.version}"
            raise NotFetched(
                f"{what} of the portal is not what it says: its info.json is of {inside}"
            )
        return found

    def _download(self, what: str, name: str, release: LiveRelease) -> None:
        username, token = self._access.account or ("", "")
        shown = f"{self._access.url}{release.download_url}"
        url = f"{shown}?{urlencode({'username': username, 'token': token})}"
        self._access.say(f"fetching {what}")
        try:
            is_there = self._access.downloader.get_file(
                url, shown, lambda: self._kept.new_zip(name, release), MAX_DOWNLOAD_BYTES
            )
        except LoginRequired:
            raise PortalRefused(
                f"{what} was not given out: the portal does not take the service token of {username}",
                f"compare both with {_PROFILE}; a token ends when a new one is made there or the "
                "password changes. The API key is another one",
            ) from None
        except WrongContent as error:
            raise PortalUnreachable(
                f"GET {shown}: not {what} with the SHA-1 {release.sha1}: {error}", "run again later"
            ) from None
        if not is_there:
            raise PortalUnreachable(
                f"GET {shown}: the portal has nothing there, though it lists {what}",
                "run again later",
            )


def _gone(what: str) -> ModError:
    return ModError(f"{what} is no longer in the cache", "let nothing remove it, and run again")


def _content_of(name: str, files: FileSet) -> _Content:
    info = next(file for file in files.files if file.path == INFO_FILE)
    return _Content(read_info(read_whole(info, MAX_INFO_BYTES)), lua_of_files(name, files))
