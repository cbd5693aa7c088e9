"""A `.gitlab-ci.yml` in which the job that uploads is replaced by this program's component."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from factorio_release.scaffold.pipelines.line_edits import ByHand, LineEdits
from factorio_release.scaffold.pipelines.shell_words import words
from factorio_release.scaffold.pipelines.steps import read_step
from factorio_release.scaffold.pipelines.workflow import Step
from factorio_release.scaffold.pipelines.yaml_blocks import read_blocks
from factorio_release.scaffold.workflows import gitlab_text
from factorio_release.settings.options import KEY_VARIABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from factorio_release.scaffold.job import ReleaseJob
    from factorio_release.scaffold.pipelines.scripts import Recipe
    from factorio_release.scaffold.pipelines.steps import ReadStep
    from factorio_release.scaffold.pipelines.yaml_blocks import Block

# Keys of the file that are no jobs. Source: docs.gitlab.com "CI/CD YAML syntax reference", global keywords.
_KEYWORDS: Final = words(
    """
    default include stages variables workflow spec image services cache before_script after_script
    """
)
_EARLY: Final = re.compile(r"test|check|lint|build|verify")


def edited_gitlab_file(
    text: str, job: ReleaseJob, recipe_of: Callable[[str], Recipe | None]
) -> str:
    """Return the file with the component in the place of the jobs that only pack and upload.

    All other lines stay. Raises ByHand where a job does more, or the file has a form that is not known.
    """
    block = read_blocks(text)
    if block is None or not block.mapping():
        raise ByHand("it cannot be read as YAML")
    jobs = {
        name: _read(name, one, recipe_of)
        for name, one in block.mapping().items()
        if name not in _KEYWORDS and one.mapping()
    }
    uploading = [name for name, one in jobs.items() if one.uploads]
    if not uploading:
        raise ByHand("no job of it is known to upload")
    edits = LineEdits(text)
    for name in uploading:
        if jobs[name].foreign:
            raise ByHand(f"the job {name} uploads and does more: divide it in two")
        for other, one in block.mapping().items():
            if other not in uploading and name in one.all_texts():
                raise ByHand(f"{other} refers to the job {name}: let it refer to factorio-release")
        one = block.mapping()[name]
        end = one.end
        while end < len(edits.lines) and not edits.lines[end].strip():
            end += 1
        edits.replace(one.key_start, end)
    stage = block.text(uploading[-1], "stage")
    _include(edits, block, job, stage)
    return edits.text().rstrip("\n") + "\n"


def _read(name: str, block: Block, recipe_of: Callable[[str], Recipe | None]) -> ReadStep:
    commands = [
        command
        for key in ("before_script", "script", "after_script")
        for command in block.texts(key)
    ]
    step = Step(block, name, "", "", "\n".join(commands), {}, {}, "")
    return read_step(step, recipe_of)


def _include(edits: LineEdits, block: Block, job: ReleaseJob, stage: str) -> None:
    """Add the component to the file's `include`, or as the first one."""
    plain = replace(job, secret=KEY_VARIABLES[0], submodules=False)
    lines = [line for line in gitlab_text(plain).splitlines() if not line.startswith("#")]
    inputs = _stages(block, stage)
    if inputs and "    inputs:" not in lines:
        lines.append("    inputs:")
    lines += [f"      {name}: {json.dumps(value)}" for name, value in inputs.items()]
    old = block.get("include")
    if old is None:
        first = min(one.key_start for one in block.mapping().values())
        edits.replace(first, first, [*lines, ""])
    elif isinstance(old.value, tuple) and not old.is_flow:
        width = " " * (len(edits.lines[old.start]) - len(edits.lines[old.start].lstrip()))
        edits.replace(old.end, old.end, [f"{width}{line.removeprefix('  ')}" for line in lines[1:]])
    else:
        raise ByHand("its `include` is no list with a line for each item: add the component to it")
    if job.secret not in KEY_VARIABLES:
        _variable(edits, block, job.secret)


def _stages(block: Block, stage: str) -> Mapping[str, str]:
    """Return the component's stages, where the file names its own."""
    stages = block.texts("stages")
    inputs: dict[str, str] = {}
    if stages and "test" not in stages:
        inputs["check-stage"] = next((one for one in stages if _EARLY.search(one)), stages[0])
    if stages and "deploy" not in stages:
        inputs["release-stage"] = stage if stage in stages else stages[-1]
    return inputs


def _variable(edits: LineEdits, block: Block, secret: str) -> None:
    """Have the program find the key under the name that the variable has."""
    line = f"FACTORIO_API_KEY: ${secret}"
    old = block.get("variables")
    if old is None:
        last = len(edits.lines) if edits.lines[-1] else len(edits.lines) - 1
        edits.replace(last, last, ["", "variables:", f"  {line}"])
    elif old.mapping() and not old.is_flow:
        edits.replace(old.end, old.end, [f"{' ' * old.column}{line}"])
    else:
        raise ByHand(f"add the variable `{line}` to it, and the component")
