"""How the mods of a run are loaded in the game: the installation, and the files that are kept of it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from factorio_release.checks.facts.media import look_at
from factorio_release.cli.path_patterns import shown
from factorio_release.disk.atomic_write import write_file
from factorio_release.disk.replace_rules import remedy, replaces_only
from factorio_release.errors import ReleaseError, UsageError
from factorio_release.load.findings import load_finding
from factorio_release.load.headless.installation import installation_at
from factorio_release.load.headless.loads import GameLoads
from factorio_release.load.headless.prototypes import findings_over
from factorio_release.load.headless.releases import HeadlessBuilds
from factorio_release.settings.options import GAME_LOG_END, MOD_TESTS_END

if TYPE_CHECKING:
    from factorio_release.cli.session import Session
    from factorio_release.findings import Finding
    from factorio_release.load.candidates import Candidates
    from factorio_release.load.game_cache import GameCache
    from factorio_release.load.game_data import GameData
    from factorio_release.load.headless.loads import RanInGame
    from factorio_release.mod.mod import Mod
    from factorio_release.portal.download import Downloader
    from factorio_release.settings.options import Settings

# The first bytes of the two files: another file of these names is never replaced.
_LOG_HEAD: Final = "factorio-release: what the game printed\n\n"
_TESTS_HEAD: Final = b'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites'


def game_loads(
    session: Session,
    settings: Settings,
    cache: GameCache,
    candidates: Candidates,
    downloader: Downloader,
) -> GameLoads:
    """Return how mods are loaded in the game.

    Raises UsageError for a system on which the headless build does not run, and for a path without a game.
    """
    from factorio_release.cli.load_setup import loads_folder  # noqa: PLC0415 it imports this module as well

    require_linux(sys.platform)
    given = installation_at(settings.game_path) if settings.game_path else None
    folder = loads_folder(session, settings)
    if given is None and folder is None:
        raise UsageError(
            "load: there is no folder to keep the game in; give cache-dir or game-path"
        )
    builds = HeadlessBuilds(
        (folder or Path()) / "headless", downloader, session.say, settings.game_url
    )

    def look(mod: Mod, data: GameData, version: str) -> tuple[Finding, ...]:
        try:
            return findings_over(mod, data, cache.api(version), look_at)
        except ReleaseError as error:
            reason = f"the finished prototypes were not looked at: {error}"
            return (load_finding("load-not-judged", reason),)

    return GameLoads(given, builds, candidates, look, session.say)


def require_linux(platform: str) -> None:
    """Raise UsageError on any other system: there is no headless build for it."""
    if platform != "linux":
        raise UsageError(
            "load: the game's headless build runs on Linux alone; give `load: emulated`"
        )


def keep_log(session: Session, ran: RanInGame) -> None:
    """Write what the game printed into the output folder, and the results of the mod's tests as JUnit XML.

    A file that cannot be written is a warning: what was found stands in the report.
    """
    if not ran.log:
        return
    log = session.redactor(_LOG_HEAD + ran.log).encode("utf-8", "replace")
    _keep(session, Path(ran.log_name), log, _LOG_HEAD.encode())
    if ran.tests is not None:
        from factorio_release.report.mod_tests_junit import render_mod_tests  # noqa: PLC0415 only with tests

        path = ran.log_name.removesuffix(GAME_LOG_END)
        xml = session.redactor(render_mod_tests(Path(path).name, ran.tests))
        _keep(session, Path(f"{path}{MOD_TESTS_END}"), xml.encode("utf-8", "replace"), _TESTS_HEAD)


def _keep(session: Session, path: Path, content: bytes, head: bytes) -> None:
    try:
        write_file(path, content, replaces_only(head, "a file of this program"))
    except OSError as error:
        session.say(
            f"warning: {shown(path)} could not be written: {error.strerror}; {remedy(error)}"
        )
