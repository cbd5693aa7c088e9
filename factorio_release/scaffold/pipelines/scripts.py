"""The scripts, Makefiles and recipes of a repository: which of them release the mod, and what starts them."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from factorio_release.disk.bounded_file import read_head
from factorio_release.limits import MAX_PIPELINE_BYTES, MAX_PIPELINE_SCRIPTS
from factorio_release.scaffold.pipelines.tools import BY_HAND, FMTK, TOOLS, Does

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from factorio_release.scaffold.pipelines.tools import Tool

_SUFFIXES: Final = (
    ".sh", ".bash", ".zsh", ".fish", ".nu", ".ps1", ".bat", ".cmd", ".mk",
    ".py", ".php", ".js", ".mjs", ".cjs", ".ts", ".lua", ".rb", ".pl",
)  # fmt: skip
_NAMES: Final = frozenset(
    {"makefile", "gnumakefile", "justfile", ".justfile", "package.json", "taskfile.yml", "artisan"}
)
_SKIPPED: Final = re.compile(
    r"(?:^|/)(?:node_modules|vendor|tests?|specs?|fixtures?|site-packages|\.venv)/"
)
# `make NAME`, `just NAME` and `npm run NAME` start a part of a file.
_RUNNERS: Final = re.compile(
    r"\b(?P<runner>make|just|npm\s+run|pnpm(?:\s+run)?|yarn(?:\s+run)?|bun\s+run)\s+(?:--?\w+\s+)*(?P<name>[\w:.-]+)"
)
_RECIPE: Final = re.compile(r"^(?P<name>[A-Za-z_@][\w.@-]*)[^:=\n]*:(?!=)", re.MULTILINE)

_PATTERN_RULE: Final = re.compile(r"^\S*%\S*\s*:.*(?:\n\t.*)*", re.MULTILINE)

# What a script that only packs does not do.
_CHANGES: Final = re.compile(
    r"\bsed\s+(?:-\w+\s+)*-i|\bsed\b[^\n]*[^2]>\s*\$@|\btstl\b|\benvsubst\b|\bjson\.dump\(|\bwrite_text\(|\bfile_put_contents\("
    r"|\bwriteFile(?:Sync)?\(|\bopen\([^)\n]*[\"']wt?[\"']|\bjq\b[^\n|]*>\s*(?!/dev/null)[\w.$\"]"
    r"|\b(?:npm|pnpm|yarn|bun)\s+(?:run\s+)?build\b|\bSet-Content\b|\bConvertTo-Json\b|\bluamin\b|\bwrite_file\("
    r"|\bio\.open\([^)\n]*[\"']w"
)


class Recipe(NamedTuple):
    """A script, or a named part of one: `file` is relative to the root, `name` what starts the part.

    `tool` and `does` are what it does of this program's work, `text` is what was read.
    """

    file: str
    name: str
    tool: Tool
    does: tuple[Does, ...]
    text: str
    line: int

    @property
    def changes_files(self) -> bool:
        """Whether it may pack other files than those that git has: it writes or builds some."""
        return _CHANGES.search(self.text) is not None

    @property
    def words(self) -> str:
        """How messages name it."""
        return f"{self.file}: {self.name}" if self.name else self.file


def find_recipes(root: Path, paths: Iterable[str]) -> tuple[Recipe, ...]:
    """Return the scripts that pack or upload a mod, of the tracked `paths` below `root`."""
    found: list[Recipe] = []
    read = 0
    for path in paths:
        name = path.rpartition("/")[2].lower()
        if not (name.endswith(_SUFFIXES) or name in _NAMES) or _SKIPPED.search(path):
            continue
        read += 1
        if read > MAX_PIPELINE_SCRIPTS:
            break
        try:
            text = read_head(root / path, MAX_PIPELINE_BYTES).decode("utf-8", "replace")
        except OSError:
            continue
        found += _recipes_of(path, name, text)
    return tuple(found)


def recipe_of(command: str, recipes: Iterable[Recipe]) -> Recipe | None:
    """Return the recipe that a command line starts, None where it starts none that releases."""
    runner = _RUNNERS.search(command)
    for recipe in recipes:
        if recipe.name:
            if (
                runner
                and runner["name"] == recipe.name
                and _is_file_of(runner["runner"], recipe.file)
            ):
                return recipe
            continue
        name = recipe.file.rpartition("/")[2]
        if re.search(rf"(?:^|[\s/\"'.]){re.escape(name)}(?=$|[\s\"';|&)])", command):
            return recipe
    return None


def _is_file_of(runner: str, file: str) -> bool:
    name = file.rpartition("/")[2].lower()
    if runner == "make":
        return name.endswith(("makefile", ".mk"))
    if runner == "just":
        return name.endswith("justfile")
    return name == "package.json"


def _recipes_of(path: str, name: str, text: str) -> Iterator[Recipe]:
    if name == "package.json":
        yield from _npm_scripts(path, text)
        return
    if name.endswith(("makefile", "justfile", ".mk")):
        starts = [*_RECIPE.finditer(text)]
        # Rules for a kind of files, `out/%.lua: src/%.lua`, make what a named part then packs.
        rules = "".join(f"\n{rule}" for rule in _PATTERN_RULE.findall(text))
        for index, start in enumerate(starts):
            end = starts[index + 1].start() if index + 1 < len(starts) else len(text)
            part = text[start.start() : end]
            line = text.count("\n", 0, start.start()) + 1
            for recipe in _judged(path, start["name"].lstrip("@"), part, line, text):
                yield recipe._replace(text=recipe.text + rules)
        return
    yield from _judged(path, "", text, 1)


def _npm_scripts(path: str, text: str) -> Iterator[Recipe]:
    try:
        scripts = json.loads(text).get("scripts")
    except (ValueError, AttributeError, RecursionError):
        return
    for name, command in scripts.items() if isinstance(scripts, dict) else ():
        if isinstance(command, str):
            before = text.partition(f'"{name}"')[0]
            yield from _judged(path, name, command, before.count("\n") + 1)


def _judged(path: str, name: str, text: str, line: int, whole: str = "") -> Iterator[Recipe]:
    """Yield the recipe if it packs or uploads a mod; `whole` is the file around a part."""
    for tool in TOOLS:
        does = tuple(
            dict.fromkeys(
                one for mark in tool.commands for one in mark.does if re.search(mark.pattern, text)
            )
        )
        useful = {Does.UPLOAD, Does.PACKAGE, Does.PAGE}
        if not useful.intersection(does):
            continue
        if tool is BY_HAND and not _names_the_portal(text):
            continue
        if tool is not FMTK:
            does = (Does.PACKAGE, *does) if _PACKS.search(text) else does
        yield Recipe(path, name, tool, does, text, line)
        return
    # A script that only makes the zip: people upload that by hand.
    if _PACKS.search(text) and _ABOUT_A_MOD.search(whole or text):
        yield Recipe(path, name, BY_HAND, (Does.PACKAGE,), text, line)


_ABOUT_A_MOD: Final = re.compile(r"info\.json|factorio|\bgit\s+archive\b|VERSION", re.IGNORECASE)
_PACKS: Final = re.compile(
    r"\bgit\s+archive\b|(?:^|[\s;&|\"'$({])(?:zip|7z)\s+(?:-|a\b)|\bZipFile\(|\bzipfile\b|make_archive|Compress-Archive"
    r"|[\"'](?:7z|zip)[\"']|ZipArchive|JSZip|archiver\(|\$\{ZIP_CMD\}",
    re.MULTILINE,
)


def _names_the_portal(text: str) -> bool:
    return "factorio.com" in text or "/api/v2/mods" in text
