import re
from collections.abc import Callable

import pyromark

from factorio_release.findings import Finding
from factorio_release.plan import EditDetails, Plan
from factorio_release.report.model import ModReport, Report, Status, Step, StepName, StepStatus
from factorio_release.report.summary import MAX_SUMMARY_BYTES, render_summary

GFM = pyromark.Options.ENABLE_TABLES | pyromark.Options.ENABLE_STRIKETHROUGH


def html_of(report: Report) -> str:
    return pyromark.html(render_summary(report), options=GFM)


def test_everything_is_in_it(full_report: Report) -> None:
    html = html_of(full_report)
    headings = re.findall("<h[234]>(.*)</h", html)
    assert headings == [
        "2 mods: 1 failed, 1 unchanged",
        "big-mod 1.2.0: failed, but 1.2.0 is public; its page is not finished",
        "3 findings",
        "Plan",
        "Steps",
        "Package",
        "Release notes",
        "Changes",
        "small-mod 0.1.0: unchanged: the portal already matches",
        "Plan",
    ]
    assert "<td><code>graphics/big.png</code></td><td>5.0 MB</td><td>4.9 MB</td>" in html
    assert "<td><code>big-mod/info.json:3:13</code></td>" in html
    assert "-Old text\n+New text\n" in html
    assert "<li>~ summary: Old → New</li>" in html
    assert "<strong>Bold</strong> entry" in html
    assert "square on purpose" in html
    assert '<a href="https://mods.factorio.com/mod/big-mod">Mod page</a>' in html
    assert html.index("graphics/big.png") < html.index("<code>data.lua")


def test_a_finding_has_a_line_with_its_code_as_a_link_and_one_with_the_remedy(
    finding_of: Callable[..., Finding],
) -> None:
    found = finding_of()
    html = html_of(Report((mod_of(findings=(found,), fixable=1),)))
    assert (
        f"<td>the version has two numbers where three are wanted "
        f'<a href="{found.docs}">version-format</a><br>write 1.0.0</td>'
    ) in html
    assert "<p>1 can be fixed with <code>factorio-release check --fix</code>.</p>" in html
    assert "can be fixed" not in html_of(Report((mod_of(findings=(found,)),)))


def test_what_is_public_comes_before_everything_but_the_error(full_report: Report) -> None:
    text = re.sub("<[^>]+>", "", html_of(full_report))
    assert re.search(
        r"Error\n+InvalidApiKey: the key is not known\ncreate a key with .*\n+"
        r"Public: big-mod 1.2.0, https://mods.factorio.com/mod/big-mod\n"
        r"Not public: the page&#39;s description\n"
        r"To do: factorio-release page finishes the page\n"
        r"Mod page\n+Warning: the growth .*\n+3 findings",
        text.replace("'", "&#39;"),
    ), text


def test_steps_are_shown_only_where_one_failed(full_report: Report) -> None:
    failed, fine = full_report.mods
    done = (Step(StepName.CHECK, StepStatus.DONE), Step(StepName.VERIFY, StepStatus.NOT_RUN))
    assert "Steps" in html_of(Report((failed,)))
    assert "Steps" not in html_of(Report((fine._replace(steps=done),)))


def test_a_link_leads_to_the_explanation(full_report: Report) -> None:
    assert re.search(
        r'<a href="https://[^"]+/checks/version-format/">version-format</a>',
        html_of(full_report),
    )


def mod_of(**more: object) -> ModReport:
    return ModReport("m", "1.0.0", ".", Status.PLANNED)._replace(**more)  # type: ignore[arg-type]  # per call


def test_a_summary_stays_below_the_limit_and_whole(finding_of: Callable[..., Finding]) -> None:
    findings = tuple(finding_of(message="x" * 3000, line=line) for line in range(600))
    before, after = ("\n".join(f"{word} {n}" for n in range(3000)) for word in ("old", "new"))
    plan = Plan("m", (EditDetails({"description": before}, {"description": after}),))
    mods = tuple(
        mod_of(mod=f"m{n}", findings=findings, plan=plan, notes="n\n" * 50_000) for n in range(3)
    )
    text = render_summary(Report(mods))
    assert len(text.encode()) <= MAX_SUMMARY_BYTES
    assert "The rest is left out" in text
    assert text.count("<details>") == text.count("</details>")
    assert text.count("```") % 2 == 0


def test_a_cut_leaves_no_block_open(full_report: Report) -> None:
    for limit in range(100, 2200, 3):
        text = render_summary(full_report, limit=limit)
        assert len(text.encode()) <= limit
        assert text.count("<details>") == text.count("</details>")
        assert text.endswith("_The rest is left out: a summary may hold 1 MiB._\n")


def test_an_empty_report_has_a_heading_only() -> None:
    assert (
        render_summary(Report((mod_of(),))) == "### m 1\\.0\\.0: planned\\: nothing was written\n"
    )
