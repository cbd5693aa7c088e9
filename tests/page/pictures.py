"""Small images, whole enough to have a size."""

from __future__ import annotations

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\2\0\0\0\1\x08\2\0\0\0\x7b\x40\xe8\xdd\0\0\0\0IEND\xaeB`\x82"
GIF = b"GIF89a\2\0\1\0\0\0\0,\0\0\0\0\2\0\1\0\0\2\2L\1\0;"
JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0\xff\xc0\0\x11\x08\0\1\0\2\3" + bytes(16)
