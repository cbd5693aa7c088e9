"""The example mod, loaded into a small game of the test's own."""

import json
from pathlib import Path
from typing import Any

import pytest
from lupa.lua52 import LuaRuntime

HERE = Path(__file__).parent
MOD = HERE.parents[1] / "examples" / "andon-lamps"


def plain(value: Any) -> Any:
    """A Lua value as lists, dictionaries and numbers."""
    if not hasattr(value, "items"):
        return value
    pairs = {key: plain(item) for key, item in value.items()}
    return list(pairs.values()) if list(pairs) == list(range(1, len(pairs) + 1)) else pairs


class Game:
    """A running map with the mod's control stage in it."""

    def __init__(self) -> None:
        self.lua = LuaRuntime(unpack_returned_tuples=True)
        self.fake = self.lua.execute((HERE / "fake_game.lua").read_text(encoding="utf-8"))
        for name, values in json.loads(
            (HERE / "game_defines.json").read_text(encoding="utf-8")
        ).items():
            self.fake.define(name, self.lua.table(*values))
        self.fake.install(MOD.as_posix())
        self.force = self.fake.force("player")
        self.run("control.lua")
        self.fake.on_init()

    def run(self, file: str) -> None:
        self.lua.execute((MOD / file).read_text(encoding="utf-8"))

    @property
    def storage(self) -> Any:
        return self.lua.globals().storage

    def setting(self, name: str, value: object) -> None:
        self.lua.globals().settings["global"][name].value = value
        self.fake.fire("on_runtime_mod_setting_changed", self.lua.table(setting=name))

    def machine(
        self,
        status: str | None = "working",
        *,
        x: float = 2,
        y: float = 0,
        kind: str = "assembling-machine",
        name: str = "a-machine",
        force: Any = None,
    ) -> Any:
        return self.fake.place(kind, name, x, y, 1.2, force or self.force, status)

    def lamp(
        self, *, x: float = 0, y: float = 0, how: str | None = "on_built_entity", force: Any = None
    ) -> Any:
        entity = self.fake.place("lamp", "andon-lamp", x, y, 0.15, force or self.force, None)
        return self.fake.build(entity, how) if how else entity

    def palette(self, name: str) -> dict[str, Any]:
        palettes: dict[str, Any] = plain(self.lua.execute("return require('scripts.palettes')"))[
            name
        ]
        return palettes

    def verdict(self, lamp: Any, palette: str = "classic") -> str:
        """The verdict whose colour the lamp shows."""
        shown = plain(lamp.color)
        return next(verdict for verdict, colour in self.palette(palette).items() if colour == shown)

    def label(self, lamp: Any) -> Any:
        return plain(lamp.custom_status.label)

    def command(self, player_index: int | None) -> list[Any]:
        said = len(self.fake.said)
        self.fake.commands.andon.handler(
            self.lua.table(tick=self.fake.tick, player_index=player_index)
        )
        return [plain(line) for line in list(self.fake.said.values())[said:]]


@pytest.fixture
def mod() -> Path:
    return MOD


@pytest.fixture
def game() -> Game:
    return Game()
