"""`factorio-release load`: loads mods as the game does, without the game."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlsplit

from factorio_release.checks import CheckResult
from factorio_release.cli.commands.pipeline import Finished
from factorio_release.cli.declared import API_URL, DATA_URL, GAME, MODS_FOLDER
from factorio_release.cli.interrupts import INTERRUPTS
from factorio_release.cli.output import show
from factorio_release.cli.path_patterns import shown
from factorio_release.cli.targets import read_targets
from factorio_release.errors import ReleaseError, UsageError
from factorio_release.findings import Finding
from factorio_release.load import game_cache
from factorio_release.load.download import download
from factorio_release.load.findings import LOAD_SEVERITIES
from factorio_release.load.judge import LoadJudge
from factorio_release.load.mod_set import Resolver
from factorio_release.load.sources import by_name, candidate, lua_of, mods_in
from factorio_release.mod.mod import load_mod
from factorio_release.parsers.version import parse_version
from factorio_release.pipeline.checking import judge
from factorio_release.pipeline.job import package_rules
from factorio_release.portal.transport import LOOPBACK, Transport
from factorio_release.portal_memory import cache_folder
from factorio_release.report.model import Status, StepName, report_of
from factorio_release.report_builder import Blocked, ReportBuilder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factorio_release.cli.command_line import Arguments
    from factorio_release.cli.declared import Value
    from factorio_release.cli.session import Session
    from factorio_release.cli.targets import RunTarget
    from factorio_release.load.game_cache import GameCache
    from factorio_release.load.mod_set import Candidate
    from factorio_release.mod.mod import Mod
    from factorio_release.parsers.version import Version

_AUTO: Final = "auto"
_FIRST_GAME: Final = (2, 0)  # the stages of older games were never compared


class _Given(NamedTuple):
    """What all mods of a run are loaded with."""

    cache: GameCache
    game: str
    candidates: Mapping[str, tuple[Candidate, ...]]


def load(session: Session, arguments: Arguments) -> int:
    """Load every mod that PATH names, and report what only a finished load can show.

    Nothing is packed and nothing is written but the cache and the report. Raises UsageError for a wrong
    argument before anything is loaded.
    """
    targets = read_targets(session, arguments)
    settings = targets[0].settings
    cache = _game_cache(session, arguments)
    game = _game(arguments)
    folder = _mods_folder(arguments)
    session.output_folder = settings.output_dir
    if settings.report:
        from factorio_release.cli.written_files import check_report_path  # noqa: PLC0415 start-up: only with a report

        check_report_path(Path(settings.report))
        session.report_file = settings.report
    builders = [
        ReportBuilder(one.path.absolute(), shown(one.path), one.settings.portal_url)
        for one in targets
    ]
    with INTERRUPTS.held():
        _load_all(session, targets, builders, _Given(cache, game, folder))
        report = report_of(
            tuple(
                one.report(fallback=target.name or Path(one.folder).name)
                for one, target in zip(builders, targets, strict=True)
            )
        )
        session.hand_on(report)
    finished = Finished(report, targets, only_checked=True, may_write=False)
    session.prints_result = settings.format != "text"
    show(session, arguments, finished)
    return report.exit_code


def _load_all(
    session: Session, targets: tuple[RunTarget, ...], builders: list[ReportBuilder], given: _Given
) -> None:
    """Read all mods, then load each with those of the run that it needs."""
    mods: dict[int, Mod] = {}
    for number, (target, builder) in enumerate(zip(targets, builders, strict=True)):
        with _Guard(builder):
            rules = package_rules(target.settings, target.path)
            builder.mod = mods[number] = load_mod(target.path.absolute(), rules)
    of_run = by_name(candidate(mod) for mod in mods.values() if mod.version)
    given = given._replace(candidates={**given.candidates, **of_run})
    for number, mod in mods.items():
        builder = builders[number]
        with _Guard(builder), builder.step(StepName.CHECK):
            settings = targets[number].settings
            result = CheckResult.of(_findings(session, mod, given), settings.ignore)
            judge(settings, builder, result)
            builder.reached = Status.CHECKED
        builder.close_bundle()


class _Guard:
    """Records what ends the work on one mod, so that the others are still loaded; signals may end it."""

    def __init__(self, builder: ReportBuilder) -> None:
        self._builder = builder
        self._released = INTERRUPTS.released()

    def __enter__(self) -> None:
        self._released.__enter__()

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        self._released.__exit__(None, None, None)
        if isinstance(error, Blocked):
            return True
        if isinstance(error, ReleaseError):
            self._builder.error = error
            return True
        return False


def _findings(session: Session, mod: Mod, given: _Given) -> tuple[Finding, ...]:
    version = given.game if given.game != _AUTO else _version_for(mod, given.cache)
    if not version:
        line = mod.info.factorio_version or "an unknown game"
        return (_not_judged(f"no version of {line} that fits is among the game's public data"),)
    if parse_version(version).key < (*_FIRST_GAME, 0):
        return (_not_judged(f"it is for Factorio {version}, and mods can be loaded from 2.0 on"),)
    if not mod.name or not mod.version:
        return (_not_judged("info.json has no name and version; see `factorio-release check`"),)
    resolver = Resolver(given.cache.mods(version), version, given.candidates)
    paths = frozenset(file.path for file in mod.files.files)
    loading = LoadJudge(
        candidate(mod), paths, lua_of(mod), resolver, version, given.cache.api(version)
    )
    judged = loading.judge()
    for one in judged.loads:
        session.say(f"loaded {mod.name} {mod.version} in Factorio {version} with {one}")
    return judged.findings


def _not_judged(reason: str) -> Finding:
    code = "load-not-judged"
    return Finding(code, LOAD_SEVERITIES[code], f"not loaded: {reason}")


def _version_for(mod: Mod, cache: GameCache) -> str:
    """Return the newest game of the mod's `factorio_version` that its dependency on base accepts."""
    line = mod.info.game
    if line is None or line < _FIRST_GAME:
        return ""
    wanted = [
        one.dependency
        for one in mod.info.dependencies
        if one.dependency and one.dependency.name == "base"
    ]

    def accepts(version: Version) -> bool:
        return version.key[:2] == line and all(one.accepts(version) for one in wanted)

    return cache.newest(accepts)


def _game(arguments: Arguments) -> str:
    text = arguments.value(GAME) or _AUTO
    if text == _AUTO:
        return text
    try:
        return str(parse_version(text))
    except ValueError as error:
        raise UsageError(f"--game: {error}; give a version such as 2.0.77, or auto") from None


def _mods_folder(arguments: Arguments) -> Mapping[str, tuple[Candidate, ...]]:
    text = arguments.value(MODS_FOLDER)
    if not text:
        return {}
    try:
        return mods_in(Path(text))
    except OSError as error:
        raise UsageError(f"--mods: {text} cannot be read: {error.strerror}") from None


def _game_cache(session: Session, arguments: Arguments) -> GameCache:
    folder = cache_folder(session.environ)
    transport = Transport()
    return game_cache.GameCache(
        folder / "factorio-release" / "game" if folder else None,
        lambda url: download(transport, url),
        session.say,
        data_url=_mirror(arguments, DATA_URL) or game_cache.DATA_URL,
        api_url=_mirror(arguments, API_URL) or game_cache.API_URL,
    )


def _mirror(arguments: Arguments, argument: Value) -> str:
    """Return the address of a mirror, empty without one; what comes from it is run, so it is https."""
    text = arguments.value(argument) or ""
    parts = urlsplit(text)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    if text and not (is_safe and parts.hostname and not parts.query and "@" not in parts.netloc):
        raise UsageError(f"--{argument.name}: {text!r} is not an https:// address without a query")
    return text
