"""Changelogs for tests: the separator, sections, and the corpus of real files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import pytest

SEPARATOR: Final = "-" * 99
BOM: Final = b"\xef\xbb\xbf"
_DEFAULT_CORPUS: Final = Path(__file__).parents[3] / "shared" / "corpus"
CORPUS: Final = Path(os.environ.get("CORPUS_UNDER_TEST", _DEFAULT_CORPUS))
needs_corpus: Final = pytest.mark.skipif(
    not CORPUS.is_dir(), reason="set CORPUS_UNDER_TEST to a folder with real mods"
)


def section(number: str, date: str | None = "2026-01-01", *entries: str) -> str:
    """Return a section; without a date line for None, without a category for no entries."""
    lines = [SEPARATOR, f"Version: {number}"]
    if date is not None:
        lines.append(f"Date: {date}")
    if entries:
        lines.append("  Changes:")
        lines += [f"    - {entry}" for entry in entries]
    return "\n".join(lines) + "\n"
