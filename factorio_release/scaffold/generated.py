"""The name of a mod whose info.json is made by its build: from the template that the build fills in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from factorio_release.disk.bounded_file import read_head
from factorio_release.limits import MAX_PIPELINE_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_TEMPLATE: Final = re.compile(
    r"(?:.*/)?[\w.-]*info[\w.-]*\.json[\w.-]*|(?:.*/)?info\.(?:lua|ya?ml|toml|js|ts|py)"
)
_NAME: Final = re.compile(r"[\"']?\bname\b[\"']?\s*[:=]\s*[\"']([A-Za-z0-9_-]{3,100})[\"']")
_GAME: Final = re.compile(r"factorio_version|factorio-version")


def generated_name(root: Path, paths: Iterable[str]) -> str:
    """Return the name in a template of info.json, empty where there is none that can be read."""
    for path in paths:
        if not _TEMPLATE.fullmatch(path) or path.count("/") > 2:  # noqa: PLR2004 not deep in somebody's data
            continue
        try:
            text = read_head(root / path, MAX_PIPELINE_BYTES).decode("utf-8", "replace")
        except OSError:
            continue
        found = _NAME.search(text)
        if found and _GAME.search(text):
            return found[1]
    return ""
