"""A package that was built before: the list of its files, and bounds against hostile zips."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Final

from factorio_release.disk.folder_walk import refuse_depth
from factorio_release.disk.upload_content import BLOCK_BYTES, PrivateFile
from factorio_release.errors import ModError
from factorio_release.limits import (
    MAX_FILES,
    MAX_PACKAGE_BYTES,
)
from factorio_release.package.file_set import FileSet, LeftOut
from factorio_release.package.zip_entries import (
    can_be_read,
    folders_of,
    is_folder,
    named,
    problem_of_entry,
    top_folder,
)
from factorio_release.package.zip_member import REBUILD_HINT, ZipMember
from factorio_release.package.zip_opening import bytes_around, open_zip
from factorio_release.parsers.info import INFO_FILE
from factorio_release.parsers.problem import Problem

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterator
    from pathlib import Path

    from factorio_release.package.packed_content import PackedContent
    from factorio_release.package.zip_entries import NamedEntry

_MB: Final = 1_000_000
_SHOWN: Final = 3
_MAX_RATIO: Final = 100  # unpacked to packed size; deflate reaches 1,032
_RATIO_COUNTS_FROM_BYTES: Final = 200 * _MB


def private_copy(path: Path) -> PrivateFile:
    """Copy the zip at `path` into a file of our own, so that no other program can change it any more.

    Raises ModError for a file beyond MAX_PACKAGE_BYTES, or one that cannot be copied.
    """
    copy = PrivateFile()
    try:
        with path.open("rb") as source:
            if os.fstat(source.fileno()).st_size > MAX_PACKAGE_BYTES:
                message = f"{path} has more than {MAX_PACKAGE_BYTES // _MB} MB, which no mod has"
                raise ModError(message, "give a built mod")
            shutil.copyfileobj(source, copy.stream, BLOCK_BYTES)
    except OSError as error:
        raise ModError(
            f"{path} cannot be copied into the temporary folder: {error.strerror}",
            "check its rights, and the space on the disk (TMPDIR names another folder)",
        ) from None
    return copy


def files_of_zip(path: Path, content: PrivateFile | PackedContent | None = None) -> FileSet:
    """List the files below the top folder of the zip at `path`.

    `content` has the bytes of the zip, and is read in its place. Entries whose names are wrong are listed
    under the path that is meant. Left out, each with a problem, are entries beside the top folder, links,
    second entries of a name, names that only some programs can read, and what cannot be unpacked here.
    Raises ModError for a file that is no zip, has no info.json, or goes beyond the bounds.
    """
    bundle = open_zip(path, content)
    entries = bundle.infolist()
    _refuse_bomb(path, entries, content.size if content else path.stat().st_size)
    listing = _Listing([named(entry) for entry in entries])
    listing.around = list(bytes_around(bundle))
    if listing.top is None:
        raise ModError(f"{path} {listing.without_info()}", REBUILD_HINT)
    files = listing.files(bundle)
    if INFO_FILE not in files:
        reason = next(item.reason for item in listing.left_out if item.path.endswith(INFO_FILE))
        raise ModError(f"{INFO_FILE} in {path} cannot be read: it {reason}", REBUILD_HINT)
    return FileSet(
        tuple(files[name] for name in sorted(files)),
        tuple(listing.left_out),
        tuple(listing.problems()),
        "zip",
        content if isinstance(content, PrivateFile) else None,
    )


class _Listing:
    """The entries of one zip; `top` is None without an info.json. Problems of one kind are one problem."""

    def __init__(self, entries: list[NamedEntry]) -> None:
        self.entries = entries
        self.top = top_folder(entries)
        self.left_out: list[LeftOut] = []
        self.around: list[Problem] = []
        self._kinds: dict[tuple[str, str], list[str]] = {}

    def files(self, bundle: zipfile.ZipFile) -> dict[str, ZipMember]:
        """Return what can be read, by its path below the top folder."""
        files: dict[str, ZipMember] = {}
        top = self.top or ""
        folders = set(folders_of(one.path for one in self.entries))
        folders.update(one.path for one in self.entries if is_folder(one.entry))
        for one in self.entries:
            if one.problem:
                self._add("zip-name", one.problem, one)
            if is_folder(one.entry):
                continue
            if not one.path or not one.path.startswith(top):
                reason = one.problem or "lies beside the top folder"
                self.left_out.append(LeftOut(one.entry.filename, reason))
                continue
            inner = one.path.removeprefix(top)
            problem = problem_of_entry(
                one, inner, is_second=inner in files, is_part_of_path=one.path in folders
            )
            if problem:
                self._add(*problem, one)
            if problem is None or can_be_read(one.entry, problem[0]):
                files[inner] = ZipMember(inner, one.entry.file_size, bundle, one.entry)
            else:
                self.left_out.append(LeftOut(one.entry.filename, problem[1]))
        return files

    def _add(self, code: str, reason: str, one: NamedEntry) -> None:
        self._kinds.setdefault((code, reason), []).append(one.entry.orig_filename)

    def problems(self) -> Iterator[Problem]:
        """Yield what `files` has found, and what is wrong with the zip as a whole."""
        yield from self.around
        yield from self._of_top_folder()
        for (code, reason), names in self._kinds.items():
            more = f" (and {len(names) - 1:,} more)" if len(names) > 1 else ""
            yield Problem(f"{names[0]}{more} {reason}", names[0], hint=REBUILD_HINT, code=code)

    def _of_top_folder(self) -> Iterator[Problem]:
        if not self.top:
            message = f"{INFO_FILE} lies at the top of the zip: the game and the portal want it in a folder"
            yield Problem(message, INFO_FILE, hint=REBUILD_HINT, code="zip-top-folder")
            return
        # An empty folder has only an entry of its own; the portal counts it as a second top folder.
        tops = {one.path.partition("/")[0] for one in self.entries if one.path}
        others = sorted(tops - {self.top.rstrip("/")})
        if others:
            more = f" and {len(others) - _SHOWN:,} more" if len(others) > _SHOWN else ""
            message = (
                f"beside {self.top} the zip holds {', '.join(others[:_SHOWN])}{more}: "
                "the game and the portal take one top folder only"
            )
            yield Problem(message, hint=REBUILD_HINT, code="zip-top-folder")

    def without_info(self) -> str:
        """Return why there is no info.json where the game looks for it."""
        for one in self.entries:
            name = one.path.rpartition("/")[2]
            if name.lower() == INFO_FILE:
                return f"has no {INFO_FILE} one folder deep, but {one.path}"
        return f"has no {INFO_FILE} one folder deep"


def _refuse_bomb(path: Path, entries: list[zipfile.ZipInfo], packed_bytes: int) -> None:
    """Refuse a zip with too many or too large files; no member is read beyond the size that it states."""
    if len(entries) > MAX_FILES:
        message = f"{path} holds {len(entries):,} files, and at most {MAX_FILES:,} are read"
        raise ModError(message, REBUILD_HINT)
    for entry in entries:
        refuse_depth(entry.orig_filename.replace("\\", "/"))
    unpacked_bytes = sum(entry.file_size for entry in entries)
    is_dense = (
        unpacked_bytes > _RATIO_COUNTS_FROM_BYTES and unpacked_bytes > packed_bytes * _MAX_RATIO
    )
    if unpacked_bytes > MAX_PACKAGE_BYTES or is_dense:
        sizes = f"{unpacked_bytes // _MB} MB from {packed_bytes // _MB} MB"
        raise ModError(
            f"{path} unpacks to {sizes}, which no mod does",
            f"up to {MAX_PACKAGE_BYTES // _MB} MB are read, and {_MAX_RATIO} times the zip's own size",
        )
