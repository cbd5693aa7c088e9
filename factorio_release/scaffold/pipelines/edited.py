"""A workflow in which only the steps that pack and upload are replaced; every other line stays as it is."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from factorio_release.scaffold.pipelines.line_edits import ByHand, LineEdits, scalar
from factorio_release.scaffold.pipelines.neighbours import Purpose
from factorio_release.scaffold.pipelines.old_zips import (
    files_put_into,
    output_folder,
    packing_steps,
    renamed,
    uses_zip,
    zip_path,
)
from factorio_release.scaffold.pipelines.script_split import split_script
from factorio_release.scaffold.pipelines.semantic_release import (
    installing_the_others,
    installs_the_plugin,
    with_this_program,
)
from factorio_release.scaffold.pipelines.shared_workflow import shared_job_lines
from factorio_release.scaffold.pipelines.steps import Kind
from factorio_release.scaffold.pipelines.tools import Does
from factorio_release.scaffold.workflows import (
    install_step_lines,
    key_expression,
    step_lines,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from factorio_release.forges import Forge
    from factorio_release.scaffold.job import ReleaseJob
    from factorio_release.scaffold.pipelines.found import FoundPipeline
    from factorio_release.scaffold.pipelines.steps import ReadStep
    from factorio_release.scaffold.pipelines.tools import Shared
    from factorio_release.scaffold.pipelines.workflow import Job, Workflow

    Inputs = list[tuple[str, str]]

_SECRET: Final = re.compile(r"\$\{\{\s*secrets\.[\w-]+\s*\}\}")
_LINUX: Final = re.compile(r"ubuntu|linux|docker|self-hosted|\$\{\{")
_RELEASE_ID: Final = "factorio-release"
_PACKAGE_ID: Final = "factorio-package"
_ONLY_TAGS: Final = re.compile(r"refs/tags|ref_type\s*==\s*'tag'")
_ALWAYS: Final = re.compile(r"\b(?:always|failure|cancelled)\(\)")
# What stands behind an upload and tells of it. After a push that releases nothing it must not run.
_TELLS: Final = frozenset({Purpose.RELEASE, Purpose.TAG, Purpose.ARTIFACT, Purpose.MESSAGE})


@dataclass(frozen=True, slots=True)
class Edited:
    """The new text of each file, by path; empty with `why` where it is by hand."""

    texts: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    why: str = ""


def edited_workflow(
    pipeline: FoundPipeline,
    workflow: Workflow,
    forge: Forge,
    job: ReleaseJob,
    *,
    releases: bool,
) -> Edited:
    """Return the workflow with this program's steps in the place of those that pack and upload.

    Without `releases` a workflow that only packs does so with this program, and uploads nothing.
    """
    if pipeline.guessed:
        return Edited(
            why="a program of the repository uploads with its key, and which of its steps that is cannot be "
            "seen; put the action in that step's place"
        )
    editor = _Editor(pipeline, workflow, forge, job, releases=releases)
    try:
        return Edited(tuple(editor.texts()), tuple(editor.notes))
    except ByHand as error:
        return Edited(why=str(error))


class _Editor:
    """The edits of one workflow."""

    def __init__(
        self,
        pipeline: FoundPipeline,
        workflow: Workflow,
        forge: Forge,
        job: ReleaseJob,
        *,
        releases: bool,
    ) -> None:
        self.releases = releases
        self.pipeline = pipeline
        self.workflow = workflow
        self.forge = forge
        self.job = job
        self.edits = LineEdits(workflow.text)
        self.notes: list[str] = []

    def texts(self) -> Iterator[tuple[str, str]]:
        """Yield each file that changes with its new text. Raises ByHand."""
        semantic = self.pipeline.semantic
        if semantic and semantic.uploads:
            config = with_this_program(semantic)
            if not config:
                raise ByHand(f"the plugin in {semantic.path} does not stand alone on its line")
            yield semantic.path, config
            self._semantic_steps()
        for job, shared in self.pipeline.shared:
            self._shared_job(job, shared)
        uploads = any(step.uploads for step in self.pipeline.all_steps)
        for job in self.workflow.jobs:
            steps = self.pipeline.steps_of(job)
            if any(step.uploads for step in steps):
                self._job_with_upload(job, steps)
            elif not uploads and not self.pipeline.uploads:
                self._job_that_packs(job, steps)
        if self.edits.is_empty:
            raise ByHand("no step of it is known to upload")
        yield self.workflow.path, self.edits.text()

    # the kinds of jobs

    def _job_with_upload(self, job: Job, steps: Sequence[ReadStep]) -> None:
        uploads = [step for step in steps if step.uploads]
        first, last = steps.index(uploads[0]), steps.index(uploads[-1])
        if any(step.foreign and not step.uploads for step in steps[first : last + 1]):
            raise ByHand("it uploads twice, with other steps in between")
        step = steps[last]
        if step.recipe and step.recipe.changes_files and _packs_itself(step):
            raise ByHand(
                f"{step.recipe.file} changes files, packs and uploads: let it only make the zip, and give "
                "that to the action as `path`"
            )
        packs = [] if _packs_itself(step) else packing_steps(steps[:first], self.job.path)
        inputs: Inputs = [("api-key", self._key(job, step))]
        if not packs and not _packs_itself(step):
            inputs.insert(0, ("path", zip_path(step, self.job.mod)))
        else:
            inputs[:0] = self._folder()
        dropped = uploads[:-1]
        if packs:
            between = steps[steps.index(packs[-1]) + 1 : first]
            users = [one for one in (*between, *steps[last + 1 :]) if uses_zip(one, packs)]
            early = any(one in between for one in users)
            if early and step.step.condition:
                # The upload has a condition of its own, and the others use the zip without it.
                build: Inputs = [*self._folder(), ("mode", "build"), output_folder(packs)]
                self._replace(job, packs[-1], build, id_=_PACKAGE_ID, keep_name=False)
                self.edits.words |= renamed(packs, _PACKAGE_ID)
                dropped = [*dropped, *packs[:-1]]
            elif early:
                # What tells of a release comes behind it: a refused upload must not leave one that is half.
                inputs.append(output_folder(packs))
                self.edits.words |= renamed([*packs, *uploads], packs[-1].step.id or _RELEASE_ID)
                dropped = [*uploads, *packs[:-1]]
                step = packs[-1]
            else:
                dropped = [*dropped, *packs]
                if users:
                    inputs.append(output_folder(packs))
                    self.edits.words |= renamed(packs, step.step.id or _RELEASE_ID)
        self._finish(job, steps, step, inputs, dropped)

    def _job_that_packs(self, job: Job, steps: Sequence[ReadStep]) -> None:
        """Put the release where the zip is made, in a job that uploads nothing to the portal."""
        packers = [step for step in steps if step.packs]
        if not packers:
            return
        last = packers[-1]
        packs = packing_steps(steps[: steps.index(last) + 1], self.job.path)
        if not self.releases:
            if not packs:
                raise ByHand("it only packs what a build makes, and may stay as it is")
            build: Inputs = [*self._folder(), ("mode", "build"), output_folder(packs)]
            id_ = packs[-1].step.id or _PACKAGE_ID
            self.edits.words |= renamed(packs, id_)
            for one in packs[:-1]:
                self.edits.drop(one.step)
            self._drop_what_served(steps, packs)
            self._replace(job, packs[-1], build, id_=id_)
            self.notes.append("it only packs, and goes on doing so: another file uploads")
            return
        key = ("api-key", key_expression(self.job.secret))
        self.notes.append("it has uploaded nothing to the portal so far; with the new step it does")
        if packs:
            inputs = [*self._folder(), key, output_folder(packs)]
            self.edits.words |= renamed(packs, packs[-1].step.id or _RELEASE_ID)
            self._finish(job, steps, packs[-1], inputs, packs[:-1])
            return
        shared = [step for step in steps if step.zip and step.foreign]
        artifacts = [step for step in shared if step.purpose is Purpose.ARTIFACT]
        shared = artifacts or shared
        if not shared:
            path = json.dumps(f"{self.job.mod}_*.zip")
            self._insert_behind(job, last, [("path", path), key])
        for index, one in enumerate(shared, 1):
            id_ = _RELEASE_ID if len(shared) == 1 else f"{_RELEASE_ID}-{index}"
            self._insert_behind(job, one, [("path", scalar(one.zip)), key], id_=id_)

    def _shared_job(self, job: Job, shared: Shared) -> None:
        if not shared.does:
            raise ByHand(f"what {job.uses} does cannot be seen here; replace its upload there")
        release = self.job
        passed = " ".join(block.text() for block in job.block.mapping("secrets").values())
        found = re.search(r"secrets\.([\w-]+)", passed)
        if found:
            release = replace(release, secret=found[1])
        if job.block.text("with", "lfs") == "true":
            release = replace(release, lfs=True)
        for key in ("uses", "with", "secrets"):
            block = job.block.get(key)
            if block is not None:
                self.edits.replace(block.key_start, block.end)
        end = job.block.end
        self.edits.replace(end, end, shared_job_lines(job, shared, self.forge, release))
        self.notes.append(f"{job.uses} belongs to another repository; its steps are written out")

    def _semantic_steps(self) -> None:
        installing = [
            step.step for step in self.pipeline.all_steps if installs_the_plugin(step.step.run)
        ]
        if not installing:
            raise ByHand(
                "its packages are not installed by a step: add @semantic-release/changelog and "
                "@semantic-release/exec to them, and `pipx install factorio-release` in front"
            )
        first = installing[0]
        self.edits.insert_before(first, install_step_lines(self.edits.indent(first)))
        for step in installing:
            for index in range(step.block.start, step.block.end):
                line = self.edits.lines[index]
                if installs_the_plugin(line):
                    self.edits.replace(index, index + 1, [installing_the_others(line)])

    # the steps

    def _folder(self) -> Inputs:
        """Return the inputs for the mod's folder, and for files that a kept step puts into it."""
        folder = self.job.path
        if folder == ".":
            return []
        every = self.pipeline.all_steps
        names = [name for one in every if one.step.run for name in files_put_into(one, folder)]
        # Git does not track them there, so that the package has them only if they are named.
        put = [("include", json.dumps(", ".join(dict.fromkeys(names))))] if names else []
        return [("path", json.dumps(folder)), *put]

    def _key(self, job: Job, step: ReadStep) -> str:
        for name in step.tool.key_names if step.tool else ():
            for values in (step.step.given, step.step.env, job.env, self.workflow.env):
                value = next(
                    (text for key, text in values.items() if key.lower() == name.lower()), ""
                )
                if found := _SECRET.search(value):
                    return found[0]
        if self.pipeline.secret:
            return key_expression(self.pipeline.secret)
        self.notes.append(
            f"store the portal's key as the secret {self.job.secret}: none of its secrets holds one"
        )
        return key_expression(self.job.secret)

    def _finish(
        self,
        job: Job,
        steps: Sequence[ReadStep],
        step: ReadStep,
        inputs: Inputs,
        dropped: Sequence[ReadStep],
    ) -> None:
        """Replace a step by the release, drop others, and have what tells of a release wait for one."""
        id_ = step.step.id or _RELEASE_ID
        triggers = self.workflow.triggers
        by_push = (triggers.branches or triggers.every_push) and not _ONLY_TAGS.search(
            f"{job.condition} {step.step.condition}"
        )
        behind = [one for one in steps[steps.index(step) + 1 :] if one.foreign]
        if triggers.button and not by_push and behind:
            inputs.append(("if-exists", "fail"))
        sets_version = any(one.purpose is Purpose.VERSION for one in steps)
        if "version" in triggers.inputs and not sets_version:
            self.notes.append(
                "the button's `version` does not choose what is released: that is the version in info.json"
            )
        for one in dropped:
            self.edits.drop(one.step)
        self._drop_what_served(steps, [*dropped, step])
        self._replace(job, step, inputs, id_=id_)
        if by_push:
            for one in behind:
                if one.purpose in _TELLS and not _ALWAYS.search(one.step.condition):
                    statuses = """fromJSON('["published", "uploaded"]')"""
                    self.edits.add_condition(
                        one.step, f"contains({statuses}, steps.{id_}.outputs.status)"
                    )

    def _drop_what_served(self, steps: Sequence[ReadStep], gone: Sequence[ReadStep]) -> None:
        """Drop what only installed tools for the steps that are gone, or waited for one of them."""
        gone_ids = {step.step.id for step in gone[:-1] if step.step.id}
        for step in steps:
            raw = "\n".join(self.edits.lines[step.step.block.start : step.step.block.end])
            waits = not step.step.run and any(re.search(rf"\b{id_}\b", raw) for id_ in gone_ids)
            if step.kind is Kind.GLUE and (waits or step.does == (Does.CHECK,)):
                self.edits.drop(step.step)
        left = [step for step in steps if step not in gone]
        if any(step.foreign and step.step.run for step in left) or any(one.foreign for one in gone):
            return
        for step in left:
            if step.kind is Kind.SETUP:
                self.edits.drop(step.step)

    def _lines(self, job: Job, inputs: Inputs, indent: str, head: Sequence[str]) -> list[str]:
        """Return the step: the action, which is a container, on Linux, elsewhere the one without Docker."""
        runs_on = job.block.text("runs-on") or " ".join(job.block.texts("runs-on"))
        is_native = bool(runs_on) and not _LINUX.search(runs_on)
        return list(step_lines(self.forge, inputs, indent=indent, head=head, is_native=is_native))

    def _replace(
        self, job: Job, step: ReadStep, inputs: Inputs, *, id_: str, keep_name: bool = True
    ) -> None:
        before, after = split_script(step, self.edits.lines) if step.foreign else ([], [])
        if step.foreign and not before and not after:
            raise ByHand(
                f"the step {step.step.title} uploads and does something else in one command: divide it in two"
            )
        head = _head(step, id_, keep_name=keep_name)
        new = self._lines(job, inputs, self.edits.indent(step.step), head)
        self.edits.replace(step.step.block.start, step.step.block.end, [*before, *new, *after])

    def _insert_behind(
        self, job: Job, step: ReadStep, inputs: Inputs, *, id_: str = _RELEASE_ID
    ) -> None:
        head = ["name: Publish to the mod portal", f"id: {id_}"]
        if step.step.condition:
            head.append(f"if: {step.step.condition}")
        lines = self._lines(job, inputs, self.edits.indent(step.step), head)
        self.edits.insert_behind(step.step, lines)


def _packs_itself(step: ReadStep) -> bool:
    """Return whether the step that uploads makes the zip as well."""
    return Does.PACKAGE in step.does


def _head(step: ReadStep, id_: str, *, keep_name: bool) -> list[str]:
    """Return the lines of the old step that say when it runs, with an id for the steps behind it."""
    head = [f"name: {scalar(step.step.name)}"] if step.step.name and keep_name else []
    head.append(f"id: {step.step.id or id_}")
    if step.step.condition:
        head.append(f"if: {step.step.condition}")
    proceeds = step.step.block.text("continue-on-error")
    if proceeds:
        head.append(f"continue-on-error: {proceeds}")
    return head
