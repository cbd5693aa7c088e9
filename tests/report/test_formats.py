from factorio_release.report.formats import FORMATS, render
from factorio_release.report.model import Report
from factorio_release.settings import options as settings


def test_the_option_offers_what_can_be_rendered() -> None:
    assert settings.FORMATS == FORMATS


def test_every_format_of_nothing_is_valid() -> None:
    shown = {form: render(Report(()), form) for form in FORMATS}
    assert (shown["text"], shown["github"], shown["gitlab"]) == ("", "", "[]\n")
    assert all(text.endswith("\n") for form, text in shown.items() if form not in {"text", "github"})
