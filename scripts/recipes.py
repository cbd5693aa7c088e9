"""The texts that follow from the action and from the files of the recipes; `generate.py` writes them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

import yaml

ROOT = Path(__file__).parents[1]
NATIVE = ROOT / "native" / "action.yml"
GUIDE = ROOT / "docs" / "recipes.md"
RECIPES = ROOT / "examples" / "recipes"
LANGUAGES = {".awk": "awk", ".json": "json", ".toml": "toml", ".yml": "yaml"}
INDEX = ("<!-- index: begin -->", "<!-- index: end -->")
FILES = ("<!-- recipes: begin -->", "<!-- recipes: end -->")
CI = ROOT / ".github" / "workflows" / "ci.yml"


def native_action() -> str:
    """Return the composite action, which has the inputs and outputs of the Docker action."""
    pin = re.search(r"uses: (actions/setup-python@\S+ # \S+)\n", CI.read_text("utf-8"))
    if pin is None:
        raise SystemExit(f"{CI} does not set up Python")
    action: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    inputs = [
        f"  {_key(name)}:\n    description: {json.dumps(entry['description'], ensure_ascii=False)}\n"
        "    required: false\n    default: ''\n"
        for name, entry in action["inputs"].items()
    ]
    outputs = [
        f"  {name}:\n    description: {json.dumps(entry['description'], ensure_ascii=False)}\n"
        f"    value: ${{{{ steps.run.outputs.{name} }}}}\n"
        for name, entry in action["outputs"].items()
    ]
    given = [
        f"        INPUT_{name.upper().replace('-', '_')}: ${{{{ inputs.{name} }}}}\n"
        for name in action["inputs"]
    ]
    return f"""\
# The same as ../action.yml for macOS, Windows, and runners without Docker. Made by scripts/generate.py.
name: {action["name"]} (without Docker)
author: {action["author"]}
description: {action["description"]}
inputs:
{"".join(inputs)}
outputs:
{"".join(outputs)}
runs:
  using: composite
  steps:
    - id: python
      uses: {pin[1]}
      with:
        python-version: '3.14'
        update-environment: false
    - id: install
      shell: bash
      run: '"$PYTHON" -I "$ACTION/install.py"'
      env:
        PYTHON: ${{{{ steps.python.outputs.python-path }}}}
        ACTION: ${{{{ github.action_path }}}}
    - id: run
      shell: bash
      run: '"$PYTHON" -I -m factorio_release action'
      env:
        PYTHON: ${{{{ steps.install.outputs.python }}}}
{"".join(given)}"""


def _key(name: str) -> str:
    return f"'{name}'" if name == "yes" else name


class Recipe(NamedTuple):
    """A file of a recipe, with what its first lines say."""

    path: Path
    text: str
    title: str
    when: str
    needs: str

    @property
    def name(self) -> str:
        """The name of the file without its ending."""
        return self.path.stem

    @property
    def beside(self) -> list[Path]:
        """The files that the workflow needs in the repository's root."""
        return sorted((RECIPES / self.name).glob("*"))


def recipes() -> list[Recipe]:
    """Return the recipes in the order of the guide's index: those for GitHub first."""
    found = [_recipe(path) for path in sorted(RECIPES.glob("*.yml"))]
    return sorted(found, key=lambda one: one.name.startswith("gitlab"))


def _recipe(path: Path) -> Recipe:
    text = path.read_text("utf-8")
    head = re.match(r"# (.+)\n# When: (.+)\n# Needs: (.+)\n", text)
    if head is None:
        raise SystemExit(f"{path} does not begin with its title, `When:` and `Needs:`")
    return Recipe(path, text, *head.groups())


def index() -> str:
    """Return the table of all recipes."""
    rows = ["| recipe | what it does | when |", "| --- | --- | --- |"]
    rows += [f"| [{one.name}](#{one.name}) | {one.title} | {one.when} |" for one in recipes()]
    return "\n".join(rows)


def sections() -> str:
    """Return a section for each recipe, with its file."""
    return "\n".join(_section(one) for one in recipes())


def _section(one: Recipe) -> str:
    _, _, workflow = one.text.partition("# Needs: ")
    _, _, workflow = workflow.partition("\n")
    file = one.path.relative_to(ROOT).as_posix()
    beside = "".join(_shown(path) for path in one.beside)
    return (
        f"## {one.name}\n{one.title} **When:** {one.when} **Needs:** {one.needs}\n\n"
        f"The file: [{file}](../{file}).\n```yaml\n{workflow}```\n{beside}"
    )


def _shown(path: Path) -> str:
    """Return a file that belongs into the repository beside the workflow."""
    file = path.relative_to(ROOT).as_posix()
    kind = LANGUAGES[path.suffix]
    return f"\n`{path.name}` ([file](../{file})):\n```{kind}\n{path.read_text('utf-8')}```\n"
