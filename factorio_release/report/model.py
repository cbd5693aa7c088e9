"""The report of a run: one type for every command and every rendering."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from factorio_release import __version__, project
from factorio_release.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factorio_release.archive import Archive
    from factorio_release.checks import IgnoredFinding
    from factorio_release.findings import Finding
    from factorio_release.load.save_changes import SaveChanges
    from factorio_release.mod.package_changes import PackageChanges
    from factorio_release.plan import Plan


class Status(StrEnum):
    """How a mod's run ended; part of the public contract."""

    PUBLISHED = "published"
    UPLOADED = "uploaded"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    PLANNED = "planned"
    BUILT = "built"
    CHECKED = "checked"
    REHEARSED = "rehearsed"
    SKIPPED = "skipped"
    FAILED = "failed"


class Public(StrEnum):
    """Whether a version is public after a run, as far as the run knows; part of the public contract.

    `other-content`: it is, with another content than this package. `as-before`: the run wrote no release
    and has nothing to say of one, because it was stopped before it asked, or because it is about the page.
    """

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    OTHER = "other-content"
    AS_BEFORE = "as-before"


class StepName(StrEnum):
    """The steps of a run, in their order; the values are part of the public contract."""

    CHECK = "check"
    BUILD = "build"
    LOAD = "load"
    PLAN = "plan"
    RELEASE = "release"
    IMAGES = "images"
    DETAILS = "details"
    VERIFY = "verify"


class StepStatus(StrEnum):
    """How a step ended; the values are part of the public contract."""

    DONE = "done"
    SKIPPED = "skipped"
    FAILED = "failed"
    NOT_RUN = "not-run"


# A named tuple: every start defines it, and a dataclass takes 0.5 ms where a named tuple takes 0.1.
class Step(NamedTuple):
    """One step of the run; `note` says why it ended like this and is for readers only."""

    name: StepName
    status: StepStatus
    note: str = ""

    def record(self) -> dict[str, Any]:
        """Return the step for the JSON report; a failed step has its error."""
        record = {"name": str(self.name), "status": str(self.status)}
        if self.status is StepStatus.FAILED:
            record["error"] = self.note
        return record


class ModReport(NamedTuple):
    """What happened to one mod.

    `path` is the mod's folder; it and the files of `findings` are relative to the working directory.
    `changes` compares the package with the previous release's tag, where the repository has one.
    `saves` is what changes for saves and modpacks since that release, where the mod was loaded.
    `left_out` has a path and a reason for each file that is not packed.
    `fixable` is the number of findings that `check --fix` mends.
    `warnings` are sentences about the run itself, such as a hash that differs after the upload.
    `error` is what ended the run, `hint` the remedy, `exit_code` this mod's own.
    `public` says whether the version is public, None in a run that has nothing to do with the portal.
    `before` is the highest version that was public before the run. `missing` names what is declared and
    not public, the release apart. `todo` is what to do next. `url` is empty while the page does not exist.
    `packed` has the path and size of each file that is packed, also where no package was made.
    `notes` is the changelog section as Markdown. `sources` maps a finding's file to its text, for
    renderings that show the line.
    """

    mod: str
    version: str
    path: str
    status: Status
    changed: bool = False
    factorio_version: str = ""
    package: Archive | None = None
    changes: PackageChanges | None = None
    saves: SaveChanges | None = None
    packed: tuple[tuple[str, int], ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()
    plan: Plan | None = None
    steps: tuple[Step, ...] = ()
    findings: tuple[Finding, ...] = ()
    ignored: tuple[IgnoredFinding, ...] = ()
    fixable: int = 0
    warnings: tuple[str, ...] = ()
    error: str = ""
    hint: str = ""
    public: Public | None = None
    before: str = ""
    missing: tuple[str, ...] = ()
    todo: str = ""
    url: str = ""
    download_url: str = ""
    notes: str = ""
    exit_code: int = 0
    sources: Mapping[str, str] | None = None

    def record(self) -> dict[str, Any]:
        """Return the mod for the JSON report."""
        record: dict[str, Any] = {
            "mod": self.mod,
            "version": self.version,
            "path": self.path,
            "status": str(self.status),
            "changed": self.changed,
            "package": None,
            "plan": [],
            "steps": [step.record() for step in self.steps],
            "findings": [finding_record(finding) for finding in self.findings],
            "warnings": list(self.warnings),
            "public": str(self.public) if self.public else None,
            "before": self.before,
            "missing": list(self.missing),
            "todo": self.todo,
            "url": self.url,
            "download_url": self.download_url,
        }
        if self.package:
            record["package"] = _package_record(self.package, self.changes)
        if self.saves:
            record["saves"] = self.saves.record()
        if self.plan:
            record["plan"] = [change.record() for change in self.plan.changes]
        if self.error:
            record |= {"error": self.error, "hint": self.hint}
        return record


# A named tuple for the same reason.
class Report(NamedTuple):
    """A whole run."""

    mods: tuple[ModReport, ...]
    exit_code: int = 0

    @property
    def has_open_changes(self) -> bool:
        """Whether a mod has a plan with changes that this run did not make."""
        return any(mod.plan and mod.plan.changes and not mod.changed for mod in self.mods)

    def record(self) -> dict[str, Any]:
        """Return the JSON report; its form is part of the public contract."""
        tool = {"name": project.NAME, "version": __version__, "url": project.home()}
        return {
            "tool": tool,
            "mods": [mod.record() for mod in self.mods],
            "exit_code": self.exit_code,
        }


def _package_record(package: Archive, changes: PackageChanges | None) -> dict[str, Any]:
    return {
        "file": str(package.path),
        "size": package.size,
        "sha1": package.sha1,
        "sha256": package.sha256,
        "compressor": package.compressor,
        "files": [{"path": file.path, "size": file.size} for file in package.files],
        "since": _changes_record(changes) if changes else None,
    }


def _changes_record(changes: PackageChanges) -> dict[str, Any]:
    return {
        "tag": changes.tag,
        "size_before": changes.size_before,
        "size_after": changes.size_after,
        "changes": [
            {"kind": one.kind, "path": one.path, "before": one.before, "after": one.after}
            for one in changes.changes
        ],
    }


# What to do after a run that ended before it had a mod; after any other end: correct it.
_TODO_BEFORE_A_MOD: Final[dict[int, str]] = {
    ExitCode.BUG: "report it with the lines above",
    ExitCode.INTERRUPTED: "run the same command again",
}
_CORRECT: Final = "correct this, then run the same command again"


def report_of(mods: tuple[ModReport, ...], *, refused: bool = False) -> Report:
    """Return the report of a run; its exit code is that of the first mod that has one other than 0.

    Without such a mod it is 130 where the user `refused` to have the plan carried out.
    """
    for mod in mods:
        if mod.exit_code:
            return Report(mods, mod.exit_code)
    return Report(mods, ExitCode.INTERRUPTED if refused else ExitCode.FINE)


def failed_report(error: str, exit_code: int, *, hint: str = "", may_write: bool = False) -> Report:
    """Return the report of a run that ended before it had a mod; `may_write` is true of one that releases."""
    mod = ModReport("", "", "", Status.FAILED, error=error, hint=hint, exit_code=exit_code)
    if may_write:
        mod = mod._replace(
            public=Public.AS_BEFORE, todo=_TODO_BEFORE_A_MOD.get(exit_code, _CORRECT)
        )
    return Report((mod,), exit_code)


def finding_record(finding: Finding) -> dict[str, Any]:
    """Return a finding for the JSON report."""
    return {
        "code": finding.code,
        "severity": str(finding.severity),
        "message": finding.message,
        "file": finding.file,
        "line": finding.line,
        "column": finding.column,
        "hint": finding.hint,
        "docs": finding.docs,
    }
