from __future__ import annotations

import pytest
from hypothesis import given

from factorio_release.page.markdown.document import Document
from factorio_release.page.markdown.edits import apply_edits
from factorio_release.page.markdown.regions import region_edits
from tests.page.reversal import reversed_edits
from tests.page.test_targets import MARKDOWN

SKIP, ONLY, END = "<!-- portal:skip -->", "<!-- portal:only", "<!-- portal:end -->"

REGIONS = {
    "none": ("a\n\nb\n", "a\n\nb\n"),
    "lines": (f"a\n\n{SKIP}\n## Build\n\n`make`\n{END}\n\nb\n", "a\n\n\nb\n"),
    "inline": (f"a {SKIP}b {END}c", "a c"),
    "two regions": (f"{SKIP}\na\n{END}\nb\n{SKIP}\nc\n{END}\n", "b\n"),
    "paragraphs stay apart": (f"a\n{SKIP}\nx\n{END}\nb\n", "a\n\nb\n"),
    "a list stays a list": (f"- a\n{SKIP}\n- x\n{END}\n- b\n", "- a\n- b\n"),
    "carriage returns": (f"a\r\n\r\n{SKIP}\r\nx\r\n{END}\r\nb\r\n", "a\r\n\r\nb\r\n"),
    "only, on one line": (f"a\n\n{ONLY} **b** -->\n\nc\n", "a\n\n**b**\n\nc\n"),
    "only, on lines": (f"{ONLY}\n## B\n\n- c\n-->\n\nd\n", "## B\n\n- c\n\nd\n"),
    "only, with indented text": (f"{ONLY}\n    code\n-->\n", "    code\n"),
    "only, paragraphs stay apart": (f"a\n{ONLY}\nb\n-->\nc\n", "a\n\nb\n\nc\n"),
    "only, inline": (f"a {ONLY} b --> c", "a b c"),
    "only in a quote": (f"> a\n>\n> {ONLY}\n> b\n> -->\n", "> a\n>\n> b\n"),
    "only, empty": (f"a\n\n{ONLY} -->\nb\n", "a\n\nb\n"),
    "only within skip": (f"{SKIP}\n{ONLY} x -->\n{END}\na\n", "a\n"),
    "spaces in the marker": ("<!--portal:skip-->\na\n<!--  portal:end  -->\nb\n", "b\n"),
    "in code": (
        f"`{SKIP}` a\n\n```\n{SKIP}\n{END}\n```\n",
        f"`{SKIP}` a\n\n```\n{SKIP}\n{END}\n```\n",
    ),
    "other comments": ("<!-- a -->\n<!-- portal -->\nb\n", "<!-- a -->\n<!-- portal -->\nb\n"),
    "in html": (f"<div>\n{SKIP}\n<img src=a.png>\n{END}\n<p>\n</div>\n", "<div>\n<p>\n</div>\n"),
}

PROBLEMS = {
    "never closed": (f"a\n\n{SKIP}\nb\n", 3, "never closed"),
    "never opened": (f"a\n\n{END}\n", 3, "without a portal:skip"),
    "nested": (f"{SKIP}\n{SKIP}\na\n{END}\n", 21, "inside another"),
    "unknown": ("<!-- portal:hide -->\n", 0, "portal:hide"),
}


@pytest.mark.parametrize("case", REGIONS)
def test_regions_make_the_text_of_the_portal(case: str) -> None:
    source, expected = REGIONS[case]
    edits, problems = region_edits(Document(source.encode()))
    assert apply_edits(source.encode(), edits).decode() == expected
    assert problems == ()


@pytest.mark.parametrize("case", PROBLEMS)
def test_markers_without_a_partner_are_problems(case: str) -> None:
    source, offset, words = PROBLEMS[case]
    _, problems = region_edits(Document(source.encode()))
    assert len(problems) == 1
    assert words in problems[0].message
    assert problems[0].offset == offset


@given(MARKDOWN, MARKDOWN)
def test_reversed_edits_of_regions_give_the_source(before: str, inside: str) -> None:
    source = f"{before}\n\n{SKIP}\n{inside}\n{END}\n{ONLY} {before} -->".encode()
    edits, _ = region_edits(Document(source))
    result = apply_edits(source, edits)
    assert apply_edits(result, reversed_edits(source, edits)) == source
    Document(result).targets()
