"""What an upload shows: on a terminal a bar, elsewhere a line now and then."""

import io

import pytest

from factorio_release.cli.progress import Progress


class Stream(io.StringIO):
    def __init__(self, *, terminal: bool) -> None:
        super().__init__()
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


def shown(
    steps: list[tuple[float, int]], *, total: int = 100_000_000, terminal: bool = False
) -> list[str]:
    """Return what is written for bytes done at moments in seconds."""
    stream, now = Stream(terminal=terminal), [0.0]
    progress = Progress(stream, "uploading", lambda: now[0])
    for now[0], done in steps:
        progress(done, total)
    return stream.getvalue().replace("\r\x1b[K", "\n").split("\n")


def test_work_that_is_done_at_once_is_not_shown() -> None:
    assert shown([(10, 1), (10.1, 50_000_000), (10.2, 100_000_000)]) == [""]


def test_a_line_every_five_seconds_with_rate_and_time_left() -> None:
    lines = shown([(0, 1), (5, 5_000_000), (7, 7_000_000), (10, 9_000_000)])
    assert lines == [
        "uploading 5%  5.0 of 100.0 MB, 1.0 MB/s, 95 s left",
        "uploading 9%  9.0 of 100.0 MB, 0.9 MB/s, 101 s left",
        "",
    ]


def test_a_line_every_tenth_and_at_the_end() -> None:
    lines = shown([(0, 1), *((second, second * 10_000_000) for second in range(1, 11))])
    assert len(lines) == 11
    assert lines[-2] == "uploading 100%  100.0 of 100.0 MB, 10.0 MB/s"


def test_an_upload_that_begins_again_counts_from_there() -> None:
    lines = shown([(0, 1), (6, 60_000_000), (100, 1), (106, 6_000_000)])
    assert lines[1] == "uploading 6%  6.0 of 100.0 MB, 1.0 MB/s, 94 s left"


@pytest.mark.parametrize(("done", "marks"), [(50_000_000, 15), (99_999_999, 30)])
def test_on_a_terminal_a_bar_is_redrawn(done: int, marks: int) -> None:
    lines = shown([(0, 1), (1, done), (2, 100_000_000)], terminal=True)
    assert lines[1].count("#") == marks
    assert lines[1].startswith("uploading [")
    assert lines[2].count("#") == 30
