"""An old workflow and the one that takes its place: written anew, or the same file with the upload replaced.

A workflow that only packs and uploads is written anew, with its triggers, its secret and its checkout. One
that does more keeps every other line, and only the steps that pack and upload are replaced.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from factorio_release.ci_systems import CI_SYSTEMS
from factorio_release.forges import FORGES
from factorio_release.scaffold.pipelines.edited import edited_workflow
from factorio_release.scaffold.pipelines.found import is_ours_alone
from factorio_release.scaffold.pipelines.gitlab_file import edited_gitlab_file
from factorio_release.scaffold.pipelines.line_edits import ByHand
from factorio_release.scaffold.pipelines.scripts import recipe_of
from factorio_release.scaffold.pipelines.steps import Kind
from factorio_release.scaffold.workflows import default_triggers, workflow_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.forges import Forge
    from factorio_release.scaffold.job import ReleaseJob
    from factorio_release.scaffold.pipelines.found import FoundPipeline
    from factorio_release.scaffold.pipelines.neighbours import Purpose
    from factorio_release.scaffold.pipelines.workflow import Job, Workflow

# Inputs of a checkout that the new one sets itself.
_OWN_INPUTS: Final = frozenset({"persist-credentials", "fetch-depth", "fetch-tags"})
_ONLY_TAGS: Final = re.compile(
    r"(?:\$\{\{\s*)?startsWith\(\s*github\.ref\s*,\s*'refs/tags/?'\s*\)(?:\s*\}\})?"
)
_EVERY: Final = frozenset({"*", "**"})
_USUAL_BRANCHES: Final = frozenset({"main", "master"})


@dataclass(frozen=True, slots=True)
class Switch:
    """What becomes of an old pipeline.

    `texts` has the new text of each file that changes, by its path; it is empty where that is by hand, and
    `why` says why. `is_new` tells a workflow that is written anew from one of which lines are replaced.
    `kept` are the titles of steps that are somebody else's, with what they are for. `notes` are sentences
    for the user.
    """

    pipeline: FoundPipeline
    texts: tuple[tuple[str, str], ...] = ()
    is_new: bool = False
    kept: tuple[tuple[str, Purpose], ...] = ()
    notes: tuple[str, ...] = ()
    why: str = ""


def switch_of(
    pipeline: FoundPipeline, forge: Forge, job: ReleaseJob, *, releases: bool = True
) -> Switch:
    """Return how a workflow of this forge is carried over; `job` is what a first workflow would have.

    Without `releases` another file uploads the mod: one that only packs goes on doing no more than that.
    """
    kept = tuple(
        dict.fromkeys(
            (step.step.title, step.purpose)
            for step in pipeline.all_steps
            if step.foreign and not step.uploads
        )
    )
    workflow = pipeline.workflow
    if pipeline.secret:
        job = replace(job, secret=pipeline.secret)
    if workflow is None:
        if pipeline.path == CI_SYSTEMS["gitlab"].workflows and forge == FORGES["gitlab"]:
            return _of_gitlab(pipeline, job)
        return Switch(pipeline, kept=kept, why="it is of another CI; replace the commands in it")
    if is_ours_alone(pipeline) and pipeline.uploads and not _has_other_inputs(workflow):
        anew = taken_over(pipeline, workflow, job)
        texts = ((pipeline.path, workflow_text(forge, anew)),)
        return Switch(pipeline, texts, is_new=True, kept=kept, notes=_version_note(pipeline))
    edited = edited_workflow(pipeline, workflow, forge, job, releases=releases)
    notes = (*edited.notes, *_version_note(pipeline))
    return Switch(pipeline, edited.texts, kept=kept, notes=notes, why=edited.why)


def _version_note(pipeline: FoundPipeline) -> tuple[str, ...]:
    """Return what to do where an action took the version from the tag: here both must agree."""
    given = [step.step.given.get("auto-update-version", "") for step in pipeline.all_steps]
    if all(value in {"", "false"} for value in given):
        return ()
    note = "it took the version from the tag; now info.json must have it before the tag: "
    return (f"{note}`factorio-release ship X.Y.Z` sets it, commits and tags",)


def _of_gitlab(pipeline: FoundPipeline, job: ReleaseJob) -> Switch:
    try:
        text = edited_gitlab_file(
            pipeline.text, job, lambda command: recipe_of(command, pipeline.recipes)
        )
    except ByHand as error:
        return Switch(pipeline, why=str(error))
    notes: tuple[str, ...] = ()
    if not re.search(r"CI_COMMIT_TAG|\btags\b", pipeline.text):
        notes = ("the component releases from a tag; the old job had no rule about tags",)
    return Switch(pipeline, ((pipeline.path, text),), notes=notes)


def taken_over(pipeline: FoundPipeline, workflow: Workflow, job: ReleaseJob) -> ReleaseJob:
    """Return a job with what the old workflow has around its upload: triggers, runner, checkout."""
    old = _uploading_job(pipeline, workflow)
    condition = old.condition if old else ""
    only_tags = _ONLY_TAGS.fullmatch(condition.strip()) is not None
    if any(tool.tags_only for tool in pipeline.tools) or only_tags:
        condition = "" if only_tags else condition
        only_tags = True
    head: list[str] = []
    runs_on = ""
    if old:
        environment = old.block.get("environment")
        if environment is not None:
            lines = workflow.text.splitlines()
            head = lines[environment.key_start : environment.end]
        runs_on = old.block.text("runs-on")
    return replace(
        job,
        title=json.dumps(name, ensure_ascii=False) if (name := workflow.block.text("name")) else "",
        on=tuple(_triggers(workflow, job, only_tags=only_tags)),
        checkout=tuple(_checkout_inputs(pipeline)),
        runs_on="" if runs_on.startswith("ubuntu-") else runs_on,
        head=tuple(head),
        condition=condition,
        release_branches=_release_branches(workflow),
    )


def _uploading_job(pipeline: FoundPipeline, workflow: Workflow) -> Job | None:
    for job in workflow.jobs:
        if any(step.uploads for step in pipeline.steps_of(job)):
            return job
    return None


def _has_other_inputs(workflow: Workflow) -> bool:
    """Return whether more than the checkout reads the inputs of a button, or of a calling workflow."""
    if workflow.triggers.is_called:
        return True
    if not workflow.triggers.inputs:
        return False
    return any(
        re.search(r"\binputs\.", text)
        for step in workflow.steps
        if not re.search(r"(?:^|/)checkout$", step.action)
        for text in (step.run, step.condition, *step.given.values(), *step.env.values())
    )


def _triggers(workflow: Workflow, job: ReleaseJob, *, only_tags: bool) -> Iterator[str]:
    """Yield the lines of `on`, as they are where that is possible, with pull requests added."""
    triggers = workflow.triggers
    block = triggers.block
    if block is None or (triggers.every_push and only_tags):
        yield from default_triggers(job)
        if triggers.button:
            yield "  workflow_dispatch:"
        return
    if isinstance(block.value, dict) and not block.is_flow and block.key_start >= 0:
        yield "on:"
        lines = workflow.text.splitlines()[block.start : block.end]
        width = block.column
        yield from (f"  {line[width:]}".rstrip() if line.strip() else "" for line in lines)
        if "pull_request" not in block.value:
            yield "  pull_request:"
        return
    yield "on:"
    names = list(block.texts() or block.value)
    for name in dict.fromkeys([*map(str, names), "pull_request"]):
        inner = block.get(name)
        if inner is None or inner.value in ("", {}):
            yield f"  {name}:"
            continue
        yield f"  {name}:"
        for key in inner.mapping():
            yield f"    {key}: [{', '.join(_quoted(text) for text in inner.texts(key))}]"


def _quoted(text: str) -> str:
    return f"'{text}'"


def _checkout_inputs(pipeline: FoundPipeline) -> Iterator[tuple[str, str]]:
    for step in pipeline.all_steps:
        if step.kind is Kind.CHECKOUT and "repository" not in step.step.given:
            for name, value in step.step.given.items():
                if name not in _OWN_INPUTS and value:
                    yield (
                        name,
                        value if re.fullmatch(r"[\w.${}\s|&'-]+", value) else json.dumps(value),
                    )
            return


def _release_branches(workflow: Workflow) -> tuple[str, ...]:
    """Return the branches whose pushes started it, where they are not just the usual default branch."""
    branches = workflow.triggers.branches
    if set(branches) <= _USUAL_BRANCHES or _EVERY.intersection(branches):
        return ()
    return tuple(name for name in branches if not name.startswith("!"))
