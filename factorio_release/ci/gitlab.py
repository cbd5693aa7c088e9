"""GitLab CI."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

from factorio_release.ci.base import Ci, truthy
from factorio_release.report.escape import terminal

if TYPE_CHECKING:
    from collections.abc import Mapping

DOTENV: Final = "factorio-release.env"
# GitLab refuses a dotenv file of 5 KiB or more as a whole.
LARGEST_DOTENV: Final = 5 * 1024 - 1
_LEAVE_OUT_FIRST: Final = ("NOTES", "MODS")


@dataclass(frozen=True)
class GitLab(Ci):
    """A job; `folder` is the project's, where artifacts are looked for."""

    folder: str = "."

    def write_outputs(self, outputs: Mapping[str, str]) -> None:
        """Write them to `factorio-release.env`, for `artifacts: reports: dotenv`."""
        try:
            Path(self.folder, DOTENV).write_text(dotenv(outputs), encoding="utf-8", errors="replace")
        except OSError as error:
            self.stream.write(terminal(f"warning: {DOTENV} could not be written: {error.strerror}") + "\n")


def gitlab(environ: Mapping[str, str], stream: TextIO) -> GitLab:
    """Read what GitLab says; inputs come as `FACTORIO_RELEASE_*` there.

    Where the project's folder is not the one told (as on a developer's machine that tries a pipeline
    out), it is the working directory.
    """
    folder = environ.get("CI_PROJECT_DIR", "")
    return GitLab(
        name="gitlab",
        tag=environ.get("CI_COMMIT_TAG", ""),
        is_pull_request=bool(environ.get("CI_MERGE_REQUEST_IID"))
        or environ.get("CI_PIPELINE_SOURCE") in {"merge_request_event", "external_pull_request_event"},
        commit=environ.get("CI_COMMIT_SHA", ""),
        repository_url=environ.get("CI_PROJECT_URL", "").rstrip("/"),
        server=environ.get("CI_SERVER_URL", "").rstrip("/"),
        in_ci=True,
        debug=environ.get("RUNNER_DEBUG") == "1" or truthy(environ.get("CI_DEBUG_TRACE", "")),
        stream=stream,
        folder=folder if Path(folder).is_dir() else ".",
    )


def dotenv(outputs: Mapping[str, str]) -> str:
    r"""Return outputs as GitLab's dotenv: one line each, no quotes, `$` doubled so that it stays.

    The format has no line ends within a value: in `NOTES` they stand as `\n` and backslashes as
    `\\`, which `printf %b` turns back; elsewhere they become spaces. Where the file would be too
    large, `NOTES` is left empty, then `MODS`.
    """
    values = {name.upper().replace("-", "_"): _one_line(name, value) for name, value in outputs.items()}
    for name in ("", *_LEAVE_OUT_FIRST):
        if name in values:
            values[name] = ""
        text = "".join(f"{key}={value}\n" for key, value in values.items())
        if len(text.encode(errors="replace")) <= LARGEST_DOTENV:
            return text
    return "".join(f"{key}={value[:200]}\n" for key, value in values.items())


def _one_line(name: str, value: str) -> str:
    if name == "notes":
        value = value.replace("\\", r"\\").replace("\r\n", "\n").replace("\n", r"\n")
    return " ".join(value.split("\n")).replace("\r", " ").replace("\0", "").replace("$", "$$").strip()
