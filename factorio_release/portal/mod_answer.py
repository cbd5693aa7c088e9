"""The read API's answer about a mod, read into values; everything in it is untrusted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from factorio_release.live.models import LiveMod, LiveRelease
from factorio_release.mod_page import GalleryImage, ModPage

if TYPE_CHECKING:
    from collections.abc import Mapping

# Documented: the SHA-1 in hex. Ids are sent back in a list with commas.
_IMAGE_ID: Final = re.compile(r"[0-9A-Za-z_-]{1,128}")
_SHA1: Final = re.compile(r"[0-9a-f]{40}")
# The portal's address is put before it: nothing in it may make another host of that, or end a link.
_PATH: Final = re.compile(r"/[0-9A-Za-z._~%-][0-9A-Za-z._~/%-]{0,2000}")


def live_mod(answer: Mapping[str, Any]) -> LiveMod:
    """Read an answer of the read API.

    Observed: null, empty and false fields are left out of it, so an absent field is an empty one.
    Raises ValueError when it is not the answer documented.
    """
    name = answer.get("name")
    if not isinstance(name, str) or not name:
        raise ValueError("the answer has no mod name")
    releases = _objects(_list(answer, "releases"))
    if answer.get("latest_release"):  # the list answers with this alone
        releases += _objects([answer["latest_release"]])
    return LiveMod(
        name=name,
        page=_page(answer),
        releases=tuple(_release(release) for release in releases if isinstance(release.get("version"), str)),
        owner=_text(answer, "owner"),
    )


def _page(answer: Mapping[str, Any]) -> ModPage:
    license_value = answer.get("license")
    tags = answer.get("tags")
    return ModPage(
        title=_text(answer, "title"),
        summary=_text(answer, "summary"),
        description=_text(answer, "description"),
        faq=_text(answer, "faq"),
        category="" if _text(answer, "category") == "no-category" else _text(answer, "category"),
        tags=tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else (),
        license=_license(license_value) if isinstance(license_value, dict) else "",
        homepage=_text(answer, "homepage"),
        source_url=_text(answer, "source_url"),
        deprecated=answer.get("deprecated") is True,
        images=tuple(map(_image, _list(answer, "images"))),
    )


def _image(image: Any) -> GalleryImage:
    """Read an image; one that cannot be named must stop the run, since an edit of the gallery removes it."""
    image_id = image.get("id") if isinstance(image, dict) else None
    if not isinstance(image_id, str) or not _IMAGE_ID.fullmatch(image_id):
        raise ValueError(f"an image of the gallery has the id {image_id!r}")
    return GalleryImage(id=image_id.lower(), url=_text(image, "url"))


def _license(value: Mapping[str, Any]) -> str:
    """Return the form that edit_details takes: `default_…` or `custom_…`, wherever it stands."""
    candidates = (_text(value, "id"), _text(value, "name"))
    return next((text for text in candidates if text.startswith(("default_", "custom_"))), candidates[0])


def _release(release: Mapping[str, Any]) -> LiveRelease:
    info = release.get("info_json")
    return LiveRelease(
        version=_text(release, "version"),
        sha1=_fitting(_SHA1, _text(release, "sha1").lower()),
        file_name=_text(release, "file_name"),
        download_url=_fitting(_PATH, _text(release, "download_url")),
        released_at=_text(release, "released_at"),
        factorio_version=_text(info, "factorio_version") if isinstance(info, dict) else "",
    )


def _text(answer: Mapping[str, Any], key: str) -> str:
    value = answer.get(key)
    return value if isinstance(value, str) else ""


def _fitting(form: re.Pattern[str], text: str) -> str:
    """Return the text where all of it has this form, else nothing: it is not known then."""
    return text if form.fullmatch(text) else ""


def _list(answer: Mapping[str, Any], key: str) -> list[Any]:
    value = answer.get(key)
    if not isinstance(value, list | None):
        raise ValueError(f"its {key} are no list")  # noqa: TRY004 wrong is the answer, not a type of ours
    return value or []


def _objects(value: Any) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
