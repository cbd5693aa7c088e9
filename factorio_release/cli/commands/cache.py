"""`factorio-release cache`: what loads have fetched, how large it is, and a key for a CI's cache."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from factorio_release.cli.declared import CACHE_ACTION, CACHE_KINDS, LIST_FORMAT
from factorio_release.cli.load_setup import loads_folder
from factorio_release.errors import ExitCode, UsageError
from factorio_release.limits import size_words
from factorio_release.load.cache_content import KINDS, cache_key, clear, entries
from factorio_release.parsers.suggestion import did_you_mean
from factorio_release.settings.sources import read_settings

if TYPE_CHECKING:
    from pathlib import Path

    from factorio_release.cli.command_line import Arguments
    from factorio_release.cli.session import Session

_ACTIONS: Final = ("show", "clear", "key")
_KIB: Final = 1024


def cache(session: Session, arguments: Arguments) -> int:
    """Show what is in the cache, clear it, or print its key; `clear` exits with 2 where something stayed.

    Raises UsageError for a wrong argument, and where there is no place for a cache.
    """
    settings = read_settings(session.sources(arguments))
    action = arguments.value(CACHE_ACTION) or "show"
    if action not in _ACTIONS:
        near = did_you_mean(action, _ACTIONS)
        raise UsageError(f"cache: {action!r} is not one of {', '.join(_ACTIONS)}{near}")
    kinds = _kinds(arguments)
    folder = loads_folder(session, settings)
    if action == "key":
        session.out.write(f"{cache_key(folder)}\n")
        return ExitCode.FINE
    if folder is None:
        raise UsageError("there is no folder for a cache: set HOME, or give --cache-dir")
    if action == "clear":
        return _clear(session, folder, kinds)
    _show(session, folder, as_json=_is_json(session, arguments))
    return ExitCode.FINE


def _kinds(arguments: Arguments) -> list[str]:
    given = arguments.lists[CACHE_KINDS.name]
    wrong = [f"--kind: {one} is not one of {', '.join(KINDS)}" for one in given if one not in KINDS]
    if wrong:
        raise UsageError(*wrong)
    return given or [name for name, one in KINDS.items() if one.by_default]


def _is_json(session: Session, arguments: Arguments) -> bool:
    given = arguments.value(LIST_FORMAT)
    return given == "json" or (given is None and not session.out.isatty())


def _clear(session: Session, folder: Path, kinds: list[str]) -> int:
    freed, stayed = clear(folder, kinds)
    for line in stayed:
        session.say(f"warning: {line}")
    session.say(f"{folder}: {_size(freed)} of {', '.join(kinds)} removed")
    return ExitCode.USAGE if stayed else ExitCode.FINE


def _show(session: Session, folder: Path, *, as_json: bool) -> None:
    found = {kind: entries(folder, kind) for kind in KINDS}
    if as_json:
        value = {
            "folder": str(folder),
            "key": cache_key(folder),
            "kinds": {
                kind: {
                    "bytes": sum(one.bytes for one in of),
                    "names": [one.path.name for one in of],
                }
                for kind, of in found.items()
            },
        }
        session.out.write(f"{json.dumps(value, indent=2)}\n")
        return
    session.out.write(f"{folder}\n")
    for kind, of in found.items():
        size = _size(sum(one.bytes for one in of))
        session.out.write(f"{kind}: {size} in {len(of)} files: {KINDS[kind].title}\n")
        for one in of if session.verbose else ():
            session.out.write(f"    {one.path.name} {_size(one.bytes)}\n")


def _size(size: int) -> str:
    """Return a size as people read it: `1.2 MiB`, `12 KiB`."""
    if size >= _KIB * _KIB:
        return f"{size / _KIB / _KIB:.1f} MiB"
    return f"{-(-size // _KIB)} KiB" if size else size_words(0)
