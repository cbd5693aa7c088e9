"""A new version in info.json: every other byte is kept."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factorio_release.edits.info_version import with_version
from factorio_release.errors import ModError
from factorio_release.parsers.info import read_info
from factorio_release.parsers.version import parse_version
from tests.support.changelogs import BOM, CORPUS, needs_corpus

if TYPE_CHECKING:
    from factorio_release.parsers.version import Version

LINE_ENDS = st.sampled_from(["\n", "\r\n"])
BOMS = st.sampled_from([b"", BOM])
NUMBERS = st.tuples(st.integers(0, 65535), st.integers(0, 65535), st.integers(1, 65535))


def version(text: str | tuple[int, ...]) -> Version:
    return parse_version(text if isinstance(text, str) else ".".join(map(str, text)))


@st.composite
def info_files(draw: Any) -> bytes:
    """Return an info.json in any layout with its version `0.1.01` anywhere among the keys."""
    fields = draw(
        st.dictionaries(st.text(max_size=4), st.text(max_size=6) | st.integers(), max_size=4)
    )
    fields.pop("version", None)
    fields["package"] = {"version": "0.1.01"}
    items = draw(st.permutations([*fields.items(), ("version", "0.1.01")]))
    text = json.dumps(
        dict(items),
        indent=draw(st.sampled_from([None, 0, 2, "\t"])),
        separators=draw(st.sampled_from([(",", ":"), (" , ", " : ")])),
        ensure_ascii=draw(st.booleans()),
    )
    ends = draw(LINE_ENDS)
    written: bytes = text.replace("\n", ends).encode("utf-8", "replace") + draw(
        st.sampled_from([b"", ends.encode()])
    )
    return draw(BOMS) + written  # type: ignore[no-any-return]  # draw is untyped


@given(info_files(), NUMBERS)
def test_nothing_but_the_version_changes_in_info_json(
    data: bytes, numbers: tuple[int, ...]
) -> None:
    after = with_version(data, version(numbers))
    assert read_info(after).version == version(numbers)
    assert read_info(after).value == {**read_info(data).value, "version": str(version(numbers))}
    assert with_version(after, version("0.1.01")) == data


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'{"version":"1.0.0",}', b'{"version":"1.2.3",}'),
        (b'{ // mine\n"version" :\t"1.0.0" }', b'{ // mine\n"version" :\t"1.2.3" }'),
        (rb'{"version": "\u0031.0.0"}', b'{"version": "1.2.3"}'),
        (b'{"version": "new"}', b'{"version": "1.2.3"}'),
        (
            b'{"version": "1.0.0", "x": {"version": 1, "version": 2}}',
            b'{"version": "1.2.3", "x": {"version": 1, "version": 2}}',
        ),
        (
            b'{"version": "1.0.0", "a": 1, "a": "version"}',
            b'{"version": "1.2.3", "a": 1, "a": "version"}',
        ),
    ],
)
def test_problems_elsewhere_are_kept(before: bytes, after: bytes) -> None:
    assert with_version(before, version("1.2.3")) == after


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b'{"version": "1.0.0", "version": "1.0.1"}', "info.json:1:22: the key"),
        (b'{"name": "x"}', "no version that is a string"),
        (b'{"version": 1.0}', "no version that is a string"),
        (b"[]", "no version that is a string"),
        (b'{"version": "1.0.0"', "info.json:1:20: the file ends"),
        (b'{"version": "1.0.0", "title": "\xff"}', "info.json:1:32: byte 0xFF"),
        ('{"version": "1.0.0"}'.encode("utf-16"), "UTF-16"),
        (b"", "info.json:1:1"),
    ],
)
def test_an_info_json_that_is_not_certain_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(ModError, match=re.escape(message)):
        with_version(data, version("1.2.3"))


@needs_corpus
def test_real_info_files_keep_every_other_byte() -> None:
    edited = 0
    for path in sorted(CORPUS.glob("info_json/*.json")):
        data = path.read_bytes()
        before = read_info(data).version
        if before is None:
            continue
        after = with_version(data, version("65000.1.2"))
        assert read_info(after).version == version("65000.1.2"), path.name
        assert with_version(after, before) == data, path.name
        edited += 1
    assert edited > 200
