"""The read API's answer about a mod, read into values; everything in it is untrusted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from factorio_release.live.models import LiveMod, LiveRelease
from factorio_release.mod_page import PAGE_FIELDS, FieldKind, GalleryImage, ModPage

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

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
        releases=tuple(
            _release(release) for release in releases if isinstance(release.get("version"), str)
        ),
    )


def _page(answer: Mapping[str, Any]) -> ModPage:
    return ModPage(
        **{one.name: _READERS[one.kind](answer, one.name) for one in PAGE_FIELDS.values()}
    )


def _text(answer: Mapping[str, Any], key: str) -> str:
    value = answer.get(key)
    if not isinstance(value, str):
        return ""
    return value


def _category(answer: Mapping[str, Any], key: str) -> str:
    category = _text(answer, key)
    return "" if category == "no-category" else category


def _texts(answer: Mapping[str, Any], key: str) -> tuple[str, ...]:
    texts = answer.get(key)
    if not isinstance(texts, list):
        return ()
    return tuple(text for text in texts if isinstance(text, str))


def _license(answer: Mapping[str, Any], key: str) -> str:
    """Return the form that edit_details takes, `default_…` or `custom_…`; observed as `id` and as `name`."""
    value = answer.get(key)
    if not isinstance(value, dict):
        return ""
    id_, name = _text(value, "id"), _text(value, "name")
    for text in (id_, name):
        if text.startswith(("default_", "custom_")):
            return text
    return id_


def _flag(answer: Mapping[str, Any], key: str) -> bool:
    return answer.get(key) is True


def _images(answer: Mapping[str, Any], key: str) -> tuple[GalleryImage, ...]:
    return tuple(_image(image) for image in _list(answer, key))


def _image(image: Any) -> GalleryImage:
    """Read an image; ValueError for one without a usable id.

    An edit of the gallery lists the ids to keep, so that it would remove an image that cannot be named.
    """
    image_id = image.get("id") if isinstance(image, dict) else None
    if not isinstance(image_id, str) or not _IMAGE_ID.fullmatch(image_id):
        raise ValueError(f"an image of the gallery has the id {image_id!r}")
    return GalleryImage(id=image_id.lower(), url=_text(image, "url"))


_READERS: Final[dict[FieldKind, Callable[[Mapping[str, Any], str], Any]]] = {
    FieldKind.LINE: _text,
    FieldKind.DOCUMENT: _text,
    FieldKind.CATEGORY: _category,
    FieldKind.TAGS: _texts,
    FieldKind.LICENSE: _license,
    FieldKind.URL: _text,
    FieldKind.FLAG: _flag,
    FieldKind.IMAGES: _images,
}


def _release(release: Mapping[str, Any]) -> LiveRelease:
    info = release.get("info_json")
    if not isinstance(info, dict):
        info = {}
    return LiveRelease(
        version=_text(release, "version"),
        sha1=_fitting(_SHA1, _text(release, "sha1").lower()),
        download_url=_fitting(_PATH, _text(release, "download_url")),
        factorio_version=_text(info, "factorio_version"),
        dependencies=_texts(info, "dependencies"),
    )


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
