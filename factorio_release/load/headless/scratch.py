"""The folder in which a run of the game happens: its mods, its settings, and all that it writes.

The game gets write-data of its own for each start, so that no log, save or lock of another start, and nothing
of the user's game, is read or written.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, Self

from factorio_release.errors import ModError, UsageError
from factorio_release.load.game_files import CORE
from factorio_release.load.headless.property_tree import settings_file
from factorio_release.parsers.dependency import MOD_NAME
from factorio_release.parsers.version import parse_version

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType

    from factorio_release.load.headless.installation import Installation

MODS: Final = "mods"
_CONFIG: Final = "config.ini"
_LIST: Final = "mod-list.json"
_SETTINGS: Final = "mod-settings.dat"


class GameMod(NamedTuple):
    """A mod that the game loads; `put` writes it into the folder of mods, None for what the game has."""

    name: str
    version: str
    put: Callable[[Path], None] | None = None


class Scratch:
    """A private temporary folder for one set of mods; it is gone when the context ends.

    `startup` has the values of startup settings that are not their defaults.
    """

    def __init__(
        self,
        game: Installation,
        mods: tuple[GameMod, ...],
        startup: Mapping[str, bool | float | str] | None = None,
    ) -> None:
        self._game = game
        self._mods = mods
        self._startup = dict(startup or {})
        self._temporary = tempfile.TemporaryDirectory(
            prefix="factorio-release-", ignore_cleanup_errors=True
        )
        self.folder = Path(self._temporary.name)

    def __enter__(self) -> Self:
        try:
            self._fill()
        except BaseException:
            self._temporary.cleanup()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._temporary.cleanup()

    def _fill(self) -> None:
        folder = self.folder / MODS
        folder.mkdir()
        for mod in self._mods:
            if not MOD_NAME.fullmatch(mod.name):
                raise ModError(
                    f"{mod.name!r} is not the name of a mod", "correct the name in its info.json"
                )
            if mod.put is not None:
                mod.put(folder)
        enabled = {mod.name: mod.version for mod in self._mods}
        # Each built-in mod is named: what the list does not name, the game would enable.
        built_in = [name for name in self._game.mods if name != CORE]
        entries: list[dict[str, str | bool]] = [
            {"name": name, "enabled": name in enabled} for name in built_in
        ]
        entries += [
            {"name": name, "enabled": True, "version": version}
            for name, version in enabled.items()
            if name not in self._game.mods
        ]
        (folder / _LIST).write_text(json.dumps({"mods": entries}, indent=2), "utf-8")
        if self._startup:
            key = parse_version(self._game.version).key
            settings = settings_file((key[0], key[1], key[2]), self._startup)
            (folder / _SETTINGS).write_bytes(settings)

    def step(self, name: str) -> Path:
        """Make the folder of one start, with its `config.ini`; return the folder."""
        folder = self.folder / name
        folder.mkdir()
        texts = [
            "[path]",
            f"read-data={_one_line(self._game.data)}",
            f"write-data={_one_line(folder)}",
            "[general]",
            "locale=en",
            "[other]",
            "enable-new-mods=false",
            "check-updates=false",
            "",
        ]
        (folder / _CONFIG).write_text("\n".join(texts), "utf-8")
        return folder

    def command(self, step: Path, *arguments: str) -> tuple[str, ...]:
        """Return the command for a start in the folder of a step."""
        common = ("-c", str(step / _CONFIG), "--mod-directory", str(self.folder / MODS))
        return (str(self._game.program), *common, "--no-log-rotation", *arguments)

    def environment(self, step: Path) -> dict[str, str]:
        """Return the environment of a start: no variable of this process, and a home that is the step's."""
        return {"HOME": str(step), "LC_ALL": "C.UTF-8"}


def _one_line(path: Path) -> str:
    text = str(path)
    if "\n" in text or "\r" in text:
        raise UsageError(
            f"the path {text!r} has a line break, which the game's config.ini cannot hold"
        )
    return text
