"""The records of a mod as they are stored: plain values that are written as JSON and read back."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class StoredRelease:
    """A public release; `id` is the last part of its download URL, `released_at` is epoch seconds."""

    id: str
    version: str
    sha1: str
    size: int
    released_at: float
    factorio_version: str
    dependencies: list[str] = field(default_factory=list)
    feature_flags: list[str] = field(default_factory=list)


@dataclass(slots=True)
class StoredImage:
    """An image of the gallery; `id` is the SHA-1 of its bytes, `extension` follows from its content."""

    id: str
    extension: str


@dataclass(slots=True)
class StoredMod:
    """A mod's page and its releases, oldest upload first.

    Times are epoch seconds; an empty text means that the field is not set; `thumbnail` is a SHA-1. `author`
    is that of the newest info.json. `account` is whom the page names in place of the owner, so that a
    rehearsal can name the public one, or make a guess. Where `page_known` is false, a rehearsal knows that
    the mod is public and not what its page says: a field that is not set is one that nobody has sent.
    """

    name: str
    owner: str
    title: str
    created_at: float
    updated_at: float
    summary: str = ""
    description: str = ""
    faq: str = ""
    category: str = ""
    tags: list[str] = field(default_factory=list)
    license: str = "default_mit"
    homepage: str = ""
    source_url: str = ""
    deprecated: bool = False
    changelog: str = ""
    thumbnail: str = ""
    downloads_count: int = 0
    score: float = 0.0
    images: list[StoredImage] = field(default_factory=list)
    releases: list[StoredRelease] = field(default_factory=list)
    author: str = ""
    account: str = ""
    is_account_a_guess: bool = False
    page_known: bool = True

    @property
    def shown_owner(self) -> str:
        """Whom the page names."""
        return self.account or self.owner

    def release_of(self, version: str) -> StoredRelease | None:
        """Return the release with this version, None when there is none.

        Versions are compared as numbers: `0.1.01` and `0.1.1` are the same (observed).
        """
        number = version_number(version)
        for release in self.releases:
            if version_number(release.version) == number:
                return release
        return None

    def to_json(self) -> dict[str, Any]:
        """Return the record as JSON values."""
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> StoredMod:
        """Read what `to_json` wrote."""
        images = [StoredImage(**image) for image in data["images"]]
        releases = [StoredRelease(**release) for release in data["releases"]]
        return cls(**{**data, "images": images, "releases": releases})


def version_number(version: str) -> tuple[int, ...]:
    """Return a dotted version as numbers, so that leading zeros do not count."""
    return tuple(int(part) for part in version.split("."))
