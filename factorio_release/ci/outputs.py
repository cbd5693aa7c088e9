"""The outputs of a run, one declaration for every CI system."""

from __future__ import annotations

import json
from os.path import relpath
from pathlib import Path
from typing import TYPE_CHECKING, Final

from factorio_release.report.model import Status

if TYPE_CHECKING:
    from factorio_release.report.model import ModReport, Report

OUTPUTS: Final = (
    "mod",
    "version",
    "status",
    "changed",
    "zip",
    "zip-name",
    "zip-size",
    "zip-sha1",
    "zip-sha256",
    "url",
    "download-url",
    "factorio-version",
    "notes",
    "report",
    "mods",
)
# Of several mods the whole run's status is the first of these that occurs.
_FOREMOST: Final = (
    Status.FAILED,
    Status.PUBLISHED,
    Status.UPLOADED,
    Status.UPDATED,
    Status.PLANNED,
    Status.BUILT,
    Status.CHECKED,
    Status.UNCHANGED,
)


def outputs_of(report: Report, report_file: str = "", folder: Path | None = None) -> dict[str, str]:
    """Return every name in `OUTPUTS`; what is not known is empty.

    Of several mods only `mods` tells them apart: `status` is the foremost, `changed` whether any
    changed, the rest is empty. Paths are relative to `folder`, if given: a path inside a container
    means nothing to the next step.
    """
    values = dict.fromkeys(OUTPUTS, "")
    if len(report.mods) == 1:
        values |= _mod_outputs(report.mods[0], folder)
    statuses = {mod.status for mod in report.mods}
    values["status"] = next((str(status) for status in _FOREMOST if status in statuses), "failed")
    values["changed"] = _boolean(any(mod.changed for mod in report.mods))
    values["report"] = _place(Path(report_file), folder) if report_file else ""
    values["mods"] = json.dumps([_summary(mod, folder) for mod in report.mods])
    return values


def _mod_outputs(mod: ModReport, folder: Path | None) -> dict[str, str]:
    package = mod.package
    zipped = package and {
        "zip": _place(package.path, folder),
        "zip-name": package.name,
        "zip-size": str(package.size),
        "zip-sha1": package.sha1,
        "zip-sha256": package.sha256,
    }
    return (zipped or {}) | {
        "mod": mod.mod,
        "version": mod.version,
        "url": mod.url,
        "download-url": mod.download_url,
        "factorio-version": mod.factorio_version,
        "notes": mod.notes,
    }


def _summary(mod: ModReport, folder: Path | None) -> dict[str, str | bool]:
    return {
        "mod": mod.mod,
        "version": mod.version,
        "path": mod.path,
        "status": str(mod.status),
        "changed": mod.changed,
        "zip": _place(mod.package.path, folder) if mod.package else "",
        "zip-sha1": mod.package.sha1 if mod.package else "",
        "url": mod.url,
        "download-url": mod.download_url,
    }


def _place(path: Path, folder: Path | None) -> str:
    return Path(relpath(path, folder)).as_posix() if folder and path.is_absolute() else path.as_posix()


def _boolean(value: bool) -> str:  # noqa: FBT001 it is the value itself
    return "true" if value else "false"
