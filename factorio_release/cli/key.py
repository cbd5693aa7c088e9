"""Finds the API key: a file, the step's input, a variable; never a command-line value."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from factorio_release.settings import KEY_VARIABLES

if TYPE_CHECKING:
    from collections.abc import Mapping

ENVIRONMENT_OPTION = "FACTORIO_RELEASE_API_KEY"
LARGEST = 4096


def find_key(file: str | None, inputs: Mapping[str, str], environ: Mapping[str, str]) -> str:
    """Return the key from the strongest place that has one, or an empty text.

    Raises ValueError with a sentence when `file` cannot be read or a key is not one line of
    printable ASCII, which is all that a header can carry.
    """
    if file:
        try:
            with Path(file).open("rb") as opened:
                key = opened.read(LARGEST).decode("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is not text"
            raise ValueError(f"--api-key-file {file}: cannot be read: {reason}") from None
        if not key.strip():
            raise ValueError(f"--api-key-file {file}: the file is empty")
    else:
        places = [inputs.get("api-key", ""), environ.get(ENVIRONMENT_OPTION, "")]
        key = next(
            (k for k in (*places, *(environ.get(name, "") for name in KEY_VARIABLES)) if k.strip()), ""
        )
    key = key.strip()
    if key and not (key.isascii() and key.isprintable() and " " not in key):
        raise ValueError("the API key has a space, a line break or another character that no key has")
    return key
