"""Runs commands in a process in which the program finds only what another system has.

The names are hidden from the program's own modules; Python and the libraries keep theirs. Takes one JSON
object as its argument, and prints the exit codes as JSON in the last line.
"""

from __future__ import annotations

import builtins
import json
import os.path
import signal
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any


def main(asked: dict[str, Any]) -> list[int | str]:
    hidden = {name: without(name, names) for name, names in asked["absent"].items()}
    hidden["os"].supports_dir_fd = set()  # type: ignore[attr-defined]
    if asked["system"] == "win32":
        hidden["os"].name = "nt"  # type: ignore[attr-defined]
        hidden["signal"].SIGBREAK = signal.SIGUSR1  # type: ignore[attr-defined]
    hold(hidden["os"], hidden["time"], asked.get("held", 0))
    if asked.get("drive"):
        separate(asked["drive"])
    hide(hidden, asked["modules"])
    interrupts = import_module("factorio_release.cli.interrupts").INTERRUPTS
    run = import_module("factorio_release.cli.main").main

    ended: list[int | str] = [run(one, asked["environ"]) for one in asked["commands"]]
    if asked.get("break"):
        try:
            with interrupts.installed(), interrupts.released():
                signal.raise_signal(signal.SIGUSR1)
        except KeyboardInterrupt:
            ended.append("interrupted")
    return ended


def without(name: str, names: list[str]) -> ModuleType:
    """A copy of a module without some names."""
    copy = ModuleType(name)
    kept = {key: value for key, value in vars(import_module(name)).items() if key not in names}
    vars(copy).update(kept)
    return copy


def hide(hidden: dict[str, ModuleType], absent: list[str]) -> None:
    """Give the program's modules the copies, and no module that the system does not have."""
    ordinary = builtins.__import__

    def importing(name: str, *more: Any, **named: Any) -> Any:
        importer = (more[0] if more else named.get("globals")) or {}
        level = more[3] if len(more) > 3 else named.get("level", 0)
        if not level and str(importer.get("__name__", "")).startswith("factorio_release"):
            if name in absent:
                raise ModuleNotFoundError(f"No module named {name!r}")
            if name in hidden:
                return hidden[name]
        return ordinary(name, *more, **named)

    builtins.__import__ = importing


def separate(drive: str) -> None:
    """Let no relative path lead into or out of a folder: it is another drive."""
    ordinary = os.path.relpath

    def relpath(path: str, start: str = os.curdir) -> str:
        inside = [Path(one).absolute().is_relative_to(drive) for one in (path, start)]
        if inside[0] != inside[1]:
            raise ValueError(f"path is on mount {path!r}, start on mount {start!r}")
        return ordinary(path, start)

    os.path.relpath = relpath  # type: ignore[assignment]


def hold(system: Any, clock: Any, times: int) -> None:
    """Refuse the first renames, as while a virus scanner has the file open; waiting takes no time."""
    ordinary, left = system.replace, [times]

    def replace(source: str, target: str, **more: Any) -> None:
        if left[0]:
            left[0] -= 1
            raise PermissionError(13, "Access is denied", source, 5, target)
        ordinary(source, target, **more)

    system.replace = replace
    if times:
        clock.sleep = lambda _seconds: None


if __name__ == "__main__":
    sys.stdout.write(f"\n{json.dumps(main(json.loads(sys.argv[1])))}\n")
