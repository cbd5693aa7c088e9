"""A mod's report while it is being written: what is known so far, whatever ends the run."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from factorio_release.apply.outcome import Outcome
from factorio_release.disk.bounded_file import read_file
from factorio_release.errors import ExitCode, ReleaseError
from factorio_release.limits import MAX_QUOTED_BYTES
from factorio_release.report.model import ModReport, Status, Step, StepName, StepStatus

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from factorio_release.archive import Archive
    from factorio_release.checks import CheckResult, IgnoredFinding
    from factorio_release.findings import Finding
    from factorio_release.mod.mod import Mod
    from factorio_release.mod.package_changes import PackageChanges
    from factorio_release.plan import Plan

STATUS_OF_RELEASE = {"publish": Status.PUBLISHED, "release": Status.UPLOADED}


class Blocked(Exception):
    """Findings stop the pipeline here."""


@dataclass(slots=True)
class ReportBuilder:
    """Everything a pipeline learns of one mod; `report` turns it into a value at any moment.

    `folder` is the mod's path relative to the working directory, with `/` separators.
    """

    path: Path
    folder: str
    portal_url: str
    mod: Mod | None = None
    findings: list[Finding] = field(default_factory=list)
    ignored: list[IgnoredFinding] = field(default_factory=list)
    changes: PackageChanges | None = None
    archive: Archive | None = None
    plan: Plan | None = None
    live_url: str = ""
    steps: dict[StepName, Step] = field(default_factory=dict)
    outcome: Outcome = field(default_factory=Outcome)
    error: ReleaseError | None = None
    reached: Status = Status.FAILED
    blocked: bool = False

    @contextmanager
    def step(self, name: StepName) -> Iterator[None]:
        """Record the step as done, or as failed with what was raised."""
        try:
            yield
        except (ReleaseError, KeyboardInterrupt) as error:
            self.steps[name] = Step(name, StepStatus.FAILED, str(error) or "interrupted")
            raise
        except Blocked:
            self.blocked = True
            self.steps[name] = Step(name, StepStatus.FAILED, "findings")
            raise
        self.steps.setdefault(name, Step(name, StepStatus.DONE))

    def skip(self, name: StepName, why: str) -> None:
        """Record a step that there is no need for."""
        self.steps[name] = Step(name, StepStatus.SKIPPED, why)

    def add(self, checked: CheckResult) -> None:
        """Take over findings, their files made relative to the working directory."""
        self.findings.extend(finding.placed(self.folder) for finding in checked.findings)
        self.ignored.extend(replace(one, finding=one.finding.placed(self.folder)) for one in checked.ignored)

    def close(self) -> None:
        """Close the files that were kept for the upload."""
        if self.mod and self.mod.files.bundle:
            self.mod.files.bundle.close()
        if self.archive and self.archive.content:
            self.archive.content.file.close()

    def report(self, fallback: str = "") -> ModReport:
        """Return the report as things stand."""
        mod, outcome = self.mod, self.outcome
        errors = [error for error in (self.error, *outcome.errors.values()) if error]
        errors = list(dict.fromkeys(errors))
        released = STATUS_OF_RELEASE.get(outcome.released)
        done = released or (Status.UPDATED if outcome.page else self.reached)
        failed = bool(errors) or self.exit_code != ExitCode.FINE
        section = mod.changelog.section(mod.version) if mod and mod.changelog and mod.version else None
        return ModReport(
            mod=mod.name if mod else fallback,
            version=str(mod.version or "") if mod else "",
            path=self.folder,
            status=Status.FAILED if failed else done,
            changed=outcome.changed,
            factorio_version=mod.info.factorio_version if mod else "",
            package=self.archive,
            changes=self.changes if self.archive else None,
            left_out=tuple((out.path, out.reason) for out in mod.files.left_out) if mod else (),
            plan=self.plan,
            steps=self._all_steps(),
            findings=tuple(sorted(self.findings, key=lambda finding: finding.sort_key)),
            ignored=tuple(self.ignored),
            warnings=(*(self.plan.notices if self.plan else ()), *outcome.warnings),
            error="\n".join(map(str, errors)),
            hint=next((error.hint for error in errors if error.hint), ""),
            url=self.live_url,
            download_url=f"{self.portal_url}{outcome.download_url}" if outcome.download_url else "",
            notes=section.as_markdown() if section else "",
            exit_code=self.exit_code,
            sources=self._sources(),
        )

    @property
    def exit_code(self) -> int:
        """This mod's exit code: that of what ended the run, else of the first step that failed."""
        if self.error:
            return self.error.exit_code
        if self.blocked:
            return ExitCode.FINDINGS
        return next((error.exit_code for error in self.outcome.errors.values()), ExitCode.FINE)

    def _all_steps(self) -> tuple[Step, ...]:
        """Return every step in its order; those that were not reached are `not-run`."""
        known = self.steps | self.outcome.steps
        return tuple(known.get(name, Step(name, StepStatus.NOT_RUN)) for name in StepName)

    def _sources(self) -> dict[str, str]:
        """Return the text of every file that a finding points into a line of, for quoting."""
        if self.mod is None or self.mod.is_zip:
            return {}
        sources: dict[str, str] = {}
        for name in {finding.file for finding in self.findings if finding.line}:
            path = self.path.parent / name if self.path.is_file() else self._on_disk(name)
            try:
                sources[name] = read_file(path, MAX_QUOTED_BYTES).decode("utf-8-sig", "replace")
            except OSError:
                continue  # the finding is shown without its line
        return sources

    def _on_disk(self, name: str) -> Path:
        inside = name.removeprefix(f"{self.folder}/") if self.folder not in {"", "."} else name
        return self.path / inside
