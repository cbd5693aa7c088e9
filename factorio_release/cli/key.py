"""The API key: from a file, the input or a variable.

It is never a value on the command line, which every process of the machine can read.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from factorio_release.settings.options import KEY_VARIABLES

if TYPE_CHECKING:
    from collections.abc import Mapping

ALL_KEY_VARIABLES: Final = ("FACTORIO_RELEASE_API_KEY", *KEY_VARIABLES)
MAX_KEY_FILE_BYTES: Final = 4096
# Also typographic ones, as word processors write them.
_QUOTES: Final = "\"'`\u201c\u201d\u2018\u2019"


class FoundKey:
    """A key without the white space around it, and the place that gave it; both are empty without a key.

    No tuple: printing the object must not print the key.
    """

    def __init__(self, value: str = "", place: str = "") -> None:
        self.value = value
        self.place = place


def find_key(file: str | None, inputs: Mapping[str, str], environ: Mapping[str, str]) -> FoundKey:
    """Return the key from the strongest place that has one. Raises ValueError when `file` is unreadable."""
    if file:
        return FoundKey(_read(file), f"--api-key-file {file}")
    places = {"the input api-key": inputs.get("api-key", "")}
    places |= {f"the variable {name}": environ.get(name, "") for name in ALL_KEY_VARIABLES}
    for place, value in places.items():
        if value.strip():
            return FoundKey(value.strip(), place)
    return FoundKey()


def usable_key(found: FoundKey) -> str:
    """Return the key where an HTTP header can carry it: printable ASCII without spaces.

    Raises ValueError with a message that names the place and never shows the key.
    """
    key = found.value
    if key != without_quotes(key):
        raise ValueError(f"{found.place}: the API key is in quotes; give it without them")
    if not (key.isascii() and key.isprintable() and " " not in key):
        raise ValueError(
            f"{found.place}: the API key has a space, a line break or another character that no key has"
        )
    return key


def without_quotes(value: str) -> str:
    """Return a value without the white space and the quotation marks around it."""
    return value.strip().strip(_QUOTES).strip()


def _read(file: str) -> str:
    try:
        with Path(file).open("rb") as opened:
            key = opened.read(MAX_KEY_FILE_BYTES).decode("utf-8-sig").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise ValueError(f"--api-key-file {file}: cannot be read: {reason}") from None
    if not key:
        raise ValueError(f"--api-key-file {file}: the file is empty")
    return key
