import re
from collections.abc import Callable

import pyromark

from factorio_release.findings import Finding
from factorio_release.plan import EditDetails, Plan
from factorio_release.report.model import ModReport, Report, Status
from factorio_release.report.summary import MAX_SUMMARY_BYTES, render_summary

GFM = pyromark.Options.ENABLE_TABLES | pyromark.Options.ENABLE_STRIKETHROUGH


def html_of(report: Report) -> str:
    return pyromark.html(render_summary(report), options=GFM)


def test_everything_is_in_it(full_report: Report) -> None:
    html = html_of(full_report)
    headings = re.findall("<h[234]>(.*)</h", html)
    assert headings == [
        "2 mods",
        "big-mod 1.2.0: failed",
        "3 findings",
        "Plan",
        "Package",
        "Release notes",
        "Changes",
        "small-mod 0.1.0: unchanged",
        "Plan",
    ]
    assert "<td><code>graphics/big.png</code></td><td>5.0 MB</td><td>4.9 MB</td>" in html
    assert "<td><code>big-mod/info.json:3:13</code></td>" in html
    assert "-Old text\n+New text\n" in html
    assert "<li>summary: Old → New</li>" in html
    assert "<strong>Bold</strong> entry" in html
    assert "square on purpose" in html
    assert '<a href="https://mods.factorio.com/mod/big-mod">Mod page</a>' in html
    assert html.index("graphics/big.png") < html.index("<code>data.lua")


def test_a_link_leads_to_the_explanation(full_report: Report) -> None:
    assert re.search(
        r'<a href="https://[^"]+checks.md#version-format">version-format</a>',
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
    assert render_summary(Report((mod_of(),))) == "### m 1\\.0\\.0: planned\n"
