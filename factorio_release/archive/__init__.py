"""Builds the package: a zip with the same bytes on every machine, compressed in parallel."""

from factorio_release.archive.archive import Archive, ArchivedFile
from factorio_release.archive.building import build_archive, pack_privately, put_in_place
from factorio_release.archive.packing_ahead import PackingAhead

__all__ = [
    "Archive",
    "ArchivedFile",
    "PackingAhead",
    "build_archive",
    "pack_privately",
    "put_in_place",
]
