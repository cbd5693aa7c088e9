"""The config file of `init`: from the repository, the old pipeline, the portal and somebody's answers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from factorio_release.cli.init_live import Seen, difference, look, unchanged_fields
from factorio_release.cli.init_page_files import page_files
from factorio_release.cli.init_questions import ask_category, ask_license, ask_tags
from factorio_release.cli.path_patterns import shown
from factorio_release.disk.relative import relative
from factorio_release.disk.replace_rules import replaces_anything, replaces_exactly
from factorio_release.mod.mod import load_mod
from factorio_release.project import CONFIG_FILES
from factorio_release.scaffold.config import first_config, root_config
from factorio_release.scaffold.first_values import Setting, Standing, first_values
from factorio_release.scaffold.found_page import FoundPage, find_page
from factorio_release.scaffold.own_excludes import developer_globs, refused_globs
from factorio_release.scaffold.pipelines.excludes import (
    excluded_globs,
    exclusions_of_zip,
    useful_globs,
)
from factorio_release.settings.sources import find_config

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from factorio_release.cli.init_place import Place
    from factorio_release.cli.session import Session
    from factorio_release.disk.replace_rules import MayReplace
    from factorio_release.live.models import LiveMod
    from factorio_release.mod.mod import Mod
    from factorio_release.scaffold.first_values import FirstValues
    from factorio_release.scaffold.pipelines.found import FoundPipelines
    from factorio_release.settings.options import Settings

# As many mods of a repository are asked for one by one.
_MAX_ASKED: Final = 20
_ASKED: Final = (Standing.NEW, Standing.UNKNOWN)
_ZIP_INPUTS: Final = ("exclusions", "exclude", "ignore")


class ConfigWriter:
    """Finds the values of the config file, and says what it found.

    `kept` is a file that is there. `is_public`: the portal has the mod, or a pipeline uploads it.
    """

    def __init__(
        self,
        session: Session,
        place: Place,
        settings: Settings,
        found: FoundPipelines,
        *,
        needs_portal: bool,
        is_built: bool,
    ) -> None:
        self._session = session
        self._place = place
        self._settings = settings
        self._pipelines = found
        self._needs_portal = needs_portal
        self._is_built = is_built
        self._missing: list[str] = []
        self._path = place.root / CONFIG_FILES[0]
        self._files: dict[Path, bytes] = {}  # the page of the portal
        self.kept: list[Path] = []
        self.is_public = any(one.uploads for one in found.pipelines)

    def files(self, *, overwrite: bool) -> dict[Path, tuple[bytes, MayReplace]]:
        """Return the file to write; an empty dictionary where there is one already."""
        self._path = self._target(overwrite=overwrite)
        if self._path.exists() and not overwrite:
            self.kept.append(self._path)
            return {}
        text = self._root_text() if self._is_root else self._text()
        rule = replaces_anything if overwrite else replaces_exactly(b"")
        files = {path: (data, replaces_exactly(b"")) for path, data in self._files.items()}
        return {self._path: (text.encode(), rule)} | files

    def say_what_is_missing(self) -> None:
        """Say what has to be chosen before a first release."""
        if self._missing:
            self._session.say(f"choose {' and '.join(self._missing)} in {shown(self._path)}")

    @property
    def _is_root(self) -> bool:
        return self._place.mod is None and bool(self._place.mods.mods)

    def _target(self, *, overwrite: bool) -> Path:
        """Return the config file that is there, else the one to create beside info.json.

        The file at the root of a repository may configure other mods too, so it is never overwritten for one.
        """
        place = self._place
        folder = place.mod.path if place.mod and not place.is_below else place.root
        found = find_config((folder, place.root))
        if found is None or (overwrite and found.parent != folder):
            return folder / CONFIG_FILES[0]
        return found

    def _text(self) -> str:
        mod = self._place.mod
        values = self._values_of(mod) if mod else self._values_without_mod()
        self.is_public = values.standing in {Standing.LIVE, Standing.PUBLIC}
        values = self._asked(values)
        if values.standing in {Standing.NEW, Standing.UNKNOWN}:
            if not values.category:
                self._missing.append("a category")
            if values.license is None or not values.license.used:
                self._missing.append("a licence")
        return first_config(values)

    def _values_of(self, mod: Mod) -> FirstValues:
        found = find_page(mod, alone=not self._place.is_several)
        seen = look(self._session, self._settings, mod.name, needed=self._needs_portal)
        # What a build makes is another folder, with other files.
        excluded = () if self._is_built else self._excluded(mod, found)
        same: tuple[str, ...] = ()
        if seen.live:
            same = unchanged_fields(mod, found, seen.live)
            self._say_differences(mod, found, seen.live, same)
        if seen.live and self._needs_portal:
            written = page_files(self._session, self._settings, seen.live, found, same)
            found, same = written.found, written.same
            self._files = {mod.path / path: data for path, data in written.files.items()}
            for note in written.notes:
                self._session.say(f"warning: {note}")
        exclude = (*found.exclude, *excluded)
        return first_values(
            found.seen_from(relative(mod.path, self._path.parent)),
            seen.live.page if seen.live else None,
            standing=self._standing(seen),
            title=mod.info.title,
            summary=mod.info.summary,
            same=same,
            exclude=tuple(dict.fromkeys(exclude)),
        )

    def _standing(self, seen: Seen) -> Standing:
        """Return what is known; a pipeline that uploads shows that the mod is public."""
        uploads = any(one.uploads for one in self._pipelines.pipelines)
        if seen.standing is Standing.UNKNOWN and uploads:
            return Standing.PUBLIC
        return seen.standing

    def _values_without_mod(self) -> FirstValues:
        """Return the values for a mod whose info.json a build makes."""
        name = self._place.name
        live = None
        if name:
            live = look(self._session, self._settings, name, needed=self._needs_portal).live
        return first_values(
            FoundPage(has_remote=bool(self._place.home)),
            live.page if live else None,
            standing=Standing.LIVE if live else Standing.PUBLIC,
        )

    def _excluded(self, mod: Mod, found: FoundPage) -> tuple[str, ...]:
        """Return globs for what the old pipeline left out, and for what must not ship."""
        files = [
            file.path
            for file in mod.files.files
            if not any(file.path.startswith(glob.removesuffix("**")) for glob in found.exclude)
        ]
        at_root = mod.path == self._place.root
        texts = list(self._old_texts()) if at_root or not self._place.is_several else []
        globs = (
            *excluded_globs(texts, files, mod.name),
            *refused_globs(files),
            *developer_globs(mod),
        )
        return useful_globs(globs, files)

    def _old_texts(self) -> Iterator[str]:
        """Yield the scripts and inputs with which the old pipelines pack."""
        for pipeline in self._pipelines.pipelines:
            if pipeline.recipe:
                yield pipeline.recipe.text
            for step in pipeline.all_steps:
                if step.packs or step.uploads or step.kind == "move":
                    yield step.step.run
                for name in _ZIP_INPUTS:
                    if step.packs and name in step.step.given:
                        yield exclusions_of_zip(step.step.given[name])

    def _asked(self, values: FirstValues) -> FirstValues:
        """Return the values with what somebody on a terminal answers."""
        session = self._session
        if not session.has_terminal or session.ci.in_ci or values.standing not in _ASKED:
            return values
        category = values.category or ask_category(session)
        tags = values.tags or ask_tags(session)
        license_ = values.license
        if license_ is None:
            answer = ask_license(session)
            license_ = Setting("license", answer) if answer else None
        return replace(values, category=category, tags=tags, license=license_)

    def _say_differences(
        self, mod: Mod, found: FoundPage, live: LiveMod, same: tuple[str, ...]
    ) -> None:
        for name, path in (("description", found.description), ("faq", found.faq)):
            if path and name not in same and getattr(live.page, name):
                self._session.say(
                    f"{path} is not the {name} on the portal, so that its sync is a comment in "
                    f"{shown(self._path)}:"
                )
                for line in difference(mod, live, name, path):
                    self._session.say(f"  {line}")

    def _root_text(self) -> str:
        """Return the file at the root of several mods."""
        place = self._place
        values: dict[str, FirstValues] = {}
        asks = self._needs_portal or len(place.mods.mods) <= _MAX_ASKED
        standing: Standing | None = None
        for path, info in place.mods.mods.items():
            seen = Seen(None, Standing.UNKNOWN)
            # Where the first one gets no answer, the others are not asked.
            if asks and standing is not Standing.UNKNOWN:
                seen = look(self._session, self._settings, info.name, needed=False)
                standing = seen.standing
            mod = load_mod(path)
            refused = refused_globs([file.path for file in mod.files.files])
            values[relative(path, place.root)] = first_values(
                find_page(mod, alone=False),
                seen.live.page if seen.live else None,
                standing=seen.standing,
                exclude=refused,
                title=info.title,
                summary=info.summary,
            )
        if not all(one.category for one in values.values()):
            self._missing.append("a category for each mod that is not public yet")
        return root_config(values)
