"""The headless builds of the game: which there are, and one of them in the cache folder.

A build is fetched once for each version. Its archive is compared with the game's own list of sums before
anything of it is unpacked, and it gets its name in the cache when it is whole.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import shutil
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Final

from factorio_release.disk.bounded_file import read_file
from factorio_release.errors import ModError, PortalUnreachable
from factorio_release.limits import MAX_HEADLESS_ARCHIVE_BYTES, MAX_INFO_BYTES, size_words
from factorio_release.load.headless.installation import find_installation
from factorio_release.load.headless.unpack import UnpackError, unpack
from factorio_release.parsers.version import parse_version
from factorio_release.portal.download import LoginRequired

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from io import BufferedRandom
    from pathlib import Path

    from factorio_release.load.headless.installation import Installation
    from factorio_release.parsers.version import Version
    from factorio_release.portal.download import Downloader

# Documented: no login is needed for the headless build. https://wiki.factorio.com/Download_API
GAME_URL: Final = "https://factorio.com"
LATEST: Final = "/api/latest-releases"
SUMS: Final = "/download/sha256sums/"
_BUILD: Final = "headless"
_FOLDER: Final = re.compile(r"\d+\.\d+\.\d+")
# The second is the older form of the name.
_SUM: Final = re.compile(
    r"^([0-9a-f]{64})[ *]+(factorio-headless_linux_|factorio_headless_x64_)(\d+\.\d+\.\d+)\.tar\.xz\s*$",
    re.MULTILINE,
)
_SEAL: Final = "factorio-release.json"  # in the folder of a build that is whole
_XZ: Final = b"\xfd7zXZ\0"


class HeadlessBuilds:
    """Finds a version of the headless build and returns it, from the folder or from the network."""

    def __init__(
        self,
        folder: Path,
        downloader: Downloader,
        say: Callable[[str], None],
        url: str = GAME_URL,
        max_archive_bytes: int = MAX_HEADLESS_ARCHIVE_BYTES,
    ) -> None:
        self._folder = folder
        self._downloader = downloader
        self._say = say
        self._url = url.rstrip("/")
        self._max_archive_bytes = max_archive_bytes
        self._sums: dict[str, str] = {}

    def newest(self, accepts: Callable[[Version], bool]) -> str:
        """Return the highest accepted version that is here, else of those that there are; empty without one.

        Of the offered ones the latest stable and experimental releases go first, then all of which there is
        a sum.
        """
        for source in (self._kept, self._latest, self._listed):
            found = [one for one in source() if accepts(one)]
            if found:
                return str(max(found))
        return ""

    def installation(self, version: str) -> Installation:
        """Return the build of a version; raises ModError where there is none, and for a full disk."""
        target = self._folder / version
        kept = self._whole(target, version)
        if kept is not None:
            return kept
        digest = self._all_sums().get(version)
        if digest is None:
            raise _no_build(version)
        try:
            return self._fetch(version, digest, target)
        except OSError as error:
            raise ModError(
                f"the game cannot be unpacked to {self._folder}: {error.strerror}",
                "make room there, or name another folder with cache-dir",
            ) from None

    def _fetch(self, version: str, digest: str, target: Path) -> Installation:
        self._say(f"fetching the game's headless build {version}")
        self._folder.mkdir(parents=True, exist_ok=True)
        part = self._folder / f".{version}.{secrets.token_hex(4)}.part"
        part.mkdir()
        try:
            archive = part / "archive"
            with archive.open("x+b") as stream:
                self._download(version, digest, stream)
                unpack(stream, part / "game")
            archive.unlink()
            seal = json.dumps({"version": version, "sha256": digest}).encode()
            (part / "game" / _SEAL).write_bytes(seal)
            whole = self._whole(part / "game", version)
            if whole is None:
                raise PortalUnreachable(
                    f"the archive of Factorio {version} has no game of this version in it",
                    "run again, or see what the address answers",
                )
            self._name(part / "game", target, version)
            return whole._replace(folder=target)
        except UnpackError as error:
            raise PortalUnreachable(
                f"the archive of Factorio {version} cannot be used: {error}",
                "run again, or see what the address answers",
            ) from None
        finally:
            shutil.rmtree(part, ignore_errors=True)

    def _download(self, version: str, digest: str, stream: BufferedRandom) -> None:
        url = f"{self._url}/get-download/{version}/{_BUILD}/linux64"
        try:
            is_there = self._downloader.get_file(
                url, url, partial(_emptied, stream), self._max_archive_bytes
            )
        except LoginRequired:
            raise PortalUnreachable(
                f"GET {url}: it asks for a login, which no headless build needs",
                "see in a browser what the address answers",
            ) from None
        if not is_there:
            raise _no_build(version)
        size = stream.tell()
        stream.seek(0)
        found = hashlib.file_digest(stream, "sha256").hexdigest()
        stream.seek(0)
        if found != digest:
            what = "has another SHA-256 than the game's list of sums states"
            if stream.read(len(_XZ)) != _XZ:
                what = "is not a .tar.xz"
            raise PortalUnreachable(
                f"what came as the headless build {version} {what} ({size_words(size)})",
                "run again, or see in a browser what the address answers",
            )

    def _name(self, made: Path, target: Path, version: str) -> None:
        """Give a whole build its name; another process may have done so a moment ago."""
        if target.exists() and self._whole(target, version) is None:
            shutil.rmtree(target)  # of a run that was stopped, or from a cache that was cut
        try:
            made.rename(target)
        except OSError:
            if self._whole(target, version) is None:
                raise

    @staticmethod
    def _whole(folder: Path, version: str) -> Installation | None:
        try:
            seal = json.loads(read_file(folder / _SEAL, MAX_INFO_BYTES))
        except (OSError, ValueError, RecursionError):
            return None
        found = find_installation(folder)
        if found is None or not isinstance(seal, dict) or seal.get("version") != version:
            return None
        return found if found.version == version else None

    def _kept(self) -> list[Version]:
        with suppress(OSError):
            names = [path.name for path in self._folder.iterdir() if _FOLDER.fullmatch(path.name)]
            return [parse_version(one) for one in names if self._whole(self._folder / one, one)]
        return []

    def _latest(self) -> list[Version]:
        self._say("asking which releases of the game there are")
        try:
            answer = json.loads(self._text(LATEST))
            branches = answer.values()
            versions = [branch.get(_BUILD) for branch in branches if isinstance(branch, dict)]
        except (ValueError, RecursionError, AttributeError):
            raise PortalUnreachable(
                "the list of the game's latest releases cannot be read",
                "run again, or give the version with game-version",
            ) from None
        found = []
        for version in versions:
            with suppress(ValueError):
                found.append(parse_version(str(version)))
        return found

    def _text(self, path: str) -> str:
        body = self._downloader.get(f"{self._url}{path}")
        if body is None:
            raise PortalUnreachable(
                f"GET {self._url}{path}: there is nothing", "see what it answers"
            )
        return body.decode(errors="replace")

    def _listed(self) -> list[Version]:
        return [parse_version(version) for version in self._all_sums()]

    def _all_sums(self) -> dict[str, str]:
        if not self._sums:
            text = self._text(SUMS)
            self._sums = {version: digest for digest, _, version in _SUM.findall(text)}
            if not self._sums:
                raise PortalUnreachable(
                    "the list of sums of the game's releases has no headless build",
                    "run again, or give an installation with game-path",
                )
        return self._sums


@contextmanager
def _emptied(stream: BufferedRandom) -> Iterator[Callable[[bytes], None]]:
    """Take the bytes of an archive from its beginning, as each attempt of a download does."""
    stream.seek(0)
    stream.truncate()

    def write(block: bytes) -> None:
        try:
            stream.write(block)
        except OSError as error:  # would be taken for a failure of the exchange
            raise ModError(
                f"the game's archive cannot be written: {error.strerror}",
                "make room on the disk, or name another folder with cache-dir",
            ) from None

    yield write


def _no_build(version: str) -> ModError:
    return ModError(
        f"there is no headless build of Factorio {version}",
        "give another version with game-version, or one that you have with game-path",
    )
