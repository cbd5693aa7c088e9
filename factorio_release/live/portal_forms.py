"""The forms in which a portal stores values of one mod, where they differ from what was sent to it."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

T = TypeVar("T")

MAX_ENTRIES: Final = 1000
_MAX_TEXT_CHARACTERS: Final = 200  # a digest, an id or the name of a field


class OwnForm(NamedTuple):
    """A value that was sent and the value that the portal showed afterwards, both as digests.

    `ignored`: it showed the same as before.
    """

    sent: str
    shown: str
    ignored: bool = False


class PortalForms(NamedTuple):
    """What was learnt of one mod on one portal.

    `fields`: by the names of page fields. `images`: the id that the portal gave an image, by the SHA-1 of
    what was sent. `packages`: the SHA-1 that the portal shows, by the SHA-1 of the zip that was sent.
    `gallery`: the order that was sent, and the one that was shown. `contents`: a digest of the files in a
    public zip (`public_zip.contents`), by its SHA-1.
    """

    fields: Mapping[str, OwnForm] = MappingProxyType({})
    images: Mapping[str, str] = MappingProxyType({})
    packages: Mapping[str, str] = MappingProxyType({})
    gallery: OwnForm | None = None
    contents: Mapping[str, str] = MappingProxyType({})

    def record(self) -> dict[str, Any]:
        """Return it as JSON values, at most the newest `MAX_ENTRIES` of each mapping."""
        return {
            "fields": {name: _form_record(form) for name, form in self.fields.items()},
            "images": dict(list(self.images.items())[-MAX_ENTRIES:]),
            "packages": dict(list(self.packages.items())[-MAX_ENTRIES:]),
            "gallery": _form_record(self.gallery) if self.gallery else None,
            "contents": dict(list(self.contents.items())[-MAX_ENTRIES:]),
        }


def forms_of(record: object) -> PortalForms:
    """Return the forms that `record` was made of; ValueError for anything else."""
    if not isinstance(record, dict):
        raise ValueError("it is no object")  # noqa: TRY004 the file is wrong, not a type of the program
    gallery = record.get("gallery")
    return PortalForms(
        _mapping(record, "fields", _form),
        _mapping(record, "images", _text),
        _mapping(record, "packages", _text),
        None if gallery is None else _form(gallery),
        _mapping(record, "contents", _text),
    )


def _mapping(record: dict[str, Any], name: str, read: Callable[[object], T]) -> dict[str, T]:
    value = record.get(name)
    if not isinstance(value, dict) or len(value) > MAX_ENTRIES:
        raise ValueError(f"its {name} cannot be read")
    return {_text(key): read(one) for key, one in value.items()}


def _form_record(form: OwnForm) -> dict[str, Any]:
    return {"sent": form.sent, "shown": form.shown, "ignored": form.ignored}


def _form(value: object) -> OwnForm:
    if not isinstance(value, dict):
        raise ValueError("a form is no object")  # noqa: TRY004 likewise
    return OwnForm(
        _text(value.get("sent")), _text(value.get("shown")), value.get("ignored") is True
    )


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > _MAX_TEXT_CHARACTERS:
        raise ValueError("a value is no short text")
    return value
