"""`plan.json` of a plan file → values. Whoever could write to the artifact may have written it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeGuard

from factorio_release.limits import MAX_GALLERY_IMAGES, MAX_MODS
from factorio_release.live.models import LiveMod, LiveRelease
from factorio_release.mod_page import DETAIL_FIELDS, PAGE_FIELDS, FieldKind, GalleryImage, ModPage
from factorio_release.parsers.version import parse_version
from factorio_release.plan import Desired, PlannedPackage
from factorio_release.plan_file.entry import IdleMod
from factorio_release.plan_file.records import FORMAT, image_member, zip_member

if TYPE_CHECKING:
    from collections.abc import Iterator

_SHA1: Final = re.compile("[0-9a-f]{40}")
_SHA256: Final = re.compile("[0-9a-f]{64}")
# As `archive.building` has it: what can be a part of a file's name, and leads nowhere else.
_NAME: Final = re.compile(r"""(?!\.)[^\x00-\x1f\x7f/\\:*?"<>|]{1,100}(?<![. ])""")
# Empty for a mod whose info.json has none.
_WRITTEN_VERSION: Final = re.compile(r"[0-9.]{0,30}")
# It becomes a header of the upload.
_CONTENT_TYPE: Final = re.compile(r"(?:image/[a-z0-9.+-]{1,50})?")
_MAX_RELEASES: Final = 100_000


class Member(NamedTuple):
    """A content of the plan file: the name of its entry, its size in bytes and its SHA-1."""

    file: str
    size: int
    sha1: str


class ReadMod(NamedTuple):
    """One mod as the JSON has it; `changes` are JSON values."""

    desired: Desired
    seen: LiveMod | None
    path: str
    package: Member
    sha256: str
    images: dict[str, Member]
    page_failure: str
    changes: list[Any]


class ReadPlan(NamedTuple):
    """The whole plan as the JSON has it."""

    portal: str
    mods: tuple[ReadMod, ...]
    idle: tuple[IdleMod, ...]


class Record:
    """An object of the JSON, read with the type that each value must have.

    Every method raises ValueError with the place of what is wrong: `mods[0].package.size`.
    """

    def __init__(self, value: object, place: str = "") -> None:
        if not isinstance(value, dict):
            raise ValueError(f"{place or 'plan.json'} is no object")  # noqa: TRY004 the file is wrong, not a type of ours
        self.value: dict[str, Any] = value
        self._place = place

    def at(self, name: str) -> str:
        """Return the place of a value, for messages."""
        return f"{self._place}.{name}" if self._place else name

    def text(self, name: str, form: re.Pattern[str] | None = None) -> str:
        """Return a text, which has this form."""
        value = self.value.get(name)
        if not _is_text(value) or (form and not form.fullmatch(value)):
            raise ValueError(f"{self.at(name)} is not what it must be")
        return value

    def flag(self, name: str) -> bool:
        """Return a truth value."""
        value = self.value.get(name)
        if not isinstance(value, bool):
            raise ValueError(f"{self.at(name)} is neither true nor false")  # noqa: TRY004 as above
        return value

    def size(self, name: str) -> int:
        """Return a number of bytes."""
        value = self.value.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise ValueError(f"{self.at(name)} is no number of bytes")
        return value

    def inner(self, name: str) -> Record:
        """Return an object in this one."""
        return Record(self.value.get(name), self.at(name))

    def list(self, name: str, most: int) -> list[Any]:
        """Return a list of at most this many items."""
        value = self.value.get(name)
        if not isinstance(value, list) or len(value) > most:
            raise ValueError(f"{self.at(name)} is no list of at most {most:,}")
        return value

    def records(self, name: str, most: int) -> Iterator[Record]:
        """Yield the objects of a list of at most this many."""
        for number, one in enumerate(self.list(name, most)):
            yield Record(one, f"{self.at(name)}[{number}]")


def read_plan(value: object) -> ReadPlan:
    """Return what the JSON says. Raises ValueError where it is not what this program writes."""
    record = Record(value)
    written = record.value.get("format")
    if written != FORMAT:
        raise ValueError(
            f"it has the format {written!r}, and this version of the program reads {FORMAT}"
        )
    mods, idle = [], []
    for one in record.records("mods", MAX_MODS):
        if one.list("changes", MAX_GALLERY_IMAGES + 10):
            mods.append(_mod(one))
        else:
            version = one.text("version", _WRITTEN_VERSION)
            idle.append(IdleMod(one.text("mod", _NAME), version, one.text("path")))
    names = [(mod.desired.mod, mod.desired.version) for mod in mods]
    if len(set(names)) != len(names):
        raise ValueError("it has a version of a mod twice")
    return ReadPlan(record.text("portal"), tuple(mods), tuple(idle))


def _mod(record: Record) -> ReadMod:
    name, version = record.text("mod", _NAME), parse_version(record.text("version"))
    desired = record.inner("desired")
    zip_name = f"{name}_{version}.zip"
    package = _member(record.inner("package"), zip_member(zip_name))
    planned = PlannedPackage(str(version), zip_name, package.sha1, package.size)
    images = {}
    for one in record.records("images", MAX_GALLERY_IMAGES):
        image = one.text("sha1", _SHA1)
        images[image] = _member(one, image_member(image))
    return ReadMod(
        Desired(
            name,
            planned if desired.flag("release") else None,
            _page(desired.inner("page")),
            title=desired.text("title"),
            summary=desired.text("summary"),
            prune=desired.flag("prune"),
            ordered=desired.flag("ordered"),
            version=version,
            sync_older=desired.flag("sync-older"),
        ),
        None if record.value.get("seen") is None else _seen(name, record.inner("seen")),
        record.text("path"),
        package,
        record.inner("package").text("sha256", _SHA256),
        images,
        desired.text("page-failure", re.compile("fail|warn")),
        record.list("changes", MAX_GALLERY_IMAGES + 10),
    )


def _member(record: Record, file: str) -> Member:
    if record.text("file") != file:
        raise ValueError(f"{record.at('file')} is not {file}")
    return Member(file, record.size("size"), record.text("sha1", _SHA1))


def _seen(name: str, record: Record) -> LiveMod:
    releases = tuple(
        LiveRelease(one.text("version"), one.text("sha1", re.compile(f"{_SHA1.pattern}|")))
        for one in record.records("releases", _MAX_RELEASES)
    )
    page = _page(record.inner("page"))
    if any(value is None for value in page):
        raise ValueError(f"{record.at('page')} lacks a field")
    return LiveMod(name, page, releases)


def _page(record: Record) -> ModPage:
    """Return the fields that the record has; no other key is allowed."""
    unknown = record.value.keys() - PAGE_FIELDS.keys()
    if unknown:
        raise ValueError(f"{record.at(min(unknown))} is no field of a page")
    values: dict[str, Any] = {}
    for name in DETAIL_FIELDS:
        if name in record.value:
            values[name] = _field(record, name)
    if "images" in record.value:
        values["images"] = tuple(
            GalleryImage(
                _text_of(one, "id"),
                _text_of(one, "name"),
                content_type=_text_of(one, "content-type", _CONTENT_TYPE),
                url=_text_of(one, "url"),
            )
            for one in record.records("images", 2 * MAX_GALLERY_IMAGES)
        )
    return ModPage(**values)


def _text_of(record: Record, name: str, form: re.Pattern[str] | None = None) -> str:
    return record.text(name, form) if name in record.value else ""


def _is_text(value: object) -> TypeGuard[str]:
    """Return whether a value is a text that can be sent: JSON can also escape half of a character."""
    return isinstance(value, str) and not any("\ud800" <= one <= "\udfff" for one in value)


def _field(record: Record, name: str) -> str | bool | tuple[str, ...]:
    kind = PAGE_FIELDS[name].kind
    if kind is FieldKind.FLAG:
        return record.flag(name)
    if kind is not FieldKind.TAGS:
        return record.text(name)
    tags = record.list(name, 1000)
    if not all(_is_text(tag) for tag in tags):
        raise ValueError(f"{record.at(name)} is no list of tags")
    return tuple(tags)
