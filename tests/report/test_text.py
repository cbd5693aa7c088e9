import re
from collections.abc import Callable

import pytest

from factorio_release.findings import Finding
from factorio_release.plan import OrderImages
from factorio_release.report.formats import render
from factorio_release.report.model import ModReport, Report, Status
from factorio_release.report.plan_changes import gallery_change
from factorio_release.report.source_excerpt import excerpt_lines
from factorio_release.report.style import Style
from factorio_release.report.text import render_text

EXPECTED_FINDING = """\
big-mod/info.json:3:13: error: the version has two numbers where three are wanted [version-format]
    hint: write 1.0.0
"""
EXPECTED_EXCERPT = """\
    3 |     "version": "1.0"
      |                ^
"""

EXPECTED_PLAN = """\
plan for big-mod: 8 changes
  + upload 1.2.0 as a new release (big-mod_1.2.0.zip, 4.9 MB); the portal has 1.1.9
  + add the image overview.png
  ~ order the gallery: 4 images, moved: 22222222
  - remove the image 33333333 (https://assets.example.org/3.png)
  ~ summary: Old → New
  ~ description: 1 line changed
  ~ tags: trains → trains, power
  - faq: 1 line removed
  note: the portal does not allow removing all tags
"""


def test_a_finding_takes_a_line_and_its_remedy_another(full_report: Report) -> None:
    text = render(full_report)
    assert text.startswith(f"big-mod 1.2.0\n{EXPECTED_FINDING}warning: ")
    assert EXPECTED_EXCERPT not in text


def test_the_source_line_with_a_caret_is_shown_when_asked_for(full_report: Report) -> None:
    first, second = EXPECTED_FINDING.splitlines(keepends=True)
    assert f"{first}{EXPECTED_EXCERPT}{second}" in render_text(full_report, excerpts=True)


def test_the_code_is_a_link_on_a_terminal_and_explained_below_elsewhere(
    full_report: Report, finding_of: Callable[..., Finding]
) -> None:
    docs = finding_of().docs
    plain, coloured = render(full_report), render_text(full_report, color=True)
    assert f"[\x1b]8;;{docs}\x1b\\version-format\x1b]8;;\x1b\\]\n" in coloured
    explained = f"the codes in brackets are explained in {docs.removesuffix('version-format/')}\n"
    assert explained in plain
    assert explained not in coloured


def test_a_run_ends_with_how_many_findings_can_be_fixed(
    finding_of: Callable[..., Finding],
) -> None:
    found = (finding_of(), finding_of())
    mod = ModReport("a", "1.0.0", ".", Status.FAILED, findings=found)
    lines = render_text(Report((mod._replace(fixable=2),) * 2), color=True).splitlines()
    assert lines[-1] == "4 can be fixed with --fix"
    assert "can be fixed" not in render(Report((mod,)))


def test_the_worst_comes_first(full_report: Report) -> None:
    codes = re.findall(r"\[([a-z-]+)\]$", render(full_report), re.MULTILINE)
    assert codes == ["version-format", "thumbnail-missing", "long-line"]


def test_a_plan_is_one_line_a_change(full_report: Report) -> None:
    assert EXPECTED_PLAN in render(full_report)


def test_a_new_mod_is_one_line(new_mod_report: Report) -> None:
    assert render(new_mod_report).splitlines() == [
        "plan for big-mod: 1 change",
        (
            "  + publish 1.2.0 as a new mod (big-mod_1.2.0.zip, 120 bytes) with category: content; "
            "deprecated: no; description: 80 lines"
        ),
        "big-mod 1.2.0: planned: nothing was written",
    ]


def test_the_outcome_names_error_and_remedy(full_report: Report) -> None:
    text = render(full_report)
    ended = "failed, but 1.2.0 is public; its page is not finished, 1 error, 1 warning, 1 hint"
    assert f"big-mod 1.2.0: {ended}\nerror: InvalidApiKey: the key" in text
    assert "    hint: create a key with the usage 'ModPortal: Upload Mods'\n" in text
    assert (
        "ignored: the version has two numbers where three are wanted [thumbnail-size] "
        "(reason: square on purpose)\n" in text
    )
    assert "warning: the growth of the package is 40 %\n" in text
    assert f"package dist/big-mod_1.2.0.zip: 3 files, 4.9 MB, SHA-1 {'a' * 40}\n" in text


def test_several_mods_end_in_one_table(full_report: Report) -> None:
    assert render(full_report).splitlines()[-4:] == [
        "mod        version  status     public  findings                    error",
        (
            "big-mod    1.2.0    failed     yes     1 error, 1 warning, 1 hint  "
            "InvalidApiKey: the key is not known"
        ),
        "small-mod  0.1.0    unchanged          none",
        "to do: big-mod: `factorio-release page` finishes the page",
    ]


def test_colour_comes_only_when_asked_for(full_report: Report) -> None:
    plain, coloured = render(full_report), render_text(full_report, color=True)
    assert "\x1b" not in plain
    assert "\x1b[31;1merror\x1b[0m" in coloured
    shown = re.sub(r"\x1b\[[0-9;]+m|\x1b\]8;;[^\x1b]*\x1b\\", "", coloured)
    assert shown == re.sub(r"the codes in brackets .*\n\n", "", plain)


def test_no_exclamation_marks(full_report: Report) -> None:
    assert "!" not in render(full_report)


@pytest.mark.parametrize("status", Status)
def test_every_status_has_an_outcome_line(status: Status) -> None:
    report = Report((ModReport("a", "1.0.0", ".", status),))
    assert render(report).startswith("a 1.0.0: ")


@pytest.mark.parametrize(
    ("line", "column", "caret"),
    [
        ("abc", 1, 0),
        ("abc", 4, 3),
        ("\tx", 2, 4),
        ("図x", 2, 2),
        ("\x1bx", 2, 8),
        ("e\u0301x", 3, 9),
        ("a" * 300, 200, 61),
    ],
)
def test_the_caret_is_below_its_character(line: str, column: int, caret: int) -> None:
    excerpt, pointer = excerpt_lines(line, 7, column)
    assert pointer == f"      | {' ' * caret}^"
    assert excerpt.startswith("    7 | ")
    assert len(excerpt) <= 8 + 102


@pytest.mark.parametrize("column", [0, 5, 99])
def test_no_caret_without_a_column_in_the_line(column: int) -> None:
    assert excerpt_lines("abc", 1, column) == ["    1 | abc"]


@pytest.mark.parametrize(
    ("before", "after", "removed", "moved"),
    [
        ("abc", "abc", "", ""),
        ("abc", "bca", "", "a"),
        ("abcd", "dabc", "", "d"),
        ("abc", "ab", "c", ""),
        ("", "ab", "", ""),
        ("abc", "cxa", "b", "c"),
    ],
)
def test_gallery_changes(before: str, after: str, removed: str, moved: str) -> None:
    change = gallery_change(OrderImages(tuple(before), tuple(after)))
    assert "".join(change.removed) == removed
    assert len(change.moved) == len(moved)


def test_a_diff_has_the_colours_of_git_on_a_terminal_alone() -> None:
    diff = "--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n same\n-old\n+new\n"
    assert Style(color=False).diff(diff) == diff
    assert Style(color=True).diff(diff) == (
        "\x1b[31m--- a/x\x1b[0m\n\x1b[32m+++ b/x\x1b[0m\n\x1b[36m@@ -1,2 +1,2 @@\x1b[0m\n"
        " same\n\x1b[31m-old\x1b[0m\n\x1b[32m+new\x1b[0m\n"
    )
