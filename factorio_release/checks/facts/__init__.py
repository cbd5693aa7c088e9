"""The facts that rules work on: the parts of a mod, what is derived from them, and the portal's state."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from factorio_release.checks.context import PortalContext
from factorio_release.checks.facts.absent import Absent
from factorio_release.checks.facts.asset_references import read_assets
from factorio_release.checks.facts.contents import read_contents
from factorio_release.checks.facts.dependency_names import read_dependency_names
from factorio_release.checks.facts.exclude_patterns import ExcludePatterns
from factorio_release.checks.facts.locales import read_locales
from factorio_release.checks.facts.lua_files import read_lua_tree
from factorio_release.checks.facts.media import read_media

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factorio_release.checks.context import CheckContext
    from factorio_release.checks.facts.asset_references import AssetReference
    from factorio_release.checks.facts.contents import Contents
    from factorio_release.checks.facts.dependency_names import DependencyNames
    from factorio_release.checks.facts.developer_files import DeveloperFiles
    from factorio_release.checks.facts.game_json import GameJson
    from factorio_release.checks.facts.locales import Locales
    from factorio_release.checks.facts.lua_files import LuaTree
    from factorio_release.checks.facts.media import Media
    from factorio_release.checks.facts.prototypes import Prototypes
    from factorio_release.mod.mod import Mod
    from factorio_release.mod.package_changes import PackageChanges
    from factorio_release.mod_page import ModPage
    from factorio_release.package.file_set import FileSet
    from factorio_release.parsers.changelog.model import Changelog
    from factorio_release.parsers.info import Info


class Facts:
    """All facts of one run over one mod; `checks/rule.py` says how a rule names those that it needs.

    A derived fact is computed when a rule first needs it, and then kept: reading every file of the
    mod takes most of the time of a check. `page` is the page that the mod declares, empty fields where it
    declares none. `changes` compares with the previous release, None when
    there is nothing to compare with. `portal` is None outside a plan.
    """

    def __init__(
        self,
        mod: Mod,
        context: CheckContext,
        page: ModPage,
        changes: PackageChanges | None = None,
        portal: PortalContext | None = None,
    ) -> None:
        self.mod = mod
        self.context = context
        self.page = page
        self.changes = changes
        self.portal = portal

    @property
    def info(self) -> Info:
        """The parsed info.json."""
        return self.mod.info

    @property
    def changelog(self) -> Changelog | None:
        """The parsed changelog, None when the mod has none."""
        return self.mod.changelog

    @property
    def files(self) -> FileSet:
        """The files of the package, and those that were left out."""
        return self.mod.files

    @cached_property
    def absent(self) -> Absent:
        """Why files of the folder are not in the package."""
        return Absent(self.files)

    @cached_property
    def contents(self) -> Contents:
        """The content of each packaged file, by path."""
        return read_contents(self.files, self.context)

    @cached_property
    def lua(self) -> LuaTree:
        """All Lua files, and how their requires resolve."""
        return read_lua_tree(self.contents, self.info)

    @cached_property
    def assets(self) -> tuple[AssetReference, ...]:
        """The asset paths in Lua strings, each looked up in the package."""
        return read_assets(self.lua, self.info, self.contents)

    @cached_property
    def prototypes(self) -> Prototypes:
        """The prototypes that are written out in Lua."""
        from factorio_release.checks.facts.prototypes import Prototypes  # noqa: PLC0415 start-up

        return Prototypes(self.lua)

    @cached_property
    def dependency_names(self) -> DependencyNames:
        """Which mods are sure to be loaded with this one, and whether others may be."""
        return read_dependency_names(self.info)

    @cached_property
    def locales(self) -> Locales:
        """All translations."""
        return read_locales(self.contents)

    @cached_property
    def game_json(self) -> GameJson:
        """The JSON files that the game reads beside info.json."""
        from factorio_release.checks.facts.game_json import read_game_json  # noqa: PLC0415 start-up

        return read_game_json(self.contents)

    @cached_property
    def media(self) -> Mapping[str, Media]:
        """The type of each image and sound, by path."""
        return read_media(self.contents, self.files)

    @cached_property
    def developer_files(self) -> tuple[DeveloperFiles, ...]:
        """The packaged files that only the mod's developers need, by kind."""
        from factorio_release.checks.facts.developer_files import read_developer_files  # noqa: PLC0415 start-up
        from factorio_release.checks.facts.used_by_lua import UsedByLua  # noqa: PLC0415 start-up

        used = UsedByLua(self.lua, self.assets)
        return read_developer_files(self.mod, self.contents, self.page, used, self.exclude)

    @cached_property
    def exclude(self) -> ExcludePatterns:
        """Finds the line with which files of the package are excluded."""
        paths = [file.path for file in self.files.files]
        return ExcludePatterns(paths, is_zip=self.files.origin == "zip")

    def value(self, name: str) -> Any:
        """Return the fact with this name, which is one of FACT_NAMES."""
        if name in PORTAL_FACT_NAMES:
            return getattr(self.portal, name)
        return getattr(self, name)


PORTAL_FACT_NAMES: Final = frozenset(PortalContext._fields)
FACT_NAMES: Final = PORTAL_FACT_NAMES.union(
    ("mod", "context", "page", "changes"),
    (
        name
        for name, member in vars(Facts).items()
        if isinstance(member, property | cached_property)
    ),
) - {"portal"}
