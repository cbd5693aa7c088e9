"""Names of the files and folders that the game reads by itself (documented in "Mod structure")."""

from __future__ import annotations

import re
from typing import Final

# The Lua files of the settings and the data stage, in the order in which they run, and that of the run time.
STAGE_FILES: Final = (
    "settings.lua",
    "settings-updates.lua",
    "settings-final-fixes.lua",
    "data.lua",
    "data-updates.lua",
    "data-final-fixes.lua",
    "control.lua",
)
# Files that players see, in the game or on the portal.
DISPLAYED_FILES: Final = ("changelog.txt", "thumbnail.png")
READ_BY_THE_GAME: Final = ("info.json", *STAGE_FILES, *DISPLAYED_FILES)

# Each folder in one of these has content of its own: a control.lua, locale, its own files.
SCENARIO_FOLDERS: Final = ("scenarios", "campaigns", "tutorials")
GAME_FOLDERS: Final = ("locale", "migrations", *SCENARIO_FOLDERS)
# A translation: `root` is the locale folder of the mod or of a scenario, `language` the folder below it.
LOCALE_PATH: Final = re.compile(
    rf"(?P<root>(?:(?:{'|'.join(SCENARIO_FOLDERS)})/.+/)?locale/)(?P<language>[^/]+)/[^/.][^/]*\.cfg"
)
# From which a build makes info.json: `info.json.in`, `info-template.json`, `info.template.json`.
_INFO_TEMPLATE: Final = re.compile(
    r"info\.json\.(?:in|tmpl|tpl|template|j2)|info[-_.](?:template|in|tmpl)\.json", re.IGNORECASE
)


def is_info_template(name: str) -> bool:
    """Return whether a file's name is that of a template of info.json."""
    return _INFO_TEMPLATE.fullmatch(name) is not None
