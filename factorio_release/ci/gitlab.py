"""GitLab CI."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from factorio_release.ci.base import Ci, truthy
from factorio_release.ci.outputs import OUTPUTS
from factorio_release.ci.variables import read_event
from factorio_release.ci_systems import CI_SYSTEMS
from factorio_release.disk.atomic_write import write_file
from factorio_release.disk.replace_rules import replaces_only
from factorio_release.report.escape import terminal
from factorio_release.settings.options import DOTENV_FILE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factorio_release.ci.events import JobEvent
    from factorio_release.ci.streams import Stream
    from factorio_release.ci_systems import CiSystem

# GitLab refuses a dotenv file of 5 KiB or more as a whole (docs.gitlab.com, "artifacts:reports:dotenv").
MAX_DOTENV_BYTES: Final = 5 * 1024 - 1
_MAX_SHORTENED: Final = (
    200  # characters of a value, if even the file without long values is too large
)
_LEFT_OUT_FIRST: Final = ("NOTES", "MODS")
# All but what stands for itself in an unquoted assignment of a shell; letters and digits of all scripts may.
_SPECIAL: Final = re.compile(r"[^\w.,:/+=@%-]")
# In JSON its quotes, brackets and `\u....` stay: a shell executes none of them in an assignment.
_SPECIAL_IN_JSON: Final = re.compile(r'\\(?!u)[^\n]|[^\w.,:/+=@%"{}\[\]\\-]')
_MAY_REPLACE: Final = replaces_only(f"{OUTPUTS[0].upper()}=".encode(), "a dotenv of this program")


class GitLab(Ci):
    """A job; `folder` is the project's folder, where GitLab looks for artifacts."""

    def __init__(self, folder: str, **job: Any) -> None:
        super().__init__(**job)
        self.folder = folder

    def write_outputs(self, outputs: Mapping[str, str]) -> None:
        """Write them to `factorio-release.env`, for `artifacts: reports: dotenv`."""
        text = dotenv(outputs)
        try:
            write_file(
                Path(self.folder, DOTENV_FILE), text.encode("utf-8", "replace"), _MAY_REPLACE
            )
        except OSError as error:
            self._warn(f"{DOTENV_FILE} could not be written: {error.strerror}")
            return
        empty = {line.partition("=")[0] for line in text.splitlines() if line.endswith("=")}
        for name, value in outputs.items():
            if value and _variable(name) in empty:
                variable = _variable(name)
                self._warn(
                    f"{variable} is left empty in {DOTENV_FILE}, which cannot hold it; the report has it"
                )

    def fold(self, name: str, title: str) -> tuple[str, str]:
        """Return the marks of a collapsed section (docs.gitlab.com, "Custom collapsible sections").

        Their times only show how long a section took: for lines that are printed at once, not at all.
        """
        begin = f"\x1b[0Ksection_start:0:{name}[collapsed=true]\r\x1b[0K{terminal(title)}\n"
        return begin, f"\x1b[0Ksection_end:0:{name}\r\x1b[0K\n"

    def _warn(self, text: str) -> None:
        self.stream.write(f"{terminal(f'warning: {text}')}\n")


def gitlab(environ: Mapping[str, str], stream: Stream) -> GitLab:
    """Return the job that GitLab's environment describes; inputs are `FACTORIO_RELEASE_*` variables there.

    The folder is the working directory if the one that GitLab names is not there, as on a developer's machine
    that tries a pipeline.
    """
    system = CI_SYSTEMS["gitlab"]
    folder = environ.get(system.folder_variable, "")
    if not Path(folder).is_dir():
        folder = "."
    debug = environ.get("RUNNER_DEBUG") == "1" or truthy(environ.get("CI_DEBUG_TRACE", ""))
    return GitLab(
        name=system.name,
        event=_event(system, environ),
        commit=environ.get(system.commit_variable, ""),
        repository_url=environ.get(system.repository_variable, "").rstrip("/"),
        server=environ.get(system.server_variable, "").rstrip("/"),
        in_ci=True,
        debug=debug,
        stream=stream,
        folder=folder,
    )


def _event(system: CiSystem, environ: Mapping[str, str]) -> JobEvent:
    """Return what started the job.

    A child pipeline has the event `parent_pipeline`, whatever started its parent. Only a merge request's
    child has neither a branch nor a tag.
    """
    event = read_event(system, environ)
    if event.name == "parent_pipeline" and not event.branch and not event.tag:
        return event._replace(request=system.request)
    return event


def dotenv(outputs: Mapping[str, str]) -> str:
    r"""Return outputs as a dotenv file of GitLab: one assignment a line, which a shell may source too.

    GitLab takes a value as it is up to the end of the line; quotes would become part of it. The values
    come from mod files, and scripts source the file, so no value may hold a character that a shell acts
    on: `NOTES=$(curl …)` would run in the next job. In `NOTES` each such character is written for
    `printf %b`: the end of a line as `\n`, a backslash as `\\`, others in octal (`\0040`). In `MODS` it
    is JSON's own `\u0020`. Any other value with such a character is left empty. If the file would be too
    large, `NOTES` is left empty, then `MODS`.
    """
    values = {_variable(name): _written(name, value) for name, value in outputs.items()}
    text = _assignments(values)
    for name in _LEFT_OUT_FIRST:
        if _fits(text):
            break
        if name in values:
            values[name] = ""
        text = _assignments(values)
    if _fits(text):
        return text
    return _assignments({name: value[:_MAX_SHORTENED] for name, value in values.items()})


def _assignments(values: Mapping[str, str]) -> str:
    return "".join(f"{name}={value}\n" for name, value in values.items())


def _fits(text: str) -> bool:
    return len(text.encode(errors="replace")) <= MAX_DOTENV_BYTES


def _variable(name: str) -> str:
    return name.upper().replace("-", "_")


def _written(name: str, value: str) -> str:
    """Return a value without any character that a shell acts on."""
    if name == "notes":
        text = value.replace("\r\n", "\n").strip()
        return _SPECIAL.sub(lambda match: _for_printf(match[0]), text)
    if name == "mods":
        if not value:
            return ""
        compact = json.dumps(json.loads(value), separators=(",", ":"))
        return _SPECIAL_IN_JSON.sub(_for_json, compact)
    if _SPECIAL.search(value):
        return ""
    return value


def _for_printf(character: str) -> str:
    """Return a character as `printf %b` writes it."""
    if character == "\n":
        return r"\n"
    if character == "\\":
        return r"\\"
    return "".join(rf"\0{byte:03o}" for byte in character.encode("utf-8", "replace"))


def _for_json(match: re.Match[str]) -> str:
    r"""Return a character of a JSON text, or its escape of two characters, as `\u0020`."""
    character = match[0]
    if character.startswith("\\"):
        character = json.loads(f'"{character}"')
    return rf"\u{ord(character):04x}"
