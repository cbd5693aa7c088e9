"""Where a mod's Lua writes a name that the finished data has."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class LuaPlaces:
    """Finds texts in quotes in the Lua files of a mod, by path."""

    def __init__(self, lua: Mapping[str, bytes]) -> None:
        self._texts = {path: data.decode(errors="replace") for path, data in sorted(lua.items())}

    def of(self, text: str, beside: str) -> tuple[str, int]:
        """Return file and line where `text` is written, `("", 0)` where it is not.

        A name that Lua puts together stands nowhere; then it is the line of the prototype, `beside`. Of
        several places it is the one that comes next after the prototype's name in the same file.
        """
        found: list[tuple[bool, str, int]] = []
        for path, source in self._texts.items():
            name = _quoted_at(source, beside, 0)
            at = _quoted_at(source, text, max(name, 0))
            if at < 0:
                at = _quoted_at(source, text, 0)
            if at >= 0:
                found.append((name < 0, path, source.count("\n", 0, at) + 1))
        if found:
            _, path, line = min(found, key=lambda one: one[:2])
            return path, line
        return self.of(beside, beside) if text != beside else ("", 0)


def _quoted_at(source: str, text: str, start: int) -> int:
    places = [source.find(f"{quote}{text}{quote}", start) for quote in "\"'"]
    return min((place for place in places if place >= 0), default=-1)
