"""The outputs of a run, declared once for all CI systems."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

from factorio_release.disk.relative import relative
from factorio_release.report.model import Status

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    "summary",
    "plan",
    "plan-sha256",
)
# The status of a run with several mods is the first of these that one of them has.
_BY_IMPORTANCE: Final = (
    Status.FAILED,
    Status.PUBLISHED,
    Status.UPLOADED,
    Status.UPDATED,
    Status.REHEARSED,
    Status.PLANNED,
    Status.BUILT,
    Status.CHECKED,
    Status.UNCHANGED,
    Status.SKIPPED,
)


def outputs_of(
    report: Report,
    files: Mapping[str, str] | None = None,
    folder: Path | None = None,
    *,
    plan_sha256: str = "",
) -> dict[str, str]:
    """Return a text for every name in `OUTPUTS`, empty if it is not known.

    `files` are the paths of what the run has written, under the names of their outputs. `plan_sha256` is
    that of the plan file.

    With several mods, `mods` has a record of each, `status` is the most important one, `changed` says whether
    any mod changed, and the others are empty. Paths are relative to `folder` if it is given: an absolute path
    inside a container means nothing to the next step.
    """
    values = dict.fromkeys(OUTPUTS, "")
    if len(report.mods) == 1:
        values |= _mod_outputs(report.mods[0], folder)
    values["status"] = _status(report)
    values["changed"] = _boolean(any(mod.changed for mod in report.mods))
    for name, path in (files or {}).items():
        values[name] = _path(Path(path), folder) if path else ""
    values["plan-sha256"] = plan_sha256
    values["mods"] = json.dumps([_record(mod, folder) for mod in report.mods])
    return values


def _status(report: Report) -> str:
    statuses = {mod.status for mod in report.mods}
    for status in _BY_IMPORTANCE:
        if status in statuses:
            return str(status)
    return str(Status.FAILED)  # a run without any mod has failed before it found one


def _mod_outputs(mod: ModReport, folder: Path | None) -> dict[str, str]:
    values = {
        "mod": mod.mod,
        "version": mod.version,
        "url": mod.url,
        "download-url": mod.download_url,
        "factorio-version": mod.factorio_version,
        "notes": mod.notes,
    }
    package = mod.package
    if package:
        values |= {
            "zip": _path(package.path, folder),
            "zip-name": package.name,
            "zip-size": str(package.size),
            "zip-sha1": package.sha1,
            "zip-sha256": package.sha256,
        }
    return values


def _record(mod: ModReport, folder: Path | None) -> dict[str, str | bool]:
    """Return a mod's entry in the output `mods`."""
    zip_path = zip_sha1 = ""
    if mod.package:
        zip_path = _path(mod.package.path, folder)
        zip_sha1 = mod.package.sha1
    return {
        "mod": mod.mod,
        "version": mod.version,
        "path": mod.path,
        "status": str(mod.status),
        "changed": mod.changed,
        "zip": zip_path,
        "zip-sha1": zip_sha1,
        "url": mod.url,
        "download-url": mod.download_url,
    }


def _path(path: Path, folder: Path | None) -> str:
    if folder and path.is_absolute():
        return relative(path, folder)
    return path.as_posix()


def _boolean(value: bool) -> str:  # noqa: FBT001 it is the value itself
    return "true" if value else "false"
