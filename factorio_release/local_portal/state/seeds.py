"""Mods that are on the portal without having been uploaded by a client."""

from __future__ import annotations

import io
import json
import secrets
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from factorio_release.local_portal.state.images import image_extension
from factorio_release.local_portal.state.records import StoredImage, StoredMod, StoredRelease

if TYPE_CHECKING:
    from collections.abc import Sequence

    from factorio_release.local_portal.state.state import State
    from factorio_release.local_portal.state.store import Store


@dataclass(frozen=True, slots=True)
class ReleaseSeed:
    """A release to add; without `zip` (bytes or a file) a zip with only an info.json is made.

    `released_at` is epoch seconds; None means now.
    """

    version: str
    factorio_version: str = "2.0"
    dependencies: Sequence[str] = ("base",)
    zip: bytes | Path | None = None
    released_at: float | None = None


class ModSeedFields(TypedDict, total=False):
    """The keyword arguments of `LocalPortal.seed_mod`."""

    owner: str | None
    title: str
    summary: str
    description: str
    faq: str
    category: str
    tags: Sequence[str]
    license: str
    homepage: str
    source_url: str
    deprecated: bool
    changelog: str
    thumbnail: bytes | Path | None
    images: Sequence[bytes | Path]
    releases: Sequence[ReleaseSeed | str]
    downloads_count: int
    score: float


@dataclass(frozen=True, slots=True)
class ModSeed:
    """A mod to add; `owner` None means the account of the keys; a release may be given by its version."""

    name: str
    owner: str | None = None
    title: str = ""
    summary: str = ""
    description: str = ""
    faq: str = ""
    category: str = ""
    tags: Sequence[str] = ()
    license: str = "default_mit"
    homepage: str = ""
    source_url: str = ""
    deprecated: bool = False
    changelog: str = ""
    thumbnail: bytes | Path | None = None
    images: Sequence[bytes | Path] = ()
    releases: Sequence[ReleaseSeed | str] = ()
    downloads_count: int = 0
    score: float = 0.0


def store_seed(state: State, seed: ModSeed) -> StoredMod:
    """Add a mod and return its record; a mod of that name is replaced.

    Raises:
        ValueError: when a file given as an image is not one.
    """
    now = state.clock()
    thumbnail = ""
    if seed.thumbnail:
        thumbnail = _store_image(state.store, seed.thumbnail).id
    mod = StoredMod(
        name=seed.name,
        owner=seed.owner or state.owner,
        title=seed.title or seed.name,
        created_at=now,
        updated_at=now,
        summary=seed.summary,
        description=seed.description,
        faq=seed.faq,
        category=seed.category,
        tags=list(seed.tags),
        license=seed.license,
        homepage=seed.homepage,
        source_url=seed.source_url,
        deprecated=seed.deprecated,
        changelog=seed.changelog,
        thumbnail=thumbnail,
        downloads_count=seed.downloads_count,
        score=seed.score,
        images=[_store_image(state.store, image) for image in seed.images],
        releases=[_store_release(state, seed, one) for one in seed.releases],
    )
    state.save(mod)
    return mod


def _store_image(store: Store, image: bytes | Path) -> StoredImage:
    content = _content(image)
    extension = image_extension(content)
    if extension is None:
        raise ValueError("a seed's image must be a PNG, JPEG or GIF")
    return StoredImage(store.put(content, extension), extension)


def _store_release(state: State, seed: ModSeed, release: ReleaseSeed | str) -> StoredRelease:
    if isinstance(release, str):
        release = ReleaseSeed(release)
    content = bare_zip(seed, release)
    if release.zip is not None:
        content = _content(release.zip)
    released_at = release.released_at
    if released_at is None:
        released_at = state.clock()
    return StoredRelease(
        id=secrets.token_hex(12),
        version=release.version,
        sha1=state.store.put(content, "zip"),
        size=len(content),
        released_at=released_at,
        factorio_version=release.factorio_version,
        dependencies=list(release.dependencies),
    )


def bare_zip(seed: ModSeed, release: ReleaseSeed) -> bytes:
    """Return the smallest zip that the portal accepts; the same arguments give the same bytes."""
    info = {
        "name": seed.name,
        "version": release.version,
        "title": seed.title or seed.name,
        "author": seed.owner or "demo",
        "factorio_version": release.factorio_version,
        "dependencies": list(release.dependencies),
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        # A ZipInfo made here has a fixed time; `writestr` with a name would use the present one.
        entry = zipfile.ZipInfo(f"{seed.name}_{release.version}/info.json")
        archive.writestr(entry, json.dumps(info, indent=2))
    return content.getvalue()


def _content(source: bytes | Path) -> bytes:
    if isinstance(source, Path):
        return source.read_bytes()
    return source
