"""A mod as the public portal shows it now, as the start of a rehearsal."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from factorio_release.local_portal.state.images import image_extension
from factorio_release.local_portal.state.records import StoredImage, StoredMod, StoredRelease

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from factorio_release.local_portal.state.state import State

    # From an address to the picture's bytes, None where they cannot be had.
    ReadPicture = Callable[[str], bytes | None]

_TEXTS = ("summary", "description", "faq", "category", "homepage", "source_url", "changelog")
_VERSION = re.compile(r"\d{1,5}(\.\d{1,5}){2}", re.ASCII)
_GAME_VERSION = re.compile(r"\d{1,5}\.\d{1,5}", re.ASCII)
_SHA1 = re.compile(r"[0-9a-f]{40}", re.ASCII)
_EXTENSION = re.compile(r"\.(png|jpg|jpeg|gif)", re.IGNORECASE)


def seed_live(
    state: State, answer: Mapping[str, Any], base_url: str, picture: ReadPicture
) -> StoredMod:
    """Add the mod that a full answer of the read API describes, as one of this portal's account.

    All of the answer is untrusted: a value of another type than is documented counts as absent. An image of
    the gallery keeps its id also where its picture cannot be had. Relative addresses of pictures belong to
    `base_url`.
    """
    now = state.clock()
    mod = StoredMod(
        name=_text(answer, "name"),
        owner=state.owner,
        account=_text(answer, "owner"),
        created_at=_moment(answer, "created_at", now),
        updated_at=_moment(answer, "updated_at", now),
        tags=[tag for tag in _list(answer, "tags") if isinstance(tag, str)],
        license=_license(answer),
        deprecated=answer.get("deprecated") is True,
        downloads_count=_count(answer),
        images=list(_images(state, answer, base_url, picture)),
        releases=[
            one for release in _objects(answer, "releases") if (one := _release(release, now))
        ],
        title=_text(answer, "title") or _text(answer, "name"),
    )
    for name in _TEXTS:
        setattr(mod, name, _text(answer, name))
    mod.releases.sort(key=lambda release: release.released_at)
    address = _text(answer, "thumbnail")
    if address and (content := picture(urljoin(base_url, address))) and image_extension(content):
        mod.thumbnail = state.store.put(content, "png")
    state.save(mod)
    return mod


def _images(
    state: State, answer: Mapping[str, Any], base_url: str, picture: ReadPicture
) -> Iterator[StoredImage]:
    for image in _objects(answer, "images"):
        id_, url = _text(image, "id").lower(), _text(image, "url")
        if not _SHA1.fullmatch(id_):
            continue
        found = _EXTENSION.search(url)
        extension = found[1].lower().replace("jpeg", "jpg") if found else "png"
        content = picture(urljoin(base_url, url)) if url else None
        if content and hashlib.sha1(content, usedforsecurity=False).hexdigest() == id_:
            extension = image_extension(content) or extension
            state.store.put(content, extension)
        yield StoredImage(id_, extension)


def _release(release: Mapping[str, Any], now: float) -> StoredRelease | None:
    """Return a release without its zip; None for one without a version."""
    version, sha1 = _text(release, "version"), _text(release, "sha1").lower()
    if not _VERSION.fullmatch(version):
        return None
    info = release.get("info_json")
    info = info if isinstance(info, dict) else {}
    game = _text(info, "factorio_version")
    return StoredRelease(
        id=hashlib.sha256(version.encode()).hexdigest()[:24],
        version=version,
        sha1=sha1 if _SHA1.fullmatch(sha1) else "",
        size=0,
        released_at=_moment(release, "released_at", now),
        factorio_version=game if _GAME_VERSION.fullmatch(game) else "0.12",
        dependencies=[one for one in _list(info, "dependencies") if isinstance(one, str)],
        feature_flags=[one for one in _list(release, "feature_flags") if isinstance(one, str)],
    )


def _text(values: Mapping[str, Any], key: str) -> str:
    value = values.get(key)
    return value if isinstance(value, str) else ""


def _list(values: Mapping[str, Any], key: str) -> list[Any]:
    value = values.get(key)
    return value if isinstance(value, list) else []


def _objects(values: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    return [one for one in _list(values, key) if isinstance(one, dict)]


def _license(answer: Mapping[str, Any]) -> str:
    """Return the id that the details API takes; observed as `id` and as `name`."""
    value = answer.get("license")
    if not isinstance(value, dict):
        return ""
    texts = [_text(value, "id"), _text(value, "name")]
    return next((text for text in texts if text.startswith(("default_", "custom_"))), texts[0])


def _count(answer: Mapping[str, Any]) -> int:
    value = answer.get("downloads_count")
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else 0


def _moment(values: Mapping[str, Any], key: str, otherwise: float) -> float:
    """Return a time of the read API as epoch seconds."""
    try:
        return datetime.fromisoformat(_text(values, key)).timestamp()
    except (ValueError, OverflowError, OSError):
        return otherwise
