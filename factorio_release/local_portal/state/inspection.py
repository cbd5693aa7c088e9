"""The inspection of an uploaded zip, with bounds on what is read.

That a bad zip or a bad info.json is refused is documented. The texts and the refusal of executables
were observed.
"""

from __future__ import annotations

import json
import re
import zipfile
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from factorio_release.local_portal.refusals import EXECUTABLES_TEXT, Refusal
from factorio_release.local_portal.state.images import image_extension
from factorio_release.local_portal.state.rules import MAX_SUMMARY_CHARACTERS, MAX_TITLE_CHARACTERS

if TYPE_CHECKING:
    from pathlib import Path

FORBIDDEN_ENDINGS = (".exe", ".bat", ".ps1", ".sh", ".py")
# The size of a zip entry is a claim of the zip: each is read up to its bound, whatever it claims.
# The bounds are a choice of this portal; those of the public portal are not established.
MAX_INFO_BYTES = 1 << 20
MAX_CHANGELOG_BYTES = 4 << 20
MAX_THUMBNAIL_BYTES = 8 << 20
# The list of entries is read as a whole: its size bounds the memory that a zip can take.
MAX_DIRECTORY_BYTES = 32 << 20
INVALID_DATA = "Invalid mod data in zipfile"
_VERSION = re.compile(r"\d{1,5}\.\d{1,5}\.\d{1,5}", re.ASCII)
_GAME_VERSION = re.compile(r"\d{1,5}\.\d{1,5}", re.ASCII)
# Documented: each part of a version fits into 16 bits.
_MAX_VERSION_NUMBER = 65535
_END_RECORD_BYTES = 22
_MAX_ZIP_COMMENT_BYTES = 0xFFFF
_DEFAULT_GAME_VERSION = "0.12"  # documented: what an info.json without one means
# What zipfile raises for damaged, encrypted and unsupported archives.
_UNREADABLE = (zipfile.BadZipFile, OSError, EOFError, RuntimeError, NotImplementedError, ValueError)


@dataclass(frozen=True, slots=True)
class InspectedZip:
    """What the portal reads from a zip; `changelog` and `thumbnail` are empty when it has none."""

    version: str
    title: str
    author: str
    summary: str
    factorio_version: str
    dependencies: list[str]
    feature_flags: list[str]
    changelog: str
    thumbnail: bytes


def inspect_zip(path: Path, mod: str) -> InspectedZip:
    """Return what a zip says about itself, once it is accepted as a release of `mod`.

    Raises:
        Refusal: InvalidModUpload for the zip, InvalidModRelease for its info.json.
    """
    try:
        with path.open("rb") as file:
            _bound_directory(file)
            with zipfile.ZipFile(file) as archive:
                return _read_package(archive, mod)
    except _UNREADABLE as error:
        raise Refusal("InvalidModUpload", "Invalid zip file") from error


def _bound_directory(file: IO[bytes]) -> None:
    """Refuse a zip whose list of entries would fill the memory, before the list is read."""
    size = file.seek(0, 2)
    # The end record has the size of the list; after it there is only a comment.
    file.seek(max(0, size - _END_RECORD_BYTES - _MAX_ZIP_COMMENT_BYTES))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0:
        raise Refusal("InvalidModUpload", "Invalid zip file")
    if int.from_bytes(tail[at + 12 : at + 16], "little") > MAX_DIRECTORY_BYTES:
        raise Refusal("InvalidModUpload", "Too many files in zipfile")
    file.seek(0)


def _read_package(archive: zipfile.ZipFile, mod: str) -> InspectedZip:
    # The original name: zipfile cuts the other one at a NUL and replaces separators.
    names = [entry.orig_filename for entry in archive.infolist()]
    _refuse_names(names)
    tops = {name.split("/", 1)[0] for name in names}
    if len(tops) != 1 or not all("/" in name for name in names):
        raise Refusal("InvalidModUpload", "The zipfile must contain exactly one top level folder")
    top = tops.pop()
    info = _read_info(archive, top)
    _check_info(info, mod)
    thumbnail = _member(archive, f"{top}/thumbnail.png", MAX_THUMBNAIL_BYTES) or b""
    if not image_extension(thumbnail):
        thumbnail = b""
    changelog = _member(archive, f"{top}/changelog.txt", MAX_CHANGELOG_BYTES) or b""
    return InspectedZip(
        version=info["version"],
        title=info["title"],
        author=info["author"],
        summary=info.get("description", "")[:MAX_SUMMARY_CHARACTERS],
        factorio_version=info.get("factorio_version", _DEFAULT_GAME_VERSION),
        dependencies=info.get("dependencies", ["base"]),
        feature_flags=[
            key.removesuffix("_required") for key, value in info.items() if _is_flag(key, value)
        ],
        changelog=changelog.decode("utf-8", "replace").replace("\r\n", "\n"),
        thumbnail=thumbnail,
    )


def _refuse_names(names: list[str]) -> None:
    # Observed: the status of this refusal is 500, so that a 5xx does not prove a passing error.
    if any(name.lower().endswith(FORBIDDEN_ENDINGS) for name in names):
        raise Refusal("InvalidModUpload", EXECUTABLES_TEXT, 500)
    for name in names:
        has_bad_character = "\\" in name or "\0" in name
        leaves_folder = name.startswith("/") or ".." in name.split("/")
        if has_bad_character or leaves_folder:
            raise Refusal("InvalidModUpload", f"Invalid path in zipfile: {name[:200]}")


def _member(archive: zipfile.ZipFile, name: str, limit: int) -> bytes | None:
    try:
        entry = archive.getinfo(name)
    except KeyError:
        return None
    with archive.open(entry) as member:
        content = member.read(limit + 1)  # one byte more shows that there is too much
    if len(content) > limit:
        raise Refusal("InvalidModUpload", f"{name[:200]} is too large")
    return content


def _read_info(archive: zipfile.ZipFile, top: str) -> dict[str, Any]:
    content = _member(archive, f"{top}/info.json", MAX_INFO_BYTES)
    if content is None:
        raise Refusal("InvalidModUpload", "Missing info.json in zipfile")
    try:
        info = json.loads(content.decode("utf-8"))
        # An escape such as `\ud800` is half of a character: it could not be stored as UTF-8.
        json.dumps(info, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError) as error:
        raise Refusal("InvalidModRelease", "Invalid info.json in zipfile") from error
    if not isinstance(info, dict):
        raise Refusal("InvalidModRelease", "Invalid info.json in zipfile")
    return info


def _check_info(info: dict[str, Any], mod: str) -> None:
    if info.get("name") != mod:
        raise Refusal("InvalidModRelease", "The name in info.json is not the name of the mod")
    dependencies = info.get("dependencies", [])
    is_valid = (
        _is_version(info.get("version"))
        and _is_text(info.get("title"), 1, MAX_TITLE_CHARACTERS)
        and _is_text(info.get("author"), 1, 1000)
        and isinstance(info.get("description", ""), str)
        and _matches(_GAME_VERSION, info.get("factorio_version", _DEFAULT_GAME_VERSION))
        and isinstance(dependencies, list)
        and all(isinstance(one, str) for one in dependencies)
    )
    if not is_valid:
        raise Refusal("InvalidModRelease", INVALID_DATA)


def _is_version(value: object) -> bool:
    if not isinstance(value, str) or not _VERSION.fullmatch(value):
        return False
    numbers = [int(part) for part in value.split(".")]
    return any(numbers) and max(numbers) <= _MAX_VERSION_NUMBER


def _is_text(value: object, least: int, most: int) -> bool:
    return isinstance(value, str) and least <= len(value) <= most


def _matches(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _is_flag(key: str, value: object) -> bool:
    return key.endswith("_required") and value is True
