"""The plan file itself: a zip with `plan.json`, the packages and images, and the SHA-256 of each.

Its entries are stored without compression, so that what is uploaded is a part of the file as it was checked.
"""

from __future__ import annotations

import hashlib
import json
from typing import IO, TYPE_CHECKING, BinaryIO, Final, NamedTuple, cast

from factorio_release.disk.replace_rules import MAX_HEAD_BYTES
from factorio_release.disk.upload_content import PrivateFile, UploadContent, copy_content
from factorio_release.errors import ModError, ReleaseError, UsageError
from factorio_release.limits import MAX_PLAN_BYTES, size_words
from factorio_release.package.zip_opening import open_zip
from factorio_release.plan import AddImage
from factorio_release.plan_file.approved import approved
from factorio_release.plan_file.entry import PlanEntry, SavedPlan
from factorio_release.plan_file.reading import read_plan
from factorio_release.plan_file.records import (
    changes_record,
    image_member,
    record_of,
    zip_member,
)

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from factorio_release.plan import Plan
    from factorio_release.plan_file.reading import Member, ReadMod, ReadPlan

PLAN: Final = "plan.json"
SUMS: Final = "SHA256SUMS"
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_HEADER_BYTES: Final = 30  # of an entry, before its name (APPNOTE 4.3.7)


def replaces_plan(present: BinaryIO) -> str:
    """Return why the file that is there must stay; empty for a plan file and for an empty file."""
    head = present.read(MAX_HEAD_BYTES)
    if not head or head[_HEADER_BYTES:].startswith(PLAN.encode()):
        return ""
    return "a file is there that is not a plan of this program"


class _Hashed:
    """A stream that hashes what is written to it. It cannot seek: no byte is written twice."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.digest = hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.digest.update(data)
        return self._stream.write(data)

    def flush(self) -> None:
        self._stream.flush()


def write_plan(saved: SavedPlan, stream: BinaryIO) -> str:
    """Write a plan file to a stream, and return its SHA-256 in lower-case hex."""
    import zipfile  # noqa: PLC0415 start-up: only with a plan file

    text = (json.dumps(record_of(saved), indent=2) + "\n").encode()
    contents: dict[str, UploadContent] = {}
    for entry in saved.mods:
        contents[zip_member(entry.zip.name)] = entry.zip
        contents |= {image_member(one.sha1): one for one in entry.images.values()}
    sums = {PLAN: hashlib.sha256(text).hexdigest()}
    sums |= {name: _sha256(content.blocks()) for name, content in contents.items()}
    hashed = _Hashed(stream)
    with zipfile.ZipFile(cast("IO[bytes]", hashed), "w") as bundle:  # it needs no more than `write`
        _add(bundle, PLAN, len(text), [text])
        listed = "".join(f"{digest}  {name}\n" for name, digest in sums.items()).encode()
        _add(bundle, SUMS, len(listed), [listed])
        for name, content in contents.items():
            _add(bundle, name, content.size, content.blocks())
    return hashed.digest.hexdigest()


def _add(bundle: zipfile.ZipFile, name: str, size: int, blocks: Iterable[bytes]) -> None:
    import zipfile  # noqa: PLC0415 as above

    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.file_size = size
    entry.external_attr = 0o644 << 16
    with bundle.open(entry, "w") as member:
        for block in blocks:
            member.write(block)


class OpenedPlan(NamedTuple):
    """A plan file that was read: what it says, and its own SHA-256 in lower-case hex."""

    saved: SavedPlan
    sha256: str


def open_plan(path: Path) -> OpenedPlan:
    """Read the plan file at `path`, from a copy that no other program can change.

    Raises UsageError where there is none, and where anything in it is not as it was written.
    """
    try:
        copy = copy_content(path, PrivateFile())
        return OpenedPlan(_opened(path, copy), _sha256(copy.blocks()))
    except ModError as error:
        raise UsageError(f"plan: {error}; give the file that `plan --out` has written") from None
    except (ValueError, RecursionError, ReleaseError) as error:
        raise UsageError(
            f"plan: {path} is not as `plan --out` writes it: {error}; make the plan again"
        ) from None


def _opened(path: Path, copy: UploadContent) -> SavedPlan:
    with open_zip(path, copy.file) as bundle:
        entries = {entry.filename: entry for entry in bundle.infolist()}
        if len(entries) != len(bundle.infolist()):
            raise ValueError("it has an entry twice")
        members = {name: _content(copy, entry) for name, entry in entries.items()}
    if PLAN not in members or SUMS not in members:
        raise ValueError(f"it has no {PLAN} and {SUMS}")
    _check_sums(members)
    read = read_plan(json.loads(_whole(members[PLAN])))
    saved = _saved(read, members)
    expected = {PLAN, SUMS, *(member.file for mod in read.mods for member in _members_of(mod))}
    if members.keys() != expected:
        raise ValueError(f"{min(members.keys() ^ expected)} does not belong to its plan")
    return saved


def _content(copy: UploadContent, entry: zipfile.ZipInfo) -> UploadContent:
    """Return an entry of the zip as a part of the file, found by its own header and not yet checked."""
    import zipfile  # noqa: PLC0415 as above

    if entry.compress_type != zipfile.ZIP_STORED or entry.flag_bits & 1:
        raise ValueError(f"{entry.filename} is compressed or encrypted")
    if not 0 <= entry.header_offset < copy.size:
        raise ValueError(f"{entry.filename} is not in it")
    header = copy.read_at(entry.header_offset, _HEADER_BYTES)
    name, extra = (int.from_bytes(header[at : at + 2], "little") for at in (26, 28))
    start = entry.header_offset + _HEADER_BYTES + name + extra
    if len(header) < _HEADER_BYTES or start + entry.file_size > copy.size:
        raise ValueError(f"{entry.filename} is cut short")
    return UploadContent(entry.filename, entry.file_size, "", copy.file, copy.start + start)


def _check_sums(members: dict[str, UploadContent]) -> None:
    """Raise ValueError unless the list of sums has every other entry, each with its SHA-256."""
    listed: dict[str, str] = {}
    for line in _whole(members[SUMS]).decode("utf-8").splitlines():
        digest, _, name = line.partition("  ")
        listed[name] = digest
    if listed.keys() != members.keys() - {SUMS}:
        raise ValueError(f"{SUMS} does not list what it has")
    for name, digest in listed.items():
        if _sha256(members[name].blocks()) != digest:
            raise ValueError(f"{name} was changed")


def _whole(content: UploadContent) -> bytes:
    if content.size > MAX_PLAN_BYTES:
        raise ValueError(f"{content.name} is larger than {size_words(MAX_PLAN_BYTES)}")
    return content.read_at(0, content.size)


def _members_of(mod: ReadMod) -> Iterator[Member]:
    yield mod.package
    yield from mod.images.values()


def _saved(read: ReadPlan, members: dict[str, UploadContent]) -> SavedPlan:
    entries = []
    for mod in read.mods:
        names = {image.id: image.name for image in mod.desired.page.images or ()}
        images = {
            id_: _part(member, members, names.get(id_, id_)) for id_, member in mod.images.items()
        }
        package = _part(mod.package, members, mod.package.file.rpartition("/")[2])
        entry = PlanEntry(
            mod.desired, mod.seen, mod.path, package, mod.sha256, images, mod.page_failure
        )
        if _sha256(package.blocks()) != mod.sha256:
            raise ValueError(f"{mod.package.file} is not what {PLAN} says")
        entries.append(entry)
    for mod, one in zip(read.mods, approved(entries), strict=True):
        _check_agreement(mod, one.plan)
    return SavedPlan(read.portal, tuple(entries), read.idle)


def _part(member: Member, members: dict[str, UploadContent], name: str) -> UploadContent:
    """Return a content, named as it is uploaded; its size and SHA-1 must be the stated ones."""
    content = members.get(member.file)
    if content is None:
        raise ValueError(f"it has no {member.file}")
    digest = hashlib.sha1(usedforsecurity=False)
    for block in content.blocks():
        digest.update(block)
    if content.size != member.size or digest.hexdigest() != member.sha1:
        raise ValueError(f"{member.file} is not what {PLAN} says")
    return content._replace(name=name, sha1=member.sha1)


def _check_agreement(mod: ReadMod, plan: Plan) -> None:
    """Raise ValueError unless the changes that the JSON shows are those that it leads to."""
    if changes_record(plan) != mod.changes:
        raise ValueError(f"the changes of {mod.desired.mod} do not follow from the rest")
    added = {change.image.id for change in plan.changes if isinstance(change, AddImage)}
    if added != mod.images.keys():
        raise ValueError(f"the images of {mod.desired.mod} are not those of its changes")


def _sha256(blocks: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for block in blocks:
        digest.update(block)
    return digest.hexdigest()
