"""The desired page from settings, FMTK's `package` object and the repository."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from factorio_release.disk.relative import relative
from factorio_release.forges import FORGES
from factorio_release.mod_page import PAGE_FIELDS, ModPage
from factorio_release.page.declared import DeclaredPage, fmtk_page, fmtk_places
from factorio_release.page.desired import read_page
from factorio_release.page.fields import AUTO
from factorio_release.page.result import NO_PAGE
from factorio_release.page.source_urls import repository_home, source_urls
from factorio_release.settings.options import OPTIONS, CiSource

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

    from factorio_release.git.output import TreeFile
    from factorio_release.mod.mod import Mod
    from factorio_release.page.declared import SourcePlace
    from factorio_release.page.result import DesiredPage
    from factorio_release.page.source_urls import SourceUrls
    from factorio_release.settings.options import Settings

_SETTINGS: Final = {one.field for one in OPTIONS.values()}
_DECLARED_BY_SETTINGS: Final = tuple(name for name in DeclaredPage._fields if name in _SETTINGS)
# A tag or commit as git takes one. It comes from the live page: git must not read it as an option.
_REF: Final = re.compile(r"[0-9A-Za-z_][0-9A-Za-z_./+-]*")


def desired_page(settings: Settings, mod: Mod, tag: str, ci: CiSource) -> DesiredPage:
    """Return the page that settings and FMTK's `package` object declare, limited to `sync`.

    Links are pinned to `tag`, or to the commit where `tag` is empty. What the CI does not report is
    read from git. Without a remote in git, `source-url` is used as the repository's address.
    """
    if settings.sync == ("none",):
        return NO_PAGE
    folder = mod.folder
    declared = _declared_page(settings, mod, folder)
    if not _needs_repository(declared):
        page = read_page(declared, folder, mod.info, None, shown_from=mod.path)
    else:
        root = None
        tracked = None
        branches: Callable[[], Collection[str]] = tuple
        if mod.repository:
            root = mod.repository.root
            tracked = [file.path for file in mod.repository.all_tracked]
            branches = mod.repository.branches
        page = read_page(
            declared,
            folder,
            mod.info,
            source_of(settings, mod, tag, ci),
            repository_root=root,
            tracked=tracked,
            branches=branches,
            home=repository_home(_remote(settings, mod, ci)),
            shown_from=mod.path,
        )
    if settings.sync == ("auto",):
        return page
    # The images that are left are those that the texts show: without them the texts would be broken.
    synced = {name: getattr(page.page, name) for name in (*_synced(settings), "images")}
    return page._replace(page=ModPage(**synced))


def _needs_repository(declared: DeclaredPage) -> bool:
    """Return whether a field comes from files or from the repository's address: only then git is called."""
    if declared.fmtk_details or declared.source_url == AUTO:
        return True
    return any(getattr(declared, one.name) for one in PAGE_FIELDS.values() if one.from_files)


def changed_since(mod: Mod) -> Callable[[str, str], bool]:
    """Return a function that compares files of the mod's repository with an earlier tag or commit.

    `changed(ref, path)` is true where the tracked file at `path` (from the repository's root) has other
    content than at `ref`, where it is missing on one side, and where this clone does not have `ref`.
    Without a repository it is always true. git is called once for each `ref`.
    """
    if mod.repository is None:
        return lambda _ref, _path: True
    repository = mod.repository.whole

    @cache
    def blobs_now() -> dict[str, str]:
        return {file.path: file.blob for file in repository.tracked()}

    @cache
    def files_at(ref: str) -> dict[str, TreeFile] | None:
        if not _REF.fullmatch(ref):
            return None
        return repository.tree_sizes(ref)

    def changed(ref: str, path: str) -> bool:
        files = files_at(ref)
        if files is None:
            return True
        before = files[path].blob if path in files else None
        return before != blobs_now().get(path)

    return changed


def source_of(settings: Settings, mod: Mod, tag: str, ci: CiSource) -> SourceUrls | None:
    """Return the addresses of the repository's files at the tag or commit; None where they are not known.

    The commit is the one that is checked out. The CI's is another one where a step has made a commit or
    checked out a tag; it is used where there is no repository. A job may check out another repository than
    its own: that one's tags, commit and address count.
    """
    repository = mod.repository
    if repository and not is_repository_of_ci(mod, ci):
        pin = tag if tag and repository.commit(f"refs/tags/{tag}") else repository.head
        remote = _remote(settings, mod, CiSource())
        is_same_server = _server(remote) == _server(ci.repository_url)
        return source_urls(remote, pin, FORGES.get(ci.name) if is_same_server else None)
    head = repository.head if repository else ""
    return source_urls(_remote(settings, mod, ci), tag or head or ci.commit, FORGES.get(ci.name))


def _server(remote: str) -> str:
    return urlsplit(repository_home(remote)).netloc


def is_newer(mod: Mod) -> Callable[[str], bool]:
    """Return a function that says whether a tag or commit is later than the commit that is checked out.

    It is false where this clone does not have it, and where one is not an ancestor of the other.
    """
    if mod.repository is None:
        return lambda _ref: False
    repository = mod.repository

    @cache
    def newer(ref: str) -> bool:
        if not _REF.fullmatch(ref):
            return False
        commit = repository.commit(ref)
        return (
            bool(commit)
            and commit != repository.head
            and repository.has_ancestor(commit, repository.head)
        )

    return newer


def is_repository_of_ci(mod: Mod, ci: CiSource) -> bool:
    """Return whether the mod's repository is the one whose event started the job; true if not known.

    A job may check out another repository: the CI's tag and commit are then not those of the mod.
    """
    if mod.repository is None:
        return True
    of_ci = repository_home(ci.repository_url)
    of_mod = repository_home(mod.repository.remote_url) if of_ci else ""  # git is asked
    if not of_mod or not of_ci:
        return True
    return of_mod.lower() == of_ci.lower()


def _remote(settings: Settings, mod: Mod, ci: CiSource) -> str:
    """Return the first remote that has an address on the web: the CI's, git's, the setting's."""
    in_git = mod.repository.remote_url if mod.repository else ""
    for remote in (ci.repository_url, in_git, settings.source_url or ""):
        if repository_home(remote):
            return remote
    return ""


def _declared_page(settings: Settings, mod: Mod, folder: Path) -> DeclaredPage:
    values = {name: getattr(settings, name) for name in _DECLARED_BY_SETTINGS}
    roots: dict[str, Path] = {}
    places: dict[str, SourcePlace] = {}
    for name in _DECLARED_BY_SETTINGS:
        origin = settings.origins.get(name)
        if origin is None:
            continue
        roots[name] = origin.root
        if origin.file:
            places[name] = (relative(origin.file, mod.path), origin.line, 0)
    by_settings = DeclaredPage(**values, root=folder, roots=roots, places=places)
    declared = by_settings.over(fmtk_page(mod.info.package, folder, fmtk_places(mod.info)))
    if settings.sync == ("auto",):
        return declared
    # A field that is not synced is not read either, so that it has no findings.
    unsynced: dict[str, Any] = {name: None for name in PAGE_FIELDS if name not in _synced(settings)}
    return declared._replace(**unsynced)


def _synced(settings: Settings) -> list[str]:
    """Return the names of the page fields that `sync` lists."""
    return [one.name for one in PAGE_FIELDS.values() if one.option in settings.sync]
