"""What a run does with one mod, as a value that the command line makes."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from factorio_release.package.rules import PackageRules
from factorio_release.settings.options import GAME_FILES, REPORT_FILE, SUMMARY_FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager
    from datetime import date

    from factorio_release.parsers.version import Version
    from factorio_release.plan_file.entry import PlanEntry
    from factorio_release.settings.options import CiSource, Settings


class Job(NamedTuple):
    """One mod, and what the run does with it.

    `folder` is the path for messages, relative to the working directory. `mode` is one of the settings'
    modes. `goes_out` says that the run, or the release that it plans, makes the mod's version public.
    `releases`: it goes out, and the event does not only allow a plan. `key` is the API key to write with,
    empty when nothing may be written. `name` is the mod's name as it was before the run, empty where it is
    not known. `together` are the mods that the same run makes public, by name with their versions: the
    portal is not asked about a mod that requires no other version. `circle` are the mods of the run through
    which this one depends on itself, as `circles` returns them. `source` is the folder of a zip's mod.
    In a `rehearsal` the portal has no other mods, and is asked about none. `why_not` says why a run that was
    to write only plans. `saves`: the plan goes into a file. `approved` is a mod of such a file, which the run
    carries out: `path` is where its package is put then.

    `tag` is the tag of the release; `tag_commit` is the CI's commit for it where it is the CI's own tag.
    `skip_existing` leaves a version alone that is out with other content. Without `publish_new` a mod that
    the portal does not have is not published. A job that `waits` leaves a version for later whose changelog
    section is still open.
    `epoch` is the time of the files in the zip, in seconds since 1970. `cache` is the folder for what runs
    learn about the portal, None to keep nothing.

    `command` returns the shell command that repeats the run. `say` gets one line for each stage.
    `packaging` and `uploading` get the bytes done and their total. Signals raise KeyboardInterrupt only
    inside an `interruptible` block, so that the report is never cut off.
    """

    path: Path
    folder: str
    settings: Settings
    mode: str
    ci: CiSource
    goes_out: bool = True
    key: str = ""
    rehearsal: bool = False
    saves: bool = False
    approved: PlanEntry | None = None
    releases: bool = False
    why_not: str = ""
    name: str = ""
    together: Mapping[str, tuple[Version, ...]] = MappingProxyType({})
    circle: tuple[str, ...] = ()
    source: Path | None = None
    today: date | None = None
    command: Callable[[], str] = lambda: ""
    tag: str = ""
    tag_commit: str = ""
    skip_existing: bool = False
    publish_new: bool = True
    waits: bool = False
    epoch: int | None = None
    cache: Path | None = None
    secrets: tuple[str, ...] = ()
    say: Callable[[str], None] = lambda _line: None
    packaging: Callable[[int, int], None] | None = None
    uploading: Callable[[int, int], None] | None = None
    interruptible: Callable[[], AbstractContextManager[None]] = nullcontext

    def __repr__(self) -> str:
        return f"Job({self.folder!r}, …)"  # it has secrets


def package_rules(settings: Settings, mod_folder: Path) -> PackageRules:
    """Return the settings' packaging rules; the program's own files in the mod folder are never packed."""
    output = Path(settings.output_dir)
    named = [Path(name) for name in (settings.config, settings.report, settings.out) if name]
    # Of loads in the game; their names have that of the mod.
    kept = [path for form in GAME_FILES for path in output.glob(form)]
    files = [
        path.resolve() for path in (*named, *kept, output / REPORT_FILE, output / SUMMARY_FILE)
    ]
    root = mod_folder.resolve()
    own = tuple(file.relative_to(root).as_posix() for file in files if file.is_relative_to(root))
    return PackageRules(settings.include, settings.exclude, own)
