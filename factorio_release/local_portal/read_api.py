"""The read API's answers, made from the records; what is null, empty or false is left out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from factorio_release.local_portal.refusals import Refusal
from factorio_release.local_portal.state.rules import LICENSES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from factorio_release.local_portal.state.records import StoredImage, StoredMod, StoredRelease

DEFAULT_PAGE_SIZE = 25
MAX_PAGE_NUMBER = 10**6
_SORT_KEYS: dict[str, Callable[[StoredMod], Any]] = {
    "name": lambda mod: mod.name,
    "created_at": lambda mod: mod.created_at,
    "updated_at": lambda mod: mod.updated_at,
}


def time_text(moment: float) -> str:
    """Write epoch seconds as the portal does, UTC with microseconds."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def image_view(image: StoredImage, base: str) -> dict[str, Any]:
    """Return an image; the thumbnail of this portal is the image itself."""
    address = f"{base}/assets/{image.id}"
    return {
        "id": image.id,
        "url": f"{address}.{image.extension}",
        "thumbnail": f"{address}.thumb.{image.extension}",
    }


def release_view(mod: StoredMod, release: StoredRelease, *, full: bool) -> dict[str, Any]:
    """Return a release; its dependencies appear in the full answer alone."""
    info: dict[str, Any] = {"factorio_version": release.factorio_version}
    if full:
        info["dependencies"] = release.dependencies
    return sparse(
        {
            "version": release.version,
            "file_name": f"{mod.name}_{release.version}.zip",
            "sha1": release.sha1,
            "released_at": time_text(release.released_at),
            "download_url": f"/download/{mod.name}/{release.id}",
            "info_json": info,
            "feature_flags": release.feature_flags,
        }
    )


def short_view(mod: StoredMod) -> dict[str, Any]:
    """Return the short answer of a mod with its releases."""
    return {**_head(mod), "releases": [release_view(mod, one, full=False) for one in mod.releases]}


def full_view(mod: StoredMod, base: str) -> dict[str, Any]:
    """Return everything there is about a mod."""
    more = {
        "description": mod.description,
        "faq": mod.faq,
        "tags": mod.tags,
        "license": license_view(mod.license),
        "homepage": mod.homepage,
        "source_url": mod.source_url,
        "deprecated": mod.deprecated,
        "images": [image_view(image, base) for image in mod.images],
        "changelog": mod.changelog,
        "created_at": time_text(mod.created_at),
        "updated_at": time_text(mod.updated_at),
    }
    return {
        **_head(mod),
        **sparse(more),
        "releases": [release_view(mod, one, full=True) for one in mod.releases],
    }


def license_view(license_id: str) -> dict[str, Any]:
    """Return a licence with its title and address; a custom one has its id alone to show."""
    title, url = LICENSES.get(license_id, ("Custom license", ""))
    return sparse({"id": license_id, "name": license_id, "title": title, "description": title, "url": url})


def list_view(mods: Iterable[StoredMod], query: Mapping[str, str], base: str) -> dict[str, Any]:
    """Answer a search: filtered, sorted, one page of it.

    Raises:
        Refusal: when a parameter has a value that it cannot have.
    """
    found = sorted(_filtered(mods, query), key=_sort_key(query), reverse=_descending(query))
    size = _number(query, "page_size", DEFAULT_PAGE_SIZE, len(found))
    page = _number(query, "page", 1, 1)
    named = "namelist" in query
    shown = found[(page - 1) * size : page * size]
    answer = {"results": [short_view(mod) if named else _list_entry(mod) for mod in shown]}
    if query.get("page_size") == "max":
        return {"pagination": None, **answer}
    return {"pagination": _pagination(len(found), page, size, f"{base}/api/mods"), **answer}


def sparse(values: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what is null, empty or false; a zero stays."""
    return {key: value for key, value in values.items() if value or (value == 0 and value is not False)}


def _head(mod: StoredMod) -> dict[str, Any]:
    return sparse(
        {
            "name": mod.name,
            "title": mod.title,
            "owner": mod.owner,
            "summary": mod.summary,
            "category": mod.category,
            "downloads_count": mod.downloads_count,
            "score": mod.score,
            "thumbnail": f"/assets/{mod.thumbnail}.thumb.png" if mod.thumbnail else None,
        }
    )


def _list_entry(mod: StoredMod) -> dict[str, Any]:
    latest = max(mod.releases, key=lambda one: one.released_at, default=None)
    view = release_view(mod, latest, full=False) if latest else None
    return sparse({**_head(mod), "latest_release": view})


def _filtered(mods: Iterable[StoredMod], query: Mapping[str, str]) -> Iterable[StoredMod]:
    names = set(query["namelist"].split(",")) if "namelist" in query else None
    version = query.get("version")
    for mod in mods:
        if names is not None and mod.name not in names:
            continue
        if query.get("hide_deprecated") in {"true", "1"} and mod.deprecated:
            continue
        if version and all(one.factorio_version != version for one in mod.releases):
            continue
        yield mod


def _sort_key(query: Mapping[str, str]) -> Callable[[StoredMod], Any]:
    key = query.get("sort", "name")
    if key not in _SORT_KEYS:
        raise Refusal(None, f"Invalid sort: {key[:50]}")
    return _SORT_KEYS[key]


def _descending(query: Mapping[str, str]) -> bool:
    order = query.get("sort_order", "desc")
    if order not in {"asc", "desc"}:
        raise Refusal(None, f"Invalid sort_order: {order[:50]}")
    return order == "desc"


def _number(query: Mapping[str, str], name: str, default: int, most: int) -> int:
    text = query.get(name, str(default))
    if name == "page_size" and text == "max":
        return max(1, most)
    digits = text.lstrip("0")  # the length is judged first: Python refuses to convert thousands of digits
    is_short = digits.isascii() and digits.isdigit() and len(digits) <= len(str(MAX_PAGE_NUMBER))
    if not (is_short and int(digits) <= MAX_PAGE_NUMBER):
        raise Refusal(None, f"Invalid {name}: {text[:50]}")
    return int(digits)


def _pagination(count: int, page: int, size: int, address: str) -> dict[str, Any]:
    pages = max(1, -(-count // size))
    links = {
        "first": 1 if page > 1 else None,
        "prev": page - 1 if page > 1 else None,
        "next": page + 1 if page < pages else None,
        "last": pages if page < pages else None,
    }
    return {
        "count": count,
        "page": page,
        "page_count": pages,
        "page_size": size,
        "links": {
            name: f"{address}?page={number}&page_size={size}" if number else None
            for name, number in links.items()
        },
    }
