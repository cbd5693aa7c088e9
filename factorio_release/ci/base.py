"""What all CI systems have in common; this class alone stands for a run outside of the known ones."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from factorio_release.ci.events import JobEvent
    from factorio_release.ci.streams import Stream
    from factorio_release.report.model import Report


class Ci:
    """The job that this process is a part of.

    `name` is a name of `CI_SYSTEMS`, or `none`. `in_ci` is also true under other systems that set `CI`.
    `commit` is the one that the event is about. `inputs` are the step's, by
    the name of the option (`api-key`), without empty ones. `server` and `repository_url` are web addresses
    without a slash at the end.

    `stream` receives commands to the CI system. It is the real standard error, which hides no secrets: a
    mask command has to contain the secret. Runners read commands there too, and a JSON report on standard
    output stays whole.
    """

    def __init__(
        self,
        *,
        name: str = "none",
        event: JobEvent | None = None,
        find_event: Callable[[], JobEvent] | None = None,
        commit: str = "",
        repository_url: str = "",
        server: str = "",
        in_ci: bool = False,
        debug: bool = False,
        inputs: Mapping[str, str] | None = None,
        stream: Stream | None = None,
    ) -> None:
        self.name = name
        self._event = event
        self._find_event = find_event
        self.commit = commit
        self.repository_url = repository_url
        self.server = server
        self.in_ci = in_ci
        self.debug = debug
        self.inputs = inputs or {}
        self.stream = stream or sys.stderr

    @property
    def event(self) -> JobEvent:
        """What started the job; it is found out when somebody asks, which takes a start's time."""
        if self._event is None:
            from factorio_release.ci.events import JobEvent  # noqa: PLC0415 start-up: not for a check

            self._event = self._find_event() if self._find_event else JobEvent()
        return self._event

    @property
    def tag(self) -> str:
        """The tag that the event is about, empty for none."""
        return self.event.tag if self.in_ci else ""

    def mask(self, *values: str) -> None:
        """Have the CI system hide these values in its log; called before anything is printed."""

    def write_outputs(self, outputs: Mapping[str, str]) -> None:
        """Hand values to later steps or jobs; a file that cannot be written is a warning."""

    def write_summary(self, markdown: str) -> None:
        """Show a text on the run's page, if the CI system has one."""

    def fold(self, name: str, title: str) -> tuple[str, str] | None:
        """Return what begins and ends a part of the log that is folded away, None if there is no such thing.

        `name` has letters, digits and `_`, and is used once in a run.
        """

    def annotate(self, report: Report, redact: Callable[[str], str]) -> None:
        """Show findings at their lines, if the CI system can.

        `redact` hides secrets. It is needed because `stream` does not hide them.
        """


def truthy(value: str) -> bool:
    """Return whether a variable is set to something that means yes."""
    return value.lower() not in {"", "0", "false", "no"}


def prefixed(environ: Mapping[str, str], prefix: str) -> dict[str, str]:
    """Return the variables with `prefix` that are not empty, by the name of the option they stand for."""
    inputs = {}
    for name, value in environ.items():
        if name.startswith(prefix) and value:
            inputs[name.removeprefix(prefix).lower().replace("_", "-")] = value
    return inputs
