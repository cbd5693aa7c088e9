"""Why a file that the mod's Lua names is in the folder and not in the package."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from factorio_release.package.file_set import FileSet

LEFT_OUT_HINT: Final = "Add it to git, or name it in `include`."


class Absent:
    """The paths that were left out with their reasons, and those about which there is a problem already."""

    def __init__(self, files: FileSet) -> None:
        self._reasons = {item.path: item.reason for item in files.left_out}
        self._reported = {problem.file for problem in files.problems if problem.file}

    def is_reported(self, paths: Iterable[str]) -> bool:
        """Return whether it is reported of one of these paths that it cannot be packed."""
        return not self._reported.isdisjoint(paths)

    def reason(self, paths: Iterable[str]) -> str:
        """Return why the first of these paths that is in the folder was left out, or ""."""
        for path in paths:
            if path in self._reasons:
                return self._reasons[path]
            parts = path.split("/")
            for end in range(1, len(parts)):
                folder = "/".join(parts[:end]) + "/"
                if folder in self._reasons:
                    return self._reasons[folder]
        return ""
