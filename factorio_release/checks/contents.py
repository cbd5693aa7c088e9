"""What stands in the packaged files, each read once: text whole, pictures and sound by their first bytes."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from factorio_release.errors import ModError
from factorio_release.limits import MAX_ALL_TEXT_BYTES, MAX_TEXT_BYTES, size_words

if TYPE_CHECKING:
    from factorio_release.checks.rule import CheckContext
    from factorio_release.mod.files import FileSet, PackageFile

HEAD: Final = 1024
_BLOCK: Final = 1 << 20


def words(text: str) -> frozenset[str]:
    """Return the words of a text as a set: a long list of extensions, readable in the source."""
    return frozenset(text.split())


_BINARY: Final = words("""
    png jpg jpeg gif webp bmp tga dds ico avif psd xcf kra blend pdn clip aseprite ase pdf
    ogg wav mp3 flac opus m4a mp4 webm mkv avi mov ttf otf woff woff2
    zip 7z rar gz bz2 xz zst tar jar exe dll so dylib dat bin
""")


@dataclass(frozen=True, slots=True)
class Content:
    """What one file holds: all of it when `whole`, else its first `HEAD` bytes.

    `leak` is where a value stands that must not be published, -1 when none does.
    """

    data: bytes = field(repr=False)
    whole: bool = True
    leak: int = -1


Contents = Mapping[str, Content]


def extension(path: str) -> str:
    """Return a path's last extension in lower case without its dot, `""` when it has none."""
    name = path.rpartition("/")[2]
    return name.rpartition(".")[2].lower() if "." in name else ""


def read_contents(files: FileSet, context: CheckContext) -> Contents:
    """Read every file of the package, looking for the secrets of the context on the way."""
    size = sum(file.size for file in files.files if _is_read_whole(file))
    if size > MAX_ALL_TEXT_BYTES:
        message = f"the text files of the package have {size:,} bytes together"
        raise ModError(message, f"at most {size_words(MAX_ALL_TEXT_BYTES)} are read: leave some out")
    secrets = tuple(form for secret in context.secrets if secret for form in forms(secret))
    return {file.path: _read(file, secrets) for file in files.files}


def forms(secret: str) -> tuple[bytes, ...]:
    """Return a secret as it could stand in a file: as it is, and in base64."""
    plain = secret.encode()
    return plain, b64encode(plain).rstrip(b"=")


def _is_read_whole(file: PackageFile) -> bool:
    return extension(file.path) not in _BINARY and file.size <= MAX_TEXT_BYTES


def _read(file: PackageFile, secrets: tuple[bytes, ...]) -> Content:
    if _is_read_whole(file):
        data = file.read()
        return Content(data, leak=_leak(data, secrets))
    if secrets:
        return _scanned(file, secrets)
    with file.open() as stream:
        head = stream.read(HEAD)
        return Content(head, len(head) < HEAD)


def _leak(data: bytes, secrets: tuple[bytes, ...]) -> int:
    return next((at for at in (data.find(secret) for secret in secrets) if at >= 0), -1)


def _scanned(file: PackageFile, secrets: tuple[bytes, ...]) -> Content:
    """Look for secrets in the whole file, and keep its first bytes.

    It is read to its end in any case: what is packaged later is compared with what was read here.
    """
    overlap = max(map(len, secrets)) - 1
    head, kept, start, leak = b"", b"", 0, -1
    for block in file.blocks(_BLOCK):
        head = head or block[:HEAD]
        window = kept + block
        found = _leak(window, secrets)
        if leak < 0 <= found:
            leak = start + found
        kept = window[-overlap:] if overlap else b""
        start += len(window) - len(kept)
    return Content(head, len(head) < HEAD, leak)
