"""The content of every packaged file: whole where it may be text, else its beginning."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.errors import ModError
from factorio_release.limits import MAX_ALL_TEXT_BYTES, MAX_TEXT_BYTES, size_words
from factorio_release.secret_forms import byte_forms

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from factorio_release.checks.context import CheckContext
    from factorio_release.package.file_set import FileSet, PackageFile

BEGINNING_BYTES: Final = 1024  # of a file that is not kept whole
# By which a file shows that it is whole: the last chunk of a PNG, the last page of an Ogg file (RFC 3533).
_END_BYTES: Final = 12
_OGG_END_BYTES: Final = 27 + 255 + 255 * 255
NOT_FOUND: Final = -1
_BLOCK_BYTES: Final = 1 << 20


def words(text: str) -> frozenset[str]:
    """Return the words of a text as a set; a long list of names is easier to read as a text."""
    return frozenset(text.split())


_BINARY_EXTENSIONS: Final = words("""
    png jpg jpeg gif webp bmp tga dds ico avif psd xcf kra blend pdn clip aseprite ase pdf
    ogg wav mp3 flac opus m4a mp4 webm mkv avi mov ttf otf woff woff2
    zip 7z rar gz bz2 xz zst tar jar exe dll so dylib dat bin
""")


class Content(NamedTuple):
    """The content of one file: all of it when `whole`, else its first BEGINNING_BYTES.

    `secret_offset` is the byte offset of a value that must not be published, NOT_FOUND without one.
    It counts from the start of the file, also behind the part that is kept. `end` is as much of
    the end of the file as shows whether it is whole, also where all of it is kept.
    """

    data: bytes
    whole: bool = True
    secret_offset: int = NOT_FOUND
    end: bytes = b""


Contents = Mapping[str, Content]


@lru_cache(maxsize=100_000)  # many rules ask for that of every file
def extension(path: str) -> str:
    """Return a path's last extension in lower case without its dot, `""` when it has none."""
    _, dot, ending = path.rpartition(".")
    return ending.lower() if dot and "/" not in ending else ""


def read_contents(files: FileSet, context: CheckContext) -> Contents:
    """Read every file of the package, and search it for the secrets of the run.

    Raises ModError when a file cannot be read or the text files are too large together.
    """
    size = sum(file.size for file in files.files if _is_kept_whole(file))
    if size > MAX_ALL_TEXT_BYTES:
        message = f"the text files of the package have {size:,} bytes together"
        raise ModError(
            message, f"the limit is {size_words(MAX_ALL_TEXT_BYTES)}: exclude some of them"
        )
    forms = forms_of(context.secrets)
    return {file.path: _read(file, forms) for file in files.files}


def forms_of(secrets: Iterable[str]) -> tuple[bytes, ...]:
    """Return every form in which these secrets may be written (plain, base64, …), in lower case."""
    return tuple(form for secret in secrets for form in byte_forms(secret))


def find_secret(data: bytes, forms: tuple[bytes, ...]) -> int:
    """Return the offset of one of the forms, in any case; NOT_FOUND without one."""
    lower = data.lower()
    for form in forms:
        offset = lower.find(form)
        if offset >= 0:
            return offset
    return NOT_FOUND


def find_secret_in_blocks(blocks: Iterable[bytes], forms: tuple[bytes, ...]) -> int:
    """Return the offset of one of the forms in all blocks together, NOT_FOUND without one.

    Takes every block, also after the first form. The end of each block is searched again with the
    next one, because a form may lie across the border.
    """
    overlap = max(map(len, forms)) - 1
    kept, start, result = b"", 0, NOT_FOUND
    for block in blocks:
        window = kept + block
        if result == NOT_FOUND:
            offset = find_secret(window, forms)
            if offset != NOT_FOUND:
                result = start + offset
        kept = window[-overlap:] if overlap else b""
        start += len(window) - len(kept)
    return result


def _is_kept_whole(file: PackageFile) -> bool:
    return extension(file.path) not in _BINARY_EXTENSIONS and file.size <= MAX_TEXT_BYTES


def _read(file: PackageFile, forms: tuple[bytes, ...]) -> Content:
    if _is_kept_whole(file):
        data = file.read()
        return Content(data, secret_offset=find_secret(data, forms), end=data[-_END_BYTES:])
    if forms:
        return _search(file, forms)
    return read_ends(file)


def read_ends(file: PackageFile) -> Content:
    """Return the beginning and the end of a file; raises ModError when it cannot be read."""
    beginning, end = file.ends(BEGINNING_BYTES, _end_bytes(file))
    return Content(beginning, whole=len(beginning) == file.size, end=end)


def _end_bytes(file: PackageFile) -> int:
    return _OGG_END_BYTES if extension(file.path) == "ogg" else _END_BYTES


def _search(file: PackageFile, forms: tuple[bytes, ...]) -> Content:
    """Search a whole file for secrets, and keep its beginning.

    The file is read to its end even after a secret was found. Only then is its digest known, with which
    the package notices that the file changed after the check.
    """
    beginning, end = b"", b""
    last = _end_bytes(file)

    def blocks() -> Iterator[bytes]:
        nonlocal beginning, end
        for block in file.blocks(_BLOCK_BYTES):
            beginning = beginning or block[:BEGINNING_BYTES]
            end = block[-last:] if len(block) >= last else (end + block)[-last:]
            yield block

    offset = find_secret_in_blocks(blocks(), forms)
    return Content(beginning, len(beginning) == file.size, offset, end)
