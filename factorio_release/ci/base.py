"""What every CI system has in common; without one, nothing is told to anybody."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from factorio_release.ci.streams import Stream
    from factorio_release.report.model import Report


@dataclass(frozen=True)
class Ci:
    """Where a run takes place.

    `name` is `github`, `gitea`, `forgejo`, `gitlab`, `woodpecker`, `drone` or `none`; `in_ci` is
    true under other systems as well that set `CI`. `inputs` are those of the step, under the names
    of the options (`api-key`), empty ones left out. `server` and `repository_url` are web addresses
    without a slash at the end. `plan_only` is empty where the event may write, else a sentence that
    says why not. `stream` takes commands to the CI. It is the real standard error, not one that redacts
    (masks carry the secrets themselves); runners listen to it as well, and a JSON report on standard
    output stays whole.
    """

    name: str = "none"
    tag: str = ""
    plan_only: str = ""
    commit: str = ""
    repository_url: str = ""
    server: str = ""
    in_ci: bool = False
    debug: bool = False
    inputs: Mapping[str, str] = field(default_factory=dict, repr=False)
    stream: Stream = field(default_factory=lambda: sys.stderr, repr=False, compare=False)

    def mask(self, *values: str) -> None:
        """Have the CI hide these values in its log, in every encoding; call it before printing anything."""

    def write_outputs(self, outputs: Mapping[str, str]) -> None:
        """Hand values over to later steps or jobs; a file that cannot be written is a warning."""

    def write_summary(self, markdown: str) -> None:
        """Show a text on the run's page, where the CI has one."""

    def annotate(self, report: Report, redact: Callable[[str], str]) -> None:
        """Show findings at their lines, where the CI can; `redact` hides secrets, for `stream` does not."""


def truthy(value: str) -> bool:
    """Say whether a variable is set to something that means yes."""
    return value.lower() not in {"", "0", "false", "no"}


def prefixed(environ: Mapping[str, str], prefix: str) -> dict[str, str]:
    """Return the variables with `prefix` that are not empty, as names of options."""
    return {
        name.removeprefix(prefix).lower().replace("_", "-"): value
        for name, value in environ.items()
        if name.startswith(prefix) and value
    }
