"""The zip of an old workflow: which steps make it, where it is, and which steps of others use it."""

from __future__ import annotations

import json
import posixpath
import re
from typing import TYPE_CHECKING, Final

from factorio_release.scaffold.pipelines.line_edits import scalar
from factorio_release.scaffold.pipelines.neighbours import Purpose
from factorio_release.scaffold.pipelines.steps import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from factorio_release.scaffold.pipelines.steps import ReadStep

_UPLOADED: Final = re.compile(r"\bfmtk\s+upload\s+(?:-\S+\s+)*[\"']?([^\"'\n]+?\.zip)")
_MOVES: Final = re.compile(r"^\s*(?:cp|mv|rsync|Copy-Item)\s+(.*\S)\s*$", re.MULTILINE)
# Purposes after which the folder holds more than what git has.
_BUILDS: Final = frozenset({Purpose.BUILD, Purpose.VERSION, Purpose.OTHER})
# Where an action has the name of the zip that it makes.
_NAME_INPUTS: Final = ("filename", "zip-name", "dest")


def packing_steps(steps: Sequence[ReadStep], folder: str) -> list[ReadStep]:
    """Return the steps that only pack what git has, with those that stage it.

    What copies a file into the mod's `folder` (`.` for the whole checkout) is none: the file belongs to it.

    Empty where something is built first, where a step packs and does more, and where nothing packs.
    """
    found: list[ReadStep] = []
    has_checkout = False
    for step in steps:
        has_checkout |= step.kind is Kind.CHECKOUT
        if step.recipe and step.recipe.changes_files:
            return []
        if step.kind is Kind.OTHER and (step.packs or step.purpose in _BUILDS):
            return []
        into = step.kind is Kind.MOVE and folder != "." and files_put_into(step, folder)
        if step.kind in {Kind.PACKAGE, Kind.MOVE} and has_checkout and not into:
            found.append(step)
    return found if any(step.packs for step in found) else []


def zip_path(step: ReadStep, mod: str) -> str:
    """Return where the zip is that a step uploads, as the value of `path`: as written, else a glob."""
    values = {**step.step.env, **step.step.given}
    for name in step.tool.zip_names if step.tool else ():
        value = next((text for key, text in values.items() if key.lower() == name.lower()), "")
        if value:
            return scalar(value)
    for variable, output in step.tool.leaves if step.tool else ():
        if output == "zip":
            return f"${{{{ env.{variable} }}}}"
    for value in values.values():
        if value.endswith(".zip"):
            return scalar(value)
    found = _UPLOADED.search(step.step.run)
    if found and not re.search(r"[$*]", found[1]):
        return scalar(found[1])
    folder = found[1].rpartition("/")[0].removeprefix("./") if found else ""
    prefix = f"{folder}/" if folder and "$" not in folder else ""
    return json.dumps(f"{prefix}{mod}_*.zip")


def files_put_into(step: ReadStep, folder: str) -> tuple[str, ...]:
    """Return the names, below the mod's folder, of the files that a script copies or moves into it."""
    found: list[str] = []
    for match in _MOVES.finditer(step.step.run):
        words = [word.strip("\"'") for word in match[1].split()]
        *sources, target = [word for word in words if not word.startswith("-")] or [""]
        inside = posixpath.normpath(target)
        if inside == folder or target.endswith("/"):
            below = posixpath.relpath(inside, folder)
            found += [posixpath.normpath(f"{below}/{posixpath.basename(one)}") for one in sources]
        else:
            found.append(posixpath.relpath(inside, folder))
    return tuple(name for name in found if not name.startswith(".."))


def output_folder(packs: Sequence[ReadStep]) -> tuple[str, str]:
    """Return the input for the folder in which the old steps left the zip."""
    for step in packs:
        found = re.search(r"--outdir[= ]+[\"']?([^\s\"']+)", step.step.run)
        if found:
            return "output-dir", scalar(found[1])
        if re.search(r"factorio-(?:mod-create-package|mod-package)$", step.step.action):
            return "output-dir", "dist"
    return "output-dir", "."


def uses_zip(step: ReadStep, packs: Sequence[ReadStep]) -> bool:
    """Return whether a step of somebody else uses the zip, or a variable of the steps that made it."""
    if not step.foreign:
        return False
    texts = [step.step.run, *step.step.given.values(), *step.step.env.values()]
    names = [name for pack in packs for name in _left_by(pack)]
    return any(
        ".zip" in text or re.search(r"\bdist\b", text) or any(name in text for name in names)
        for text in texts
    )


def renamed(packs: Sequence[ReadStep], id_: str) -> dict[str, str]:
    """Return, by what later steps read of the old steps, what they find in the outputs of the step `id_`."""
    words: dict[str, str] = {}
    for pack in packs:
        for name, output in pack.tool.leaves if pack.tool else ():
            words[f"env.{name}"] = f"steps.{id_}.outputs.{output}"
        if pack.step.id and pack.step.id != id_:
            words[f"steps.{pack.step.id}.outputs"] = f"steps.{id_}.outputs"
        name = next((pack.step.given[key] for key in _NAME_INPUTS if key in pack.step.given), "")
        if name.endswith(".zip"):
            words[name] = f"${{{{ steps.{id_}.outputs.zip }}}}"
    return words


def _left_by(pack: ReadStep) -> list[str]:
    names = [name for name, _ in pack.tool.leaves] if pack.tool else []
    return [*names, *([f"steps.{pack.step.id}."] if pack.step.id else [])]
