"""Files that editors, file managers and version control leave behind."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from factorio_release.checks.facts.contents import words

_NAMES: Final = words("""
    .ds_store thumbs.db desktop.ini ehthumbs.db npm-debug.log claude.md agents.md gemini.md .cursorrules
""")
_FOLDERS: Final = words("""
    node_modules __pycache__ __macosx .git .github .gitlab .idea .vs .vscode .cursor .claude
""")
_ENDINGS: Final = (
    *("~", ".swp", ".swo", ".bak", ".orig", ".rej", ".pyc", ".lnk", ".blend1", ".blend2"),
    *(".sublime-workspace", ".code-workspace"),
)


def litter_kind(path: str) -> str:
    """Return the folder, name or ending that makes this file litter, `""` when it is none."""
    folder, _, name = path.lower().rpartition("/")
    around = _litter_folder(folder)
    if around:
        return around
    if name in _NAMES:
        return name
    if name.startswith("._"):  # macOS, on a file system that has no place for its attributes
        return "._"
    if not name.endswith(_ENDINGS):  # most names end here
        return ""
    return next(ending for ending in _ENDINGS if name.endswith(ending))


@lru_cache(maxsize=10_000)  # a folder has many files
def _litter_folder(path: str) -> str:
    return next((folder for folder in path.split("/") if folder in _FOLDERS), "")
