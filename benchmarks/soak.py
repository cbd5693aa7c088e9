"""Releases many mods many times against one embedded portal where requests fail at random, and counts.

    python benchmarks/soak.py [--mods 200] [--releases 1000] [--faults 5] [--jobs 4] [--seed 1]

Every release changes the mod, its page's texts and its gallery. A release that fails is started
again, as a person would, at most ten times. In the end the portal's state is compared with what the
repositories say, and its log is searched for writes that it accepted twice.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import multiprocessing
import os
import struct
import sys
import tempfile
import time
import zlib
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from factorio_release.cli.main import main as command
from factorio_release.local_portal import KINDS, Fault, LocalPortal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.local_portal import RequestRecord

KEY = "soak-key-0123456789abcdef"
MOST_RUNS = 10
ARGUMENTS = {"giant": "33600000", "delay": "0.2", "drip": "0.05", "rate-limit": "1", "hold": "30"}
OPTIONS = ("--yes", "--timeout=2", "--verify-timeout=1", "--retries=3")
CHANGELOG = "{rule}\nVersion: {version}\nDate: 2026-01-01\n  Changes:\n    - Number {number}.\n"


@dataclass(frozen=True)
class Release:
    """One release of one mod: `number` counts from 0."""

    folder: str
    mod: str
    number: int
    url: str

    @property
    def version(self) -> str:
        """The version in three numbers."""
        return f"1.{self.number}.0"

    @property
    def pictures(self) -> list[bytes]:
        """The gallery: the picture that was new last time, and a new one before or after it."""
        shades = [self.number, self.number + 1]
        return [
            picture(f"{self.mod} {shade}")
            for shade in (shades if self.number % 2 else shades[::-1])
        ]

    def write(self) -> Path:
        """Put the mod's folder there as it is for this release."""
        folder = Path(self.folder) / self.mod
        (folder / "gallery").mkdir(parents=True, exist_ok=True)
        info = {
            "name": self.mod,
            "version": self.version,
            "title": self.mod,
            "author": "soak",
            "factorio_version": "2.0",
            "description": f"Number {self.number}.",
        }
        (folder / "info.json").write_text(json.dumps(info))
        log = CHANGELOG.format(rule="-" * 99, version=self.version, number=self.number)
        (folder / "changelog.txt").write_text(log)
        (folder / "control.lua").write_text(f"-- {self.number}\n")
        (folder / "README.md").write_text(self.text)
        names = []
        for place, content in enumerate(self.pictures):
            (folder / "gallery" / f"{place}.png").write_bytes(content)
            names.append(f"gallery/{place}.png")
        config = {"category": "utilities", "license": "default_mit", "description": "README.md"}
        page = {
            "images": names,
            "prune-images": "true",
            "tags": ["trains"],
            "exclude": ["gallery/**"],
        }
        (folder / "factorio-release.yml").write_text(json.dumps(config | page))
        return folder

    @property
    def text(self) -> str:
        """The page's description."""
        return f"# {self.mod}\n\nNumber {self.number}.\n"


def picture(words: str) -> bytes:
    """Draw a picture whose bytes depend on the words."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    rows = b"".join(
        b"\0" + hashlib.sha256(f"{words} {row}".encode()).digest()[:8] for row in range(8)
    )
    head = struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@contextmanager
def quiet() -> Iterator[io.StringIO]:
    kept = sys.stdout, sys.stderr
    sys.stdout = sys.stderr = said = io.StringIO()
    try:
        yield said
    finally:
        sys.stdout, sys.stderr = kept


def publish(release: Release) -> tuple[str, list[int], str]:
    """Release until it ends well; give the exit codes, and what the last run said."""
    folder = release.write()
    os.chdir(release.folder)
    codes: list[int] = []
    said = ""
    while len(codes) < MOST_RUNS and (not codes or codes[-1] != 0):
        with quiet() as stream:
            output = ("--portal-url", release.url, "--output-dir", str(folder.with_name("dist")))
            codes.append(
                command(["release", str(folder), *OPTIONS, *output], {"FACTORIO_API_KEY": KEY})
            )
        said = stream.getvalue()
    return f"{release.mod} {release.version}", codes, said


def random_faults(percent: float) -> list[Fault]:
    """Share the chance among all kinds, before and after the portal acts."""
    found = []
    for kind in KINDS:
        for after in (False, True):
            try:
                fault = Fault("*", kind, ARGUMENTS.get(kind, ""), count=0, after=after)
            except ValueError:
                continue
            if kind != "call":
                found.append(fault)
    # The portal asks them in turn and the first that strikes counts: small chances add up.
    return [
        Fault("*", one.kind, one.arg, count=0, after=one.after, chance=percent / 100 / len(found))
        for one in found
    ]


def repeated_writes(log: list[RequestRecord]) -> list[str]:
    """Find writes of one content that were accepted twice: a zip, a picture, a page, an order."""
    seen: Counter[str] = Counter()
    for record in log:
        if not record.acted or record.method != "POST":
            continue
        files = [one.sha1 for one in record.files.values()]
        if files or len(record.fields) > 1:
            seen[f"{record.endpoint} {files} {sorted(record.fields.items())}"] += 1
    return [write for write, times in seen.items() if times > 1]


def wrong_states(portal: LocalPortal, last: dict[str, Release]) -> list[str]:
    """Find mods that are not what was released last."""
    wrong = []
    for mod, release in last.items():
        live = portal.state.mods.get(mod)
        versions = [f"1.{number}.0" for number in range(release.number + 1)]
        images = [hashlib.sha1(one).hexdigest() for one in release.pictures]
        found: Any = live and (
            [one.version for one in live.releases],
            live.description,
            [image.id for image in live.images],
            (live.category, live.tags),
        )
        if found != (versions, release.text, images, ("utilities", ["trains"])):
            wrong.append(f"{mod}: {found}")
    return wrong


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--mods", type=int, default=200)
    parser.add_argument("--releases", type=int, default=1000)
    parser.add_argument("--faults", type=float, default=5.0, help="per cent of the requests")
    parser.add_argument("--jobs", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    rounds = -(-arguments.releases // arguments.mods)
    began = time.monotonic()
    # The processes begin before the portal's threads do.
    with (
        multiprocessing.get_context("spawn").Pool(arguments.jobs) as pool,
        tempfile.TemporaryDirectory() as folder,
        LocalPortal(
            keys={KEY: ("publish", "upload", "edit")},
            faults=random_faults(arguments.faults),
            random_seed=arguments.seed,
            cache_seconds=0,
        ) as portal,
    ):
        codes: Counter[int] = Counter()
        failed: list[str] = []
        last: dict[str, Release] = {}
        for number in range(rounds):
            left = arguments.releases - number * arguments.mods
            due = [
                Release(folder, f"soak-mod-{mod}", number, portal.url)
                for mod in range(min(arguments.mods, left))
            ]
            for name, ends, said in pool.imap_unordered(publish, due):
                codes.update(ends)
                if ends[-1] != 0:
                    failed.append(f"{name}: {ends}\n{said}")
            last |= {release.mod: release for release in due}
            print(f"{number + 1} of {rounds} rounds, {time.monotonic() - began:.0f} s", flush=True)
        portal.wait_until_idle()
        struck = Counter(
            record.fault.split(":")[1].split("@")[0] for record in portal.log if record.fault
        )
        twice, wrong = repeated_writes(portal.log), wrong_states(portal, last)
        figures = {
            "releases": arguments.releases,
            "mods": len(last),
            "runs": codes.total(),
            "exit codes": {str(int(code)): count for code, count in sorted(codes.items())},
            "requests": len(portal.log),
            "faults injected": struck.total(),
            "by kind": dict(struck.most_common()),
            "releases that did not end well": len(failed),
            "writes repeated": len(twice),
            "states wrong": len(wrong),
            "defects of the portal": len(portal.defects),
            "seconds": round(time.monotonic() - began),
        }
    print(json.dumps(figures, indent=1))
    for text in (*failed, *twice, *wrong):
        print(text)
    sys.exit(bool(failed or twice or wrong))


if __name__ == "__main__":
    main()
