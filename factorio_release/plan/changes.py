"""The kinds of change that a run makes on the portal, and the plan that holds them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from factorio_release.parsers.version import parse_version

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factorio_release.mod_page import GalleryImage
    from factorio_release.parsers.version import Version

FieldValue = str | bool | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlannedPackage:
    """The zip to release; `sha1` in lower-case hex, `size` in bytes."""

    version: str
    file_name: str
    sha1: str
    size: int

    @property
    def number(self) -> Version:
        """The version as numbers, to compare."""
        return parse_version(self.version)


@dataclass(frozen=True, slots=True)
class Publish:
    """A new mod: the first release creates its page; `fields` are sent with the zip."""

    kind: ClassVar[str] = "publish"
    package: PlannedPackage
    fields: Mapping[str, FieldValue] = field(default_factory=dict)

    def record(self) -> dict[str, Any]:
        """Return the change for the JSON report."""
        return {
            "kind": self.kind,
            "before": None,
            "after": self.package.version,
            "fields": dict(self.fields),
        }


@dataclass(frozen=True, slots=True)
class AddRelease:
    """A new release of a mod that exists; `before` is the highest version on the portal."""

    kind: ClassVar[str] = "release"
    package: PlannedPackage
    before: str = ""

    def record(self) -> dict[str, Any]:
        """Return the change for the JSON report."""
        return {"kind": self.kind, "before": self.before or None, "after": self.package.version}


@dataclass(frozen=True, slots=True)
class EditDetails:
    """Page fields that differ, before and after, under the names of `edit_details`.

    `repinned` has the live texts with their links pinned as in `after`: what differs from these is what
    the author has changed.
    """

    kind: ClassVar[str] = "edit-details"
    before: Mapping[str, FieldValue]
    after: Mapping[str, FieldValue]
    repinned: Mapping[str, str] = field(default_factory=dict)

    def record(self) -> dict[str, Any]:
        """Return the change for the JSON report."""
        return {"kind": self.kind, "before": dict(self.before), "after": dict(self.after)}


@dataclass(frozen=True, slots=True)
class AddImage:
    """An image that the gallery does not have yet."""

    kind: ClassVar[str] = "add-image"
    image: GalleryImage

    def record(self) -> dict[str, Any]:
        """Return the change for the JSON report."""
        return {"kind": self.kind, "before": None, "after": self.image.id, "name": self.image.name}


@dataclass(frozen=True, slots=True)
class OrderImages:
    """The gallery in full, as image ids in display order; an id left out is removed.

    `urls` are the addresses of the images that are live, by id, for people to look at.
    """

    kind: ClassVar[str] = "order-images"
    before: tuple[str, ...]
    after: tuple[str, ...]
    urls: Mapping[str, str] = field(default_factory=dict)

    @property
    def removed(self) -> tuple[str, ...]:
        """The ids that the change removes."""
        kept = frozenset(self.after)
        return tuple(image for image in self.before if image not in kept)

    def record(self) -> dict[str, Any]:
        """Return the change for the JSON report."""
        return {
            "kind": self.kind,
            "before": list(self.before),
            "after": list(self.after),
            "removed": list(self.removed),
        }


class Gallery(NamedTuple):
    """The gallery before and after a plan, for people to look at.

    An image has its `name` where the repository has it, and its `url` where that is known: the portal's, or
    that of the repository's file.
    """

    before: tuple[GalleryImage, ...]
    after: tuple[GalleryImage, ...]


Change = Publish | AddRelease | EditDetails | AddImage | OrderImages


@dataclass(frozen=True, slots=True)
class Plan:
    """The changes in the order in which they are executed; `notices` and `facts` are sentences for the user.

    A fact says how things are and asks for nothing: the version is out. A notice is a warning.
    Without all three the portal already matches the repository. `is_other_content` says that the version is
    out with another content and is left alone. `later` says how a version is released that is left for later.
    `gallery` is there where a change is about it, and decides nothing.
    """

    mod: str
    changes: tuple[Change, ...] = ()
    notices: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    is_other_content: bool = False
    later: str = ""
    gallery: Gallery | None = field(default=None, compare=False)

    def of(self, *kinds: str) -> tuple[Change, ...]:
        """Return the changes of these kinds."""
        return tuple(change for change in self.changes if change.kind in kinds)
