"""The API key: from a file, the input or a variable.

It is never a value on the command line, which every process of the machine can read.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from factorio_release.ci_systems import CI_SYSTEMS
from factorio_release.settings.options import KEY_VARIABLES

if TYPE_CHECKING:
    from collections.abc import Mapping

PROFILE: Final = "https://factorio.com/profile"
ALL_KEY_VARIABLES: Final = ("FACTORIO_RELEASE_API_KEY", *KEY_VARIABLES)
SERVICE_TOKEN: Final = "FACTORIO_TOKEN"  # noqa: S105 the name of a variable
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


def key_variables(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return the variables that may hold the key.

    FACTORIO_TOKEN beside FACTORIO_USERNAME is the game's service token, with which mods are downloaded; the
    portal takes it for no upload.
    """
    if not environ.get("FACTORIO_USERNAME"):
        return ALL_KEY_VARIABLES
    return tuple(name for name in ALL_KEY_VARIABLES if name != SERVICE_TOKEN)


def missing_key(ci: str, environ: Mapping[str, str]) -> str:
    """Return the message where no place has a key: how to make one, and where to put it.

    `ci` is the name of the CI system, `none` outside of the known ones.
    """
    lines = ["no API key"]
    if environ.get(SERVICE_TOKEN) and environ.get("FACTORIO_USERNAME"):
        lines[0] += f": {SERVICE_TOKEN} beside FACTORIO_USERNAME is the game's service token"
    lines[0] += (
        f". Make one on {PROFILE} with the usages Upload Mods (releases), Edit Mods (the page) and Publish "
        "Mods (a mod's first release)"
    )
    system = CI_SYSTEMS.get(ci)
    if system is None:
        way = "set the variable FACTORIO_API_KEY, or name a file with --api-key-file"
    elif system.input_prefix == "INPUT_":
        way = (
            f"save it as the {system.secret_kind} FACTORIO_API_KEY ({system.secret_place}) and give the step "
            "`api-key: ${{ secrets.FACTORIO_API_KEY }}`"
        )
    elif system.input_prefix:
        way = (
            f"save it as the {system.secret_kind} factorio_api_key ({system.secret_place}) and give the step "
            "`api_key: {from_secret: factorio_api_key}`"
        )
    else:
        way = f"save it as the {system.secret_kind} FACTORIO_API_KEY ({system.secret_place})"
    lines.append(way)
    return "; ".join(lines)


def find_key(file: str | None, inputs: Mapping[str, str], environ: Mapping[str, str]) -> FoundKey:
    """Return the key from the strongest place that has one. Raises ValueError when `file` is unreadable."""
    if file:
        return FoundKey(_read(file), f"--api-key-file {file}")
    places = {"the input api-key": inputs.get("api-key", "")}
    places |= {f"the variable {name}": environ.get(name, "") for name in key_variables(environ)}
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
