"""The tests of a mod that ran in the game as JUnit XML: one suite, one case for each test."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from factorio_release.report.escape import terminal

if TYPE_CHECKING:
    from factorio_release.load.headless.mod_tests import TestCase, TestRun

# How a test ended, and the element that JUnit has for it; one that passed has none.
_ELEMENTS = {"failed": "failure", "error": "error", "skipped": "skipped", "todo": "skipped"}


def render_mod_tests(mod: str, run: TestRun) -> str:
    """Return the XML; control characters, which XML cannot hold, are spelled out.

    Tests that did not load, or did not come to their end, are one more case with an error.
    """
    cases = [_case(one) for one in run.cases]
    if run.load_error or not run.status:
        case = ET.Element("testcase", name="all tests")
        message = run.load_error or "the tests did not end"
        ET.SubElement(case, "error", message=terminal(message))
        cases.append(case)
    suite = ET.Element("testsuite", name=terminal(mod), tests=str(len(cases)))
    for attribute, element in (
        ("failures", "failure"),
        ("errors", "error"),
        ("skipped", "skipped"),
    ):
        suite.set(attribute, str(sum(case.find(element) is not None for case in cases)))
    for case in cases:
        case.set("classname", terminal(mod))
        suite.append(case)
    root = ET.Element("testsuites", name=terminal(mod))
    root.append(suite)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _case(test: TestCase) -> ET.Element:
    case = ET.Element("testcase", name=terminal(test.path))
    if test.file:
        case.set("file", terminal(test.file))
        case.set("line", str(test.line))
    element = _ELEMENTS.get(test.result)
    if element:
        texts = [terminal(one) for one in test.errors] or [test.result]
        detail = ET.SubElement(case, element, message=texts[0])
        detail.text = "\n".join(texts[1:])
    return case
