import io
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factorio_release.ci.streams import RedactedStream
from factorio_release.cli.session import Session
from factorio_release.report.redaction import Redactor

KEY = "open-sesame-please"


@given(st.lists(st.integers(1, 9)))
def test_a_secret_in_several_writes_is_hidden(sizes: list[int]) -> None:
    raw = io.StringIO()
    stream = RedactedStream(raw, Redactor([KEY]))
    rest = f"one {KEY} two\n{KEY}"
    for size in sizes:
        stream.write(rest[:size])
        rest = rest[size:]
    stream.write(rest)
    stream.flush()
    assert raw.getvalue() == "one *** two\n***"


def test_an_unfinished_line_is_held_back_until_a_flush() -> None:
    raw = io.StringIO()
    stream = RedactedStream(raw, Redactor())
    assert stream.write("half") == 4
    assert raw.getvalue() == ""
    stream.flush()
    assert raw.getvalue() == "half"


def test_a_secret_registered_later_is_hidden() -> None:
    raw, redactor = io.StringIO(), Redactor()
    stream = RedactedStream(raw, redactor)
    redactor.register(KEY)
    print(KEY, file=stream)
    assert raw.getvalue() == "***\n"


def test_guarded_text_has_no_commands_and_raw_text_has() -> None:
    raw = io.StringIO()
    stream = RedactedStream(raw, Redactor(), guard=True)
    print("::error::x", file=stream)
    print("::error::x", file=stream.raw)
    assert raw.getvalue() == ":\\:error::x\n::error::x\n"


def test_there_is_no_way_for_bytes_and_no_character_raises() -> None:
    below = io.BytesIO()
    stream = RedactedStream(io.TextIOWrapper(below, encoding="ascii", newline=""), Redactor())
    assert not hasattr(stream, "buffer")
    assert not stream.isatty()
    assert stream.writable()
    assert stream.encoding == "ascii"
    print("ü\ud800", file=stream, flush=True)
    assert below.getvalue() == b"\\xfc\\ud800\n"


def test_the_streams_of_a_run_in_ci_are_guarded(capsys: pytest.CaptureFixture[str]) -> None:
    """The second layer: what a renderer forgot to escape is no command either."""
    session = Session.begin({"CI": "true"}, (), time.sleep)
    for stream in (session.out, session.err):
        stream.write("::error::x\n")
        stream.flush()
    assert capsys.readouterr() == (":\\:error::x\n", ":\\:error::x\n")
