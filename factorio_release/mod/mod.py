"""A mod read from its folder or its finished zip."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from factorio_release.disk.bounded_file import read_file
from factorio_release.errors import ModError
from factorio_release.git.repository import find_repository
from factorio_release.limits import MAX_CHANGELOG_BYTES, MAX_INFO_BYTES
from factorio_release.package.built_zip import files_of_zip, private_copy
from factorio_release.package.collect import collect_files
from factorio_release.package.file_set import DiskFile, read_whole
from factorio_release.package.game_files import is_info_template
from factorio_release.package.packed_content import PackedContent
from factorio_release.package.rules import PackageRules
from factorio_release.parsers.changelog.model import CHANGELOG_FILE
from factorio_release.parsers.changelog.reader import read_changelog
from factorio_release.parsers.info import INFO_FILE, read_info

if TYPE_CHECKING:
    from collections.abc import Callable

    from factorio_release.disk.upload_content import UploadContent
    from factorio_release.git.repository import Repository
    from factorio_release.package.file_set import FileSet
    from factorio_release.parsers.changelog.model import Changelog
    from factorio_release.parsers.info import Info
    from factorio_release.parsers.version import Version


class Mod(NamedTuple):
    """One mod with all of its files; `path` is its folder or its finished zip, absolute.

    `changelog` is None when there is no changelog.txt. `repository` is None when the mod is in no git
    repository. `rules` are the globs of the settings that selected `files`. `source` is the folder of a
    finished zip's mod, if that is known. `content` has the bytes of the package, where `files` are those of
    one that was just made.
    """

    path: Path
    info: Info
    changelog: Changelog | None
    files: FileSet
    repository: Repository | None = None
    rules: PackageRules = PackageRules()
    source: Path | None = None
    content: UploadContent | None = None

    @property
    def folder(self) -> Path:
        """The folder of the mod's source; that around a finished zip where the source is not known."""
        if not self.is_zip:
            return self.path
        return self.source or self.path.parent

    @property
    def name(self) -> str:
        """The name in info.json, empty when there is none."""
        return self.info.name

    @property
    def version(self) -> Version | None:
        """The version in info.json, None when it is missing or invalid."""
        return self.info.version

    @property
    def is_zip(self) -> bool:
        """Whether the mod was given as a finished zip."""
        return self.files.origin == "zip"


class ModDescription:
    """The info.json and changelog.txt of a mod, for commands that need no other file of it.

    `changelog_bytes` is None when there is no changelog.txt.
    """

    def __init__(self, info_bytes: bytes, changelog_bytes: bytes | None) -> None:
        self.info_bytes = info_bytes
        self.changelog_bytes = changelog_bytes

    @cached_property
    def info(self) -> Info:
        """The parsed info.json."""
        return read_info(self.info_bytes)

    @cached_property
    def changelog(self) -> Changelog | None:
        """The parsed changelog, None when there is none."""
        if self.changelog_bytes is None:
            return None
        return read_changelog(self.changelog_bytes)


def load_mod(
    path: Path,
    rules: PackageRules | None = None,
    source: Path | None = None,
    around: Callable[[Path], Repository | None] = find_repository,
) -> Mod:
    """Read the mod at `path`, a folder or a zip; `rules` are the globs of the settings.

    `source` is the folder of a zip's mod. Its repository is the mod's where the zip lies in none.
    `around` finds the repository of a folder. Raises ModError when nothing is at `path`, or it has no
    info.json.
    """
    path = Path(path).absolute()
    if path.is_dir():
        return _load_folder(path, rules or PackageRules(), around)
    if path.is_file():
        return _load_zip(path, source, around)
    raise ModError(f"{path} does not exist", "give the mod's folder, or a built zip")


def load_packed(content: UploadContent, mod: Mod) -> Mod:
    """Read a package from the bytes that are to be sent; `mod` is what it was made of, for its place.

    Raises ModError where the bytes are no package.
    """
    files = files_of_zip(mod.path.parent / content.name, PackedContent.of(content))
    description = _description_of(files)
    return mod._replace(
        info=description.info, changelog=description.changelog, files=files, content=content
    )


def read_description(path: Path) -> ModDescription:
    """Read info.json and changelog.txt of the mod at `path`, a folder or a zip.

    Raises ModError when there is no info.json, or a file cannot be read.
    """
    if path.is_file():
        return _describe_zip(path)
    try:
        info = read_file(path / INFO_FILE, MAX_INFO_BYTES)
    except OSError as error:
        hint = "give the folder that holds the mod's info.json"
        raise ModError(f"{path / INFO_FILE} cannot be read: {error.strerror}", hint) from None
    try:
        return ModDescription(info, read_file(path / CHANGELOG_FILE, MAX_CHANGELOG_BYTES))
    except FileNotFoundError:
        return ModDescription(info, None)
    except OSError as error:
        raise ModError(
            f"{path / CHANGELOG_FILE} cannot be read: {error.strerror}", "make it readable"
        ) from None


def _load_folder(
    folder: Path, rules: PackageRules, around: Callable[[Path], Repository | None]
) -> Mod:
    try:
        info_bytes = read_file(folder / INFO_FILE, MAX_INFO_BYTES)
    except OSError as error:
        hint = "give the folder that holds the mod's info.json"
        template = _template_in(folder)
        if template:
            hint = f"make it first, from {template}, in a step before this one"
        raise ModError(
            f"{folder} has no info.json that can be read: {error.strerror}", hint
        ) from None
    info = read_info(info_bytes)
    repository = around(folder)
    files = collect_files(folder, repository, info, rules)
    packaged_info = files.get(INFO_FILE)
    # The rules of packaging come from the first read. They must not differ from what is packaged.
    if isinstance(packaged_info, DiskFile) and packaged_info.read_from_disk() != info_bytes:
        hint = "let nothing write into the mod folder meanwhile, and run again"
        raise ModError(f"{INFO_FILE} changed while the mod was being read", hint)
    return Mod(folder, info, _changelog_in_folder(folder, files), files, repository, rules)


def _template_in(folder: Path) -> str:
    """Return the name of the file from which a build makes info.json, empty where there is none."""
    try:
        names = sorted(path.name for path in folder.iterdir())
    except OSError:
        return ""
    return next((name for name in names if is_info_template(name)), "")


def _changelog_in_folder(folder: Path, files: FileSet) -> Changelog | None:
    packaged = files.get(CHANGELOG_FILE)
    if packaged is not None:
        return read_changelog(read_whole(packaged, MAX_CHANGELOG_BYTES))
    # A changelog that is not packaged still says what the version changes: release notes come from it.
    path = folder / CHANGELOG_FILE
    if not path.is_file() or path.is_symlink():
        return None
    try:
        return read_changelog(read_file(path, MAX_CHANGELOG_BYTES))
    except OSError as error:
        raise ModError(
            f"{CHANGELOG_FILE} cannot be read: {error.strerror}", "make it smaller"
        ) from None


def _load_zip(path: Path, source: Path | None, around: Callable[[Path], Repository | None]) -> Mod:
    # Everything is read from the copy: the file at `path` may be replaced at any time.
    copy = private_copy(path)
    files = files_of_zip(path, copy)
    description = _description_of(files)
    repository = around(path.parent)
    if repository is None and source:
        repository = around(source)
    return Mod(path, description.info, description.changelog, files, repository, source=source)


def _describe_zip(path: Path) -> ModDescription:
    return _description_of(files_of_zip(path))


def _description_of(files: FileSet) -> ModDescription:
    info = next(file for file in files.files if file.path == INFO_FILE)
    info_bytes = read_whole(info, MAX_INFO_BYTES)
    changelog = files.get(CHANGELOG_FILE)
    if changelog is None:
        return ModDescription(info_bytes, None)
    return ModDescription(info_bytes, read_whole(changelog, MAX_CHANGELOG_BYTES))
