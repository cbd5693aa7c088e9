"""JUnit XML is read by junitparser, which knows the files of many producers."""

from collections.abc import Callable

from junitparser import Error, Failure, JUnitXml, Skipped, TestSuite

from factorio_release.findings import Finding, Severity
from factorio_release.report.formats import render
from factorio_release.report.model import ModReport, Report, Status, Step, StepName, StepStatus


def suites_of(report: Report) -> list[TestSuite]:
    xml = JUnitXml.fromstring(render(report, "junit").encode())
    assert isinstance(xml, JUnitXml)
    return list(xml)


def outcomes(suite: TestSuite) -> dict[str, object]:
    return {str(case.name): type(case.result[0]) if case.result else None for case in suite}


def test_steps_and_findings_are_cases(full_report: Report) -> None:
    big, small = suites_of(full_report)
    assert (big.name, big.tests, big.failures, big.errors, big.skipped) == (
        "big-mod 1.2.0",
        6,
        1,
        1,
        3,
    )
    assert (small.name, small.tests) == ("small-mod 0.1.0", 0)
    assert outcomes(big) == {
        "check": None,
        "release": Error,
        "images": Skipped,
        "version-format big-mod/info.json:3:13": Failure,
        "thumbnail-missing": Skipped,
        "long-line big-mod/info.json:3:13": Skipped,
    }


def test_the_counts_are_those_of_the_cases(full_report: Report) -> None:
    for suite in suites_of(full_report):
        before = (suite.tests, suite.failures, suite.errors, suite.skipped)
        suite.update_statistics()  # type: ignore[no-untyped-call]  # the library has no types there
        assert (suite.tests, suite.failures, suite.errors, suite.skipped) == before


def test_a_failure_has_message_and_hint(full_report: Report) -> None:
    (failure,) = (
        c.result[0] for c in suites_of(full_report)[0] if c.result and type(c.result[0]) is Failure
    )
    assert failure.message == "the version has two numbers where three are wanted"
    assert "write 1.0.0" in failure.text


def test_findings_are_not_counted_twice(finding_of: Callable[..., Finding]) -> None:
    step = Step(StepName.CHECK, StepStatus.FAILED, "findings")
    for severity, cases in (
        (Severity.ERROR, {"version-format": Failure}),
        (Severity.WARNING, {"check": Error, "version-format": Skipped}),
    ):
        findings = (finding_of(severity=severity, file=""),)
        mod = ModReport("m", "1.0.0", ".", Status.FAILED, steps=(step,), findings=findings)
        assert outcomes(suites_of(Report((mod,)))[0]) == cases


def test_an_error_before_any_step_is_a_case() -> None:
    mod = ModReport("m", "1.0.0", ".", Status.FAILED, error="no info.json")
    assert outcomes(suites_of(Report((mod,)))[0]) == {"run": Error}
