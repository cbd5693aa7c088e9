"""What a mod's repository has for its page: README, FAQ, licence and pictures, found by their usual names."""

from __future__ import annotations

from dataclasses import dataclass, replace
from posixpath import normpath
from typing import TYPE_CHECKING, Final

from factorio_release.disk.bounded_file import read_head
from factorio_release.disk.relative import relative
from factorio_release.limits import MAX_LICENSE_BYTES
from factorio_release.mod_page import PAGE_FIELDS
from factorio_release.page.declared import fmtk_page
from factorio_release.page.image_file import FORMAT_HEAD_BYTES, image_format
from factorio_release.page.source_urls import repository_home
from factorio_release.scaffold.license_text import license_of_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from factorio_release.mod.mod import Mod

_READMES: Final = ("readme.md", "readme.markdown")
_FAQS: Final = ("faq.md", "docs/faq.md")
_LICENSES: Final = ("license", "licence", "copying", "copying.lesser", "unlicense")
_GALLERIES: Final = ("gallery", "screenshots")


@dataclass(frozen=True, slots=True)
class FoundPage:
    """What was found: paths relative to the mod folder, None or empty for what was not.

    `license` is the portal's id, `license_file` where it was read. `images` and `exclude` are globs.
    `by_package` are the page fields that FMTK's `package` object in info.json declares already.
    """

    description: str | None = None
    faq: str | None = None
    license: str | None = None
    license_file: str = ""
    images: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    has_remote: bool = False
    by_package: tuple[str, ...] = ()

    def seen_from(self, prefix: str) -> FoundPage:
        """Return the same files for a config file above the mod folder, which is `prefix` below that."""
        if prefix in {"", "."}:
            return self
        return replace(
            self,
            description=_joined(prefix, self.description),
            faq=_joined(prefix, self.faq),
            images=tuple(normpath(f"{prefix}/{image}") for image in self.images),
        )

    def with_files(
        self,
        *,
        description: str | None,
        faq: str | None,
        images: tuple[str, ...] | None,
        exclude: str,
    ) -> FoundPage:
        """Return what is found with further files in the place of those that are given."""
        return replace(
            self,
            description=description or self.description,
            faq=faq or self.faq,
            images=self.images if images is None else images,
            exclude=(*self.exclude, exclude) if exclude else self.exclude,
        )


def _joined(prefix: str, path: str | None) -> str | None:
    return None if path is None else normpath(f"{prefix}/{path}")


def find_page(mod: Mod, *, alone: bool) -> FoundPage:
    """Return what is found in the mod folder and, if `alone`, in the repository's root.

    `alone` says that the repository has no other mod. If it has one, a README in the root may be about all
    of them. Pictures are looked for in the mod folder only. A page field that info.json declares for FMTK is
    not looked for. Raises OSError if a folder or file cannot be read.
    """
    folders = [mod.path]
    if alone and mod.repository and mod.repository.root != mod.path:
        folders.append(mod.repository.root)
    declared = fmtk_page(mod.info.package, mod.path)
    by_package = tuple(
        field.name
        for field in PAGE_FIELDS.values()
        if field.from_files and getattr(declared, field.name) is not None
    )
    description, faq = None, None
    if "description" not in by_package:
        description = _first(folders, _READMES, mod.path)
    if "faq" not in by_package:
        faq = _first(folders, _FAQS, mod.path)
    license_, license_file = _license(folders, mod.path)
    images: list[str] = []
    exclude: list[str] = []
    if "images" not in by_package:
        for folder, suffix in _galleries(mod.path):
            images.append(f"{folder}/*{suffix}")
            # Pictures of the page are uploaded to the portal. Players need no copy of them in the mod.
            is_packed = any(file.path.startswith(f"{folder}/") for file in mod.files.files)
            if is_packed and f"{folder}/**" not in exclude:
                exclude.append(f"{folder}/**")
    return FoundPage(
        description=description,
        faq=faq,
        license=license_,
        license_file=license_file,
        images=tuple(images),
        exclude=tuple(exclude),
        has_remote=bool(mod.repository and repository_home(mod.repository.remote_url)),
        by_package=by_package,
    )


def _first(folders: Sequence[Path], names: Sequence[str], mod_folder: Path) -> str | None:
    """Return the first file with one of these names, in any case, relative to the mod folder."""
    for folder in folders:
        for name in names:
            subfolder, _, file = name.rpartition("/")
            for path in _entries(folder / subfolder):
                if path.name.lower() == file and path.is_file():
                    return _relative(path, mod_folder)
    return None


def _license(folders: Sequence[Path], mod_folder: Path) -> tuple[str | None, str]:
    """Return the licence and its file, of the first folder that has licence files.

    None where a file's text is not recognised, or the files are of several licences: GPL and LGPL together
    are no single choice.
    """
    for folder in folders:
        files = [path for path in _entries(folder) if _is_license(path)]
        if not files:
            continue
        first = _license_of(files[0])
        if first is None or any(_license_of(path) != first for path in files[1:]):
            return None, ""
        return first, _relative(files[0], mod_folder)
    return None, ""


def _is_license(path: Path) -> bool:
    name = path.name.lower()
    without_suffix = name.removesuffix(path.suffix.lower())
    return path.is_file() and (name in _LICENSES or without_suffix in _LICENSES)


def _license_of(path: Path) -> str | None:
    return license_of_text(read_head(path, MAX_LICENSE_BYTES).decode("utf-8-sig", "replace"))


def _galleries(mod_folder: Path) -> Iterator[tuple[str, str]]:
    """Yield folders of pictures, each with every suffix that its pictures have."""
    for folder in _entries(mod_folder):
        if folder.is_dir() and folder.name.lower() in _GALLERIES:
            suffixes = {path.suffix for path in _entries(folder) if _is_picture(path)}
            for suffix in sorted(suffixes):
                yield folder.name, suffix


def _is_picture(path: Path) -> bool:
    if not path.is_file():
        return False
    _, suffixes = image_format(read_head(path, FORMAT_HEAD_BYTES))
    return path.suffix.lower() in suffixes


def _entries(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _relative(path: Path, mod_folder: Path) -> str:
    return relative(path, mod_folder)
