"""Where in the mod an error of its Lua is, and whether a finding's place is one of the package."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from factorio_release.load.findings import short

if TYPE_CHECKING:
    from factorio_release.findings import Finding
    from factorio_release.load.content import ModContent
    from factorio_release.load.stage import StageError

_PLACE: Final = re.compile(
    r"__(?P<mod>.+?)__/(?P<file>[^:]+):(?P<line>\d+): (?P<text>.*)", re.DOTALL
)


def place_of(error: StageError, mod: str) -> tuple[str, int, str]:
    """Return file and line in the mod, empty and 0 where it is not there, and the text without them."""
    written = _PLACE.fullmatch(error.message)
    text = written["text"] if written else error.message
    if written and written["mod"] == mod:
        return written["file"], int(written["line"]), short(text)
    for frame in error.frames:
        if frame.mod == mod:
            there = (
                f" (at __{written['mod']}__/{written['file']}:{written['line']})" if written else ""
            )
            return frame.file, frame.line, short(text) + there
    return "", 0, short(error.message)


def in_package(one: Finding, content: ModContent) -> Finding:
    """Return the finding without what is no place in the package: a mod may claim any file and line."""
    if one.file not in content.sizes:
        return one._replace(file="", line=0)
    source = content.lua.get(one.file)
    if source is not None and one.line > source.count(b"\n") + 1:
        return one._replace(line=0)
    return one
