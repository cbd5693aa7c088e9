"""The pipelines that a repository has: found in its workflows, CI files and scripts, and what each does."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from factorio_release.disk.bounded_file import read_head
from factorio_release.limits import MAX_PIPELINE_BYTES
from factorio_release.scaffold.pipelines.scripts import find_recipes, recipe_of
from factorio_release.scaffold.pipelines.semantic_release import find_semantic_release
from factorio_release.scaffold.pipelines.steps import Kind, read_step
from factorio_release.scaffold.pipelines.tools import (
    BY_HAND,
    SEMANTIC,
    SHARED,
    SHARED_WORKFLOWS,
    TOOLS,
    Does,
)
from factorio_release.scaffold.pipelines.workflow import read_workflow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from factorio_release.scaffold.pipelines.scripts import Recipe
    from factorio_release.scaffold.pipelines.semantic_release import SemanticRelease
    from factorio_release.scaffold.pipelines.steps import ReadStep
    from factorio_release.scaffold.pipelines.tools import Shared, Tool
    from factorio_release.scaffold.pipelines.workflow import Job, Workflow

_WORKFLOW: Final = re.compile(r"\.(?:github|forgejo|gitea)/workflows/[^/]+\.ya?ml")
_OTHER_CI: Final = re.compile(
    r"\.gitlab-ci\.ya?ml|\.gitlab/[^/]+\.ya?ml|\.woodpecker(?:/[^/]+)?\.ya?ml|\.woodpecker/[^/]+\.ya?ml|\.drone\.ya?ml"
    r"|\.circleci/config\.ya?ml|\.travis\.ya?ml|azure-pipelines\.ya?ml|\.appveyor\.ya?ml|appveyor\.ya?ml|Jenkinsfile"
)
_SECRET: Final = re.compile(r"\bsecrets\.([A-Za-z_][\w-]*)")
_KEY_NAME: Final = re.compile(
    r"(?i)(?:factorio|mod_?portal|mod_upload|wube|mods?_).*(?:key|token|secret)|factorio_api"
)
# What this program's own workflows have.
OURS: Final = re.compile(
    r"factorio-release(?:/\S*)?@v?\d|\bfactorio-release\s+(?:release|page|ship)\b|/factorio-release/\S*templates/release\.yml|factorio-release:\d"
)


@dataclass(frozen=True, slots=True)
class FoundPipeline:
    """A file that packs or uploads the mod.

    `steps` has, by the job's key, what each step is for. `shared` are jobs that call a workflow of another
    repository. `secret` is the name of the secret with the key, empty where it is not known. `recipe` is set
    for a script, `semantic` where semantic-release publishes. `guessed`: that it uploads is concluded from
    the secret that it uses. `text` and `recipes` are the file of another CI and the scripts that it may run.
    """

    path: str
    workflow: Workflow | None = None
    steps: Mapping[str, tuple[ReadStep, ...]] | None = None
    shared: tuple[tuple[Job, Shared], ...] = ()
    recipe: Recipe | None = None
    semantic: SemanticRelease | None = None
    other_ci: str = ""
    secret: str = ""
    tools: tuple[Tool, ...] = ()
    does: tuple[Does, ...] = ()
    guessed: bool = False
    text: str = ""
    recipes: tuple[Recipe, ...] = ()

    @property
    def uploads(self) -> bool:
        """Whether it uploads to the portal, as far as its text shows."""
        return Does.UPLOAD in self.does or Does.PAGE in self.does

    @property
    def is_ci(self) -> bool:
        """Whether it runs without somebody who starts it on a machine of their own."""
        return self.recipe is None

    def steps_of(self, job: Job) -> tuple[ReadStep, ...]:
        """Return the steps of a job."""
        return (self.steps or {}).get(job.key, ())

    @property
    def all_steps(self) -> tuple[ReadStep, ...]:
        """The steps of all its jobs."""
        return tuple(step for steps in (self.steps or {}).values() for step in steps)


@dataclass(frozen=True, slots=True)
class FoundPipelines:
    """All that was found; `ours` are files that release with this program already."""

    pipelines: tuple[FoundPipeline, ...] = ()
    ours: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()

    @property
    def in_ci(self) -> tuple[FoundPipeline, ...]:
        """Those that a CI runs."""
        return tuple(one for one in self.pipelines if one.is_ci)

    @property
    def scripts(self) -> tuple[FoundPipeline, ...]:
        """Those that people run."""
        return tuple(one for one in self.pipelines if not one.is_ci)


def find_pipelines(root: Path, paths: Iterable[str]) -> FoundPipelines:
    """Return the pipelines among the files `paths`, relative to the repository's `root`."""
    names = sorted(paths)
    recipes = find_recipes(root, names)
    found: list[FoundPipeline] = []
    ours: list[str] = []
    unreadable: list[str] = []
    semantic = find_semantic_release(root, names)
    for path in names:
        is_workflow = _WORKFLOW.fullmatch(path) is not None
        if not is_workflow and not _OTHER_CI.fullmatch(path):
            continue
        try:
            text = read_head(root / path, MAX_PIPELINE_BYTES).decode("utf-8-sig", "replace")
        except OSError:
            unreadable.append(path)
            continue
        if OURS.search(text):
            ours.append(path)
        if is_workflow:
            one = _of_workflow(path, text, recipes, semantic)
            if one is None and read_workflow(path, text) is None and _mentions_upload(text):
                unreadable.append(path)
        else:
            one = _of_other_ci(path, text, recipes)
        if one is not None:
            found.append(one)
    found += [
        FoundPipeline(recipe.file, recipe=recipe, tools=(recipe.tool,), does=recipe.does)
        for recipe in recipes
    ]
    return FoundPipelines(tuple(found), tuple(ours), tuple(unreadable))


def _of_workflow(
    path: str, text: str, recipes: Sequence[Recipe], semantic: SemanticRelease | None
) -> FoundPipeline | None:
    workflow = read_workflow(path, text)
    if workflow is None:
        return None
    steps = {
        job.key: tuple(read_step(step, lambda one: recipe_of(one, recipes)) for step in job.steps)
        for job in workflow.jobs
    }
    shared = tuple((job, found) for job in workflow.jobs if (found := _shared(job)))
    read = [step for one in steps.values() for step in one]
    does = [one for step in read for one in step.does] + [
        one for _, called in shared for one in called.does or (Does.UPLOAD,)
    ]
    tools = [step.tool for step in read if step.tool] + [SHARED for _ in shared]
    runs_semantic = any(re.search(SEMANTIC.commands[0].pattern, step.step.run) for step in read)
    if semantic and runs_semantic and semantic.uploads:
        does += [Does.VERSION, Does.COMMIT, Does.PACKAGE, Does.UPLOAD]
        tools.append(SEMANTIC)
    secret = _secret_of(workflow, read) or next((one.secret for _, one in shared), "")
    guessed = False
    if Does.UPLOAD not in does and _runs_a_script_with_key(workflow, recipes):
        guessed = True
        does += [Does.UPLOAD]
        tools.append(BY_HAND)
    if not {Does.UPLOAD, Does.PACKAGE, Does.PAGE}.intersection(does):
        return None
    return FoundPipeline(
        path,
        workflow,
        steps,
        shared,
        semantic=semantic if semantic and runs_semantic else None,
        secret=secret,
        tools=tuple(dict.fromkeys(tools)),
        does=tuple(dict.fromkeys(does)),
        guessed=guessed,
    )


def _shared(job: Job) -> Shared | None:
    """Return the shared workflow that a job calls, None where it calls none that releases."""
    name = job.uses.partition("@")[0]
    if not name or name.startswith("./"):
        return None
    for shared in SHARED_WORKFLOWS:
        if re.fullmatch(shared.pattern, name, re.IGNORECASE):
            return shared
    return None


def _runs_a_script_with_key(workflow: Workflow, recipes: Sequence[Recipe]) -> bool:
    """Return whether a job with the portal's key starts a program of a repository that calls the portal."""
    if not any(Does.UPLOAD in one.does or Does.PAGE in one.does for one in recipes):
        return False
    return any(_KEY_NAME.search(name) for name in _SECRET.findall(workflow.text))


def _secret_of(workflow: Workflow, steps: Iterable[ReadStep]) -> str:
    """Return the name of the secret with the portal's key: where the tool expects it, else by its name."""
    for step in steps:
        if step.tool is None or not step.uploads:
            continue
        for name in step.tool.key_names:
            for values in (step.step.given, step.step.env, *_job_env(workflow), workflow.env):
                value = next(
                    (text for key, text in values.items() if key.lower() == name.lower()), ""
                )
                if found := _SECRET.search(value):
                    return str(found[1])
    for match in _SECRET.finditer(workflow.text):
        secret: str = match[1]
        if _KEY_NAME.search(secret) and secret.upper() != "GITHUB_TOKEN":
            return secret
    return ""


def _job_env(workflow: Workflow) -> Iterator[Mapping[str, str]]:
    for job in workflow.jobs:
        yield job.env


def _mentions_upload(text: str) -> bool:
    marks = [
        mark.pattern
        for tool in TOOLS
        for mark in (*tool.actions, *tool.commands)
        if tool is not SEMANTIC
    ]
    return any(re.search(pattern, text) for pattern in marks)


def _of_other_ci(path: str, text: str, recipes: Sequence[Recipe]) -> FoundPipeline | None:
    """Return a pipeline of another CI: its lines are judged, whatever the file's form is."""
    does: list[Does] = []
    tools: list[Tool] = []
    for line in text.split("\n"):
        if line.lstrip().startswith("#"):
            continue
        marks = [
            (tool, mark)
            for tool in TOOLS
            for mark in tool.commands
            if tool is not SEMANTIC and re.search(mark.pattern, line)
        ]
        does += [one for _, mark in marks for one in mark.does]
        tools += [tool for tool, _ in marks]
        recipe = recipe_of(line, recipes)
        if recipe:
            does += recipe.does
            tools.append(recipe.tool)
    if not {Does.UPLOAD, Does.PACKAGE, Does.PAGE}.intersection(does):
        return None
    secret = next((name for name in BY_HAND.key_names if name in text), "")
    return FoundPipeline(
        path,
        other_ci=path,
        tools=tuple(dict.fromkeys(tools)),
        does=tuple(dict.fromkeys(does)),
        secret=secret,
        text=text,
        recipes=tuple(recipes),
    )


def is_ours_alone(pipeline: FoundPipeline) -> bool:
    """Return whether a workflow does nothing but what this program does: nothing of it would be lost."""
    if pipeline.workflow is None or pipeline.shared or pipeline.semantic or pipeline.guessed:
        return False
    allowed = {Kind.UPLOAD, Kind.PACKAGE, Kind.GLUE, Kind.SETUP, Kind.CHECKOUT, Kind.MOVE}
    return all(step.kind in allowed and not step.foreign for step in pipeline.all_steps) and all(
        not job.uses for job in pipeline.workflow.jobs
    )
