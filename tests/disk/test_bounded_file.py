"""Files are read up to a bound."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from factorio_release.disk.bounded_file import read_file, read_head

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("size", [0, 9, 10])
def test_a_file_up_to_its_bound_is_read(tmp_path: Path, size: int) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"x" * size)
    assert read_file(path, 10) == b"x" * size


def test_a_file_beyond_its_bound_is_named_with_both_sizes(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"x" * 2049)
    with pytest.raises(OSError, match="it is larger than 2 KiB: it has 2,049 bytes"):
        read_file(path, 2048)
    assert read_head(path, 2048) == b"x" * 2048
