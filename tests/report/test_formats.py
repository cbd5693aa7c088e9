from factorio_release.report.formats import render
from factorio_release.report.model import Report
from factorio_release.settings.options import FORMATS


def test_every_format_that_the_option_offers_renders_an_empty_report() -> None:
    shown = {form: render(Report(()), form) for form in FORMATS}
    assert (shown["text"], shown["github"], shown["gitlab"]) == ("", "", "[]\n")
    assert all(
        text.endswith("\n")
        for form, text in shown.items()
        if form not in {"text", "markdown", "github"}
    )
