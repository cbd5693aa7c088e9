"""The answers of the read API, made from the records.

Parameters and fields are those of the wiki (documented). That null, empty and false fields are left out
was observed. The texts of the refusals are a choice of this portal.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from factorio_release.local_portal.refusals import Refusal
from factorio_release.local_portal.state.rules import LICENSES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from factorio_release.local_portal.state.records import StoredImage, StoredMod, StoredRelease

DEFAULT_PAGE_SIZE = 25
# The highest `page` and `page_size`: their product stays a small number whatever a client sends.
MAX_PAGE_NUMBER = 10**6
_SORT_KEYS: dict[str, Callable[[StoredMod], Any]] = {
    "name": lambda mod: mod.name,
    "created_at": lambda mod: mod.created_at,
    "updated_at": lambda mod: mod.updated_at,
}


def time_text(moment: float) -> str:
    """Return epoch seconds as the portal writes them: UTC with microseconds."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def image_view(image: StoredImage, base: str) -> dict[str, Any]:
    """Return the id and the addresses of an image; the thumbnail of this portal is the image itself."""
    address = f"{base}/assets/{image.id}"
    return {
        "id": image.id,
        "url": f"{address}.{image.extension}",
        "thumbnail": f"{address}.thumb.{image.extension}",
    }


def release_view(mod: StoredMod, release: StoredRelease, *, full: bool) -> dict[str, Any]:
    """Return a release as the short answer or the `full` answer shows it."""
    info: dict[str, Any] = {"factorio_version": release.factorio_version}
    # Documented: only the full answer has the dependencies.
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
    """Return a licence with its title and address; a custom licence has only its id."""
    title, url = LICENSES.get(license_id, ("Custom license", ""))
    return sparse(
        {"id": license_id, "name": license_id, "title": title, "description": title, "url": url}
    )


def list_view(mods: Iterable[StoredMod], query: Mapping[str, str], base: str) -> dict[str, Any]:
    """Return one page of the mods that match the query, sorted as it says.

    Raises:
        Refusal: when a parameter has a value that it cannot have.
    """
    found = sorted(_filtered(mods, query), key=_sort_key(query), reverse=_descending(query))
    size = _number(query, "page_size", DEFAULT_PAGE_SIZE, len(found))
    page = _number(query, "page", 1, 1)
    shown = found[(page - 1) * size : page * size]
    # Documented: with a namelist each result has all its releases, otherwise only the latest one.
    view = _list_entry
    if "namelist" in query:
        view = short_view
    pagination = None
    if query.get("page_size") != "max":
        pagination = _pagination(len(found), page, size, f"{base}/api/mods")
    return {"pagination": pagination, "results": [view(mod) for mod in shown]}


def sparse(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values without those that are null, empty or false; a zero stays."""
    return {key: value for key, value in values.items() if value or _is_zero(value)}


def _is_zero(value: Any) -> bool:
    # False equals 0 in Python, but the portal leaves it out (observed).
    return value == 0 and value is not False


def _head(mod: StoredMod) -> dict[str, Any]:
    thumbnail = None
    if mod.thumbnail:
        thumbnail = f"/assets/{mod.thumbnail}.thumb.png"
    return sparse(
        {
            "name": mod.name,
            "title": mod.title,
            "owner": mod.owner,
            "summary": mod.summary,
            "category": mod.category,
            "downloads_count": mod.downloads_count,
            "score": mod.score,
            "thumbnail": thumbnail,
        }
    )


def _list_entry(mod: StoredMod) -> dict[str, Any]:
    entry = _head(mod)
    if mod.releases:
        latest = max(mod.releases, key=lambda one: one.released_at)
        entry["latest_release"] = release_view(mod, latest, full=False)
    return entry


def _filtered(mods: Iterable[StoredMod], query: Mapping[str, str]) -> Iterable[StoredMod]:
    names = None
    if "namelist" in query:
        names = set(query["namelist"].split(","))
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


def _number(query: Mapping[str, str], name: str, default: int, largest: int) -> int:
    text = query.get(name, str(default))
    if name == "page_size" and text == "max":
        return max(1, largest)
    # The length is checked before the conversion: Python refuses to convert thousands of digits.
    digits = text.lstrip("0")
    is_short = digits.isascii() and digits.isdigit() and len(digits) <= len(str(MAX_PAGE_NUMBER))
    if not (is_short and int(digits) <= MAX_PAGE_NUMBER):
        raise Refusal(None, f"Invalid {name}: {text[:50]}")
    return int(digits)


def _pagination(count: int, page: int, size: int, address: str) -> dict[str, Any]:
    pages = max(1, math.ceil(count / size))
    links: dict[str, str | None] = dict.fromkeys(("first", "prev", "next", "last"))
    if page > 1:
        links["first"] = _page_link(address, 1, size)
        links["prev"] = _page_link(address, page - 1, size)
    if page < pages:
        links["next"] = _page_link(address, page + 1, size)
        links["last"] = _page_link(address, pages, size)
    return {"count": count, "page": page, "page_count": pages, "page_size": size, "links": links}


def _page_link(address: str, page: int, size: int) -> str:
    return f"{address}?page={page}&page_size={size}"
