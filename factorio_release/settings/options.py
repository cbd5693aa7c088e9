"""Every option of the program, declared once.

The command line, the inputs, the variables, the config file, its JSON Schema and README's table follow
from these declarations, which stand in a module for each subject. `sources` reads the values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, NoReturn

from factorio_release.settings.check_options import CheckOptions
from factorio_release.settings.kinds import Choice, place_inside, text
from factorio_release.settings.load_options import LoadOptions
from factorio_release.settings.option import Option, option
from factorio_release.settings.page_options import PageOptions
from factorio_release.settings.run_options import RunOptions

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FORMATS: Final = ("text", "json", "markdown", "github", "gitlab", "sarif", "junit")
# In a CI these are written into the output folder, also where no option asks for a report.
REPORT_FILE: Final = "factorio-release-report.json"
SUMMARY_FILE: Final = "factorio-release-summary.md"
# What a load in the game leaves in the output folder: behind the name and the version of the mod.
GAME_LOG_END: Final = "-game.log"
MOD_TESTS_END: Final = "-tests.xml"
GAME_FILES: Final = (f"*_*{GAME_LOG_END}", f"*_*{MOD_TESTS_END}")
DOTENV_FILE: Final = (
    "factorio-release.env"  # the outputs in GitLab CI, in the folder of the project
)
# In front of a check code: how `Settings.origins` names the reason for ignoring it.
IGNORED_CODE: Final = "ignore."
KEY_VARIABLES: Final = (
    "FACTORIO_API_KEY",
    "FACTORIO_UPLOAD_API_KEY",
    "MOD_UPLOAD_API_KEY",
    "FACTORIO_TOKEN",
)


# Named tuples: every start defines them, and a dataclass takes 0.5 ms where a named tuple takes 0.1.
class Origin(NamedTuple):
    """Where a value was written: `file` and `line` of a config file, empty and 0 for another source.

    Paths in the value are relative to `root`.
    """

    root: Path
    file: str = ""
    line: int = 0

    @property
    def place(self) -> str:
        """`FILE:LINE` for messages, empty where the value is not from a config file."""
        return f"{self.file}:{self.line}" if self.file else ""

    @property
    def prefix(self) -> str:
        """The place as the beginning of a message, empty where the value is not from a config file."""
        return f"{self.place}: " if self.file else ""


class CiSource(NamedTuple):
    """What the CI says of the source: its `name` (`github`, …), the repository's address, the commit."""

    name: str = ""
    repository_url: str = ""
    commit: str = ""


class Settings(RunOptions, PageOptions, CheckOptions, LoadOptions):
    """The options of one run for one mod, all valid and never changed. None means "not declared".

    On the class, each attribute is its `Option`. `origins` has, by field name, the origin of each value that
    is not a default, and by `ignore.CODE` of each code under `ignore`. No dataclass: making one with so many
    fields is a tenth of a start.
    """

    report: str = option(
        "report",
        text,
        "",
        "The path of the JSON report.",
        "common",
        metavar="FILE",
        file_parse=place_inside,
        per_run=True,
    )
    format: str = option(
        "format",
        Choice(FORMATS),
        "text",
        "The format of the printed result.",
        "common",
        per_run=True,
    )
    origins: Mapping[str, Origin]

    def __init__(self, *, origins: Mapping[str, Origin] | None = None, **values: Any) -> None:
        strange = values.keys() - _DEFAULTS.keys()
        if strange:
            raise TypeError(f"Settings has no {', '.join(sorted(strange))}")
        vars(self).update(_DEFAULTS, **values, origins=origins or {})

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{name} cannot be set; make other Settings")

    def is_from_file(self, name: str) -> bool:
        """Return whether a config file gave the field its value."""
        origin = self.origins.get(name)
        return origin is not None and bool(origin.file)


# In the order of README's table and of the inputs.
_PARTS: Final = (RunOptions, PageOptions, CheckOptions, LoadOptions, Settings)
OPTIONS: Final[dict[str, Option]] = {
    one.name: one for part in _PARTS for one in vars(part).values() if isinstance(one, Option)
}
_DEFAULTS: Final = {one.field: one.default for one in OPTIONS.values()}
