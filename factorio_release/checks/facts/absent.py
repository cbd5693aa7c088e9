"""Why a file that the mod's Lua names is in the folder and not in the package."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from factorio_release.package.file_set import FileSet

_UNTRACKED_HINT: Final = "Add it to git: `git add`."
_RULE_HINT: Final = "Change that rule, or name the file in `include`."


class Absent:
    """The paths that were left out with their reasons, and those about which there is a problem already."""

    def __init__(self, files: FileSet) -> None:
        self._left_out = {item.path: item for item in files.left_out}
        self._reported = {problem.file for problem in files.problems if problem.file}

    def is_reported(self, paths: Iterable[str]) -> bool:
        """Return whether it is reported of one of these paths that it cannot be packed."""
        return not self._reported.isdisjoint(paths)

    def left_out(self, paths: Iterable[str]) -> tuple[str, str]:
        """Return why the first of these paths was left out, and a hint; both empty for none."""
        for path in paths:
            parts = path.split("/")
            folders = ("/".join(parts[:end]) + "/" for end in range(1, len(parts)))
            for candidate in (path, *folders):
                item = self._left_out.get(candidate)
                if item is not None:
                    return item.reason, _UNTRACKED_HINT if item.untracked else _RULE_HINT
        return "", ""
