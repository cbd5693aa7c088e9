"""What stands in the packaged files, each read once: text whole, pictures and sound by their first bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from factorio_release.errors import ModError
from factorio_release.limits import MAX_ALL_TEXT_BYTES, MAX_TEXT_BYTES, size_words
from factorio_release.secret_forms import byte_forms

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from factorio_release.checks.rule import CheckContext
    from factorio_release.package.file_set import FileSet, PackageFile

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
    forms = forms_of(context.secrets)
    return {file.path: _read(file, forms) for file in files.files}


def forms_of(secrets: Iterable[str]) -> tuple[bytes, ...]:
    """Return all forms of these secrets, as `leak_in` looks for them."""
    return tuple(form for secret in secrets for form in byte_forms(secret))


def _is_read_whole(file: PackageFile) -> bool:
    return extension(file.path) not in _BINARY and file.size <= MAX_TEXT_BYTES


def leak_in(data: bytes, forms: tuple[bytes, ...]) -> int:
    """Return where one of the forms begins, in capitals or not; -1 when none does."""
    lower = data.lower()
    return next((at for at in (lower.find(form) for form in forms) if at >= 0), -1)


def leak_in_blocks(blocks: Iterable[bytes], forms: tuple[bytes, ...]) -> int:
    """Return where one of the forms begins in all blocks together, -1 when none does; takes every block."""
    overlap = max(map(len, forms)) - 1
    kept, start, leak = b"", 0, -1
    for block in blocks:
        window = kept + block
        found = leak_in(window, forms) if leak < 0 else -1
        if found >= 0:
            leak = start + found
        kept = window[-overlap:] if overlap else b""
        start += len(window) - len(kept)
    return leak


def _read(file: PackageFile, forms: tuple[bytes, ...]) -> Content:
    if _is_read_whole(file):
        data = file.read()
        return Content(data, leak=leak_in(data, forms))
    if forms:
        return _scanned(file, forms)
    with file.open() as stream:
        head = stream.read(HEAD)
        return Content(head, len(head) < HEAD)


def _scanned(file: PackageFile, forms: tuple[bytes, ...]) -> Content:
    """Look for secrets in the whole file, and keep its first bytes.

    It is read to its end in any case: what is packaged later is compared with what was read here.
    """
    head = b""

    def blocks() -> Iterator[bytes]:
        nonlocal head
        for block in file.blocks(_BLOCK):
            head = head or block[:HEAD]
            yield block

    leak = leak_in_blocks(blocks(), forms)
    return Content(head, len(head) < HEAD, leak)
