"""What the public zip of a version holds: found again by building, since only its SHA-1 is public."""

from factorio_release.public_zip.comparison import Comparison, compare, digest_of_mod

__all__ = ["Comparison", "compare", "digest_of_mod"]
