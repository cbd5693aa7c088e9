"""The mods of a run, each with its own settings; all that is wrong with any of them, in one error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from factorio_release.cli.output_folder import prove_output_folder
from factorio_release.cli.targets import find_mods, named_paths, shown
from factorio_release.errors import UsageError
from factorio_release.findings import NEVER_IGNORED
from factorio_release.settings.options import OPTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from factorio_release.cli.command_line import Arguments
    from factorio_release.cli.session import Session
    from factorio_release.settings.options import Settings


@dataclass(frozen=True, slots=True)
class Target:
    """One mod of a run; `name` is empty where there is one mod only, or info.json has none."""

    path: Path
    name: str
    settings: Settings


def read_targets(session: Session, arguments: Arguments) -> tuple[Target, ...]:
    """Return every mod that PATH names, in dependency order, with its own settings.

    Raises UsageError with the problems of all of them, before anything is written.
    """
    sources = session.sources(arguments)
    problems: list[str] = []
    targets = []
    for path, name in find_mods(named_paths(sources)).items():
        try:
            settings = session.settings_of(sources, path)
            prove_output_folder(settings)
            targets.append(Target(path, name, settings))
        except UsageError as error:
            problems += error.mistakes
    for target in targets:
        problems += _wrong_codes(target.settings)
    problems += _disagreements(targets)
    if problems:
        raise UsageError(*dict.fromkeys(problems))  # what the command line says wrongly is said of every mod
    return tuple(targets)


def _wrong_codes(settings: Settings) -> Iterator[str]:
    if not settings.ignore:
        return
    from factorio_release.checks.registry import RULES  # noqa: PLC0415 start-up: only with `ignore`
    from factorio_release.page.findings import PAGE_CODES  # noqa: PLC0415 likewise
    from factorio_release.settings.option import unknown  # noqa: PLC0415 likewise

    place = _place(settings, "ignore")
    known = dict.fromkeys([rule.code for rule in RULES] + list(PAGE_CODES))
    yield from unknown(f"{place}ignore: the code", settings.ignore, known)
    for code in sorted(NEVER_IGNORED.intersection(settings.ignore)):
        yield f"{place}ignore: {code} cannot be ignored: it is the API key in what would be published"


def _disagreements(targets: list[Target]) -> Iterator[str]:
    """Yield a problem for each option that a run has once and for which its mods have different values."""
    for option in OPTIONS.values():
        if not (option.per_run and option.config):
            continue  # no file can set it, so that all mods have the same
        wanted: dict[str, str] = {}
        for target in targets:
            value = getattr(target.settings, option.field)
            place = _place(target.settings, option.field).removesuffix(": ") or shown(target.path)
            wanted.setdefault(value, f"{value or 'none'} ({place})")
        if len(wanted) > 1:
            yield (
                f"{option.name}: a run has one for all its mods, and they have different ones: "
                f"{', '.join(wanted.values())}; give {option.ways_in}"
            )


def _place(settings: Settings, field: str) -> str:
    origin = settings.origins.get(field)
    return f"{origin.file}:{origin.line}: " if origin and origin.file else ""
