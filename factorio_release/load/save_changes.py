"""What a release changes for saves and for modpacks, against the release before it; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from factorio_release.load.kinds import KINDS, Kinds

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from factorio_release.load.api import PrototypeApi
    from factorio_release.load.content import Migration
    from factorio_release.load.game_data import GameData
    from factorio_release.parsers.dependency import Dependency
    from factorio_release.parsers.info import Info


class Renamed(NamedTuple):
    """A name that a migration changes, and the name that it has then."""

    old: str
    new: str


class Changes(NamedTuple):
    """What of one kind came, went and was renamed; names in their order.

    `kind` is one of those that a migration may name, `setting` or `dependency`. Of a setting and a dependency
    `renamed` has what it was and what it is.
    """

    kind: str
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    renamed: tuple[Renamed, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.renamed)

    def record(self) -> dict[str, Any]:
        """Return the changes for the JSON report."""
        return {
            "kind": self.kind,
            "added": list(self.added),
            "removed": list(self.removed),
            "renamed": [list(one) for one in self.renamed],
        }


class SaveChanges(NamedTuple):
    """All changes since a release; `tag` and `version` are that release's.

    `whole` is False where the mod or that release could not be loaded: then `changes` has what their texts
    alone say, the dependencies.
    """

    tag: str
    version: str
    changes: tuple[Changes, ...] = ()
    whole: bool = True

    def of(self, kind: str) -> Changes:
        """Return the changes of one kind."""
        return next((one for one in self.changes if one.kind == kind), Changes(kind))

    def record(self) -> dict[str, Any]:
        """Return the changes for the JSON report; its form is part of the public contract."""
        return {
            "tag": self.tag,
            "version": self.version,
            "whole": self.whole,
            "changes": [one.record() for one in self.changes],
        }


class Comparison:
    """Two loads of a mod with the same other mods: that of the last release, and that of now.

    `migrations` are those of the package, `had` the migration files that the last release had: a save of it
    has been through them, and the game runs none twice.
    """

    def __init__(  # noqa: PLR0917 the parts of a comparison
        self,
        mod: str,
        before: GameData,
        after: GameData,
        api: PrototypeApi,
        migrations: Iterable[Migration],
        had: frozenset[str],
    ) -> None:
        self.before = before
        self.after = after
        self.mod = mod
        self.kinds = Kinds(api)
        every = tuple(migrations)
        self.new = tuple(one for one in every if one.file not in had)
        self.old = tuple(one for one in every if one.file in had)
        self._final = {(one.kind, one.old): one.new for one in self.new}

    def final_name(self, kind: str, name: str) -> str:
        """Return the name to which the new migrations bring this one, after all of them."""
        seen = set()
        while (kind, name) in self._final and name not in seen:
            seen.add(name)
            name = self._final[kind, name]
        return name

    def prototypes(self) -> Iterator[Changes]:
        """Yield what changed of each kind of prototypes, of those that the mod itself adds."""
        for kind in KINDS:
            had = self.kinds.own(kind, self.before, self.mod)
            has = self.kinds.names(kind, self.after)
            gone = had - has
            renamed = {name: self.final_name(kind, name) for name in sorted(gone)}
            moved = {old: new for old, new in renamed.items() if new != old and new in has}
            added = self.kinds.own(kind, self.after, self.mod)
            added -= self.kinds.names(kind, self.before) | set(moved.values())
            yield Changes(
                kind,
                tuple(sorted(added)),
                tuple(sorted(gone - set(moved))),
                tuple(Renamed(old, new) for old, new in moved.items()),
            )

    def settings(self) -> Changes:
        """Return which settings of the mod came, went, or became something else."""
        before, after = _settings(self.before, self.mod), _settings(self.after, self.mod)
        every = {name for named in self.after.settings.values() for name in named}
        changed = [
            Renamed(f"{name}: {before[name]}", f"{name}: {after[name]}")
            for name in sorted(before.keys() & after.keys())
            if before[name] != after[name]
        ]
        return Changes(
            "setting",
            tuple(sorted(after.keys() - before.keys())),
            tuple(sorted(before.keys() - every)),
            tuple(changed),
        )

    def refused_values(self) -> dict[str, tuple[str, ...]]:
        """Return by setting the values that the last release allows and this package does not."""
        found = {}
        for kind, named in self.before.settings.items():
            for name, one in named.items():
                now = self.after.settings.get(kind, {}).get(name, {})
                before, after = one.get("allowed_values"), now.get("allowed_values")
                if isinstance(before, list) and isinstance(after, list) and after:
                    lost = tuple(str(value) for value in before if value not in after)
                    if lost and self.before.is_own(kind, name, self.mod):
                        found[name] = lost
        return dict(sorted(found.items()))


def _settings(data: GameData, mod: str) -> dict[str, str]:
    """Return what each setting of a mod is: `startup bool-setting`."""
    return {
        name: f"{one.get('setting_type', '')} {kind}".strip()
        for kind, named in data.settings.items()
        for name, one in named.items()
        if data.is_own(kind, name, mod)
    }


def dependency_changes(before: Info, after: Info) -> Changes:
    """Return which dependencies came, went, or ask for something else."""
    old, new = _dependencies(before), _dependencies(after)
    changed = [
        Renamed(old[name].text.strip(), new[name].text.strip())
        for name in sorted(old.keys() & new.keys())
        if old[name]._replace(text="") != new[name]._replace(text="")
    ]
    return Changes(
        "dependency",
        tuple(new[name].text.strip() for name in sorted(new.keys() - old.keys())),
        tuple(old[name].text.strip() for name in sorted(old.keys() - new.keys())),
        tuple(changed),
    )


def _dependencies(info: Info) -> Mapping[str, Dependency]:
    return {one.name: one for one in info.parsed_dependencies}
