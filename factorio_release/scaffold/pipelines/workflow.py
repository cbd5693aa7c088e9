"""A workflow of GitHub, Forgejo or Gitea as values: what starts it, its jobs and steps, with their lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from factorio_release.scaffold.pipelines.yaml_blocks import read_blocks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factorio_release.scaffold.pipelines.yaml_blocks import Block


class Step(NamedTuple):
    """A step. `given` and `env` are its inputs and variables as written; `block` has its lines."""

    block: Block
    name: str
    id: str
    uses: str
    run: str
    given: Mapping[str, str]
    env: Mapping[str, str]
    condition: str

    @property
    def action(self) -> str:
        """The action without its version, and without the address of a forge in front."""
        return self.uses.partition("@")[0].removeprefix("https://github.com/")

    @property
    def title(self) -> str:
        """How messages name it."""
        first = self.run.strip().partition("\n")[0]
        return self.name or self.action or first


class Job(NamedTuple):
    """A job: its steps, or the workflow that it `uses`."""

    key: str
    block: Block
    steps: tuple[Step, ...]
    uses: str
    env: Mapping[str, str]
    condition: str


class Triggers(NamedTuple):
    """What starts a workflow. `tags` and `branches` are the patterns of its pushes.

    `every_push` is a push without any pattern. `others` are the names of all further events. `is_called`:
    other workflows of the repository use this one.
    `block` is the value of `on`, with its lines.
    """

    block: Block | None
    tags: tuple[str, ...] = ()
    branches: tuple[str, ...] = ()
    every_push: bool = False
    button: bool = False
    inputs: tuple[str, ...] = ()
    release: bool = False
    others: tuple[str, ...] = ()
    is_called: bool = False

    @property
    def release_command(self) -> str:
        """The command that starts a release by it, empty where a commit on a branch does."""
        if self.tags or (self.every_push and not self.button):
            return "factorio-release ship"
        if self.release and not self.branches:
            return "gh release create"
        return "gh workflow run" if self.button else ""

    @property
    def words(self) -> str:
        """What starts it, for a message."""
        found = []
        if self.tags:
            found.append(f"tags {', '.join(self.tags)}")
        if self.branches:
            found.append(f"pushes to {', '.join(self.branches)}")
        if self.every_push:
            found.append("every push")
        if self.release:
            found.append("a release of the forge")
        if self.button:
            inputs = f" with {', '.join(self.inputs)}" if self.inputs else ""
            found.append(f"a button{inputs}")
        if self.is_called:
            found.append("other workflows")
        return "; ".join([*found, *self.others]) or "nothing that is known"


class Workflow(NamedTuple):
    """A workflow file; `path` is relative to the repository's root."""

    path: str
    text: str
    block: Block
    triggers: Triggers
    jobs: tuple[Job, ...]
    env: Mapping[str, str]

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps of all jobs."""
        return tuple(step for job in self.jobs for step in job.steps)


def read_workflow(path: str, text: str) -> Workflow | None:
    """Return the workflow; None where the file is none that can be read."""
    block = read_blocks(text)
    if block is None or not block.mapping("jobs"):
        return None
    jobs = tuple(_job(key, job) for key, job in block.mapping("jobs").items())
    return Workflow(path, text, block, _triggers(block), jobs, _texts(block, "env"))


def _job(key: str, block: Block) -> Job:
    steps = tuple(_step(step) for step in block.items("steps") if step.mapping())
    return Job(key, block, steps, block.text("uses"), _texts(block, "env"), block.text("if"))


def _step(block: Block) -> Step:
    return Step(
        block,
        block.text("name"),
        block.text("id"),
        block.text("uses"),
        block.text("run"),
        _texts(block, "with"),
        _texts(block, "env"),
        block.text("if"),
    )


def _texts(block: Block, key: str) -> dict[str, str]:
    return {
        name: value.value
        for name, value in block.mapping(key).items()
        if isinstance(value.value, str)
    }


def _triggers(block: Block) -> Triggers:
    on = block.get("on") or block.get("true")  # YAML 1.1 reads a plain `on` as true
    if on is None:
        return Triggers(None)
    names = on.texts() or tuple(on.mapping())
    others = tuple(
        name
        for name in names
        if name not in {"push", "workflow_dispatch", "release", "pull_request", "workflow_call"}
    )
    tags, branches = on.texts("push", "tags"), on.texts("push", "branches")
    return Triggers(
        on,
        tags,
        branches,
        every_push="push" in names and not tags and not branches,
        button="workflow_dispatch" in names,
        inputs=tuple(on.mapping("workflow_dispatch", "inputs")),
        release="release" in names,
        others=others,
        is_called="workflow_call" in names,
    )
