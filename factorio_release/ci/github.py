"""GitHub Actions, and Gitea's and Forgejo's, which have the same protocol.

The only user of actions-toolkit, and only of its parts that import no `requests`. What it leaves to its
caller is done here: it does not flush, prints to whatever `sys.stdout` is, masks empty values, writes
properties that are None, and uses a command that GitHub has disabled if there is no output file. It has
no summary, and its `github` module changes `sys.path`. If it is not installed, `report.github` writes the
same lines; a test compares the two byte for byte.
"""

from __future__ import annotations

import json
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from factorio_release.ci.base import Ci, prefixed, truthy
from factorio_release.ci.variables import read_event
from factorio_release.ci_systems import CI_SYSTEMS, Cause
from factorio_release.disk.atomic_write import append_to_file
from factorio_release.disk.bounded_file import read_file
from factorio_release.limits import MAX_EVENT_BYTES
from factorio_release.report.escape import terminal
from factorio_release.report.github import annotations_of, command

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from factorio_release.ci.events import JobEvent
    from factorio_release.ci.streams import Stream
    from factorio_release.ci_systems import CiSystem
    from factorio_release.report.model import Report

MAX_SUMMARY_BYTES: Final = 1024 * 1024
# What happens to a release at the end of its life; the tag stays.
_ENDING_ACTIONS: Final = frozenset({"deleted", "unpublished"})


class GitHub(Ci):
    """A step of a workflow; the runner reads the two files after the step."""

    def __init__(self, output_file: str, summary_file: str, **job: Any) -> None:
        super().__init__(**job)
        self.output_file = output_file
        self.summary_file = summary_file

    def mask(self, *values: str) -> None:
        """Register every encoding of every value with the runner, before anything else is printed.

        The runner hides only the exact text of a mask. A secret that an error message quotes for a URL or in
        base64 would be shown.

        Only an action has inputs, and its streams go to the runner alone. A step that runs the command may
        keep them (`2>&1 | tee log`), and a mask would put the secret into that file. There the runner knows
        the secrets that it has given itself, and our streams hide all of them.
        """
        if not self.inputs:
            return
        from factorio_release.report.redaction import encodings  # noqa: PLC0415 start-up: only with a secret

        for value in values:
            for form in encodings(value):
                self._command("add-mask", form)

    def write_outputs(self, outputs: Mapping[str, str]) -> None:
        """Append to the step's output file, if the runner has named one."""
        if self.output_file:
            entries = [f"{_entry(name, value)}\n" for name, value in outputs.items()]
            self._append(self.output_file, "".join(entries))

    def write_summary(self, markdown: str) -> None:
        """Append to the step's summary; GitHub drops all of a summary over 1 MiB, so none is added then."""
        if not self.summary_file:
            return
        if not self._append(self.summary_file, markdown, MAX_SUMMARY_BYTES):
            self._command(
                "warning", "the step summary is left out: together with the rest it is over 1 MiB"
            )

    def fold(self, name: str, title: str) -> tuple[str, str]:  # noqa: ARG002 GitLab needs the name
        """Return the two commands around a group of lines."""
        return f"{command('group', {}, terminal(title))}\n", f"{command('endgroup', {}, '')}\n"

    def annotate(self, report: Report, redact: Callable[[str], str]) -> None:
        """Print the annotations, errors first and no more than GitHub shows."""
        for annotation in annotations_of(report):
            properties = {name: redact(value) for name, value in annotation.properties().items()}
            self._command(annotation.level, redact(annotation.message), properties)

    def _command(
        self, name: str, message: str, properties: Mapping[str, str] | None = None
    ) -> None:
        print_command(self.stream, name, message, properties or {})

    def _append(self, file: str, text: str, max_bytes: int | None = None) -> bool:
        """Append to a file; return False if it would become too large.

        A file that cannot be written is a warning: the release is public by now.
        """
        try:
            return append_to_file(Path(file), text.encode("utf-8", "replace"), max_bytes)
        except OSError as error:
            self._command("warning", terminal(f"{file} could not be written: {error.strerror}"))
            return True


def github(environ: Mapping[str, str], stream: Stream) -> GitHub:
    """Return the step that the runner's environment describes."""
    system = CI_SYSTEMS[_flavour(environ)]
    server = environ.get(system.server_variable, "").rstrip("/")
    repository = environ.get(system.repository_variable, "")
    return GitHub(
        name=system.name,
        event=_event(system, environ),
        commit=environ.get(system.commit_variable, ""),
        repository_url=f"{server}/{repository}" if server and repository else "",
        server=server,
        in_ci=True,
        debug=environ.get("RUNNER_DEBUG") == "1",
        inputs=prefixed(environ, system.input_prefix),
        stream=stream,
        output_file=environ.get("GITHUB_OUTPUT", ""),
        summary_file=environ.get("GITHUB_STEP_SUMMARY", ""),
    )


def _event(system: CiSystem, environ: Mapping[str, str]) -> JobEvent:
    """Return what started the job; what no variable has is in the file of the event."""
    event = read_event(system, environ)
    payload = _payload(environ.get("GITHUB_EVENT_PATH", ""))
    default = _text(payload, "repository", "default_branch")
    event = event._replace(default_branch=event.default_branch or default)
    if event.cause is not Cause.RELEASE:
        return event
    action = _text(payload, "action")
    if action in _ENDING_ACTIONS:
        return event._replace(name=f"{event.name} ({action})", cause=None)
    return event._replace(tag=event.tag or _text(payload, "release", "tag_name"))


def _payload(path: str) -> object:
    """Return the event as the runner wrote it for the job, None where it cannot be read."""
    if not path:
        return None
    try:
        return json.loads(read_file(Path(path), MAX_EVENT_BYTES))
    except (OSError, ValueError, RecursionError):
        return None


def _text(payload: object, *names: str) -> str:
    """Return the text below these names, empty where there is none."""
    for name in names:
        if not isinstance(payload, dict):
            return ""
        payload = payload.get(name)
    return payload if isinstance(payload, str) else ""


def print_command(stream: Stream, name: str, message: str, properties: Mapping[str, str]) -> None:
    """Print one workflow command to `stream`, after everything that was printed before."""
    stream.flush()
    try:
        from actions_toolkit.command import issue_command  # noqa: PLC0415 an extra, and only used here
    except ImportError:
        stream.write(f"{command(name, dict(properties), message)}\n")
    else:
        with redirect_stdout(stream):
            issue_command(name, dict(properties), message)
    stream.flush()


def _entry(name: str, value: str) -> str:
    """Return an entry of the output file.

    The value ends at a line of random characters. With a fixed one, a changelog could contain it and go on
    with outputs of its own.
    """
    try:
        from actions_toolkit.file_command import prepare_key_value_message  # noqa: PLC0415 as above
    except ImportError:
        from secrets import token_hex  # noqa: PLC0415 start-up: only when used

        end = f"end_{token_hex(16)}"
        return f"{name}<<{end}\n{value}\n{end}"
    return str(prepare_key_value_message(name, value))


def _flavour(environ: Mapping[str, str]) -> str:
    """Return which of the three it is; Forgejo sets Gitea's variable too."""
    if truthy(environ.get("FORGEJO_ACTIONS", "")) or "FORGEJO_TOKEN" in environ:
        return "forgejo"
    if truthy(environ.get("GITEA_ACTIONS", "")):
        return "gitea"
    return "github"
