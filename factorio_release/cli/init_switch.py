"""The old pipelines of a repository in `init`: which are replaced, and what is said of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from factorio_release.cli.init_questions import confirm
from factorio_release.disk.bounded_file import read_head
from factorio_release.limits import MAX_PIPELINE_BYTES
from factorio_release.project import docs_url
from factorio_release.report.escape import terminal_lines
from factorio_release.scaffold.pipelines.neighbours import RECIPES
from factorio_release.scaffold.pipelines.switch import switch_of
from factorio_release.scaffold.pipelines.tools import Does

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from factorio_release.cli.init_place import Place
    from factorio_release.cli.session import Session
    from factorio_release.forges import Forge
    from factorio_release.scaffold.job import ReleaseJob
    from factorio_release.scaffold.pipelines.found import FoundPipeline, FoundPipelines
    from factorio_release.scaffold.pipelines.scripts import Recipe
    from factorio_release.scaffold.pipelines.switch import Switch

# When FMTK runs each script of `package.scripts`, and where its command goes. Source: FMTK's documentation.
_BEFORE: Final = "put it in front of the release in the workflow"
_SCRIPTS: Final = {
    "compile": _BEFORE,
    "prepackage": _BEFORE,
    "prepublish": _BEFORE,
    "datestamp": "run it before `factorio-release ship`",
    "version": "run it before `factorio-release ship`",
    "publish": "put it behind the release in the workflow",
    "postpublish": "put it behind the release in the workflow",
}


class Switched(NamedTuple):
    """What becomes of the old pipelines.

    `texts` has the new text of each file that is replaced, by path, `olds` its present bytes. `left` are the
    files that go on uploading: a new workflow beside them must not. `replaced` are the old workflows that
    release with this program now, started by `command` (empty for a commit). `secret` is their secret,
    `unused` are scripts that they ran.
    """

    texts: dict[str, str]
    olds: dict[str, bytes]
    left: tuple[str, ...]
    replaced: tuple[str, ...]
    secret: str
    command: str = "factorio-release ship"
    unused: tuple[str, ...] = ()


def switch_pipelines(
    session: Session,
    place: Place,
    found: FoundPipelines,
    forge: Forge,
    job: ReleaseJob,
    *,
    replaces: bool,
) -> Switched:
    """Say what was found, and return what is replaced: with `replaces`, or where somebody says yes."""
    switched = Switched({}, {}, (), (), "")
    releasing = None if found.ours else _releasing(found)
    for pipeline in found.in_ci:
        if pipeline.path in found.ours:
            continue
        # With a hyphen it is a parameter of a workflow that others call, not a secret of the repository.
        if "-" not in pipeline.secret:
            switched = switched._replace(secret=switched.secret or pipeline.secret)
        releases = pipeline.uploads or pipeline is releasing
        switch = switch_of(pipeline, forge, job, releases=releases)
        _describe(session, switch)
        if switch.texts and _is_wanted(session, place, switch, replaces=replaces):
            switched = _with(switched, place, switch, releases=releases)
        elif pipeline.uploads:
            _say_what_to_remove(session, switch)
            switched = switched._replace(left=(*switched.left, pipeline.path))
    in_ci = {step.recipe.file for one in found.in_ci for step in one.all_steps if step.recipe}
    for pipeline in found.scripts:
        if pipeline.recipe and pipeline.recipe.file not in in_ci:
            _describe_script(session, pipeline, pipeline.recipe)
    if place.mod and place.mod.info.package:
        _describe_package_object(session, place.mod.info.package)
    for path in found.unreadable:
        session.say(
            f"found {path}: it cannot be read as YAML, and mentions an upload; look at it yourself"
        )
        switched = switched._replace(left=(*switched.left, path))
    return switched


def _releasing(found: FoundPipelines) -> FoundPipeline | None:
    """Return the workflow in which the release goes where none uploads: that of tags before a button's."""
    if found.unreadable or any(one.uploads for one in found.in_ci):
        return None
    workflows = [one for one in found.in_ci if one.workflow]
    order = {"factorio-release ship": 0, "gh release create": 1, "": 2}
    return min(
        workflows,
        key=lambda one: order.get(one.workflow.triggers.release_command if one.workflow else "", 3),
        default=None,
    )


def _is_wanted(session: Session, place: Place, switch: Switch, *, replaces: bool) -> bool:
    """Return whether the old workflow is to be replaced; ask where somebody can answer."""
    problem = _problem(place, switch)
    if problem:
        session.say(f"  not replaced: {problem}")
        return False
    if replaces:
        return True
    _show_difference(session, place, switch)
    if session.has_terminal and not session.ci.in_ci:
        return confirm(session, f"replace {switch.pipeline.path}?")
    session.say("  `factorio-release init --replace` makes this change")
    return False


def _say_what_to_remove(session: Session, switch: Switch) -> None:
    """Say which file to delete, or which of its steps to replace."""
    pipeline = switch.pipeline
    steps = [step.step.title for step in pipeline.all_steps if step.uploads]
    if switch.is_new or not steps:
        session.say(f"  to switch by hand: delete {pipeline.path}, or its upload")
    else:
        session.say(f"  to switch by hand: replace its step {', '.join(steps)}")


def _with(switched: Switched, place: Place, switch: Switch, *, releases: bool) -> Switched:
    """Return the result with one more old workflow replaced."""
    pipeline = switch.pipeline
    scripts = [step.recipe.file for step in pipeline.all_steps if step.recipe]
    unused = [file for file in scripts if not any(file in text for _, text in switch.texts)]
    command = switched.command
    if pipeline.workflow:
        command = pipeline.workflow.triggers.release_command
    if pipeline.semantic:
        command = ""
    return switched._replace(
        texts={**switched.texts, **dict(switch.texts)},
        olds={**switched.olds, **{path: _present(place, path) for path, _ in switch.texts}},
        replaced=(*switched.replaced, pipeline.path) if releases else switched.replaced,
        command=command if releases else switched.command,
        unused=tuple(dict.fromkeys((*switched.unused, *unused))),
    )


def _describe(session: Session, switch: Switch) -> None:
    pipeline = switch.pipeline
    tools = ", ".join(tool.title for tool in pipeline.tools) or "a zip that nothing uploads"
    session.say(f"found {pipeline.path}: {tools}")
    if pipeline.workflow:
        session.say(f"  started by {pipeline.workflow.triggers.words}")
    if pipeline.secret:
        session.say(f"  secret: {pipeline.secret}")
    for title, purpose in switch.kept:
        recipe = "" if switch.texts else f"; see {docs_url(RECIPES[purpose])}"
        how = "kept" if switch.texts else "to keep"
        session.say(f"  {how}: {title} ({purpose}{recipe})")
    if any(tool.by_password for tool in pipeline.tools):
        session.say(
            "  it logs in with a password, which the portal's API does not take: make a key"
        )
    for note in switch.notes:
        session.say(f"  note: {note}")
    if switch.why:
        session.say(f"  by hand: {switch.why}")


def _describe_package_object(session: Session, package: Mapping[str, Any]) -> None:
    session.say(
        "found info.json: FMTK's `package` object is read as it is; `factorio-release ship` takes the "
        "place of `fmtk publish`"
    )
    scripts = package.get("scripts")
    for name, command in scripts.items() if isinstance(scripts, dict) else ():
        session.say(
            f"  to keep: its script {name}, `{command}`, which is not run here; "
            f"{_SCRIPTS.get(name, 'run it where it is needed')}"
        )


def _describe_script(session: Session, pipeline: FoundPipeline, recipe: Recipe) -> None:
    if pipeline.uploads:
        instead = (
            "factorio-release ship" if Does.COMMIT in pipeline.does else "factorio-release release"
        )
        session.say(
            f"found {recipe.words} (line {recipe.line}): {recipe.tool.title} uploads from a machine; "
            f"`{instead}` takes its place"
        )
    else:
        instead = "`factorio-release build` does too"
        if recipe.changes_files:
            instead = f"from files that it makes or changes; see {docs_url('built-mods.md')}"
        session.say(f"found {recipe.words} (line {recipe.line}): packs the mod; {instead}")


def _problem(place: Place, switch: Switch) -> str:
    """Return why a file must not be replaced, empty where git has it as it is."""
    if place.repository is None:
        return "there is no git repository that would keep the old one; delete it yourself"
    for path, _text in switch.texts:
        if place.repository.file_at("HEAD", path) != _present(place, path):
            return f"{path} has changes that are not committed; commit them first"
    return ""


def _present(place: Place, path: str) -> bytes:
    return read_head(place.root / path, MAX_PIPELINE_BYTES)


def _show_difference(session: Session, place: Place, switch: Switch) -> None:
    lines = [line for path, text in switch.texts for line in _difference(place, path, text)]
    session.err.write(terminal_lines("".join(f"  {line}\n" for line in lines)))


def _difference(place: Place, path: str, text: str) -> Iterator[str]:
    from difflib import unified_diff  # noqa: PLC0415 start-up: only where there is an old pipeline

    old: Sequence[str] = _present(place, path).decode("utf-8-sig", "replace").splitlines()
    yield from unified_diff(old, text.splitlines(), path, path, lineterm="", n=1)
