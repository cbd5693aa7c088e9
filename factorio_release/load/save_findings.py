"""Findings about saves and settings of the last release: what they have and this package does not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from factorio_release.load.findings import load_finding
from factorio_release.load.kinds import KINDS, SAVED
from factorio_release.parsers.suggestion import suggest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.findings import Finding
    from factorio_release.load.places import LuaPlaces
    from factorio_release.load.save_changes import Changes, Comparison

_MAX_NAMED: Final = 20
_MAX_TARGETS: Final = 100  # each is compared with all names


def migration_targets(compared: Comparison) -> Iterator[Finding]:
    """Report migrations of a name of the last release to a name that nothing has.

    Entries for older releases are left alone: a name that was renamed again is no mistake.
    """
    found = 0
    for one in compared.new:
        has = compared.kinds.names(one.kind, compared.after)
        if one.kind not in KINDS or one.old not in compared.kinds.names(one.kind, compared.before):
            continue
        if compared.final_name(one.kind, one.old) in has:
            continue
        found += 1
        if found > _MAX_TARGETS:
            return
        near = suggest(one.new, sorted(has))
        noun = one.kind.replace("-", " ")
        yield load_finding(
            "migration-target",
            f"the migration renames the {noun} `{one.old}` to `{one.new}`, "
            "which no loaded mod defines: saves lose it",
            (one.file, one.line),
            f"Did you mean `{near}`?" if near else "Name one that exists, or define it.",
        )


def gone_prototypes(
    compared: Comparison, changes: tuple[Changes, ...], since: str, version: str
) -> Iterator[Finding]:
    """Report, once for each name, what the last release had and neither package nor migrations have."""
    kinds: dict[str, list[str]] = {}
    for one in changes:
        for name in one.removed if one.kind in SAVED else ():
            kinds.setdefault(name, []).append(one.kind)
    late = {(one.kind, one.old): one for one in compared.old}
    missed = {(one.kind, one.old) for one in compared.new}
    gone = [
        (name, of_kind)
        for name, of_kind in sorted(kinds.items())
        if not all((kind, name) in missed for kind in of_kind)  # migration-target has reported it
    ]
    for name, of_kind in gone[:_MAX_NAMED]:
        entry = next((late[kind, name] for kind in of_kind if (kind, name) in late), None)
        if entry:
            yield load_finding(
                "prototype-gone",
                f"{_words(of_kind, name)} of {since} is gone, and {entry.file}, which renames it, "
                f"was in {since} already: the game runs no migration of a save twice",
                (entry.file, entry.line),
                f"Put the line into a new file, such as migrations/{version}.json.",
            )
            continue
        yield load_finding(
            "prototype-gone",
            f"{_words(of_kind, name)} of {since} is gone, and no migration renames it: saves lose it",
            hint=_line_to_write(compared, name, of_kind, version),
        )
    if len(gone) > _MAX_NAMED:
        names = ", ".join(name for name, _ in gone[_MAX_NAMED : 2 * _MAX_NAMED])
        more = len(gone) - _MAX_NAMED
        dots = ", …" if more > _MAX_NAMED else ""
        yield load_finding(
            "prototype-gone",
            f"{more:,} more names of {since} are gone without a migration: {names}{dots}",
        )


def _line_to_write(compared: Comparison, name: str, kinds: list[str], version: str) -> str:
    # What another kind of the same name is renamed to is the likeliest.
    meant = next((one.new for one in compared.new if one.old == name), "")
    pairs = {}
    for kind in kinds:
        added = compared.kinds.own(kind, compared.after, compared.mod)
        added -= compared.kinds.names(kind, compared.before)
        near = meant if meant in added else suggest(name, sorted(added))
        pairs[kind] = [[name, near or "NEW-NAME"]]
    return (
        f"If it has a new name, write into migrations/{version}.json: {json.dumps(pairs)}. "
        "If it is meant to go, tell players in the changelog."
    )


def _words(kinds: list[str], name: str) -> str:
    nouns = [kind.replace("-", " ") for kind in kinds]
    listed = " and ".join([", ".join(nouns[:-1]), nouns[-1]] if nouns[1:] else nouns)
    return f"{listed} `{name}`"


def gone_settings(
    compared: Comparison, changes: Changes, places: LuaPlaces, since: str
) -> Iterator[Finding]:
    """Report settings of the last release that are gone, became something else, or lost values."""
    for name in changes.removed[:_MAX_NAMED]:
        yield load_finding(
            "setting-gone",
            f"the setting `{name}` of {since} is gone: "
            "what players chose is lost, and mods that read it fail",
            hint="Keep it with `hidden = true` where other mods may read it; tell players in the changelog.",
        )
    for old, new in changes.renamed[:_MAX_NAMED]:
        name, _, was = old.partition(": ")
        yield load_finding(
            "setting-gone",
            f"the setting `{name}` was a {was} in {since} and is a {new.partition(': ')[2]} now: "
            "what players chose is lost, and mods that read it as before fail",
            places.of_prototype(new.partition(": ")[2].rpartition(" ")[2], name),
            "Give the new setting another name, or tell players in the changelog.",
        )
    for name, lost in list(compared.refused_values().items())[:_MAX_NAMED]:
        values = ", ".join(f"`{value}`" for value in lost[:_MAX_NAMED])
        yield load_finding(
            "setting-gone",
            f"the setting `{name}` no longer allows {values}: "
            f"players who chose that in {since} get the default",
            places.of_prototype("string-setting", name),
            "Keep the value, or tell players in the changelog.",
        )
