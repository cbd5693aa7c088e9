"""From settings, FMTK's object and the repository to the page that is wanted."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from functools import cache
from os.path import relpath
from typing import TYPE_CHECKING, Any, Final

from factorio_release.forges import FORGES
from factorio_release.git.repository import Repository
from factorio_release.mod_page import ModPage
from factorio_release.page.declared import DeclaredPage, fmtk_page, fmtk_places
from factorio_release.page.desired import DesiredPage, read_page
from factorio_release.page.pins import keep_pins
from factorio_release.page.source_urls import repository_home, source_urls
from factorio_release.settings.options import PAGE_FIELDS, Settings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from factorio_release.git.output import TreeFile
    from factorio_release.live.models import LiveMod
    from factorio_release.mod.mod import Mod
    from factorio_release.page.source_urls import SourceUrls
    from factorio_release.settings.options import CiSource

_OPTIONS: Final = {one.name for one in fields(Settings)}
DECLARED: Final = tuple(one.name for one in fields(DeclaredPage) if one.name in _OPTIONS)
_REF: Final = re.compile(
    r"[0-9A-Za-z_][0-9A-Za-z_./+-]*"
)  # of the live page: git shall not take it for an option


def desired_page(settings: Settings, mod: Mod, tag: str, ci: CiSource) -> DesiredPage:
    """Return the page that settings and FMTK's `package` object ask for, cut down to `sync`.

    Links are pinned to `tag`, or to the commit. What the CI does not say is asked of git; without
    a remote there, `source-url` is taken for the repository's address.
    """
    if settings.sync == ("none",):
        return DesiredPage()
    folder = mod.path.parent if mod.is_zip else mod.path
    repository = mod.repository
    page = read_page(
        _declaration(settings, mod, folder),
        folder,
        mod.info,
        source_of(settings, mod, tag, ci),
        repository_root=repository.root if repository else None,
        tracked=_tracked(repository.root) if repository else None,
        home=repository_home(_remote(settings, mod, ci)),
    )
    if settings.sync == ("auto",):
        return page
    return replace(page, page=_only(page.page, settings.sync))


def with_kept_pins(
    page: DesiredPage, live: LiveMod | None, mod: Mod, given_ids: Mapping[str, str]
) -> ModPage:
    """Return the page with the live texts where they differ in nothing but the tag or commit of their links.

    A text is pinned anew once a file that it shows or links to is another one than it was there; a
    tag or commit that this clone does not have counts as such.
    """
    repository = mod.repository
    if live is None or page.source is None or repository is None:
        return page.page
    whole = Repository(repository.root)
    here = {file.path: file.blob for file in whole.tracked()}

    @cache
    def there(ref: str) -> dict[str, TreeFile] | None:
        return whole.tree_sizes(ref) if _REF.fullmatch(ref) else None

    def changed(ref: str, path: str) -> bool:
        files = there(ref)
        return files is None or (files[path].blob if path in files else None) != here.get(path)

    return keep_pins(page.page, live.page, page.source, changed, given_ids)


def source_of(settings: Settings, mod: Mod, tag: str, ci: CiSource) -> SourceUrls | None:
    """Return the addresses of the repository's files at the tag or commit; None where they are not known."""
    ref = tag or ci.commit or (mod.repository.head if mod.repository else "")
    return source_urls(_remote(settings, mod, ci), ref, FORGES.get(ci.name))


def is_repository_of_ci(mod: Mod, ci: CiSource) -> bool:
    """Tell whether the mod's repository is the one whose event started the job, as far as that is known.

    A job may have checked out another repository; the CI's commit says nothing about that one.
    """
    here = repository_home(mod.repository.remote_url) if mod.repository else ""
    theirs = repository_home(ci.repository_url)
    return not here or not theirs or here.lower() == theirs.lower()


def _remote(settings: Settings, mod: Mod, ci: CiSource) -> str:
    in_git = mod.repository.remote_url if mod.repository else ""
    candidates = (ci.repository_url, in_git, settings.source_url or "")
    return next((remote for remote in candidates if repository_home(remote)), "")


def _declaration(settings: Settings, mod: Mod, folder: Path) -> DeclaredPage:
    origins = {name: settings.origins[name] for name in DECLARED if name in settings.origins}
    declared = DeclaredPage(
        **{name: getattr(settings, name) for name in DECLARED},
        root=folder,
        roots={name: origin.root for name, origin in origins.items()},
        places={
            name: (relpath(origin.file, folder), origin.line, 0)
            for name, origin in origins.items()
            if origin.file
        },
    )
    declared = declared.over(fmtk_page(mod.info.package, folder, fmtk_places(mod.info)))
    if settings.sync == ("auto",):
        return declared
    unsynced: dict[str, Any] = {
        name.replace("-", "_"): None for name in PAGE_FIELDS if name not in settings.sync
    }
    return replace(declared, **unsynced)


def _tracked(root: Path) -> list[str]:
    return [file.path for file in Repository(root).tracked()]


def _only(page: ModPage, names: tuple[str, ...]) -> ModPage:
    """Return the fields that are synced; images left over are those that the texts show."""
    wanted = [name.replace("-", "_") for name in (*names, "images")]
    return ModPage(**{name: getattr(page, name) for name in wanted})
