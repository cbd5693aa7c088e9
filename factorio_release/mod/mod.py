"""A mod as everything else sees it: its info.json, its changelog, its files, its repository."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from factorio_release.disk.bounded_file import read_file
from factorio_release.errors import ModError
from factorio_release.git.repository import find_repository
from factorio_release.limits import MAX_CHANGELOG_BYTES, MAX_INFO_BYTES, MAX_TEXT_BYTES
from factorio_release.package.built_zip import private_copy
from factorio_release.package.collect import PackageRules, collect_files, files_of_zip
from factorio_release.package.file_set import read_whole
from factorio_release.parsers.changelog.reader import read_changelog
from factorio_release.parsers.info import INFO_FILE, read_info

if TYPE_CHECKING:
    from factorio_release.git.repository import Repository
    from factorio_release.package.collect import FileSet
    from factorio_release.parsers.changelog.model import Changelog
    from factorio_release.parsers.info import Info
    from factorio_release.parsers.version import Version


@dataclass(frozen=True, slots=True)
class Mod:
    """One mod; `path` is its folder or its finished zip, absolute.

    `changelog` is None when there is none, `repository` when git knows nothing of the folder.
    `rules` are the settings' globs that `files` came by.
    """

    path: Path
    info: Info
    changelog: Changelog | None
    files: FileSet
    repository: Repository | None = None
    rules: PackageRules = field(default_factory=PackageRules)

    @property
    def name(self) -> str:
        """The name in info.json, empty when there is none."""
        return self.info.name

    @property
    def version(self) -> Version | None:
        """The version in info.json, None when it is not one."""
        return self.info.version

    @property
    def is_zip(self) -> bool:
        """Whether the package is built already."""
        return self.files.origin == "zip"

    def read_text(self, path: str) -> str | None:
        """Return the text of a file that ships, without a byte-order mark; None when it does not."""
        file = self.files.get(path)
        return read_whole(file, MAX_TEXT_BYTES).decode("utf-8-sig", "replace") if file else None


def load_mod(path: Path, rules: PackageRules | None = None) -> Mod:
    """Read the mod at `path`, a folder or a zip; `rules` are the settings' globs.

    Raises ModError when there is nothing there, or no info.json in it.
    """
    path = Path(path).absolute()
    if path.is_dir():
        return _from_folder(path, rules or PackageRules())
    if path.is_file():
        return _from_zip(path)
    raise ModError(f"{path} does not exist", "give the mod's folder, or a built zip")


def _from_folder(folder: Path, rules: PackageRules) -> Mod:
    try:
        described = read_file(folder / INFO_FILE, MAX_INFO_BYTES)
    except OSError as error:
        hint = "give the folder that holds the mod's info.json"
        raise ModError(f"{folder} has no info.json that can be read: {error.strerror}", hint) from None
    info = read_info(described)
    repository = find_repository(folder)
    files = collect_files(folder, repository, info, rules)
    shipped = files.get(INFO_FILE)
    if shipped is not None and shipped.read() != described:
        hint = "let nothing write into the mod folder meanwhile, and run again"
        raise ModError(f"{INFO_FILE} changed while the mod was being read", hint)
    return Mod(folder, info, _changelog(folder, files), files, repository, rules)


def _changelog(folder: Path, files: FileSet) -> Changelog | None:
    shipped = files.get("changelog.txt")
    if shipped is not None:
        return read_changelog(read_whole(shipped, MAX_CHANGELOG_BYTES))
    # One that does not ship is still the author's word on the version.
    there = folder / "changelog.txt"
    if not there.is_file() or there.is_symlink():
        return None
    try:
        return read_changelog(read_file(there, MAX_CHANGELOG_BYTES))
    except OSError as error:
        raise ModError(f"changelog.txt cannot be read: {error.strerror}", "make it smaller") from None


def _from_zip(path: Path) -> Mod:
    copy = private_copy(path)
    files = replace(files_of_zip(path, copy), bundle=copy)
    described = files.get(INFO_FILE)
    if described is None:
        raise ModError(f"{path} has no info.json one folder deep", "build it with `factorio-release build`")
    changelog = files.get("changelog.txt")
    return Mod(
        path,
        read_info(read_whole(described, MAX_INFO_BYTES)),
        None if changelog is None else read_changelog(read_whole(changelog, MAX_CHANGELOG_BYTES)),
        files,
        find_repository(path.parent),
    )
