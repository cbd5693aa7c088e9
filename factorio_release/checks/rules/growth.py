"""A package that has grown more than anybody meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factorio_release.parsers.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.mod.package_changes import PackageChanges

# Below either nobody wonders; above both it is worth a look at the biggest file.
SHARE: Final = 0.5
BYTES: Final = 1_000_000
_MEGABYTE: Final = 1_000_000


def sudden_growth(changes: PackageChanges | None) -> Iterator[Problem]:
    """Report a package half again as large as the previous release's, naming what made it so."""
    if changes is None or changes.growth < BYTES or changes.growth < SHARE * changes.size_before:
        return
    biggest = changes.changes[0]
    yield Problem(
        f"the package grew from {changes.size_before / _MEGABYTE:.1f} to "
        f"{changes.size_after / _MEGABYTE:.1f} MB since {changes.tag}, "
        f"{biggest.growth / _MEGABYTE:.1f} MB of it by {biggest.path}",
        biggest.path,
        hint="Look through `factorio-release build --list`; leave out what players do not need.",
    )
