"""A mod by the two files that describe it, without the rest of its folder."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from factorio_release.disk.bounded_file import read_file
from factorio_release.errors import ModError
from factorio_release.limits import MAX_CHANGELOG_BYTES, MAX_INFO_BYTES
from factorio_release.package.file_set import read_whole
from factorio_release.parsers.changelog.model import CHANGELOG_FILE
from factorio_release.parsers.changelog.reader import read_changelog
from factorio_release.parsers.info import INFO_FILE, read_info

if TYPE_CHECKING:
    from pathlib import Path

    from factorio_release.parsers.changelog.model import Changelog
    from factorio_release.parsers.info import Info


@dataclass(frozen=True)
class DescribedMod:
    """The bytes of info.json and of changelog.txt, which is None where there is none."""

    info_bytes: bytes
    changelog_bytes: bytes | None

    @cached_property
    def info(self) -> Info:
        """What info.json says."""
        return read_info(self.info_bytes)

    @cached_property
    def changelog(self) -> Changelog | None:
        """What the changelog says."""
        return None if self.changelog_bytes is None else read_changelog(self.changelog_bytes)


def describe(path: Path) -> DescribedMod:
    """Read the mod at `path`, a folder or a finished zip; ModError when there is none."""
    if path.is_file():
        from factorio_release.package.built_zip import files_of_zip  # noqa: PLC0415 only for a zip

        shipped = files_of_zip(path)
        info, changelog = shipped.get(INFO_FILE), shipped.get(CHANGELOG_FILE)
        if info is None:
            raise ModError(
                f"{path} has no info.json one folder deep", "build it with `factorio-release build`"
            )
        return DescribedMod(
            read_whole(info, MAX_INFO_BYTES),
            read_whole(changelog, MAX_CHANGELOG_BYTES) if changelog else None,
        )
    try:
        info_bytes = read_file(path / INFO_FILE, MAX_INFO_BYTES)
    except OSError as error:
        hint = "give the folder that holds the mod's info.json"
        raise ModError(f"{path / INFO_FILE} cannot be read: {error.strerror}", hint) from None
    try:
        return DescribedMod(info_bytes, read_file(path / CHANGELOG_FILE, MAX_CHANGELOG_BYTES))
    except FileNotFoundError:
        return DescribedMod(info_bytes, None)
    except OSError as error:
        raise ModError(
            f"{path / CHANGELOG_FILE} cannot be read: {error.strerror}", "make it readable"
        ) from None
