"""What the portal made of what was sent to it, as far as it differs: a value, learnt once and kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

T = TypeVar("T")

MAX_ENTRIES: Final = 1000
_LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class OwnForm:
    """A value that was sent and what the portal showed for it afterwards, both as digests.

    `ignored`: what it showed is what it had shown before.
    """

    sent: str
    shown: str
    ignored: bool = False


@dataclass(frozen=True, slots=True)
class PortalForms:
    """What is known of one mod on one portal.

    `fields` by the page's field names. `images`: the id that the portal gave an image, by the SHA-1 of
    what was sent. `packages`: the SHA-1 that the portal shows, by that of the zip that was sent.
    `gallery`: the order that was sent, and the one that was shown.
    """

    fields: Mapping[str, OwnForm] = field(default_factory=dict)
    images: Mapping[str, str] = field(default_factory=dict)
    packages: Mapping[str, str] = field(default_factory=dict)
    gallery: OwnForm | None = None

    def record(self) -> dict[str, Any]:
        """Return it as JSON values, of each kind the newest `MAX_ENTRIES`."""
        return {
            "fields": {name: _form_record(form) for name, form in self.fields.items()},
            "images": dict(list(self.images.items())[-MAX_ENTRIES:]),
            "packages": dict(list(self.packages.items())[-MAX_ENTRIES:]),
            "gallery": _form_record(self.gallery) if self.gallery else None,
        }


def forms_of(record: object) -> PortalForms:
    """Read what `record` returned; ValueError for anything else."""
    if not isinstance(record, dict):
        raise ValueError("it is no object")  # noqa: TRY004 wrong is a file, not a type of ours
    gallery = record.get("gallery")
    return PortalForms(
        _mapping(record, "fields", _form),
        _mapping(record, "images", _text),
        _mapping(record, "packages", _text),
        None if gallery is None else _form(gallery),
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
    return OwnForm(_text(value.get("sent")), _text(value.get("shown")), value.get("ignored") is True)


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST:
        raise ValueError("a value is no short text")
    return value
