"""Builds the package of a mod, or takes the one that was built before."""

from __future__ import annotations

import os
import re
import secrets
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from factorio_release.archive.archive import Archive, ArchivedFile
from factorio_release.archive.compressing import EFFORTS, compressor
from factorio_release.archive.hashed_file import HashedFile
from factorio_release.archive.writing import ZipWriter
from factorio_release.archive.zip_format import dos_time
from factorio_release.errors import ModError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

    from factorio_release.archive.compressing import Effort
    from factorio_release.mod.loading import Mod

    Progress = Callable[[int, int], None]  # bytes done, bytes in all

_UNFIT: Final = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]|^\.|[. ]$')
_BLOCK: Final = 1 << 20


def build_archive(
    mod: Mod,
    output_dir: Path,
    compression: str = "default",
    progress: Progress | None = None,
    *,
    epoch: int | None = None,
    threads: int | None = None,
) -> Archive:
    """Write `{name}_{version}.zip` into `output_dir`; a mod that is a zip is taken over as it is.

    `epoch` is the members' time in seconds since 1970 (`SOURCE_DATE_EPOCH`), 1980-01-01 when
    None. The bytes depend on the files, the name, the version, `compression` and `epoch` alone.
    The zip appears under its name when it is whole; nothing is left behind otherwise. Raises
    ModError when the mod has no usable name and version, or changes meanwhile.
    """
    name = _zip_name(mod)
    try:
        output_dir.mkdir(parents=True, exist_ok=True)
        if mod.is_zip:
            return _taken_over(mod, output_dir / name, _Told(mod.path.stat().st_size, progress))
        effort, moment = EFFORTS[compression], dos_time(epoch)
        told = _Told(mod.files.size, progress)
        return _built(mod, output_dir / name, effort, moment, told=told, threads=threads or _cores())
    except OSError as error:
        hint = "check the output directory, its rights and the room on the disk"
        raise ModError(f"{output_dir / name} cannot be written: {error.strerror}", hint) from error


def _built(
    mod: Mod, path: Path, effort: Effort, moment: tuple[int, int], *, told: _Told, threads: int
) -> Archive:
    with _appearing(path) as stream, HashedFile(stream) as target:
        writer = ZipWriter(target, path.parent, path.stem, moment, effort)
        files = writer.write(mod.files.files, threads, told.more)
    return Archive(path, path.name, target.size, *target.hashes, files, compressor(effort))


def _taken_over(mod: Mod, path: Path, told: _Told) -> Archive:
    import zipfile  # noqa: PLC0415 start-up: only for a finished zip

    there = path.exists() and path.samefile(mod.path)
    target = Path(os.devnull).open("wb") if there else _appearing(path)  # noqa: SIM115 it is the next line's
    with mod.path.open("rb") as source, target as stream, HashedFile(stream) as copy:
        while block := source.read(_BLOCK):
            copy.write(block)
            told.more(len(block))
    with zipfile.ZipFile(path) as bundle:
        packed = {entry.filename: entry.compress_size for entry in bundle.infolist()}
    files = tuple(
        ArchivedFile(file.path, file.size, packed.get(getattr(file, "member", ""), 0))
        for file in mod.files.files
    )
    return Archive(path, path.name, copy.size, *copy.hashes, files, "as it was built before")


@contextmanager
def _appearing(path: Path) -> Iterator[BinaryIO]:
    """Open a neighbour of `path` for writing, and give it that name when all went well."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("xb") as stream:
            yield stream
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _zip_name(mod: Mod) -> str:
    if not mod.name or mod.version is None:
        raise ModError("the package takes its name from info.json", "set name and version there")
    name = f"{mod.name}_{mod.version}.zip"
    if _UNFIT.search(mod.name):
        raise ModError(
            f"{mod.name!r} cannot be part of a file name", "choose a name of letters, digits, - and _"
        )
    return name


def _cores() -> int:
    """Return how many cores this process may use, which in a container is less than there are."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class _Told:
    """Tells how far the work is: bytes done of bytes in all."""

    def __init__(self, total: int, progress: Progress | None) -> None:
        self._done = 0
        self._total = total
        self._progress = progress

    def more(self, size: int) -> None:
        self._done += size
        if self._progress is not None:
            self._progress(self._done, self._total)
