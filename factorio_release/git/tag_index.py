"""The tags of a repository as releases of mods, read once for all mods of the repository."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left
from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.parsers.version import parse_version

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from factorio_release.parsers.version import Version

# The name, if any, ends where a separator, perhaps a `v`, and nothing but digits and dots follow.
_FORM: Final = re.compile(r"(?:(?P<name>.*)[_\-/@])?v?(?P<version>[0-9.]+)", re.DOTALL)


class ReleaseTag(NamedTuple):
    """A tag and the version in its name; `named` is true when the tag also has the name of the mod."""

    tag: str
    version: Version
    named: bool


class TagIndex:
    """Finds the tags of a mod without a look at those of all others."""

    def __init__(self, tags: Iterable[str]) -> None:
        self._texts: dict[str | None, list[tuple[str, str]]] = {}
        self._read: dict[str | None, Sequence[ReleaseTag]] = {}
        for tag in tags:
            form = _FORM.fullmatch(tag)
            if form:
                self._texts.setdefault(form["name"], []).append((tag, form["version"]))

    def until(self, mod: str, version: Version, *, below: bool = False) -> Iterator[ReleaseTag]:
        """Yield the tags up to a version, or only below it.

        Those with the mod's name come first, then those without a name; of each kind the highest version.
        """
        for name in (mod, None):
            yield from self._until(name, version, below=below)

    def exactly(self, mod: str, version: Version) -> Iterator[ReleaseTag]:
        """Yield the tags of one version, those with the mod's name first."""
        for name in (mod, None):
            tags = self._until(name, version, below=False)
            yield from itertools.takewhile(lambda tag: tag.version == version, tags)

    def _until(self, name: str | None, version: Version, *, below: bool) -> Iterator[ReleaseTag]:
        def is_low(tag: ReleaseTag) -> bool:
            return tag.version < version or (not below and tag.version == version)

        tags = self._with_name(name)
        first = bisect_left(tags, True, key=is_low)  # noqa: FBT003 the value that is looked for
        return itertools.islice(tags, first, None)

    def _with_name(self, name: str | None) -> Sequence[ReleaseTag]:
        """Return the tags with this name, None for those without one, the highest version first."""
        if name not in self._read:
            read = _released(self._texts.get(name, ()), named=name is not None)
            self._read[name] = sorted(read, key=lambda tag: tag.version, reverse=True)
        return self._read[name]


def read_release_tag(tag: str, mod: str) -> ReleaseTag | None:
    """Read `1.2.3` or `v1.2.3`, with or without the mod's name and `_`, `-`, `/` or `@` before it.

    Returns None for any other tag.
    """
    form = _FORM.fullmatch(tag)
    if form is None or form["name"] not in {mod, None}:
        return None
    return next(_released([(tag, form["version"])], named=form["name"] is not None), None)


def _released(texts: Iterable[tuple[str, str]], *, named: bool) -> Iterator[ReleaseTag]:
    for tag, text in texts:
        try:
            yield ReleaseTag(tag, parse_version(text), named)
        except ValueError:
            continue
