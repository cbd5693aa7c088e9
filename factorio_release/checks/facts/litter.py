"""Files that editors, file managers and version control leave behind."""

from __future__ import annotations

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
    *folders, name = path.lower().split("/")
    for folder in folders:
        if folder in _FOLDERS:
            return folder
    if name in _NAMES:
        return name
    if name.startswith("._"):  # macOS, on a file system that has no place for its attributes
        return "._"
    for ending in _ENDINGS:
        if name.endswith(ending):
            return ending
    return ""
