"""Builds a mod's report step by step; can return it at any time, also after an error."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

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
    from factorio_release.live.models import LiveMod
    from factorio_release.load.save_changes import SaveChanges
    from factorio_release.mod.mod import Mod
    from factorio_release.mod.package_changes import PackageChanges
    from factorio_release.plan import Plan

_STATUS_OF_RELEASE: Final = {"publish": Status.PUBLISHED, "release": Status.UPLOADED}


class Blocked(Exception):
    """Findings stop the pipeline; raised inside a step, with the severities that stop it: `errors`."""


class ReportBuilder:
    """What the pipeline has found out about one mod so far.

    `folder` is the mod's path relative to the working directory, with `/`. `online` says that the run is to
    ask the portal, `package` that it is about a release, and `rehearsal` that the portal is an embedded one.
    `tag` is the tag of the release, `why_not` says why a run that was to write only plans. `saved` is the
    file into which the plan goes. `asked` says that the portal has answered, and `live` is what it had then.
    `reached` is the status that the run has come to without a write; what was written is in `outcome`.
    `error` is what ended the run. `blocked` names the severities of the findings that ended it, `fixable`
    how many of them `check --fix` mends.
    """

    def __init__(
        self,
        path: Path,
        folder: str,
        portal_url: str,
        *,
        online: bool = False,
        package: bool = True,
        rehearsal: bool = False,
        tag: str = "",
        why_not: str = "",
        saved: str = "",
    ) -> None:
        self.path = path
        self.folder = folder
        self.portal_url = portal_url
        self.online = online
        self.package = package
        self.rehearsal = rehearsal
        self.tag = tag
        self.why_not = why_not
        self.saved = saved
        self.mod: Mod | None = None
        self.findings: list[Finding] = []
        self.ignored: list[IgnoredFinding] = []
        self.changes: PackageChanges | None = None
        self.saves: SaveChanges | None = None
        self.archive: Archive | None = None
        self.plan: Plan | None = None
        self.asked = False
        self.live: LiveMod | None = None
        self.steps: dict[StepName, Step] = {}
        self.outcome = Outcome()
        self.error: ReleaseError | None = None
        self.reached = Status.FAILED
        self.blocked = ""
        self.fixable = 0

    @contextmanager
    def step(self, name: StepName, *, is_part: bool = False) -> Iterator[None]:
        """Record the step as done, or as failed when the block raises; a part of a step is not done yet."""
        try:
            yield
        except (ReleaseError, KeyboardInterrupt) as error:
            self.steps[name] = Step(name, StepStatus.FAILED, str(error) or "interrupted")
            raise
        except Blocked as stopping:
            self.blocked = str(stopping)
            self.steps[name] = Step(name, StepStatus.FAILED, "findings")
            raise
        if not is_part:
            self.steps.setdefault(name, Step(name, StepStatus.DONE))

    def skip(self, name: StepName, reason: str) -> None:
        """Record a step that was not necessary."""
        self.steps[name] = Step(name, StepStatus.SKIPPED, reason)

    def add(self, checked: CheckResult) -> None:
        """Add findings; makes their files relative to the working directory.

        Earlier findings that say the same with less weight are dropped.
        """
        from factorio_release.checks.registry import REPLACED  # noqa: PLC0415 start-up: packing begins before the checks are imported

        replaced = {code for one in checked.findings for code in REPLACED.get(one.code, ())}
        self.findings = [finding for finding in self.findings if finding.code not in replaced]
        self.findings += [finding.placed(self.folder) for finding in checked.findings]
        self.ignored += [
            one._replace(finding=one.finding.placed(self.folder)) for one in checked.ignored
        ]

    def drop(self, codes: frozenset[str]) -> None:
        """Drop earlier findings of these codes: something that knows better has judged since."""
        self.findings = [finding for finding in self.findings if finding.code not in codes]

    def close_bundle(self) -> None:
        """Close the copy of a given zip that was read, unless its bytes are still to be sent."""
        bundle = self.mod.files.bundle if self.mod else None
        content = self.archive.content if self.archive else None
        if bundle and not (content and content.file is bundle):
            bundle.close()

    def report(self, fallback: str = "") -> ModReport:
        """Return the report; `fallback` is the mod's name while info.json has not been read."""
        report = ModReport(
            mod=fallback,
            version="",
            path=self.folder,
            status=self._status(),
            changed=self.outcome.changed,
            package=self.archive,
            changes=self.changes if self.archive else None,
            saves=self.saves,
            plan=self.plan,
            steps=self._all_steps(),
            findings=tuple(sorted(self.findings, key=lambda finding: finding.sort_key)),
            ignored=tuple(self.ignored),
            warnings=self._warnings(),
            error="\n".join(str(error) for error in self._errors()),
            hint=self._hint(),
            fixable=self.fixable,
            exit_code=self.exit_code,
            sources=self._sources(),
        )
        if self.outcome.download_url:
            report = report._replace(download_url=f"{self.portal_url}{self.outcome.download_url}")
        if self.mod:
            report = _with_mod(report, self.mod)
        if self.rehearsal:
            return report._replace(changed=False, download_url="")
        return self._with_answers(report) if self.online else report

    def _with_answers(self, report: ModReport) -> ModReport:
        """Return the report with what is public, what is not, and what to do next."""
        from factorio_release.apply.standing import (  # noqa: PLC0415 start-up: not for a check
            Facts,
            missing,
            page_exists,
            public_state,
            todo,
        )

        facts = Facts(
            report.mod,
            self.mod.version if self.mod else None,
            self.package,
            self.asked,
            self.live,
            self.plan,
            self.outcome,
            tuple(self._errors()),
            self.blocked,
            self.tag,
            self.why_not,
            self.saved,
        )
        public, lacks = public_state(facts), missing(self.outcome, self.plan) if self.plan else ()
        page = f"{self.portal_url.rstrip('/')}/mod/{report.mod}"
        return report._replace(
            public=public,
            before=str(self.live.highest or "") if self.live else "",
            missing=lacks,
            todo=todo(facts, public, lacks, page),
            url=page if page_exists(facts) else "",
        )

    @property
    def exit_code(self) -> int:
        """The exit code: of what ended the run, else of the first step that failed after the release."""
        if self.error:
            return self.error.exit_code
        if self.blocked:
            return ExitCode.FINDINGS
        for error in self.outcome.errors.values():
            return error.exit_code
        return ExitCode.FINE

    def _status(self) -> Status:
        if self._errors() or self.exit_code != ExitCode.FINE:
            return Status.FAILED
        if self.rehearsal:
            return Status.REHEARSED
        if self.outcome.released:
            return _STATUS_OF_RELEASE[self.outcome.released]
        return Status.UPDATED if self.outcome.page else self.reached

    def _errors(self) -> list[ReleaseError]:
        """Return all errors, each once: what ended a run can also be the error of a step."""
        errors = [self.error] if self.error else []
        return list(dict.fromkeys([*errors, *self.outcome.errors.values()]))

    def _hint(self) -> str:
        for error in self._errors():
            if error.hint:
                return error.hint
        return ""

    def _warnings(self) -> tuple[str, ...]:
        notices = self.plan.notices if self.plan else ()
        return (*notices, *self.outcome.warnings)

    def _all_steps(self) -> tuple[Step, ...]:
        """Return every step in its order; those that were not reached are `not-run`."""
        known = self.steps | self.outcome.steps
        return tuple(known.get(name, Step(name, StepStatus.NOT_RUN)) for name in StepName)

    def _sources(self) -> dict[str, str]:
        """Return the text of each file with a line that a finding points to: renderings quote the line."""
        if self.mod is None or self.mod.is_zip:
            return {}
        sources: dict[str, str] = {}
        for name in {finding.file for finding in self.findings if finding.line}:
            try:
                content = read_file(self._on_disk(name), MAX_QUOTED_BYTES)
            except OSError:
                continue  # the finding is shown without its line
            sources[name] = content.decode("utf-8-sig", "replace")
        return sources

    def _on_disk(self, name: str) -> Path:
        """Return the path of a finding's file, which is relative to the working directory."""
        if self.folder in {"", "."}:
            return self.path / name
        return self.path / name.removeprefix(f"{self.folder}/")


def _with_mod(report: ModReport, mod: Mod) -> ModReport:
    """Return the report with what info.json and the changelog say."""
    notes = ""
    if mod.changelog and mod.version:
        section = mod.changelog.section(mod.version)
        notes = section.as_markdown() if section else ""
    return report._replace(
        mod=mod.name,
        version=str(mod.version or ""),
        factorio_version=mod.info.factorio_version,
        packed=tuple((file.path, file.size) for file in mod.files.files),
        left_out=tuple((left_out.path, left_out.reason) for left_out in mod.files.left_out),
        notes=notes,
    )
