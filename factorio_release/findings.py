"""What a check found: complete when it is made, only shown afterwards."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from posixpath import normpath
from typing import Final

from factorio_release.project import docs_url

# The API key in what would be published: no setting of any mod lets it pass.
NEVER_IGNORED: Final = frozenset({"secret", "secret-on-page"})


class Severity(StrEnum):
    """How bad it is: an error stops a release, a warning only with `fail-on: warning`."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"

    @property
    def rank(self) -> int:
        """0 for an error, 2 for a hint: sorts the worst first."""
        return tuple(Severity).index(self)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend.

    `file` is a path with `/` separators, relative to the mod folder as a check makes it and to
    the working directory once `placed`. `line` and `column` count from 1; 0 means unknown.
    `message` says what is wrong on one line, `hint` what to do about it.
    """

    code: str
    severity: Severity
    message: str
    file: str = ""
    line: int = 0
    column: int = 0
    hint: str = ""

    @property
    def docs(self) -> str:
        """Where this code is explained."""
        return docs_url(f"checks.md#{self.code}")

    def placed(self, folder: str) -> Finding:
        """Return the same finding with its file seen from where `folder` is, not from within it."""
        return replace(self, file=normpath(f"{folder or '.'}/{self.file}")) if self.file else self

    @property
    def sort_key(self) -> tuple[int, str, int, int, str]:
        """Worst first, then by place."""
        return (self.severity.rank, self.file, self.line, self.column, self.code)
