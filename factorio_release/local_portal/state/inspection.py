"""How the portal looks into an uploaded zip, with bounds on what it reads."""

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
MAX_INFO_BYTES, MAX_CHANGELOG_BYTES, MAX_THUMBNAIL_BYTES = 1 << 20, 4 << 20, 8 << 20
MAX_DIRECTORY_BYTES = 32 << 20
INVALID_DATA = "Invalid mod data in zipfile"
_VERSION = re.compile(r"\d{1,5}\.\d{1,5}\.\d{1,5}", re.ASCII)
_GAME_VERSION = re.compile(r"\d{1,5}\.\d{1,5}", re.ASCII)
_MAX_VERSION_NUMBER = 65535
_END_RECORD_BYTES = 22
_UNREADABLE = (zipfile.BadZipFile, OSError, EOFError, RuntimeError, NotImplementedError, ValueError)


@dataclass(frozen=True, slots=True)
class InspectedZip:
    """What a zip says about itself."""

    version: str
    title: str
    summary: str
    factorio_version: str
    dependencies: list[str]
    feature_flags: list[str]
    changelog: str
    thumbnail: bytes


def inspect_zip(path: Path, mod: str) -> InspectedZip:
    """Judge a zip that is to become a release of `mod`.

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
    """Refuse a zip whose list of entries alone would fill the memory, before reading it."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _END_RECORD_BYTES - 0xFFFF))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0:
        raise Refusal("InvalidModUpload", "Invalid zip file")
    if int.from_bytes(tail[at + 12 : at + 16], "little") > MAX_DIRECTORY_BYTES:
        raise Refusal("InvalidModUpload", "Too many files in zipfile")
    file.seek(0)


def _read_package(archive: zipfile.ZipFile, mod: str) -> InspectedZip:
    names = [entry.orig_filename for entry in archive.infolist()]
    _refuse_names(names)
    tops = {name.split("/", 1)[0] for name in names}
    if len(tops) != 1 or not all("/" in name for name in names):
        raise Refusal("InvalidModUpload", "The zipfile must contain exactly one top level folder")
    top = tops.pop()
    info = _read_info(archive, top)
    _check_info(info, mod)
    thumbnail = _member(archive, f"{top}/thumbnail.png", MAX_THUMBNAIL_BYTES) or b""
    changelog = _member(archive, f"{top}/changelog.txt", MAX_CHANGELOG_BYTES) or b""
    return InspectedZip(
        version=info["version"],
        title=info["title"],
        summary=info.get("description", "")[:MAX_SUMMARY_CHARACTERS],
        factorio_version=info.get("factorio_version", "0.12"),
        dependencies=info.get("dependencies", ["base"]),
        feature_flags=[key.removesuffix("_required") for key, value in info.items() if _is_flag(key, value)],
        changelog=changelog.decode("utf-8", "replace").replace("\r\n", "\n"),
        thumbnail=thumbnail if image_extension(thumbnail) else b"",
    )


def _refuse_names(names: list[str]) -> None:
    if any(name.lower().endswith(FORBIDDEN_ENDINGS) for name in names):
        raise Refusal("InvalidModUpload", EXECUTABLES_TEXT, 500)
    for name in names:
        if "\\" in name or name.startswith("/") or "\0" in name or ".." in name.split("/"):
            raise Refusal("InvalidModUpload", f"Invalid path in zipfile: {name[:200]}")


def _member(archive: zipfile.ZipFile, name: str, limit: int) -> bytes | None:
    try:
        entry = archive.getinfo(name)
    except KeyError:
        return None
    with archive.open(entry) as member:
        content = member.read(limit + 1)
    if len(content) > limit:
        raise Refusal("InvalidModUpload", f"{name[:200]} is too large")
    return content


def _read_info(archive: zipfile.ZipFile, top: str) -> dict[str, Any]:
    content = _member(archive, f"{top}/info.json", MAX_INFO_BYTES)
    if content is None:
        raise Refusal("InvalidModUpload", "Missing info.json in zipfile")
    try:
        info = json.loads(content.decode("utf-8"))
        json.dumps(info, ensure_ascii=False).encode("utf-8")  # an escaped half character cannot be kept
    except (ValueError, RecursionError) as error:
        raise Refusal("InvalidModRelease", "Invalid info.json in zipfile") from error
    if not isinstance(info, dict):
        raise Refusal("InvalidModRelease", "Invalid info.json in zipfile")
    return info


def _check_info(info: dict[str, Any], mod: str) -> None:
    if info.get("name") != mod:
        raise Refusal("InvalidModRelease", "The name in info.json is not the name of the mod")
    dependencies = info.get("dependencies", [])
    sound = (
        _is_version(info.get("version"))
        and _is_text(info.get("title"), 1, MAX_TITLE_CHARACTERS)
        and _is_text(info.get("author"), 1, 1000)
        and isinstance(info.get("description", ""), str)
        and _matches(_GAME_VERSION, info.get("factorio_version", "0.12"))
        and isinstance(dependencies, list)
        and all(isinstance(one, str) for one in dependencies)
    )
    if not sound:
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
