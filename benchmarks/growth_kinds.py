"""The kinds of work of `growth.py`: what lays out one size of each, and the command that is measured."""

from __future__ import annotations

import hashlib
import json
import math
import os
import random
import struct
import subprocess
import zlib
from typing import TYPE_CHECKING, NamedTuple

from factorio_release.limits import MAX_PACKAGE_BYTES
from factorio_release.local_portal.state.records import StoredRelease
from factorio_release.local_portal.state.seeds import ReleaseSeed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from factorio_release.local_portal import LocalPortal

MB = 1_000_000
LUA = """do
local item_{0} = {{
  type = "item",
  name = "lamp-{0}",
  icon = "__base__/graphics/icons/small-lamp.png",
  subgroup = "circuit-network",
  order = "a[light]-a[lamp-{0}]",
  place_result = "lamp-{0}",
  stack_size = 50,
}}
local function change_{0}(entity, amount)
  if entity and entity.valid and amount > {0} then
    entity.energy = entity.energy + amount * 2 -- more light
  end
  return entity
end
data:extend({{ item_{0} }})
end
"""


class Kind(NamedTuple):
    """A kind of work: `make` lays out a size of it below a folder and returns the command's arguments."""

    title: str
    unit: str
    sizes: tuple[int, ...]
    make: Callable[[Path, int, LocalPortal], list[str]]
    exit_code: int = 0
    is_committed: bool = True
    is_odd: bool = False  # in a table of its own, not in the picture
    refused: int = 0  # a size beyond what is taken, after the others
    exit_code_of_refused: int = 3
    beyond: str = "refused"


def write(folder: Path, name: str, content: str | bytes) -> None:
    """Write a file below a folder."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)


def new_mod(folder: Path, name: str = "growth", version: str = "1.0.0") -> None:
    """Lay out a mod of two files."""
    info = {
        "name": name,
        "version": version,
        "title": name,
        "author": "demo",
        "factorio_version": "2.0",
        "dependencies": ["base >= 2.0"],
        "description": "Light at night.",
    }
    write(folder, "info.json", json.dumps(info, indent=2))
    section = f"{'-' * 99}\nVersion: {version}\nDate: 2026-01-01\n  Features:\n    - Lights.\n"
    write(folder, "changelog.txt", section)


def build(folder: Path) -> list[str]:
    """Return the arguments of a build of the mod in `folder`."""
    return ["build", str(folder), "--output-dir", str(folder.parent / "dist")]


def many_files(folder: Path, count: int, _portal: LocalPortal) -> list[str]:
    """Lay out `count` small files in folders of a hundred."""
    new_mod(folder)
    for number in range(count):
        write(folder, f"part-{number // 100}/{number}.lua", f"return {number}\n")
    return build(folder)


def many_bytes(folder: Path, megabytes: int, _portal: LocalPortal) -> list[str]:
    """Lay out sounds and pictures of up to 8 MB."""
    new_mod(folder)
    chance = random.Random(1)
    for number in range(math.ceil(megabytes / 8)):
        size = min(8, megabytes - 8 * number) * MB
        if (
            megabytes > MAX_PACKAGE_BYTES // MB
        ):  # refused by its size: a file without blocks is enough
            write(folder, f"sounds/{number}.ogg", "")
            os.truncate(folder / f"sounds/{number}.ogg", size)
        else:
            write(folder, f"sounds/{number}.ogg", chance.randbytes(size))
    return build(folder)


def much_lua(folder: Path, megabytes: int, _portal: LocalPortal) -> list[str]:
    """Lay out Lua files of about 50 KB."""
    new_mod(folder)
    each = [LUA.format(number) for number in range(130)]
    text = "".join(each)
    count = megabytes * MB // len(text)
    for number in range(count):
        write(folder, f"prototypes/{number}.lua", f"-- {number}\n{text}")
    requires = [f'require("prototypes.{number}")\n' for number in range(count)]
    write(folder, "data.lua", "".join(requires))
    return ["check", str(folder)]


def without_loads(portal: LocalPortal) -> list[str]:
    """Return the options of a plan: a load takes a second, and needs the game's data from the network."""
    return ["--portal-url", portal.url, "--load", "off"]


def many_mods(folder: Path, count: int, portal: LocalPortal) -> list[str]:
    """Lay out mods that are public in another version, and plan all of them."""
    for number in range(count):
        name = f"growth-{number}"
        new_mod(folder / name, name, "1.0.1")
        portal.seed_mod(name, releases=[ReleaseSeed("1.0.0")])
    return ["plan", str(folder / "*"), *without_loads(portal)]


def many_findings(folder: Path, count: int, _portal: LocalPortal) -> list[str]:
    """Lay out `count` lines with a finding each, in files of a thousand."""
    new_mod(folder)
    for start in range(0, count, 1000):
        lines = [f"line {number} has no sign" for number in range(start, min(count, start + 1000))]
        write(folder, f"locale/en/{start}.cfg", "[item-name]\n" + "\n".join(lines) + "\n")
    return ["check", str(folder)]


def many_releases(folder: Path, count: int, portal: LocalPortal) -> list[str]:
    """Seed a mod with `count` releases on the portal, and plan the next one."""
    name = f"growth-{count}"
    new_mod(folder, name, "2.0.0")
    portal.seed_mod(name, releases=[ReleaseSeed("1.0.0")])
    for number in range(1, count):
        sha1 = hashlib.sha1(str(number).encode(), usedforsecurity=False).hexdigest()
        release = StoredRelease(sha1[:24], f"1.0.{number}", sha1, 1000, 1.7e9 + number, "2.0", [])
        portal.state.mods[name].releases.append(release)
    return ["plan", str(folder), *without_loads(portal)]


def one_folder(folder: Path, count: int, _portal: LocalPortal) -> list[str]:
    """Lay out `count` small files in one folder."""
    new_mod(folder)
    for number in range(count):
        write(folder, f"all/{number}.lua", f"return {number}\n")
    return build(folder)


def deep_folders(folder: Path, count: int, _portal: LocalPortal) -> list[str]:
    """Lay out `count` small files, each in a folder of the one before, 90 deep."""
    new_mod(folder)
    for number in range(count):
        inside = "/".join(["x"] * (number % 90 + 1))
        write(folder, f"part-{number // 90}/{inside}/{number}.lua", f"return {number}\n")
    return build(folder)


def one_lua_file(folder: Path, megabytes: int, _portal: LocalPortal) -> list[str]:
    """Lay out one Lua file."""
    new_mod(folder)
    text = "".join(f"do\n{LUA.format(number)}end\n" for number in range(130))
    # Piece by piece: the peak of a process counts that of the one which started it.
    with (folder / "data.lua").open("w", encoding="ascii") as file:
        for _ in range(megabytes * MB // len(text)):
            file.write(f"(function()\n{text}end)();\n")
    return ["check", str(folder)]


def many_tags(folder: Path, count: int, _portal: LocalPortal) -> list[str]:
    """Make a repository of ten mods with `count` tags."""
    for number in range(10):
        new_mod(folder / f"growth-{number}", f"growth-{number}", "2.0.0")
    commit(folder)
    lines = (f"create refs/tags/1.{one // 1000}.{one % 1000} HEAD\n" for one in range(count))
    for words, question in (
        (["update-ref", "--stdin"], "".join(lines)),
        (["pack-refs", "--all"], ""),
    ):
        subprocess.run(["git", *words], cwd=folder, input=question, text=True, check=True)
    return ["check", str(folder / "*")]


def long_changelog(folder: Path, count: int, _portal: LocalPortal) -> list[str]:
    """Lay out a changelog of `count` sections."""
    new_mod(folder, version=f"1.0.{count - 1}")
    sections = (
        f"{'-' * 99}\nVersion: 1.0.{number}\n  Features:\n    - No. {number}.\n"
        for number in reversed(range(count))
    )
    write(folder, "changelog.txt", "".join(sections))
    return ["check", str(folder)]


def many_keys(folder: Path, count: int, _portal: LocalPortal) -> list[str]:
    """Lay out `count` locale keys in each of two languages."""
    new_mod(folder)
    lines = "".join(f"lamp-{number}=Lamp __1__ {number}\n" for number in range(count))
    for language in ("en", "de"):
        write(folder, f"locale/{language}/lamps.cfg", f"[item-name]\n{lines}")
    return ["check", str(folder)]


def many_images(folder: Path, count: int, portal: LocalPortal) -> list[str]:
    """Lay out a gallery of `count` images, and plan it."""
    new_mod(folder, "growth", "1.0.1")
    portal.seed_mod("growth", releases=[ReleaseSeed("1.0.0")])
    for number in range(count):
        write(folder, f"gallery/{number:04}.png", picture_file(number))
    write(folder, "factorio-release.yml", "images: gallery/*.png\n")
    return ["plan", str(folder), *without_loads(portal)]


def picture_file(number: int) -> bytes:
    """Return a PNG of 64 pixels, each number another."""
    pixels = (b"\0" + number.to_bytes(3, "big") * 64) * 64
    header = struct.pack(">IIBBBBB", 64, 64, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(pixels)), (b"IEND", b""))
    parts = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def many_dependencies(folder: Path, count: int, _portal: LocalPortal) -> list[str]:
    """Lay out a mod with `count` dependencies."""
    new_mod(folder)
    info = json.loads((folder / "info.json").read_text())
    info["dependencies"] = ["base", *(f"? lamp-{one} >= 1.0.0" for one in range(count - 1))]
    write(folder, "info.json", json.dumps(info))
    return ["check", str(folder)]


KINDS = {
    "files": Kind("`build`, small files", "files", (100, 1_000, 10_000, 100_000), many_files),
    "lua": Kind("`check`, Lua", "MB", (1, 5, 10, 50), much_lua),
    "mods": Kind("`plan`, mods of one run", "mods", (1, 10, 100, 500), many_mods),
    "findings": Kind(
        "`check`, findings", "lines", (1, 100, 1_000, 10_000, 100_000), many_findings, 3
    ),
    "releases": Kind("`plan`, releases", "releases", (1, 10, 100, 1_000), many_releases),
    "bytes": Kind(
        "`build`, sounds",
        "MB",
        (1, 10, 100, 1_000, 3_900),
        many_bytes,
        is_committed=False,
        refused=5_000,
    ),
    "one-folder": Kind(
        "`build`, one folder", "files", (1_000, 10_000, 100_000), one_folder, is_odd=True
    ),
    "deep": Kind(
        "`build`, 90 folders deep", "files", (1_000, 10_000, 100_000), deep_folders, is_odd=True
    ),
    "one-lua": Kind(
        "`check`, one Lua file",
        "MB",
        (1, 4, 16),
        one_lua_file,
        is_odd=True,
        refused=50,
        exit_code_of_refused=0,
        beyond="not read",
    ),
    "tags": Kind(
        "`check`, tags of ten mods",
        "tags",
        (1_000, 10_000, 100_000),
        many_tags,
        is_committed=False,
        is_odd=True,
    ),
    "changelog": Kind(
        "`check`, changelog",
        "sections",
        (300, 3_000, 28_000),
        long_changelog,
        is_odd=True,
        refused=60_000,
    ),
    "keys": Kind("`check`, locale", "keys", (1_000, 10_000, 100_000), many_keys, is_odd=True),
    "images": Kind(
        "`plan`, gallery",
        "images",
        (10, 100, 500),
        many_images,
        is_odd=True,
        refused=1_000,
    ),
    "dependencies": Kind(
        "`check`, dependencies", "names", (100, 1_000, 10_000), many_dependencies, is_odd=True
    ),
}


def commit(folder: Path) -> None:
    """Make the folder a repository of one commit."""
    who = ["-c", "user.name=benchmark", "-c", "user.email=benchmark@example.invalid"]
    for step in (["init", "-q"], ["add", "--all"], [*who, "commit", "-q", "-m", "all"]):
        subprocess.run(
            ["git", "-c", "gc.auto=0", *step], cwd=folder, check=True, stdin=subprocess.DEVNULL
        )
