from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factorio_release.page.markdown.document import Document
from factorio_release.page.markdown.edits import OffsetsBefore, TextEdit, apply_edits
from tests.page.reversal import reversed_edits

# What is written, and the targets in it: i: an image, m: other media, l: a link.
TARGETS = {
    "inline": ("[a](b.md) ![c](d.png)", "l:b.md i:d.png"),
    "after characters of several bytes": ("é🎉 [ü](ö.md)", "l:ö.md"),
    "nested brackets": ("[a [b] c](d.md)", "l:d.md"),
    "image in a link": ("[![a](b.png \"t\")](<c d.md> 't')", "i:b.png l:c d.md"),
    "title in parentheses": ("[a](b.md (t))", "l:b.md"),
    "angle brackets": ("[a](<b(c.md>)", "l:b(c.md"),
    "parentheses": ("[a](b(c)d.md) [e](f\\(g.md)", "l:b(c)d.md l:f(g.md"),
    "entities": ("[a](b&amp;c.md)", "l:b&c.md"),
    "over lines": ("[a\nb](\n  c.md\n  't')", "l:c.md"),
    "over lines of a quote": ("> [a](\n> b.md)", "l:b.md"),
    "over lines of a list": ("- [a](\n  b.md)", "l:b.md"),
    "carriage returns": ("x\r\n[a](b.md)\r\n", "l:b.md"),
    "empty": ("[a]() [](b.md) ![](c.png)", "l: l:b.md i:c.png"),
    "label ends in code": ("[a `]`](b.md)", "l:b.md"),
    "label ends in an escape": ("[a\\]](b.md)", "l:b.md"),
    "definition of a link": ("[a][r]\n\n[r]: b.md 't'", "l:b.md"),
    "definition of an image": ("![a][R  s]\n\n[r s]: <b c.png>", "i:b c.png"),
    "definition of both": ("[a][r] ![a][r]\n\n[r]: b.png", "i:b.png"),
    "definition unused": ("[r]: b.md", "l:b.md"),
    "definition in a quote": ("> [r]:\n> b.md", "l:b.md"),
    "shortcut and collapsed": ("![r] [s][]\n\n[r]: b.png\n[s]: c.md", "i:b.png l:c.md"),
    "table": ("|a|b|\n|-|-|\n|[x](y\\|z.md)|![i](j.png)|", "l:y|z.md i:j.png"),
    "footnote": ("a[^1]\n\n[^1]: [b](c.md)", "l:c.md"),
    "heading": ("# [a](b.md)\n\n[c](d.md)\n===", "l:b.md l:d.md"),
    "inline html": ("a <img src=\"b.png\"> <a href='c.md'>d</a>", "i:b.png l:c.md"),
    "html block": ('<p>\n<IMG\n  width=3 SRC=b.png\n>\n<a  href = "c.md">', "i:b.png l:c.md"),
    "html block in a quote": ('> <p>\n> <img\n> src="b.png">', "i:b.png"),
    "html entities": ('<a href=" b&amp;c.md ">', "l:b&c.md"),
    "picture": ('<source srcset="a.png 1x, b.png 2x"><img src="c.png">', "i:a.png i:b.png i:c.png"),
    "video": ('<video src="a.mp4" poster="b.png">', "m:a.mp4 i:b.png"),
    "attributes without value": ("<a href><img src alt><img hidden src=b.png>", "i:b.png"),
    "a tag that never ends": ('<p>\n<img src="a.png\n<a href=b.md>', ""),
    "a tag within a tag": ("<p>\n<b <img src=a.png>\n<img src=c.png>", "i:c.png"),
    "a value that is no address": ('<img src="<img src=">', ""),
    "markdown beside html": ("<b>[a](b.md)</b>", "l:b.md"),
    "task list": ("- [ ] [a](b.md)\n- [x] c", "l:b.md"),
    # What is no target
    "code span": ("`[a](b.md)` ``![c](`d.png)``", ""),
    "fence": ("```md\n[a](b.md)\n<img src=c.png>\n```\n~~~\n[r]: d.md\n~~~", ""),
    "indented code": ("    [a](b.md)", ""),
    "comment": ('<!-- [a](b.md) <img src="c.png"> -->', ""),
    "comment in a block": ("<p>\n<!--\n<img src=c.png>\n-->\n</p>", ""),
    "script": ("<script>\nx = '<img src=\"a.png\">'\n</script>", ""),
    "cut by a table cell": ("|a|b|\n|-|-|\n|[x|](y.md)|", ""),
    "escaped": ("\\[a](b.md) [a\\](b.md)", ""),
    "other attributes": ('<img alt="src=b.png" data-src="c.png">', ""),
    "other tags": ('<link href="a.css"><form action="b">', ""),
    "autolinks": ("<me@x.y> https://a.b/c www.d.e", ""),
    "task boxes": ("- [ ] a\n- [x] b", ""),
}


def said(document: Document) -> str:
    return " ".join(f"{target.kind[0]}:{target.url}" for target in document.targets())


@pytest.mark.parametrize("case", TARGETS, ids=str)
def test_targets_are_found_where_they_are_written(case: str) -> None:
    source, expected = TARGETS[case]
    assert said(Document(source.encode())) == expected


@pytest.mark.parametrize("case", TARGETS, ids=str)
def test_another_target_in_its_place_is_read_there(case: str) -> None:
    document = Document(TARGETS[case][0].encode())
    targets = document.targets()
    edits = [
        TextEdit(target.start, target.end, b"https://x.y/z") for target in targets if target.url
    ]
    found = Document(apply_edits(document.source, edits)).targets()
    assert [target.kind for target in found] == [target.kind for target in targets]
    assert {target.url for target in found} <= {"https://x.y/z", ""}


def test_automatic_links_are_complete_already() -> None:
    assert said(Document(b"<https://a.b>")) == ""


LINKS = (
    "[a](",
    "![a](",
    "[a [",
    "](",
    "](<",
    "b.md",
    "c.png",
    ")",
    ">)",
    "]",
    "[r]: ",
    "[r]",
    "[^1]: ",
    "'t'",
)
BLOCKS = (
    "\n",
    "\n\n",
    "\r\n",
    "\n> ",
    "> ",
    "\n- ",
    "    ",
    "\t",
    "```\n",
    "|",
    "\n|-|-|\n",
    "# ",
    "<div>\n",
)
INLINES = (
    " ",
    "`",
    "\\",
    "&amp;",
    "é",
    "🎉",
    "*",
    "\0",
    '<img src="',
    '">',
    "<a href=x.md>",
    "<!-- ",
    " -->",
    "<a href",
    "=",
)
MARKDOWN = st.lists(st.sampled_from((*LINKS, *BLOCKS, *INLINES)), max_size=40).map("".join)


@given(MARKDOWN | st.text())
def test_any_text_is_read_and_each_target_says_what_it_means(text: str) -> None:
    document = Document(text.encode())
    targets = document.targets()
    for before, after in pairwise(targets):
        assert before.end <= after.start
    assert len(document.written_links) == len(list(document.inline_targets()))
    assert len(document.definitions) == len(list(document.definition_targets()))


@given(
    st.binary(max_size=60),
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 9), st.binary(max_size=5))),
)
def test_reversed_edits_give_the_source(source: bytes, drawn: list[tuple[int, int, bytes]]) -> None:
    edits: list[TextEdit] = []
    for start, size, new in sorted(drawn):
        if start + size <= len(source) and (not edits or start > edits[-1].end):
            edits.append(TextEdit(start, start + size, new))
    edited = apply_edits(source, edits)
    assert apply_edits(edited, reversed_edits(source, edits)) == source
    for offset in range(len(edited)):
        before = OffsetsBefore(edits).of(offset)
        touched = any(edit.start <= before <= edit.end for edit in edits)
        assert touched or source[before] == edited[offset]


def test_edits_that_overlap_are_refused() -> None:
    with pytest.raises(ValueError, match="overlap at byte 1"):
        apply_edits(b"abc", [TextEdit(0, 2), TextEdit(1, 3)])
