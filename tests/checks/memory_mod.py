"""A mod in memory, for rules that take values and return values; `cases/README.md` has the form of a case."""

from __future__ import annotations

import json
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from factorio_release.checks import CheckContext, PortalContext, run_checks, run_portal_checks
from factorio_release.findings import Severity
from factorio_release.live.models import LiveMod, LiveRelease
from factorio_release.mod.mod import Mod
from factorio_release.mod_page import ModPage
from factorio_release.package.file_set import FileSet, LeftOut
from factorio_release.parsers.changelog.reader import read_changelog
from factorio_release.parsers.info import read_info
from factorio_release.parsers.problem import Problem
from tests.conftest import png

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import BinaryIO

    from factorio_release.findings import Finding

INFO = {
    "name": "my-mod",
    "version": "1.2.3",
    "title": "My mod",
    "author": "demo",
    "factorio_version": "2.0",
}
Case = dict[str, Any]


@dataclass(frozen=True)
class MemoryFile:
    path: str
    data: bytes

    @property
    def size(self) -> int:
        return len(self.data)

    def open(self) -> BinaryIO:
        return BytesIO(self.data)

    def read(self) -> bytes:
        return self.data

    def blocks(self, size: int) -> Iterator[bytes]:
        return (self.data[at : at + size] for at in range(0, self.size, size))

    def ends(self, first: int, last: int) -> tuple[bytes, bytes]:
        return self.data[:first], self.data[-last:]


def memory_mod(
    files: Mapping[str, bytes],
    left_out: Mapping[str, str] | None = None,
    reported: tuple[Problem, ...] = (),
) -> Mod:
    """Return a mod with these files, and with a valid info.json unless it is among them."""
    content = {"info.json": json.dumps(INFO, indent=2).encode(), **files}
    changelog = content.get("changelog.txt")
    return Mod(
        Path("/nowhere/my-mod"),
        read_info(content["info.json"]),
        None if changelog is None else read_changelog(changelog),
        FileSet(
            tuple(MemoryFile(path, content[path]) for path in sorted(content)),
            tuple(LeftOut(path, reason) for path, reason in (left_out or {}).items()),
            reported,
            "git",
        ),
    )


def findings(code: str, mod: Mod, **context: Any) -> list[Finding]:
    """Run every rule that needs no portal, and return what was found with one code."""
    checked = run_checks(mod, CheckContext(**context))
    return [finding for finding in checked.findings if finding.code == code]


def case_findings(case: Case) -> tuple[Finding, ...]:
    """Return everything that is found in a case; the portal is compared only after no error, as in a run."""
    mod = case_mod(case)
    context = CheckContext(
        case.get("tag", ""),
        "",
        case.get("today"),
        tuple(case.get("secrets", ())),
        tuple(case.get("circle", ())),
    )
    page = case_page(case)
    found = run_checks(mod, context, page=page).findings
    portal = case_portal(case, mod.name)
    if portal is None or any(finding.severity is Severity.ERROR for finding in found):
        return found
    return found + run_portal_checks(mod, context, portal, page=page).findings


def case_mod(case: Case) -> Mod:
    encoding = "latin-1" if case.get("latin") else "utf-8"
    files = {path: content(value) for path, value in case.get("files", {}).items()}
    files["info.json"] = info_text(case).encode(encoding)
    if "changelog" in case:
        files["changelog.txt"] = case["changelog"].replace("{99}", "-" * 99).encode(encoding)
    reported = []
    for entry in case.get("reported", ()):
        code, _, path = entry.partition(" ")
        reported.append(Problem("as reported", path, hint="do this", code=code))
    return memory_mod(files, case.get("left_out"), tuple(reported))


def info_text(case: Case) -> str:
    if "info" in case:
        return str(case["info"])
    fields = {key: value for key, value in INFO.items() if key not in case.get("without", ())}
    for key, value in case.get("fields", {}).items():
        is_content = isinstance(value, dict) and "repeat" in value
        fields[key] = content(value).decode() if is_content else value
    return json.dumps(fields, indent=2, ensure_ascii=False)


def case_portal(case: Case, mod_name: str) -> PortalContext | None:
    """Return what a plan adds; what a case does not name is a published mod with a complete page."""
    if not case.keys() & {"live", "required", "page", "policy", "releases"}:
        return None
    required = {name: live_mod(name, there) for name, there in case.get("required", {}).items()}
    live = live_mod(mod_name, case.get("live", {"releases": ["1.0.0 2.0"]}))
    policy, releases = case.get("policy", "unused"), case.get("releases", True)
    return PortalContext(live, required, policy, releases)


def case_page(case: Case) -> ModPage:
    page = case.get("page", {"license": "default_mit", "category": "utilities"})
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in page.items()
    }
    return ModPage(**values)


def live_mod(name: str, there: Mapping[str, Any]) -> LiveMod | None:
    if "releases" not in there:
        return None
    pairs = (release.split() for release in there["releases"])
    releases = tuple(LiveRelease(version, factorio_version=game) for version, game in pairs)
    return LiveMod(name, ModPage(deprecated=there.get("deprecated", False)), releases)


def content(value: str | dict[str, Any]) -> bytes:
    if isinstance(value, str):
        return value.encode()
    ((kind, argument),) = value.items()
    match kind:
        case "png":
            width, height = argument
            return png(width=width, height=height)
        case "hex":
            return bytes.fromhex(argument)
        case "latin":
            return str(argument).encode("latin-1")
        case "repeat":
            text, times = argument
            return str(text).encode() * int(times)
        case "join":
            return b"".join(map(content, argument))
    raise ValueError(f"cases/README.md has no content of the kind {kind!r}")
