"""GitLab CI."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from factorio_release.ci.base import Ci, truthy
from factorio_release.ci.events import plan_only
from factorio_release.ci.outputs import OUTPUTS
from factorio_release.disk.atomic_write import replaces_only, write_file
from factorio_release.forges import CI_SYSTEMS
from factorio_release.report.escape import terminal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factorio_release.ci.streams import Stream
    from factorio_release.forges import CiSystem

DOTENV: Final = "factorio-release.env"
# GitLab refuses a dotenv file of 5 KiB or more as a whole.
MAX_DOTENV_BYTES: Final = 5 * 1024 - 1
_LEAVE_OUT_FIRST: Final = ("NOTES", "MODS")
# What stands for itself in a shell's assignment without quotes; letters and digits of every script.
_SPECIAL: Final = re.compile(r"[^\w.,:/+=@%-]")
# JSON text has these and its own quotes and brackets; `\u....` is left as it is.
_SPECIAL_IN_JSON: Final = re.compile(r'\\(?!u)[^\n]|[^\w.,:/+=@%"{}\[\]\\-]')
_MAY_REPLACE: Final = replaces_only(f"{OUTPUTS[0].upper()}=".encode(), "a dotenv of this program")


@dataclass(frozen=True)
class GitLab(Ci):
    """A job; `folder` is the project's, where artifacts are looked for."""

    folder: str = "."

    def write_outputs(self, outputs: Mapping[str, str]) -> None:
        """Write them to `factorio-release.env`, for `artifacts: reports: dotenv`."""
        text = dotenv(outputs)
        empty = {line.partition("=")[0] for line in text.splitlines() if line.endswith("=")}
        left_empty = [name for name, value in outputs.items() if value and _variable(name) in empty]
        try:
            write_file(Path(self.folder, DOTENV), text.encode("utf-8", "replace"), _MAY_REPLACE)
        except OSError as error:
            self._warn(f"{DOTENV} could not be written: {error.strerror}")
        else:
            for name in left_empty:
                self._warn(
                    f"{_variable(name)} is left empty in {DOTENV}, which cannot hold it; the report has it"
                )

    def _warn(self, text: str) -> None:
        self.stream.write(f"{terminal(f'warning: {text}')}\n")


def gitlab(environ: Mapping[str, str], stream: Stream) -> GitLab:
    """Return the job that GitLab's environment describes; inputs are `FACTORIO_RELEASE_*` variables there.

    The folder is the working directory if the one that GitLab names is not there, as on a developer's machine
    that tries a pipeline.
    """
    system = CI_SYSTEMS["gitlab"]
    folder = environ.get(system.folder_variable, "")
    debug = environ.get("RUNNER_DEBUG") == "1" or truthy(environ.get("CI_DEBUG_TRACE", ""))
    return GitLab(
        name=system.name,
        tag=environ.get(system.tag_variable, ""),
        plan_only=plan_only(
            system, environ.get(system.event_variable, ""), is_request=_is_request(system, environ)
        ),
        commit=environ.get(system.commit_variable, ""),
        repository_url=environ.get(system.repository_variable, "").rstrip("/"),
        server=environ.get(system.server_variable, "").rstrip("/"),
        in_ci=True,
        debug=debug,
        stream=stream,
        folder=folder if Path(folder).is_dir() else ".",
    )


def _is_request(system: CiSystem, environ: Mapping[str, str]) -> bool:
    """Return whether this is a merge request's pipeline, or one that such a pipeline has started."""
    event = environ.get(system.event_variable)
    if event == "merge_request_event":
        return True
    if any(environ.get(name) for name in system.request_variables):
        return True
    # A child pipeline has the event `parent_pipeline`, whatever started its parent. Only a merge request's
    # child has neither a branch nor a tag.
    has_ref = environ.get("CI_COMMIT_BRANCH") or environ.get(system.tag_variable)
    return event == "parent_pipeline" and not has_ref


def dotenv(outputs: Mapping[str, str]) -> str:
    r"""Return outputs as GitLab's dotenv: one assignment a line, also for a shell that sources the file.

    GitLab takes a value as it stands up to the line's end; quotes would become part of it. So no value has a
    character that a shell acts on. In `NOTES` each of them is written for `printf %b`: a line end as `\n`, a
    backslash as `\\`, others in octal (`\0040`). In `MODS` they are JSON's own `\u0020`. Any other value
    that has one is left empty. Where the file would be too large, `NOTES` is left empty, then `MODS`.
    """
    values = {_variable(name): _written(name, value) for name, value in outputs.items()}
    for name in ("", *_LEAVE_OUT_FIRST):
        if name in values:
            values[name] = ""
        text = "".join(f"{key}={value}\n" for key, value in values.items())
        if len(text.encode(errors="replace")) <= MAX_DOTENV_BYTES:
            return text
    return "".join(f"{key}={value[:200]}\n" for key, value in values.items())


def _variable(name: str) -> str:
    return name.upper().replace("-", "_")


def _written(name: str, value: str) -> str:
    if name == "notes":
        text = value.replace("\r\n", "\n").strip()
        return _SPECIAL.sub(lambda match: _for_printf(match[0]), text)
    if name == "mods":
        compact = json.dumps(json.loads(value), separators=(",", ":")) if value else ""
        return _SPECIAL_IN_JSON.sub(_for_json, compact)
    return "" if _SPECIAL.search(value) else value


def _for_printf(character: str) -> str:
    if character in "\n\\":
        return {"\n": r"\n", "\\": r"\\"}[character]
    return "".join(rf"\0{byte:03o}" for byte in character.encode("utf-8", "replace"))


def _for_json(match: re.Match[str]) -> str:
    r"""Return a character of a JSON text, or its escape of two characters, as `\u0020`."""
    character = json.loads(f'"{match[0]}"') if match[0].startswith("\\") else match[0]
    return rf"\u{ord(character):04x}"
