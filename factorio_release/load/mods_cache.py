"""Mods from the portal in the cache folder: their zips, and which releases there are.

The name of a zip has its SHA-1, and what is read is compared with it each time: a file that another
program has changed or cut is not used. A list of releases is good for a day; an older one serves where the
portal does not answer.
"""

from __future__ import annotations

import hashlib
import json
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from factorio_release.disk.atomic_write import new_file, prove_writable, write_file
from factorio_release.disk.bounded_file import open_file, read_file
from factorio_release.disk.replace_rules import replaces_anything
from factorio_release.disk.upload_content import BLOCK_BYTES, PrivateFile
from factorio_release.errors import ModError
from factorio_release.file_kinds import KIND_BYTES, kind_of
from factorio_release.limits import MAX_RELEASES_BYTES
from factorio_release.package.built_zip import files_of_zip
from factorio_release.package.packed_content import PackedContent
from factorio_release.parsers.dependency import MOD_NAME
from factorio_release.portal.mod_answer import live_mod

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

    from factorio_release.live.models import LiveRelease
    from factorio_release.package.file_set import FileSet

T = TypeVar("T")

LIST_SECONDS: Final = 24 * 60 * 60


class WrongContent(Exception):
    """What was downloaded is not the release; the message says what it is."""


class ModsCache:
    """The mods of one portal in a folder; without a `folder` a zip is kept until the run ends, a list not."""

    def __init__(self, folder: Path | None, portal: str, say: Callable[[str], None]) -> None:
        self._folder = folder
        self._portal = hashlib.sha256(portal.encode()).hexdigest()[:8]
        self._say = say
        self._of_run: dict[str, PrivateFile] = {}

    def releases(self, name: str, *, however_old: bool = False) -> tuple[LiveRelease, ...] | None:
        """Return the releases of a mod as the portal listed them; None where that is not known."""
        path = self._list_of(name)
        if path is None:
            return None
        try:
            age = time.time() - path.stat().st_mtime
            if age > LIST_SECONDS and not however_old:
                return None
            return live_mod(json.loads(read_file(path, MAX_RELEASES_BYTES))).releases
        except (OSError, ValueError, AttributeError, RecursionError):
            return None

    def keep_releases(self, name: str, releases: tuple[LiveRelease, ...]) -> None:
        """Keep the list of a mod's releases."""
        path = self._list_of(name)
        if path is None:
            return
        content = json.dumps(_record(name, releases)).encode()
        try:
            write_file(path, content, root=self._folder)
        except OSError as error:
            self._say(f"warning: {path} could not be kept: {error.strerror}")

    def _list_of(self, name: str) -> Path | None:
        if self._folder is None or not MOD_NAME.fullmatch(name):
            return None
        return self._folder / f"{name}.{self._portal}.releases.json"

    def has(self, name: str, release: LiveRelease) -> bool:
        """Return whether there is a zip of this release; its content is compared when it is read."""
        path = self._path(name, release)
        return release.sha1 in self._of_run or bool(path and path.is_file())

    def read(self, name: str, release: LiveRelease, reader: Callable[[FileSet], T]) -> T | None:
        """Return what `reader` makes of the files of a release; None where it is not here, or is damaged.

        The files cannot be read afterwards. Raises ModError for a zip that is no mod.
        """
        kept = self._of_run.get(release.sha1)
        path = self._path(name, release)
        if kept is not None:
            return reader(files_of_zip(Path(_file_name(name, release)), kept))
        if path is None:
            return None
        try:
            opened = open_file(path)
        except OSError:
            return None
        with opened as stream:
            if _sum(stream) != release.sha1:
                self._say(f"{path.name} in the cache is damaged, and is fetched again")
                return None
            # The same open file is read: its name may be another one's by now.
            size = stream.tell()
            stream.seek(0)
            return reader(files_of_zip(path, PackedContent(stream, size)))

    @contextmanager
    def new_zip(self, name: str, release: LiveRelease) -> Iterator[Callable[[bytes], None]]:
        """Take the bytes of a release; kept when the block ends, if their sum is right.

        Where the folder takes no file, the zip is kept in a file without a name until the run ends. Raises
        WrongContent for any other sum, and ModError where a disk is full.
        """
        path = self._usable_path(name, release)
        if path is None:
            file = PrivateFile()
            with _checked(file.stream, release.sha1, "the temporary folder") as sink:
                yield sink
            self._of_run[release.sha1] = file
            return
        try:
            with (
                new_file(path, root=self._folder) as stream,
                _checked(stream, release.sha1, str(path.parent)) as sink,
            ):
                yield sink
        except OSError as error:
            raise _no_space(str(path.parent), error) from None

    def _usable_path(self, name: str, release: LiveRelease) -> Path | None:
        path = self._path(name, release)
        if path is None:
            return None
        try:
            prove_writable(path, replaces_anything, root=self._folder)
        except OSError as error:
            self._say(f"warning: {path} cannot be kept: {error.strerror}")
            return None
        return path

    def _path(self, name: str, release: LiveRelease) -> Path | None:
        if self._folder is None or not release.sha1 or not MOD_NAME.fullmatch(name):
            return None
        return self._folder / _file_name(name, release)


def _sum(stream: BinaryIO) -> str:
    digest = hashlib.sha1(usedforsecurity=False)
    while block := stream.read(BLOCK_BYTES):
        digest.update(block)
    return digest.hexdigest()


def _file_name(name: str, release: LiveRelease) -> str:
    return f"{name}_{release.number}_{release.sha1}.zip"


@contextmanager
def _checked(stream: BinaryIO, sha1: str, place: str) -> Iterator[Callable[[bytes], None]]:
    """Write to a stream and count; raises WrongContent at the end where the sum is another one."""
    digest = hashlib.sha1(usedforsecurity=False)
    head = bytearray()
    size = 0

    def write(block: bytes) -> None:
        nonlocal size
        digest.update(block)
        size += len(block)
        head.extend(block[: KIND_BYTES - len(head)])
        try:
            stream.write(block)
        except OSError as error:
            raise _no_space(place, error) from None

    yield write
    stream.flush()
    if digest.hexdigest() != sha1:
        raise WrongContent(_described(bytes(head), size))


def _described(head: bytes, size: int) -> str:
    if not size:
        return "nothing came"
    if head.lstrip()[:1] == b"<":
        return "a page of HTML came"
    if head.startswith(b"PK"):
        return f"another zip came, or one that is cut short: {size:,} bytes with another SHA-1"
    return f"{kind_of(head) or 'something else'} came: {size:,} bytes"


def _no_space(place: str, error: OSError) -> ModError:
    return ModError(
        f"a mod that was downloaded cannot be written into {place}: {error.strerror}",
        "free some space (`factorio-release cache clear`), or name another folder as `cache-dir`",
    )


def _record(name: str, releases: tuple[LiveRelease, ...]) -> dict[str, Any]:
    """Return releases in the form of the portal's answer, as which they are read again."""
    return {
        "name": name,
        "releases": [
            {
                "version": one.version,
                "sha1": one.sha1,
                "download_url": one.download_url,
                "info_json": {
                    "factorio_version": one.factorio_version,
                    "dependencies": list(one.dependencies),
                },
            }
            for one in releases
        ],
    }
