"""The bytes of a text file as text, with the place of what is not UTF-8."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factorio_release.parsers.positions import Positions
from factorio_release.parsers.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

UTF8_BOM: Final = b"\xef\xbb\xbf"
UTF16_BOMS: Final = (b"\xff\xfe", b"\xfe\xff")


def decode(data: bytes, file: str, prefix: str) -> tuple[str, tuple[Problem, ...]]:
    """Return the text without its byte order mark, and problems `{prefix}-bom`, `{prefix}-encoding`.

    Bytes that are not UTF-8 become U+FFFD; only their first place is reported.
    """
    if data.startswith(UTF16_BOMS):
        message = "the file is UTF-16, not UTF-8"
        problem = Problem(message, file, 1, 1, "Save it as UTF-8.", f"{prefix}-encoding")
        return data.decode("utf-16", "replace").removeprefix("\ufeff"), (problem,)
    problems: list[Problem] = []
    if data.startswith(UTF8_BOM):
        data = data.removeprefix(UTF8_BOM)
        message = "the file begins with a byte order mark"
        hint = "Save the file as UTF-8 without a byte order mark."
        problems.append(Problem(message, file, 1, 1, hint, f"{prefix}-bom"))
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        text = data.decode("utf-8", "replace")
        message = f"byte 0x{data[error.start]:02X} is not UTF-8"
        line, column = Positions(data).place(error.start)
        hint = "Save the file as UTF-8."
        problems.append(Problem(message, file, line, column, hint, f"{prefix}-encoding"))
    return text, tuple(problems)


def numbered_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield the number, from 1, and the text of every line, without its line break (LF or CRLF).

    A text that ends with a line break has an empty last line. Other characters that Python's
    `splitlines` breaks at, such as U+2028, are part of a line: for the game they are.
    """
    for number, line in enumerate(text.split("\n"), 1):
        yield number, line.removesuffix("\r")
