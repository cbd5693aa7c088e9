"""JUnit XML: one suite a mod, one test case a step and a finding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

from factorio_release import project
from factorio_release.findings import Severity
from factorio_release.report.escape import terminal
from factorio_release.report.labels import finding_place, mod_title
from factorio_release.report.model import StepName, StepStatus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from factorio_release.findings import Finding
    from factorio_release.report.model import ModReport, Report, Step

# The element that a case holds, by what its step ended with; a step that is done has none.
_STEP_ELEMENTS: Final = {
    StepStatus.DONE: "",
    StepStatus.FAILED: "error",
    StepStatus.SKIPPED: "skipped",
}


def render_junit(report: Report) -> str:
    """Return the XML; an error is a failure, a warning or hint a skipped case with its message.

    A step that failed is an error, one that was not needed is skipped. XML cannot hold control
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
    name = terminal(mod_title(mod))
    cases = [_step_case(step) for step in _reported_steps(mod)]
    if mod.error and not any(step.status is StepStatus.FAILED for step in mod.steps):
        cases.append(_case("run", "error", mod.error, mod.hint))
    findings = sorted(mod.findings, key=lambda finding: finding.sort_key)
    cases += [_finding_case(finding) for finding in findings]
    suite = ET.Element(
        "testsuite",
        name=name,
        tests=str(len(cases)),
        failures=_number_with(cases, "failure"),
        errors=_number_with(cases, "error"),
        skipped=_number_with(cases, "skipped"),
    )
    for case in cases:
        case.set("classname", name)
        suite.append(case)
    return suite


def _number_with(cases: list[ET.Element], element: str) -> str:
    return str(sum(case.find(element) is not None for case in cases))


def _reported_steps(mod: ModReport) -> Iterator[Step]:
    """Yield the steps that the run reached.

    A check that failed because of errors is left out: each error has a case, and would count twice.
    """
    has_errors = any(finding.severity is Severity.ERROR for finding in mod.findings)
    for step in mod.steps:
        if step.status is StepStatus.NOT_RUN:
            continue
        failed_check = step.name is StepName.CHECK and step.status is StepStatus.FAILED
        if not (failed_check and has_errors):
            yield step


def _step_case(step: Step) -> ET.Element:
    return _case(step.name, _STEP_ELEMENTS[step.status], step.note or step.status)


def _finding_case(finding: Finding) -> ET.Element:
    element = "failure" if finding.severity is Severity.ERROR else "skipped"
    name = f"{finding.code} {finding_place(finding)}".rstrip()
    return _case(
        name, element, finding.message, finding.hint, finding.docs, kind=str(finding.severity)
    )


def _case(name: str, element: str, message: str, *more: str, kind: str = "step") -> ET.Element:
    """Return a test case; `element` says how it ended and is empty for a success."""
    case = ET.Element("testcase", name=terminal(name))
    if element:
        detail = ET.SubElement(case, element, message=terminal(message), type=kind)
        detail.text = "\n".join(terminal(text) for text in (message, *more) if text)
    return case
