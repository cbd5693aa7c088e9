"""Findings about the files of a mod that its finished prototypes name, and about those that nothing names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from factorio_release.amounts import size_text
from factorio_release.load.findings import load_finding
from factorio_release.load.picture_size import wrong_picture
from factorio_release.load.references import named_files, paths_in_data

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from factorio_release.findings import Finding
    from factorio_release.load.api import PrototypeApi
    from factorio_release.load.content import ModContent
    from factorio_release.load.game_data import GameData
    from factorio_release.load.places import LuaPlaces

_MEDIA: Final = (".png", ".jpg", ".jpeg", ".ogg", ".wav")
# The game reads these by itself, or in another stage.
_ELSEWHERE: Final = ("locale/", "migrations/", "scenarios/", "campaigns/", "tutorials/")
_THUMBNAIL: Final = "thumbnail.png"
# Released mods have paths with two slashes (observed).
_SLASHES: Final = re.compile(r"/(?:\./)*/*")
_MAX_SHOWN: Final = 5
_MAX_FILES: Final = 100
# A name that Lua puts together has a separator at the end of a text, or at its beginning.
_JOINTS: Final = re.compile(rb"[-_ ]")
_AFFIX_ENDS: Final = re.compile(rb"[-_ ][\"']")
_AFFIX_BEGINS: Final = re.compile(rb"[\"'][-_ ]")
_AFFIX_STOPS: Final = re.compile(rb"[\"'/\n]")
_MAX_AFFIX: Final = 64
_MIN_UNUSED_BYTES: Final = 50_000  # below, nobody's download is shorter without them
# Bytes of Lua that are searched for the names of all files, some seconds of work.
_MAX_SEARCHED: Final = 8 << 30


def named_file_findings(
    data: GameData, content: ModContent, api: PrototypeApi, places: LuaPlaces
) -> Iterator[Finding]:
    """Report files that are missing, cannot be read, or do not hold what is taken of them; each once."""
    prefix = f"__{content.name}__/"
    by_lower = {path.lower(): path for path in content.sizes}
    seen: set[str] = set()
    for one in named_files(data, api, content.name):
        if one.value in seen:
            continue
        path = _SLASHES.sub("/", one.value.removeprefix(prefix))
        found = None
        if path not in content.sizes:
            there = by_lower.get(path.lower(), "")
            found = _missing(f"{one.kind} {one.name}", one.value, there)
        elif path.lower().endswith(_MEDIA):
            picture = content.look(path)
            if picture is not None and picture.unreadable:
                reason = picture.damage or (
                    f"is {picture.type}" if picture.type else "is no image or sound that is known"
                )
                found = load_finding(
                    "prototype-file",
                    f"{one.kind} {one.name} names the file {one.value}, which {reason}",
                    hint="Export the file again.",
                )
            elif picture is not None:
                found = wrong_picture(one, picture)
        if found:
            seen.add(one.value)
            file, line = places.of_file(one.value, one.kind, one.name)
            yield found._replace(file=file, line=line)
        if len(seen) >= _MAX_FILES:
            return  # what is missing is a folder, or all


def _missing(prototype: str, value: str, there: str) -> Finding:
    message = f"{prototype} names the file {value}, which is not in the package"
    hint = "Add the file, or correct the path."
    if there:
        message = f"{prototype} names the file {value}, in the package it is {there}"
        hint = "Write it as the file is named: in a zip and on Linux these are two different files."
    return load_finding("prototype-file", message, hint=hint)


def unused_files(
    loads: Iterable[GameData], content: ModContent, max_searched: int = _MAX_SEARCHED
) -> Iterator[Finding]:
    """Report, in one finding, pictures and sounds that no load names and whose names stand in no Lua file.

    A mod whose prototypes name no file of it is left alone: its files are for other mods. So is one of which
    more than `max_searched` bytes would have to be searched.
    """
    named = {path for data in loads for path in paths_in_data(data, content.name)}
    media = {
        path: size
        for path, size in content.sizes.items()
        if path.lower().endswith(_MEDIA) and path != _THUMBNAIL and not path.startswith(_ELSEWHERE)
    }
    if not any(path in named for path in media):
        return
    text = b"\n".join(content.lua.values()).lower()
    stems = {path: _stem(path).encode() for path in media if path not in named}
    unmentioned = _unmentioned(set(stems.values()), text, max_searched)
    unused = [(media[path], path) for path, stem in stems.items() if stem in unmentioned]
    total = sum(size for size, _ in unused)
    if total < _MIN_UNUSED_BYTES:
        return
    unused.sort(reverse=True)
    shown = ", ".join(f"{path} ({size_text(size)})" for size, path in unused[:_MAX_SHOWN])
    more = ", …" if len(unused) > _MAX_SHOWN else ""
    count = "a picture or sound" if len(unused) == 1 else f"{len(unused):,} pictures and sounds"
    verb = "is" if len(unused) == 1 else "are"
    yield load_finding(
        "unused-file",
        f"{count} with {size_text(total)} {verb} named by no prototype of these loads and in no Lua file: "
        f"{shown}{more}",
        (unused[0][1], 0),
        "Leave them out with `exclude`, unless a setting or another mod brings them in.",
    )


def _unmentioned(stems: set[bytes], text: bytes, max_searched: int) -> set[bytes]:
    """Return the names that a text has neither whole nor in parts; none if the search is too long."""
    left = max_searched - len(stems) * len(text)
    if left < 0:
        return set()
    missing = {stem for stem in stems if stem not in text}
    affixes = _affixes(text) if missing else frozenset()
    rests = {stem: list(_rests(stem, affixes)) for stem in missing}
    if left < sum(map(len, rests.values())) * len(text):
        return set()
    return {stem for stem in missing if not any(rest in text for rest in rests[stem])}


def _affixes(text: bytes) -> frozenset[bytes]:
    """Return the beginnings and ends of names in a text in lower case: `"rainbow-"` and `"-mask.png"`."""
    found = set()
    for joint in _AFFIX_ENDS.finditer(text):
        before = text[max(0, joint.end() - _MAX_AFFIX) : joint.end() - 1]
        found.add(_AFFIX_STOPS.split(before)[-1])
    for joint in _AFFIX_BEGINS.finditer(text):
        behind = text[joint.start() + 1 : joint.start() + _MAX_AFFIX]
        found.add(_AFFIX_STOPS.split(behind)[0].partition(b".")[0])
    return frozenset(found)


def _rests(stem: bytes, affixes: frozenset[bytes]) -> Iterator[bytes]:
    """Yield what a name consists of beside an affix: `preset .. "splatter"`, where preset is `"rainbow-"`."""
    for joint in _JOINTS.finditer(stem):
        if stem[: joint.end()] in affixes:
            rest = stem[joint.end() :]
            yield rest
            # `"overlay-" .. name .. "-" .. direction`, where a name is "pipe-junction"
            yield from (b'"%s"' % rest[: at.start()] for at in _JOINTS.finditer(rest))
        if stem[joint.start() :] in affixes:
            yield stem[: joint.start()]


def _stem(path: str) -> str:
    """Return the name of a file as Lua may write it: without extension, and without the numbers of frames."""
    name = path.rpartition("/")[2].rpartition(".")[0].lower()
    return re.split(r"[-_. ]?[0-9]+", name)[0] or name
