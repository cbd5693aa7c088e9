from collections.abc import Callable

from factorio_release.findings import Finding, Severity
from factorio_release.report.github import MAX_MESSAGE_UTF16_UNITS, annotations_of, render_github
from factorio_release.report.model import ModReport, Report, Status


def report_of(*findings: Finding, **more: str) -> Report:
    return Report((ModReport("m", "1.0.0", ".", Status.FAILED, findings=findings, **more),))  # type: ignore[arg-type]  # texts only


def test_errors_come_first_and_have_their_place(full_report: Report) -> None:
    lines = render_github(full_report).splitlines()
    assert [line.split()[0] for line in lines] == [
        "::error",
        "::error",
        "::warning",
        "::warning",
        "::notice",
    ]
    assert lines[0].startswith(
        "::error title=big-mod 1.2.0::InvalidApiKey: the key is not known%0Acreate a key"
    )
    assert lines[1].startswith(
        "::error title=version-format,file=big-mod/info.json,line=3,col=13::the version has two numbers "
        "where three are wanted%0Awrite 1.0.0%0Ahttps://"
    )


def test_unknown_places_are_left_out(finding_of: Callable[..., Finding]) -> None:
    line = render_github(report_of(finding_of(file="", line=0, column=0)))
    assert line.startswith("::error title=version-format::")
    assert "None" not in line


def test_ten_of_a_level_at_most_and_the_rest_is_announced(
    finding_of: Callable[..., Finding],
) -> None:
    for number, last in ((9, "t8"), (10, "t9"), (11, "2 more errors, listed in the step summary")):
        found = annotations_of(
            report_of(*(finding_of(message=f"t{n}", line=n + 1, hint="") for n in range(number)))
        )
        assert len(found) == min(number, 10)
        assert found[-1].message.startswith(last)


def test_levels_are_limited_separately(finding_of: Callable[..., Finding]) -> None:
    findings = [finding_of(severity=severity, line=n) for severity in Severity for n in range(30)]
    found = annotations_of(report_of(*findings))
    assert [a.level for a in found] == ["error"] * 10 + ["warning"] * 10 + ["notice"] * 10


def test_a_message_is_cut_where_the_runner_would_cut_it(finding_of: Callable[..., Finding]) -> None:
    for text in ("x" * 9000, "\U0001f680" * 5000):
        message = annotations_of(report_of(finding_of(message=text)))[0].message
        assert len(message.encode("utf-16-le")) // 2 <= MAX_MESSAGE_UTF16_UNITS
        assert message.endswith("…")
        assert message[:-1] == text[: len(message) - 1]
