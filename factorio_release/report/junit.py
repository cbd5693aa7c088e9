"""JUnit XML: one suite a mod, one test case a step and a finding."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from factorio_release import project
from factorio_release.findings import Severity
from factorio_release.report.escape import terminal
from factorio_release.report.model import StepName, StepStatus
from factorio_release.report.places import title_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.findings import Finding
    from factorio_release.report.model import ModReport, Report, Step

_COUNTED = ("failure", "error", "skipped")


def render_junit(report: Report) -> str:
    """Return the XML; an error is a failure, a warning or hint a skipped case with its message.

    A step that failed is an error, one that was passed over is skipped. XML cannot hold control
    characters: they are spelled out.
    """
    root = ET.Element("testsuites", name=project.NAME)
    for mod in report.mods:
        root.append(_suite(mod))
    for count in ("tests", "failures", "errors"):
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in root)))
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _suite(mod: ModReport) -> ET.Element:
    name = terminal(title_of(mod))
    cases = [_step(step) for step in _told_steps(mod)]
    if mod.error and not any(step.status is StepStatus.FAILED for step in mod.steps):
        cases.append(_case("run", "error", mod.error, mod.hint))
    cases += [_finding(finding) for finding in sorted(mod.findings, key=lambda f: f.sort_key)]
    counts = {tag: sum(1 for case in cases if case.find(tag) is not None) for tag in _COUNTED}
    suite = ET.Element(
        "testsuite",
        name=name,
        tests=str(len(cases)),
        failures=str(counts["failure"]),
        errors=str(counts["error"]),
        skipped=str(counts["skipped"]),
    )
    for case in cases:
        case.set("classname", name)
        suite.append(case)
    return suite


def _told_steps(mod: ModReport) -> Iterator[Step]:
    """Yield the steps that were reached; a check that failed by its errors is told by those."""
    errors = any(finding.severity is Severity.ERROR for finding in mod.findings)
    for step in mod.steps:
        if step.status is StepStatus.NOT_RUN:
            continue
        failed_check = step.name is StepName.CHECK and step.status is StepStatus.FAILED
        if not (failed_check and errors):
            yield step


def _step(step: Step) -> ET.Element:
    outcome = {StepStatus.DONE: "", StepStatus.FAILED: "error"}.get(step.status, "skipped")
    return _case(step.name, outcome, step.note or step.status)


def _finding(finding: Finding) -> ET.Element:
    place = ":".join([finding.file, *(str(n) for n in (finding.line, finding.column) if n)])
    outcome = "failure" if finding.severity is Severity.ERROR else "skipped"
    name = f"{finding.code} {place}" if finding.file else finding.code
    return _case(name, outcome, finding.message, finding.hint, finding.docs, kind=str(finding.severity))


def _case(name: str, outcome: str, message: str, *more: str, kind: str = "step") -> ET.Element:
    case = ET.Element("testcase", name=terminal(name))
    if outcome:
        detail = ET.SubElement(case, outcome, message=terminal(message), type=kind)
        detail.text = "\n".join(terminal(text) for text in (message, *more) if text)
    return case
