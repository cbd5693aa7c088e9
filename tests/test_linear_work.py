"""Four times the input takes about four times the work: calls and memory are counted, no clock is asked.

A call of a C function counts as one, however long it runs: what repeats a search over the whole text
is found by `tests/faults/test_exhaustion.py`, whose inputs are large and whose processor time is bounded.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from factorio_release.checks import CheckResult
from factorio_release.findings import Finding, Severity
from factorio_release.forges import FORGES
from factorio_release.git.tag_index import TagIndex
from factorio_release.page.portal_text import portal_text
from factorio_release.page.repository_tree import RepositoryTree
from factorio_release.page.source_urls import SourceUrls
from factorio_release.page.target_resolver import TargetResolver
from factorio_release.parsers.changelog.reader import read_changelog
from factorio_release.parsers.info import read_info
from factorio_release.parsers.locale import read_locale
from factorio_release.parsers.lua.reader import read_lua
from factorio_release.parsers.lua.tables import read_arguments
from factorio_release.parsers.version import parse_version
from factorio_release.report.formats import render
from factorio_release.report.model import ModReport, Report, Status
from factorio_release.report.summary import render_summary
from factorio_release.report.text import render_text
from factorio_release.settings.options import FORMATS
from tests.support.work import assert_linear

if TYPE_CHECKING:
    from collections.abc import Callable

DASHES = b"-" * 99 + b"\n"


CHANGELOGS = {
    "versions": b"Version: 1.0.0\n",
    "sections": DASHES + b"Version: 1.0.0\nDate: x\n  A:\n    - b\n",
    "bad lines": b"x\n",
    "categories": b"  A:\n",
    "entries": b"    - same\n",
    "continuations": b"      same\n",
    "blank lines": b" \n",
    "trailing blanks": b"    - a \n",
    "dashes": DASHES,
    "no UTF-8": b"\xff\n",
}


@pytest.mark.parametrize("name", CHANGELOGS)
def test_a_changelog(name: str) -> None:
    assert_linear(lambda number: lambda: read_changelog(CHANGELOGS[name] * number), 800)


INFOS = {
    "keys": b'"a%d": 1,',
    "the same key": b'"a": 1,',
    "lists": b'"a%d": [[[]]],',
    "comments": b"// x\n",
    "commas": b",,",
    "strings with escapes": b'"a%d": "\\u00e4\\q",',
}


@pytest.mark.parametrize("name", INFOS)
def test_an_info_json(name: str) -> None:
    def work(number: int) -> Callable[[], object]:
        piece = INFOS[name]
        pieces = (piece % index if b"%d" in piece else piece for index in range(number))
        text = b"{" + b"".join(pieces) + b'"z": 1}'
        return lambda: read_info(text)

    assert_linear(work, 400)


def test_dependencies() -> None:
    text = b'{"dependencies": [%b"base"]}'
    assert_linear(lambda number: lambda: read_info(text % (b'"\xc3\xa4 >= 1",' * number)), 400)


LOCALES = {"bad lines": b"x\n", "keys": b"a=b\n", "sections": b"[a]\n", "open sections": b"[a\n"}


@pytest.mark.parametrize("name", LOCALES)
def test_a_locale_file(name: str) -> None:
    assert_linear(lambda number: lambda: read_locale(LOCALES[name] * number), 800)


LUA = {
    "requires": b'require("a.b") ',
    "paths": b'x("__a__/b.png") ',
    "lines": b'require "a"\n',
    "open comments": b"--[==[ require('a') __/ ",
    "open strings": b"\"__a__/ require('a') ",
    "levels": b"[=[=require",
    "tables": b"data:extend{{hr_version={x='__a__/b.png'}}}",
    "operators": b"x = require 'a' and b.c + 1 ",
    "one operand": b" and require 'a' .. x",
    "jumps and labels": b"goto a ::a:: goto b require 'a' ",
    "closers": b"require 'a' ) end ] } ",
    "calls": b"require (",
    "spaces": b"require 'a' \n" + b" " * 40,
    "comments": b"require --\n -- x\n",
    "constants": b"local a%d = '__a__/'\nx = a%d .. 'b.png' ",
    "one long text": b"local a = '__a__/' .. a .. 'b' .. ",
    "prototypes": b"data:extend{{type = 'item', name = 'x', icon = '__a__/b.png', x = {1, {2}}}}\n",
    "open tables": b"data:extend({ {a = { ",
    "open functions": b"data:extend{{f = function(a) if x then ",
}


@pytest.mark.parametrize("name", LUA)
def test_a_lua_file(name: str) -> None:
    def work(number: int) -> Callable[[], object]:
        def read() -> None:
            file = read_lua(LUA[name] * number)
            offsets = [require.offset for require in file.requires] + [
                path.offset for path in file.paths
            ]
            for offset in offsets:
                file.place(offset)
            assert list(read_arguments(file.data, file.structure.extends)) is not None
            assert file.joined_paths is not None

        return read

    assert_linear(work, 400)


PAGES = {
    "links": b"[a](b) ",
    "links in lines": b"[a](b)\n\n",
    "images": b"![a](b.png) ",
    "links outside": b"[a](../../../b) ",
    "references": b"[a%d]: b\n\n[a%d]\n\n",
    "one reference": b"[a] ",
    "open brackets": b"[",
    "open images": b"![",
    "HTML": b'<img src="a.png"> ',
    "open HTML": b"<a ",
    "comments": b"<!-- portal:only x --> ",
    "comments in lines": b"<!-- portal:only x -->\n\n",
    "unknown markers": b"<!-- portal:no --> ",
    "regions": b"<!-- portal:skip -->\n\nx\n\n<!-- portal:end -->\n\n",
    "regions and wrong links": b"<!-- portal:skip -->\n\nx\n\n<!-- portal:end -->\n\n[a](../../../b)\n\n",
    "srcset": b'<img srcset="%b"> ' % (b"a.png 2x, " * 3),
    "quotes": b"> x\n\n",
    "emphasis": b"*a*",
    "entities": b"&amp;",
    "wide text": "ä [a](../../../b) ".encode(),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page(name: str) -> None:
    def work(number: int) -> Callable[[], object]:
        piece = PAGES[name]
        text = b"".join(piece.replace(b"%d", b"%d" % index) for index in range(number))
        return lambda: portal_text(
            b"[a]: b\n\n" + text, "README.md", resolver(), strip_first_heading=True
        )

    assert_linear(work, 500)


def resolver() -> TargetResolver:
    tree = RepositoryTree(Path("/nonexistent"))
    return TargetResolver(
        "docs/guide.md", tree, SourceUrls("https://codeberg.org/o/r", FORGES["forgejo"], "1.0.0")
    )


@pytest.mark.parametrize("run", [b">", b"(", b"<", b",", b" ", b"\\", b"&", b"a>"])
@pytest.mark.parametrize(
    "frame", [b"[a](%b)", b"[a](<%b>)", b"[a]: %b", b'<img srcset="%b">', b"![a](%b x)"]
)
def test_a_long_target(frame: bytes, run: bytes) -> None:
    def work(number: int) -> Callable[[], object]:
        text = frame % (run * number)
        return lambda: portal_text(text, "README.md", resolver(), strip_first_heading=False)

    assert_linear(work, 800)


RENDERERS: dict[str, Callable[..., str]] = {
    **{form: partial(render, form=form) for form in FORMATS},
    "summary": render_summary,
}


def findings(number: int) -> tuple[Finding, ...]:
    return tuple(
        Finding(
            f"code-{index % 7}", Severity.ERROR, f"line {index} is wrong", "a.lua", index + 1, 1
        )
        for index in range(number)
    )


@pytest.mark.parametrize("name", RENDERERS)
def test_a_report(name: str) -> None:
    def work(number: int) -> Callable[[], object]:
        known: dict[str, Any] = {"findings": findings(number), "sources": {"a.lua": "x\n" * number}}
        report = Report(
            (ModReport(mod="a", version="1.0.0", path="a", status=Status.FAILED, **known),), 3
        )
        return lambda: RENDERERS[name](report)

    assert_linear(work, 300)


def test_findings_beyond_a_hundred_of_a_kind_are_counted() -> None:
    found = [
        Finding("lua-syntax", Severity.ERROR, f"bad {line}", "a.lua", line)
        for line in range(1, 64_001)
    ]
    found += [
        Finding("lua-syntax", Severity.ERROR, f"bad {line}", "b.lua", line)
        for line in range(1, 102)
    ]
    kept = CheckResult.of(found, {}).findings
    assert [finding.line for finding in kept if finding.file == "a.lua"] == list(range(1, 102))
    others = [one.message for one in kept if not one.message.startswith("bad")]
    assert others == ["63,900 more like this from here on"]
    assert len([finding for finding in kept if finding.file == "b.lua"]) == 101


def test_tags_are_read_once_for_all_mods() -> None:
    version = parse_version("3.0.0")

    def work(number: int) -> Callable[[], object]:
        tags = [f"2.{index}.0" for index in range(number)]
        tags += [f"mod-{index}/v1.0.0" for index in range(number)]

        def find() -> None:
            found = TagIndex(tags)
            for index in range(number):
                first = next(found.until(f"mod-{index}", version))
                assert first.named
                assert not list(found.exactly(f"mod-{index}", version))

        return find

    assert_linear(work, 200)


class Counted(str):
    """A text that counts how often it is split."""

    __slots__ = ("splits",)

    def split(self, *arguments: Any, **named: Any) -> list[str]:
        self.splits = getattr(self, "splits", 0) + 1
        return super().split(*arguments, **named)


RENDERERS_WITH_LINES: dict[str, Callable[..., str]] = {
    "text with excerpts": partial(render_text, excerpts=True),
    "sarif": RENDERERS["sarif"],
    "gitlab": RENDERERS["gitlab"],
}


@pytest.mark.parametrize("name", RENDERERS_WITH_LINES)
def test_a_report_splits_a_file_once(name: str) -> None:
    source = Counted("x\n" * 500)
    mod = ModReport(
        "a", "1.0.0", "a", Status.FAILED, findings=findings(500), sources={"a.lua": source}
    )
    RENDERERS_WITH_LINES[name](Report((mod,), 3))
    assert source.splits == 1
