"""Bytes of a text file to text, with the place of what is not UTF-8."""

from __future__ import annotations

from typing import Final

from factorio_release.parsers.problem import Problem

_BOM: Final = b"\xef\xbb\xbf"
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")


def decode(data: bytes, file: str, prefix: str) -> tuple[str, tuple[Problem, ...]]:
    """Return the text without its byte order mark, and problems `{prefix}-bom`, `{prefix}-encoding`.

    What cannot be decoded becomes U+FFFD; only its first place is reported.
    """
    if data.startswith(_UTF16):
        problem = Problem(
            "the file is UTF-16, not UTF-8", file, 1, 1, "Save it as UTF-8.", f"{prefix}-encoding"
        )
        return data.decode("utf-16", "replace").removeprefix("\ufeff"), (problem,)
    problems: tuple[Problem, ...] = ()
    if data.startswith(_BOM):
        hint = "Save the file as UTF-8 without a byte order mark."
        problems = (Problem("the file begins with a byte order mark", file, 1, 1, hint, f"{prefix}-bom"),)
        data = data[len(_BOM) :]
    try:
        return data.decode(), problems
    except UnicodeDecodeError as error:
        return data.decode("utf-8", "replace"), (*problems, _undecodable(data, error, file, prefix))


def _undecodable(data: bytes, error: UnicodeDecodeError, file: str, prefix: str) -> Problem:
    line_start = data.rfind(b"\n", 0, error.start) + 1
    return Problem(
        f"byte 0x{data[error.start]:02X} is not UTF-8",
        file,
        data.count(b"\n", 0, error.start) + 1,
        len(data[line_start : error.start].decode()) + 1,
        "Save the file as UTF-8.",
        f"{prefix}-encoding",
    )
