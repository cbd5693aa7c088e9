"""`factorio-release init`: writes a config file and a workflow, filled in from what is there already."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from factorio_release.cli.arguments import chosen
from factorio_release.cli.declared import CI, OVERWRITE, PAGE_FROM_PORTAL, REPLACE
from factorio_release.cli.init_config import ConfigWriter
from factorio_release.cli.init_place import find_place, forge_for, job_of, refuse_no_mod
from factorio_release.cli.init_switch import switch_pipelines
from factorio_release.cli.named_mods import find_mods, named_paths
from factorio_release.cli.path_patterns import shown
from factorio_release.cli.written_files import replace_files
from factorio_release.disk.bounded_file import read_head
from factorio_release.disk.relative import relative
from factorio_release.disk.replace_rules import replaces_anything, replaces_exactly
from factorio_release.errors import ExitCode, UsageError
from factorio_release.forges import FORGES
from factorio_release.limits import MAX_PIPELINE_BYTES
from factorio_release.project import docs_url
from factorio_release.report.escape import terminal_lines
from factorio_release.scaffold.next_steps import next_steps
from factorio_release.scaffold.pipelines.found import find_pipelines
from factorio_release.scaffold.workflows import gitlab_text, workflow_paths, workflow_text
from factorio_release.settings.sources import read_settings

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from factorio_release.cli.command_line import Arguments
    from factorio_release.cli.init_place import Place
    from factorio_release.cli.init_switch import Switched
    from factorio_release.cli.session import Session
    from factorio_release.disk.replace_rules import MayReplace
    from factorio_release.forges import Forge
    from factorio_release.scaffold.job import ReleaseJob
    from factorio_release.scaffold.pipelines.found import FoundPipelines

    Files = dict[Path, tuple[bytes, MayReplace]]

_OUTPUT_FOLDER: Final = "dist/"


def init(session: Session, arguments: Arguments) -> int:
    """Write the files that do not exist yet, with `--force` all of them; print what is left to do.

    A workflow that uploads already is replaced with `--replace`, or where somebody says yes. Otherwise the
    new one beside it only plans, so that no version is uploaded twice. Raises ModError and UsageError where
    there is no mod, and what the portal's reader raises with `--from-portal`.
    """
    choice = chosen(arguments, CI)
    sources = session.sources(arguments)
    place = find_place(_path(session, arguments))
    found = find_pipelines(place.root, place.paths)
    refuse_no_mod(place, builds=any(one.is_ci for one in found.pipelines))
    forge = forge_for(place, choice)
    job = job_of(place)
    overwrite = arguments.has(OVERWRITE)
    settings = read_settings(sources)  # a config file that is there may be broken
    config = ConfigWriter(
        session,
        place,
        settings,
        found,
        needs_portal=arguments.has(PAGE_FROM_PORTAL),
        is_built=bool(job.build),
    )
    files: Files = {}
    config_files = config.files(overwrite=overwrite)
    switched = switch_pipelines(session, place, found, forge, job, replaces=arguments.has(REPLACE))
    for path, text in switched.texts.items():
        files[place.root / path] = (text.encode(), replaces_exactly(switched.olds[path]))
    if switched.secret:
        job = replace(job, secret=switched.secret)
    kept: list[Path] = []
    if not switched.replaced:
        kept = _add_workflow(
            files,
            place.root / _workflow_path(place, found, forge, overwrite=overwrite),
            workflow_text(forge, _only_planning(job, switched)),
            overwrite=overwrite,
        )
    files |= config_files
    files |= _ignored_output(place)
    replace_files(place.folder, files)
    for target in files:
        session.say(f"wrote {shown(target)}")
    for target in [*config.kept, *kept]:
        session.say(f"kept {shown(target)}; --force overwrites it")
    _say_the_rest(session, forge, job, switched, kept)
    if not (place.mod or place.is_several or job.build or switched.replaced):
        session.say(
            "a build makes this mod, and the workflow does not have it: put its commands in front of the "
            f"release, and its output as `path`; see {docs_url('built-mods.md')}"
        )
    config.say_what_is_missing()
    session.say("next:")
    written = [relative(path, place.root) for path in files]
    for step in _next_steps(place, forge, job, switched, written, is_public=config.is_public):
        session.say(step)
    return ExitCode.FINE


def _next_steps(
    place: Place,
    forge: Forge,
    job: ReleaseJob,
    switched: Switched,
    written: list[str],
    *,
    is_public: bool,
) -> Iterable[str]:
    return next_steps(
        forge,
        place.home,
        job.secret,
        _added(place, written),
        path=_rehearsed(place, job),
        source=_shipped(place),
        is_public=is_public,
        build=job.build,
        is_taken_over=bool(switched.secret),
        command=switched.command,
    )


def _added(place: Place, files: list[str]) -> list[str]:
    """Return what `git add` is given; one of the files may be in a folder that git is told to ignore."""
    is_ignored = place.repository is not None and place.repository.ignored(files)
    return ["--force", *files] if is_ignored else files


def _rehearsed(place: Place, job: ReleaseJob) -> str:
    """Return what a rehearsal is given: a mod of several, the output of a build, or the mod's folder."""
    if place.is_several:
        mod = place.mod.path if place.mod else next(iter(place.mods.mods))
        return relative(mod, place.root)
    return job.path if place.mod or job.build else ""


def _shipped(place: Place) -> str:
    """Return what `ship` is given: the mod's folder, or the mods that have changed."""
    if place.mod:
        return relative(place.mod.path, place.root)
    return "--changed" if place.is_several else ""


def _path(session: Session, arguments: Arguments) -> Path:
    """Return the only folder that PATH names."""
    found = [mod.path for mod in find_mods(named_paths(session.sources(arguments)))]
    if len(found) != 1:
        names = ", ".join(path.as_posix() for path in found)
        raise UsageError(f"path: init takes one folder at a time, not {names}")
    return found[0]


def _only_planning(job: ReleaseJob, switched: Switched) -> ReleaseJob:
    """Return the job, which only plans where another pipeline goes on uploading."""
    if not switched.left:
        return job
    return replace(job, dry_run=True, instead_of=", ".join(switched.left))


def _add_workflow(files: Files, target: Path, text: str, *, overwrite: bool) -> list[Path]:
    """Add the new workflow, or return the one that is there and kept."""
    if target.exists() and not overwrite:
        return [target]
    # A file that another program has created in between is kept.
    files[target] = (text.encode(), replaces_anything if overwrite else replaces_exactly(b""))
    return []


def _workflow_path(place: Place, found: FoundPipelines, forge: Forge, *, overwrite: bool) -> str:
    """Return where the workflow is: this program's own, else the first place that has no file yet."""
    paths = workflow_paths(forge)
    folder = paths[0].rpartition("/")[0]
    for path in found.ours:
        if path.startswith(folder):
            return path
    for path in paths:
        if not (place.root / path).exists():
            return path
    return paths[0] if overwrite else paths[-1]


def _ignored_output(place: Place) -> Files:
    """Return the `.gitignore` with the folder of the zip in it, where git does not ignore that yet."""
    if place.repository is None or place.repository.ignored([f"{_OUTPUT_FOLDER}x.zip"]):
        return {}
    if any(path.startswith(_OUTPUT_FOLDER) for path in place.paths):
        return {}  # files of their own are there
    path = place.root / ".gitignore"
    old = read_head(path, MAX_PIPELINE_BYTES) if path.is_file() else b""
    if len(old) >= MAX_PIPELINE_BYTES:
        return {}
    end = b"\r\n" if b"\r\n" in old else b"\n"
    gap = end if old and not old.endswith(b"\n") else b""
    return {path: (old + gap + _OUTPUT_FOLDER.encode() + end, replaces_exactly(old))}


def _say_the_rest(
    session: Session, forge: Forge, job: ReleaseJob, switched: Switched, kept: list[Path]
) -> None:
    for path in switched.left:
        session.say(
            f"{path} still uploads, so the new workflow only plans; "
            "remove that upload and the line `dry-run` to switch"
        )
    for path in switched.replaced:
        session.say(f"{path} releases with factorio-release now; git has the old one")
    for path in switched.unused:
        session.say(f"{path} is not run by it any more: delete it if nothing else does")
    # GitLab has one file for all jobs, so the job must be added to it by hand.
    if forge == FORGES["gitlab"] and kept:
        session.say("to release from it, add this:")
        session.err.write(terminal_lines(gitlab_text(_only_planning(job, switched))))
