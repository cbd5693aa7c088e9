"""Looks in a mod's repository for what its page can be made of."""

from __future__ import annotations

from os.path import relpath
from pathlib import Path
from typing import TYPE_CHECKING, Final

from factorio_release.disk.bounded_file import read_head
from factorio_release.limits import MAX_LICENSE_BYTES
from factorio_release.page.declared import fmtk_page
from factorio_release.page.image_file import image_format
from factorio_release.page.source_urls import repository_home
from factorio_release.scaffold.config import FoundPage
from factorio_release.scaffold.license_text import license_of_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from factorio_release.mod.mod import Mod

_READMES: Final = ("readme.md", "readme.markdown")
_FAQS: Final = ("faq.md", "docs/faq.md")
_LICENSES: Final = ("license", "licence", "copying", "copying.lesser", "unlicense")
_GALLERIES: Final = ("gallery", "screenshots")
_HEAD: Final = 16


def find_page(mod: Mod, *, alone: bool) -> FoundPage:
    """Return what the mod folder says; where no other mod is in the repository, its root is asked as well."""
    root = mod.repository.root if mod.repository and alone else mod.path
    folders = tuple(dict.fromkeys((mod.path, root)))
    declared = fmtk_page(mod.info.package, mod.path)
    by_package = tuple(
        name for name in ("description", "faq", "images") if getattr(declared, name) is not None
    )
    license_, license_file = _license(folders, mod.path)
    images = () if "images" in by_package else tuple(_galleries(mod.path))
    return FoundPage(
        None if "description" in by_package else _first(folders, _READMES, mod.path),
        None if "faq" in by_package else _first(folders, _FAQS, mod.path),
        license_,
        license_file,
        tuple(f"{folder}/*{suffix}" for folder, suffix in images),
        tuple(dict.fromkeys(f"{folder}/**" for folder, _ in images if _ships(mod, folder))),
        has_remote=bool(mod.repository and repository_home(mod.repository.remote_url)),
        by_package=by_package,
    )


def _first(folders: Sequence[Path], names: Sequence[str], mod: Path) -> str | None:
    """Return the first file of these names, in whatever case, as seen from the mod folder."""
    for folder in folders:
        for name in names:
            above, _, file = name.rpartition("/")
            for path in _entries(folder / above):
                if path.name.lower() == file and path.is_file():
                    return _seen_from(mod, path)
    return None


def _license(folders: Sequence[Path], mod: Path) -> tuple[str | None, str]:
    """Return the licence and its file, where all licence files of a folder are one licence by their text."""
    for folder in folders:
        files = [path for path in _entries(folder) if _is_license(path)]
        found = {_license_of(path) for path in files}
        if files:
            only = found.pop() if len(found) == 1 else None
            return (only, _seen_from(mod, files[0])) if only else (None, "")
    return None, ""


def _is_license(path: Path) -> bool:
    name = path.name.lower()
    return path.is_file() and (name in _LICENSES or name.removesuffix(path.suffix.lower()) in _LICENSES)


def _license_of(path: Path) -> str | None:
    return license_of_text(read_head(path, MAX_LICENSE_BYTES).decode("utf-8-sig", "replace"))


def _galleries(folder: Path) -> Iterator[tuple[str, str]]:
    for gallery in _entries(folder):
        if gallery.is_dir() and gallery.name.lower() in _GALLERIES:
            suffixes = {path.suffix for path in _entries(gallery) if _is_picture(path)}
            yield from ((gallery.name, suffix) for suffix in sorted(suffixes))


def _is_picture(path: Path) -> bool:
    if not path.is_file():
        return False
    return path.suffix.lower() in image_format(read_head(path, _HEAD))[1]


def _ships(mod: Mod, folder: str) -> bool:
    return any(file.path.startswith(f"{folder}/") for file in mod.files.files)


def _entries(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _seen_from(mod: Path, path: Path) -> str:
    return Path(relpath(path, mod)).as_posix()
