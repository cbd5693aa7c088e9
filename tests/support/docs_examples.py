"""The examples of docs/checks.md: read from the Markdown, and made as real folders.

The top of docs/checks.md describes their form.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.conftest import png

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PORTAL = "On the portal:"
_ENCODINGS = {
    "": "utf-8",
    "in Latin-1": "latin-1",
    "in UTF-16": "utf-16",
    "with a byte order mark": "utf-8-sig",
}
_LINE_ENDS = {"with CR line ends": "\r", "with CRLF line ends": "\r\n"}
_ENTRIES = "with these entries"
_FORMS = "|".join([*filter(None, _ENCODINGS), *_LINE_ENDS, _ENTRIES])
_LABEL = re.compile(rf"`(?P<path>[^`]+)`(?: (?P<form>{_FORMS}))?(?:: (?P<words>.+))?")
_FENCE = re.compile(r"```(?P<language>[a-z]+)")
_HIDDEN = re.compile(r"<U\+([0-9A-F]{4,6})>")
_PICTURE = re.compile(
    r"(?P<kind>PNG|JPEG), (?P<width>[0-9]+) x (?P<height>[0-9]+)"
    r"(?:, its first (?P<first>[0-9]+) bytes|, filled to (?P<filled>[0-9]+) (?P<unit>[kM])B)?"
)
_BYTES_PER_UNIT = {"k": 1_000, "M": 1_000_000}
_CONTENTS = {
    "empty": b"",
    # The page of the header, and one of sound.
    "Ogg Vorbis": b"OggS\0\x02"
    + bytes(20)
    + b"\x01\x1e\x01vorbis"
    + bytes(23)
    + b"OggS"
    + bytes(22)
    + b"\1\1\0",
    "MP3": b"ID3\x03" + bytes(60),
}


@dataclass
class Example:
    """One example: its files by path, commands, and what the portal has (the form of a seed file)."""

    code: str
    kind: str  # "bad" or "good"
    files: dict[str, bytes] = field(default_factory=dict)
    commands: list[str] = field(default_factory=list)
    portal: dict[str, Any] | None = None
    target: str = ""  # the zip to check, empty for the folder
    also: frozenset[str] = frozenset()  # codes that are found too

    @property
    def name(self) -> str:
        return f"{self.code}-{self.kind}"

    @property
    def own_command(self) -> str:
        """The command line that checks it, with variables in front; empty where it is just `check`."""
        last = self.commands[-1] if self.commands else ""
        return last if "factorio-release " in last else ""


def read_examples(code: str, section: str) -> Iterator[Example]:
    """Yield the bad and the good example of a section, those that it has."""
    for kind in ("bad", "good"):
        found = re.search(
            rf"^\*\*{kind.title()}:\*\*([^\n]*)\n(.*?)(?=^\*\*[A-Z]|\Z)",
            section,
            re.MULTILINE | re.DOTALL,
        )
        if found:
            also = frozenset(re.findall("`([a-z-]+)`", found[1]))
            yield _Reader(Example(code, kind, also=also), found[2].splitlines()).read()


def read_base(text: str) -> dict[str, bytes]:
    """Return the files of the mod that all examples begin with; `text` has its blocks and nothing else."""
    return _Reader(Example("base", "good"), text.splitlines()).read().files


def write_example(example: Example, base: dict[str, bytes], folder: Path) -> Path:
    """Write the mod of an example; return the path to check."""
    files = base | example.files
    info = files["info.json"]
    if not info.lstrip(b"\xef\xbb\xbf\xff\xfe \n").startswith((b"{", b"[", b'"{')) and info.strip():
        fields = json.loads(base["info.json"]) | json.loads(b"{%b}" % info)
        files["info.json"] = json.dumps(fields, indent=2, ensure_ascii=False).encode()
    for path, content in files.items():
        if path == example.target:
            continue
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    if not example.target:
        return folder
    target = folder / example.target
    entries = example.files[example.target].decode().splitlines()
    target.write_bytes(_zip(entries, files))
    return target


class _Reader:
    """Reads the blocks of one example. Raises ValueError for a line that has no meaning."""

    def __init__(self, example: Example, lines: list[str]) -> None:
        self.example = example
        self.lines = lines
        self.at = 0

    def read(self) -> Example:
        while (line := self._next_line()) is not None:
            self._block(line)
        return self.example

    def _next_line(self) -> str | None:
        while self.at < len(self.lines):
            line = self.lines[self.at]
            self.at += 1
            if line.strip():
                return line
        return None

    def _block(self, line: str) -> None:
        if line == PORTAL:
            self.example.portal = json.loads(self._fenced(self._next_line() or ""))
            return
        if line == "```sh":
            self.example.commands += self._fenced(line).splitlines()
            return
        label = _LABEL.fullmatch(line)
        if label is None:
            raise ValueError(f"{self.example.name}: {line!r} is no part of an example")
        path, form = _visible(label["path"]), label["form"] or ""
        if label["words"]:
            self.example.files[path] = _described(label["words"])
            return
        text = _visible(self._fenced(self._next_line() or ""))
        text = text.replace("\n", _LINE_ENDS.get(form, "\n"))
        self.example.files[path] = text.encode(_ENCODINGS.get(form, "utf-8"))
        if form == _ENTRIES:
            self.example.target = path

    def _fenced(self, opening: str) -> str:
        if not _FENCE.fullmatch(opening):
            raise ValueError(f"{self.example.name}: {opening!r} opens no block of code")
        end = self.lines.index("```", self.at)
        content = self.lines[self.at : end]
        self.at = end + 1
        return "".join(f"{line}\n" for line in content)


def _visible(text: str) -> str:
    """Replace `<U+00A0>` and the like with the character."""
    return _HIDDEN.sub(lambda found: chr(int(found[1], 16)), text)


def _described(words: str) -> bytes:
    """Return the content of a file that is not text, such as `PNG, 64 x 64`."""
    if words in _CONTENTS:
        return _CONTENTS[words]
    if size := re.fullmatch(r"([0-9]+) MB", words):
        return bytes(int(size[1]) * _BYTES_PER_UNIT["M"])
    found = _PICTURE.fullmatch(words)
    if found is None:
        raise ValueError(f"no file is described by {words!r}")
    width, height = int(found["width"]), int(found["height"])
    data = png(width=width, height=height) if found["kind"] == "PNG" else _jpeg(width, height)
    if found["filled"]:
        data += bytes(int(found["filled"]) * _BYTES_PER_UNIT[found["unit"]] - len(data))
    return data[: int(found["first"])] if found["first"] else data


def _jpeg(width: int, height: int) -> bytes:
    """Return the headers of a JPEG file; no part of the program decodes its picture."""
    start = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    size = height.to_bytes(2, "big") + width.to_bytes(2, "big")
    return start + b"\xff\xc0\x00\x0b\x08" + size + b"\x01\x01\x11\x00" + b"\xff\xd9"


def _zip(entries: list[str], files: dict[str, bytes]) -> bytes:
    """Return a zip; an entry has the content of the file with its name below the top folder."""
    result = io.BytesIO()
    encrypted = []
    behind = b""
    with zipfile.ZipFile(result, "w") as archive:
        for entry in entries:
            if size := re.fullmatch(r"\(([0-9]+) bytes behind the end\)", entry):
                behind = bytes(int(size[1]))
                continue
            name, _, note = entry.partition("  ")
            info = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
            method = zipfile.ZIP_DEFLATED
            content = files.get(name.partition("/")[2], b"")
            match note.strip(" ()"):
                case "":
                    pass
                case "symbolic link":
                    info.create_system = 3
                    info.external_attr = 0o120777 << 16
                    content = b"info.json"
                case "encrypted":
                    encrypted.append(info)
                case "bzip2":
                    method = zipfile.ZIP_BZIP2
                case _:
                    raise ValueError(f"no entry of a zip is described by {note!r}")
            archive.writestr(info, content, method)
        directory = archive.start_dir
    data = bytearray(result.getvalue())
    for info in encrypted:  # zipfile cannot write encrypted entries: only the flag is set
        data[info.header_offset + 6] |= 1
        name_at = data.index(info.filename.encode(), directory)
        data[name_at - 46 + 8] |= 1
    return bytes(data) + behind
