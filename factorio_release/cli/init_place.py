"""Where `init` works: the repository, the mod or the mods in it, the forge, and the job of the workflow."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from factorio_release.ci_systems import CI_SYSTEMS
from factorio_release.cli.declared import CI
from factorio_release.cli.path_patterns import shown
from factorio_release.disk.folder_walk import child_path, walk_folders
from factorio_release.disk.relative import relative
from factorio_release.errors import ModError, UsageError
from factorio_release.forges import FORGES
from factorio_release.git.repository import Repository, find_repository
from factorio_release.mod.mod import load_mod
from factorio_release.mod.repository_mods import find_mods_below
from factorio_release.page.source_urls import forge_of, repository_home
from factorio_release.scaffold.builds import find_build
from factorio_release.scaffold.generated import generated_name
from factorio_release.scaffold.job import ReleaseJob

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from factorio_release.forges import Forge
    from factorio_release.mod.mod import Mod
    from factorio_release.mod.repository_mods import ModsBelow

# GitHub last: many repositories are mirrored there and have its files too.
_BY_MARK: Final = ("forgejo", "gitea", "gitlab", "github")
_HIDDEN_CI: Final = (
    ".github",
    ".forgejo",
    ".gitea",
    ".gitlab",
    ".woodpecker",
    ".circleci",
    ".scripts",
)
_MAX_TAG_FORMS: Final = 20


@dataclass(frozen=True, slots=True)
class Place:
    """What `init` works on.

    `mod` is None at the root of several mods, and where a build makes info.json; then `name` is the mod's,
    empty where nothing says it. `mods` are all mods of the repository. `paths` are its files, from `root`.
    `is_below`: the mod is the only one below the folder that was named, which is the root.
    """

    root: Path
    folder: Path
    repository: Repository | None
    mod: Mod | None
    mods: ModsBelow
    name: str
    paths: tuple[str, ...]
    is_below: bool = False

    @property
    def is_several(self) -> bool:
        """Whether the repository has more than one mod."""
        return len({info.name for info in self.mods.mods.values()}) > 1

    @property
    def home(self) -> str:
        """The repository's address on the web, empty where it has none."""
        return repository_home(self.repository.remote_url) if self.repository else ""


def find_place(path: Path) -> Place:
    """Return what PATH names: a mod, a folder of several mods, or a repository whose build makes the mod.

    Raises ModError where it is none of these, and UsageError for a zip.
    """
    if path.is_file():
        raise UsageError(f"path: {shown(path)} is a file; give the mod's folder")
    if not path.exists():
        raise ModError(f"{shown(path)} does not exist", "give the mod's folder")
    folder = path.absolute()
    found = find_repository(folder)
    root = found.root if found else folder
    repository = Repository(root) if found else None
    mods = find_mods_below(root)
    paths = _paths(root, repository)
    mod = None
    name = ""
    is_below = False
    if (path / "info.json").exists():
        mod = load_mod(path)
        name = mod.name
        if not name:
            raise ModError(
                f"{shown(path / 'info.json')} has no name",
                "`factorio-release check` says what it needs",
            )
    else:
        below = list(find_mods_below(path).mods)
        if len(below) == 1:
            mod = load_mod(below[0])
            folder, name = mod.path, mod.name
            is_below = True
        elif not below:
            name = generated_name(root, paths)
    return Place(root, folder, repository, mod, mods, name, paths, is_below)


def refuse_no_mod(place: Place, *, builds: bool) -> None:
    """Raise ModError where there is no mod, and no pipeline that `builds` one."""
    if place.mod or place.name or builds or place.mods.mods:
        return
    where = "this folder" if shown(place.folder) == "." else shown(place.folder)
    raise ModError(f"no info.json in {where}", "give the folder that holds the mod's info.json")


def _paths(root: Path, repository: Repository | None) -> tuple[str, ...]:
    """Return the files of the repository: what git tracks, and CI files that are not committed yet."""
    if repository is None:
        return tuple(
            sorted(_walked(root, lambda name: not name.startswith(".") or name in _HIDDEN_CI))
        )
    found = {file.path for file in repository.tracked()}
    for name in _HIDDEN_CI:
        if (root / name).is_symlink():
            continue
        found |= {child_path(name, path) for path in _walked(root / name, lambda _name: True)}
    found |= {path.name for path in root.glob(".*.y*ml")}
    return tuple(sorted(path for path in found if _is_own_file(root / path)))


def _is_own_file(path: Path) -> bool:
    """Return whether this is a file itself, not a link to one, perhaps outside of the repository."""
    return path.is_file() and not path.is_symlink()


def _walked(folder: Path, enters: Callable[[str], bool]) -> Iterator[str]:
    for below, _folders, names in walk_folders(folder, lambda _folder, name: enters(name)):
        yield from (child_path(below, name) for name in names)


def forge_for(place: Place, choice: str) -> Forge:
    """Return the forge chosen, else that of the remote's host, else that of the files in the repository.

    Without a remote it is GitHub. Raises UsageError for a remote whose host shows none.
    """
    found = FORGES.get(choice) or forge_of(place.home) or _by_mark(place.root)
    if found is None:
        if place.home:
            raise UsageError(
                f"--ci: the remote {place.home} does not say which workflow to write; "
                f"give {', '.join(CI.choices)}"
            )
        found = FORGES["github"]
    is_gitea = (place.root / CI_SYSTEMS["gitea"].mark).is_dir() or forge_of(place.home) == FORGES[
        "gitea"
    ]
    if found == FORGES["forgejo"] and is_gitea and choice != "forgejo":
        return FORGES["gitea"]
    return found


def _by_mark(root: Path) -> Forge | None:
    for name in _BY_MARK:
        if (root / CI_SYSTEMS[name].mark).exists():
            return FORGES[name]
    return None


def job_of(place: Place) -> ReleaseJob:
    """Return what a first workflow needs: one for the mod, or one for all mods of the repository."""
    if place.is_several:
        job = _job_of_several(place)
    elif place.mods.mods:
        ((path, info), *_others) = place.mods.mods.items()
        prefix = place.mods.tag_for(info).removesuffix(str(info.version))
        if place.mod:
            path = place.mod.path
        job = ReleaseJob(info.name, relative(path, place.root), prefix)
    else:
        path = place.mod.path if place.mod else place.folder
        job = ReleaseJob(place.name or "*", relative(path, place.root), _prefix_of_tags(place))
    build = find_build(place.root, place.paths)
    if build and not place.is_several:
        job = replace(job, build=build.commands, path=build.folder or job.path)
    if place.repository is None:
        return job
    tracked = place.repository.tracked()
    filters = place.repository.attributes([file.path for file in tracked], "filter")
    return replace(
        job,
        submodules=any(file.is_submodule for file in tracked),
        lfs=any(values.get("filter") == "lfs" for values in filters.values()),
    )


def _prefix_of_tags(place: Place) -> str:
    """Return the beginning of tags where no info.json says which version they have."""
    tags = place.mods.tags
    plain = sum(tag[:1].isdigit() for tag in tags)
    return "" if plain > sum(tag[:1] == "v" for tag in tags) else "v"


def _job_of_several(place: Place) -> ReleaseJob:
    mods = place.mods.mods
    folders = [relative(path, place.root) for path in mods]
    parents = {folder.rpartition("/")[0] for folder in folders}
    path = ", ".join(folders)
    if len(parents) == 1 and (parent := parents.pop()):
        path = f"{parent}/*"
    elif len(folders) > _MAX_TAG_FORMS and all("/" in folder for folder in folders):
        path = ", ".join(sorted({f"{folder.rpartition('/')[0]}/*" for folder in folders}))
    prefixes = {
        info.name: place.mods.tag_for(info).removesuffix(str(info.version))
        for info in mods.values()
    }
    usual = all(prefix == f"{name}_" for name, prefix in prefixes.items())
    patterns = ["*_[0-9]*"]
    if not usual:
        patterns = sorted({f"{prefix}[0-9]*" for prefix in prefixes.values()})
    if len(patterns) > _MAX_TAG_FORMS:
        patterns = ["*[0-9]*"]
    name = place.mod.name if place.mod else next(iter(prefixes))
    return ReleaseJob(
        name,
        path,
        prefixes.get(name, "v"),
        alone=False,
        all_mods=True,
        tags=tuple(patterns),
    )
