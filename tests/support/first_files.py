"""What the tests of `init` share: the files that it writes, read and judged."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from jsonschema import Draft7Validator

from factorio_release.settings.config_file import read_config
from factorio_release.settings.sources import Sources, read_settings

if TYPE_CHECKING:
    from tests.conftest import ModRepository

ROOT = Path(__file__).parents[2]
SCHEMA = ROOT / "factorio_release" / "schemas" / "factorio-release.schema.json"
GITHUB = ".github/workflows/release.yml"
PUBLISH = ".github/workflows/publish.yml"
# A port that nothing listens on: the portal is out of reach.
NOWHERE = {"FACTORIO_RELEASE_PORTAL_URL": "http://127.0.0.1:9"}
# A workflow that was there before.
OLD = """\
on: {push: {tags: ['v*']}}
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v6
      - uses: Penguin-Spy/factorio-mod-portal-publish@main
        with:
          factorio-api-key: ${{ secrets.FACTORIO_MOD_API_KEY }}
"""


def commit(repository: ModRepository) -> None:
    repository.git("add", "--all")
    repository.git("commit", "--quiet", "--allow-empty", "--message", "Change")


def config(repository: ModRepository, folder: str = ".") -> dict[str, Any]:
    """Return the config file as the program reads it; the schema has to accept it too."""
    path = repository.root / folder / "factorio-release.yml"
    read_settings(Sources({}, {}, {}), path)
    document = {key: node.plain() for key, node in read_config(path).items()}
    Draft7Validator(json.loads(SCHEMA.read_text("utf-8"))).validate(document)
    return document


def accepted(folder: Path, *linter: str) -> None:
    program = Path(sys.executable).with_name(linter[0])
    done = subprocess.run(
        [program, *linter[1:]], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def steps(text: str) -> list[dict[str, Any]]:
    (job,) = yaml.safe_load(text)["jobs"].values()
    found: list[dict[str, Any]] = job["steps"]
    return found
