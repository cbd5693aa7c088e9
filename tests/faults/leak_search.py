"""Finds secrets in whatever form they were left behind; shares nothing with the redaction that it judges."""

from __future__ import annotations

import base64
import binascii
import gzip
import html
import io
import json
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


def forms_of(secret: str) -> dict[str, bytes]:
    """Name every encoding that is searched for."""
    plain = secret.encode()
    forms = {
        "plain": plain,
        "reversed": plain[::-1],
        "hex": binascii.hexlify(plain),
        "HEX": binascii.hexlify(plain).upper(),
        "URL": quote(secret, safe="").encode(),
        "URL twice": quote(quote(secret, safe=""), safe="").encode(),
        "all bytes quoted": "".join(f"%{byte:02x}" for byte in plain).encode(),
        "JSON": json.dumps(secret)[1:-1].encode(),
        "HTML": html.escape(secret).encode(),
        "Markdown": "".join(one if one.isalnum() else f"\\{one}" for one in secret).encode(),
        "UTF-16": secret.encode("utf-16-le"),
        "base32": base64.b32encode(plain).rstrip(b"=")[:-2],
        "ROT-0 repr": repr(secret)[1:-1].encode(),
    }
    for shift in range(3):
        # Where a secret begins inside a longer text decides on its base64; the outer characters are shared.
        for name, encode in (("base64", base64.b64encode), ("base64url", base64.urlsafe_b64encode)):
            coded = encode(b"\0" * shift + plain).rstrip(b"=")
            forms[f"{name} at {shift}"] = coded[(0, 2, 3)[shift] : len(coded) - 1]
    return forms


def leaks_in(place: Path | Mapping[str, bytes], secrets: Iterable[str]) -> list[str]:
    """Tell where secrets stand in texts by name, or in the files of a folder and in their names."""
    needles = [(form, needle) for secret in secrets for form, needle in forms_of(secret).items()]
    found = []
    for name, content in _contents(place):
        lower = content.lower()
        found += [
            f"{form} in {name}"
            for form, needle in needles
            if needle in content or needle.lower() in lower
        ]
    return found


def as_the_runner_hears(log: str) -> tuple[list[str], str]:
    """Part what an action says into the values that the runner masks, and what it shows.

    Only for the streams of an action, which nobody reads but the runner.
    """
    start = "::add-mask::"
    lines = log.splitlines()
    masks = [line.removeprefix(start) for line in lines if line.startswith(start)]
    return masks, "\n".join(line for line in lines if not line.startswith(start))


def _contents(place: Path | Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    if not isinstance(place, Path):
        yield from place.items()
        return
    for path in sorted(place.rglob("*")):
        yield f"the name {path.name}", path.name.encode()
        if path.is_file():
            yield from _layers(path.name, path.read_bytes())


def _layers(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield a file, and what is packed inside of it."""
    yield name, content
    if content[:2] == b"\x1f\x8b":
        yield f"{name}, unpacked", gzip.decompress(content)
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.namelist():
                yield f"{name}: {member}", archive.read(member)
