"""Unpacks the game's `.tar.xz` into a folder, file by file, and nothing beside it.

The archive has the sum that the game's own list states. Its names are still not trusted: a mirror may have
made both. So a member is written only below the folder, links are refused, and sizes and numbers are bounded.
"""

from __future__ import annotations

import lzma
import tarfile
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, BinaryIO, Final

from factorio_release.limits import MAX_HEADLESS_BYTES, MAX_HEADLESS_FILES, size_words

if TYPE_CHECKING:
    from pathlib import Path

_BLOCK: Final = 1024 * 1024
_EXECUTABLE: Final = 0o111


class UnpackError(ValueError):
    """An archive that is cut, no archive, too large, or has a name or a link that leads out."""


def unpack(
    archive: BinaryIO,
    folder: Path,
    *,
    max_files: int = MAX_HEADLESS_FILES,
    max_bytes: int = MAX_HEADLESS_BYTES,
) -> None:
    """Write the files of an archive below an empty folder, without the one folder at its top.

    `max_files` counts folders too, `max_bytes` is the size of all files. Raises UnpackError for what is wrong
    with the archive, and OSError when a file cannot be written.
    """
    names = size = 0
    try:
        with tarfile.open(fileobj=archive, mode="r|xz") as opened:
            for member in opened:
                names += 1
                size += member.size
                if names > max_files:
                    raise UnpackError(f"it has more than {max_files:,} files")
                if size > max_bytes:
                    raise UnpackError(f"it is larger than {size_words(max_bytes)}")
                _write(opened, member, folder)
    except (tarfile.TarError, lzma.LZMAError, EOFError, ValueError) as error:
        if isinstance(error, UnpackError):
            raise
        raise UnpackError("it is not a complete .tar.xz") from None


def _write(opened: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    path = PurePosixPath(member.name)
    inner = path.parts[1:]
    if path.is_absolute() or ".." in path.parts or "\\" in member.name or "\0" in member.name:
        raise UnpackError(f"it has the name {member.name!r}, which leads out of its folder")
    target = folder.joinpath(*inner)
    if member.isdir():
        target.mkdir(parents=True, exist_ok=True)
        return
    if not member.isreg() or not inner:
        raise UnpackError(f"it has {member.name!r}, which is neither a file nor a folder")
    content = opened.extractfile(member)
    if content is None:
        raise UnpackError(f"{member.name!r} has no content")
    # "x": the second of two members with one name would replace the first, and no link is followed.
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as written:
            while block := content.read(_BLOCK):
                written.write(block)
    except (FileExistsError, NotADirectoryError, IsADirectoryError):
        raise UnpackError(f"it has {member.name!r} twice") from None
    if member.mode & _EXECUTABLE:
        target.chmod(0o755)
