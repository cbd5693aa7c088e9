"""What the public zip of a version holds, found out without a download: the same builds have the same SHA-1."""

from factorio_release.public_zip.comparison import Comparison, compare

__all__ = ["Comparison", "compare"]
