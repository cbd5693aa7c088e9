"""Git LFS pointers: the small text files that git stores in place of large ones."""

from __future__ import annotations

from typing import Final

# The key `version` comes first in every pointer (docs/spec.md of Git LFS, "The Pointer").
LFS_POINTER_START: Final = b"version https://git-lfs.github.com/spec/"
_MAX_POINTER_BYTES: Final = (
    1024  # a pointer has about 130; a larger file with these lines is content
)


def is_lfs_pointer(content: bytes) -> bool:
    """Return whether a file, of which `content` is at least the beginning, is an LFS pointer.

    Such a file is in the package where a checkout did not fetch the content.
    """
    return content.startswith(LFS_POINTER_START)


def is_pointer_to(pointer: bytes, sha256: str) -> bool:
    """Return whether `pointer` is an LFS pointer to content with this SHA-256 (lower-case hex)."""
    return len(pointer) < _MAX_POINTER_BYTES and f"oid sha256:{sha256}".encode() in pointer
