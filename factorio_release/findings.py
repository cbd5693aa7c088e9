"""A finding: a problem of a mod or of its page, with its severity and place."""

from __future__ import annotations

from enum import StrEnum
from os import sep
from os.path import relpath
from posixpath import normpath
from typing import Final, NamedTuple

from factorio_release.project import docs_url

# The API key in what would be published. No setting can ignore these codes: what was public once stays known.
NEVER_IGNORED: Final = frozenset({"secret", "secret-on-page"})


class Severity(StrEnum):
    """The severity of a finding. An error stops a release, a warning only with `fail-on: warning`."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"

    @property
    def rank(self) -> int:
        """The order of severities: 0 for an error, 1 for a warning, 2 for a hint."""
        return tuple(Severity).index(self)


class Finding(NamedTuple):
    """One problem.

    `code` is the heading of its section in docs/checks.md. `file` is a path with `/` separators, relative
    to the mod folder at first and to the working directory after `placed`. `line` and `column` count from
    1; 0 means unknown. `message` says in one line what is wrong, `hint` what to do.
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
        """The address of the section that explains this code."""
        return docs_url(f"checks.md#{self.code}")

    def placed(self, folder: str) -> Finding:
        """Return the finding with its file relative to the working directory, where the mod is `folder`."""
        if not self.file:
            return self
        file = normpath(f"{folder or '.'}/{self.file}")
        if file.startswith("../"):  # out of the working directory, and perhaps into it again
            file = relpath(file).replace(sep, "/")
        return self._replace(file=file)

    @property
    def sort_key(self) -> tuple[int, str, int, int, str]:
        """The order of a report: the most severe first, then by place."""
        return (self.severity.rank, self.file, self.line, self.column, self.code)
