"""semantic-release with its plugin for Factorio: the configuration, and the same one with this program.

The plugin sets the version, puts the notes into changelog.txt, packs and uploads. semantic-release's own
plugins `changelog` and `exec` do the same with this program's commands, and all others stay as they are.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from factorio_release.disk.bounded_file import read_head
from factorio_release.limits import MAX_PIPELINE_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_FILES: Final = re.compile(
    r"(?:\.releaserc(?:\.json|\.ya?ml|\.c?js|\.mjs)?|release\.config\.(?:c|m)?js|package\.json)"
)
PLUGIN: Final = "semantic-release-factorio"
# As in the recipe; the zip lies where the plugin for Factorio left it.
_PREPARE: Final = (
    "{ factorio-release check --fix || true; } && factorio-release bump ${nextRelease.version} && "
    "factorio-release check"
)
_PUBLISH: Final = "factorio-release release --tag ${nextRelease.gitTag} --yes --output-dir ."
_IN_JSON: Final = re.compile(rf'^(?P<indent>[ \t]*)"{PLUGIN}"(?P<comma>,?)[ \t]*$', re.MULTILINE)
_IN_YAML: Final = re.compile(
    rf"^(?P<indent>[ \t]*)-[ \t]+[\"']?{PLUGIN}[\"']?[ \t]*$", re.MULTILINE
)
# The package in a command that installs it, with its version.
_INSTALLED: Final = re.compile(rf"\b{PLUGIN}(?:@[^\s\"'\\]+)?")
_PLUGINS: Final = "@semantic-release/changelog @semantic-release/exec"


@dataclass(frozen=True, slots=True)
class SemanticRelease:
    """A configuration of semantic-release; `uploads` where the plugin for Factorio is in it."""

    path: str
    text: str
    uploads: bool


def find_semantic_release(root: Path, paths: Iterable[str]) -> SemanticRelease | None:
    """Return the configuration in the repository's root, None where there is none."""
    for path in paths:
        if "/" in path or not _FILES.fullmatch(path):
            continue
        try:
            text = read_head(root / path, MAX_PIPELINE_BYTES).decode("utf-8-sig", "replace")
        except OSError:
            continue
        if path == "package.json" and '"release"' not in text:
            continue
        return SemanticRelease(path, text, PLUGIN in text)
    return None


def with_this_program(config: SemanticRelease) -> str:
    """Return the configuration with this program in the plugin's place; empty where that is by hand.

    All other bytes stay. The plugin has to stand alone on its line, as its own template has it.
    """
    found = list(_IN_JSON.finditer(config.text))
    if len(found) == 1:
        return _replaced(
            config.text, found[0], _json_plugins(found[0]["indent"], found[0]["comma"])
        )
    found = list(_IN_YAML.finditer(config.text))
    if len(found) == 1:
        return _replaced(config.text, found[0], _yaml_plugins(found[0]["indent"]))
    return ""


def installs_the_plugin(command: str) -> bool:
    """Return whether a command installs the plugin for Factorio."""
    return _INSTALLED.search(command) is not None


def installing_the_others(command: str) -> str:
    """Return a command that installs the plugin with the two others in its place."""
    return _INSTALLED.sub(_PLUGINS, command)


def _replaced(text: str, match: re.Match[str], by: str) -> str:
    return text[: match.start()] + by + text[match.end() :]


def _json_plugins(indent: str, comma: str) -> str:
    plugins = [
        ["@semantic-release/changelog", {"changelogFile": "changelog.txt"}],
        ["@semantic-release/exec", {"prepareCmd": _PREPARE, "publishCmd": _PUBLISH}],
    ]
    step = indent[: len(indent) // 2] or "  "
    texts = [json.dumps(plugin, indent=step).replace("\n", f"\n{indent}") for plugin in plugins]
    return f"{indent}{texts[0]},\n{indent}{texts[1]}{comma}"


def _yaml_plugins(indent: str) -> str:
    lines = [
        '- - "@semantic-release/changelog"',
        "  - changelogFile: changelog.txt",
        '- - "@semantic-release/exec"',
        f"  - prepareCmd: {json.dumps(_PREPARE)}",
        f"    publishCmd: {json.dumps(_PUBLISH)}",
    ]
    return "\n".join(f"{indent}{line}" for line in lines)
