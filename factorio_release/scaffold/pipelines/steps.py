"""What each step of a workflow is for: this program's work, a preparation for it, or other work."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from factorio_release.scaffold.pipelines.neighbours import NEIGHBOURS, Purpose
from factorio_release.scaffold.pipelines.shell import head_is, logical_lines
from factorio_release.scaffold.pipelines.shell_words import FETCHERS, MOVERS, PACKERS, READERS
from factorio_release.scaffold.pipelines.tools import SEMANTIC, TOOLS, Does

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from factorio_release.scaffold.pipelines.scripts import Recipe
    from factorio_release.scaffold.pipelines.shell import Line
    from factorio_release.scaffold.pipelines.tools import Tool
    from factorio_release.scaffold.pipelines.workflow import Step


class Kind(StrEnum):
    """What a line of a script, or a whole step, is in a release."""

    UPLOAD = "upload"
    PACKAGE = "package"
    GLUE = "glue"  # reads, prints, sets a variable: needed only by what it belongs to
    MOVE = "move"  # copies and moves files
    SETUP = "setup"
    CHECKOUT = "checkout"
    OTHER = "other"


# A `>` that makes a file which later steps may read, not a message or an output of the step.
_REDIRECT: Final = re.compile(r"(?<![0-9&<>=-])>{1,2}\s*(?!&)[\"']?([^\s\"';|&)]+)")
_NO_FILE: Final = re.compile(r"/dev/|\$\{?GITHUB_|\$env:GITHUB|/tmp/|\$\{?RUNNER_TEMP|&")
_IN_PLACE: Final = re.compile(
    r"\bsed\s+(?:-\w+\s+)*-i|\bSet-Content\b|\bOut-File\b(?!.*GITHUB_)|-InPlace"
)
_PORTAL: Final = re.compile(
    r"mods\.factorio\.com|\$\{?[\"']?\w*(?:UPLOAD|upload)_?(?:URL|url)", re.IGNORECASE
)
_ADDRESS: Final = re.compile(r"https?://[\w$]|WEBHOOK")
_SETUP_TOOLS: Final = re.compile(
    r"^(?:sudo\s+)?(?:apt-get|apt|apk|brew|choco)\b.*\b(?:zip|jq|curl|p7zip|git|update)\b"
)
_SETUP_ACTIONS: Final = re.compile(r"(?:^|/)setup-[\w-]+|pnpm/action-setup|oven-sh/setup-bun")
_ZIP_ACTIONS: Final = re.compile(r"zip", re.IGNORECASE)
_GLUE_ACTIONS: Final = re.compile(
    r"json-property|read-json|json-action|get-info|changed-files|paths-filter"
)
_ZIP_INPUTS: Final = ("path", "files", "artifacts", "asset_path", "file", "assets")
_INSTALLS: Final = re.compile(
    r"(?:npm|pnpm|yarn|bun|pip3?|pipx|gem|cargo)\s+(?:install|ci|i|add)\b"
)


@dataclass(frozen=True, slots=True)
class Part:
    """A line of a script and its kind; a step with `uses` has one part without a line."""

    kind: Kind
    line: Line | None = None
    tool: Tool | None = None
    does: tuple[Does, ...] = ()
    purpose: Purpose | None = None


@dataclass(frozen=True, slots=True)
class ReadStep:
    """A step with its parts, and what the whole of it is."""

    step: Step
    parts: tuple[Part, ...]
    recipe: Recipe | None = None  # the script of the repository that its command runs

    @property
    def does(self) -> tuple[Does, ...]:
        """What it does of this program's work."""
        return tuple(dict.fromkeys(one for part in self.parts for one in part.does))

    @property
    def tool(self) -> Tool | None:
        """The tool that it calls."""
        return next((part.tool for part in self.parts if part.tool), None)

    @property
    def uploads(self) -> bool:
        """Whether it uploads to the portal."""
        return any(part.kind is Kind.UPLOAD for part in self.parts)

    @property
    def packs(self) -> bool:
        """Whether it makes a zip of the mod."""
        return any(Does.PACKAGE in part.does for part in self.parts)

    @property
    def foreign(self) -> tuple[Part, ...]:
        """The parts that are not this program's."""
        return tuple(part for part in self.parts if part.kind is Kind.OTHER)

    @property
    def kind(self) -> Kind:
        """What it is as a whole; the strongest of its parts."""
        kinds = {part.kind for part in self.parts}
        for kind in (Kind.UPLOAD, Kind.OTHER, Kind.PACKAGE, Kind.CHECKOUT, Kind.SETUP, Kind.MOVE):
            if kind in kinds:
                return kind
        return Kind.GLUE

    @property
    def purpose(self) -> Purpose:
        """What it is for, where it is not this program's."""
        found = [part.purpose for part in self.foreign if part.purpose]
        return min(found, key=list(Purpose).index, default=Purpose.OTHER)

    @property
    def zip(self) -> str:
        """The zip that it hands to somebody else, as written; empty where it does not."""
        for name in _ZIP_INPUTS:
            for value in self.step.given.get(name, "").split("\n"):
                if value.strip().endswith(".zip"):
                    return value.strip()
        return ""


def read_step(step: Step, recipe_of: Callable[[str], Recipe | None]) -> ReadStep:
    """Return a step with what it is for; `recipe_of` returns the script that a command line runs."""
    if step.uses:
        return ReadStep(step, (_part_of_action(step),))
    parts: list[Part] = []
    recipe = None
    for line in logical_lines(step.run):
        found = None
        if not _calls_a_tool(line.text):
            found = recipe_of(line.text)
        if found:
            recipe = found
            parts.append(Part(_kind_of(found.does), line, found.tool, found.does))
        else:
            parts.append(_part_of_line(line))
        if parts[-1].does and any(_is_beside(head, recipe_of) for head in line.heads()):
            parts.append(_foreign(line))
    uploads = any(part.kind is Kind.UPLOAD for part in parts)
    if uploads:
        parts = [_beside_upload(part) for part in parts]
    return ReadStep(step, tuple(parts), recipe)


def _is_beside(head: str, recipe_of: Callable[[str], Recipe | None]) -> bool:
    """Return whether a command on the line of a tool is somebody else's: `npm run build && fmtk publish`."""
    is_ours = _calls_a_tool(head) or recipe_of(head) is not None or _INSTALLS.match(head)
    known = head_is(head, PACKERS) or head_is(head, FETCHERS)
    return _is_unknown(head) and not is_ours and not known


def _calls_a_tool(text: str) -> bool:
    return any(re.search(mark.pattern, text) for tool in TOOLS for mark in tool.commands)


def _kind_of(does: Sequence[Does]) -> Kind:
    if Does.UPLOAD in does or Does.PAGE in does:
        return Kind.UPLOAD
    if Does.PACKAGE in does:
        return Kind.PACKAGE
    if Does.SETUP in does:
        return Kind.SETUP
    return Kind.GLUE if Does.CHECK in does else Kind.OTHER


def _part_of_action(step: Step) -> Part:
    action = step.action
    if re.fullmatch(r"(?:https://[^/]+/)?(?:[\w.-]+/)?checkout", action):
        return Part(Kind.CHECKOUT)
    for tool in TOOLS:
        for mark in tool.actions:
            name, value = mark.given
            if re.fullmatch(mark.pattern, action, re.IGNORECASE) and (
                not name or _given(step.given, name).lower() == value
            ):
                return Part(_kind_of(mark.does), None, tool, mark.does)
    return _part_of_other_action(action)


def _part_of_other_action(action: str) -> Part:
    if _SETUP_ACTIONS.search(action):
        return Part(Kind.SETUP)
    purposes = [one.purpose for one in NEIGHBOURS if re.search(one.actions, action, re.IGNORECASE)]
    purpose = next(iter(purposes), Purpose.OTHER)
    if purpose in {Purpose.VERSION, Purpose.OTHER}:
        if _GLUE_ACTIONS.search(action):
            return Part(Kind.GLUE)
        if _ZIP_ACTIONS.search(action):
            return Part(Kind.PACKAGE, does=(Does.PACKAGE,))
    return Part(Kind.OTHER, purpose=purpose)


def _given(given: Mapping[str, str], name: str) -> str:
    return next((value for key, value in given.items() if key.lower() == name.lower()), "")


def _part_of_line(line: Line) -> Part:
    text = line.text
    for tool in TOOLS:
        for mark in tool.commands:
            if tool is not SEMANTIC and re.search(mark.pattern, text):
                return Part(_kind_of(mark.does), line, tool, mark.does)
    heads = [head for head in line.heads() if head]
    if any(head_is(head, PACKERS) for head in heads):
        return Part(Kind.PACKAGE, line, does=(Does.PACKAGE,))
    if any(head_is(head, FETCHERS) for head in heads):
        return Part(Kind.GLUE, line) if _PORTAL.search(text) else _foreign(line)
    if _SETUP_TOOLS.match(text):
        return Part(Kind.SETUP, line)
    if _IN_PLACE.search(text) or _writes_a_file(text) or any(map(_is_unknown, heads)):
        return _foreign(line)
    moves = any(head_is(head, MOVERS) for head in heads)
    return Part(Kind.MOVE if moves else Kind.GLUE, line)


def _is_unknown(head: str) -> bool:
    if head_is(head, READERS) or head_is(head, MOVERS):
        return False
    return not head.startswith(("$", "#", '"', "-"))


def _writes_a_file(text: str) -> bool:
    return any(
        not _NO_FILE.search(name) for name in _REDIRECT.findall(text) if not name.startswith("&")
    )


def _foreign(line: Line) -> Part:
    for neighbour in NEIGHBOURS:
        if re.search(neighbour.commands, line.text, re.IGNORECASE):
            return Part(Kind.OTHER, line, purpose=neighbour.purpose)
    return Part(Kind.OTHER, line, purpose=Purpose.OTHER)


def _beside_upload(part: Part) -> Part:
    """Return a part of a script that uploads: what only serves the upload belongs to it."""
    line = part.line
    if part.kind is Kind.OTHER and line:
        # The answers of the portal, kept in a file or a variable.
        fetches = any(head_is(head, FETCHERS) for head in line.heads())
        elsewhere = _ADDRESS.search(line.text.replace("mods.factorio.com", ""))
        if fetches and not elsewhere:
            return Part(Kind.GLUE, line)
        if re.search(
            r"\bpip3?\s+install\b.*\brequests\b|\bpip3?\s+install\s+--upgrade\s+pip\b", line.text
        ):
            return Part(Kind.SETUP, line)
    return part
