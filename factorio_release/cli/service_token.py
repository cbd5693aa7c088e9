"""The service token, with which mods are downloaded: from a file, the input or a variable.

It is never a value on the command line, which every process of the machine can read. It is not the API key.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from factorio_release.cli.key import without_quotes

if TYPE_CHECKING:
    from collections.abc import Mapping

USERNAME_VARIABLE: Final = "FACTORIO_USERNAME"
TOKEN_VARIABLES: Final = ("FACTORIO_RELEASE_SERVICE_TOKEN", "FACTORIO_TOKEN")
_MAX_FILE_BYTES: Final = 16 << 20  # the game's player-data.json holds much else
_SHOWN_NAME: Final = 100


class Account:
    """A user name and the service token that belongs to it; both are empty without a token.

    No tuple: printing the object must not print the token.
    """

    def __init__(self, username: str = "", token: str = "") -> None:
        self.username = username
        self.token = token

    def __bool__(self) -> bool:
        return bool(self.username and self.token)


def given_tokens(inputs: Mapping[str, str], environ: Mapping[str, str]) -> list[str]:
    """Return every service token that the environment gives, whatever the run needs."""
    places = [inputs.get("service-token", ""), *(environ.get(name, "") for name in TOKEN_VARIABLES)]
    return [value for value in places if value.strip()]


def find_account(
    file: str | None, username: str, inputs: Mapping[str, str], environ: Mapping[str, str]
) -> Account:
    """Return the account from the strongest place that has a token; `username` is the setting's.

    Raises ValueError for a file that cannot be read, a token without a name, and one that cannot be sent.
    FACTORIO_TOKEN alone is an API key in some tools, so it counts beside FACTORIO_USERNAME only.
    """
    name = username or environ.get(USERNAME_VARIABLE, "").strip()
    if file:
        found = _read(file)
        return _usable(Account(name or found.username, found.token), f"--service-token-file {file}")
    places = {
        "the input service-token": inputs.get("service-token", ""),
        "the variable FACTORIO_RELEASE_SERVICE_TOKEN": environ.get(TOKEN_VARIABLES[0], ""),
    }
    if environ.get(USERNAME_VARIABLE, "").strip():
        places["the variable FACTORIO_TOKEN"] = environ.get(TOKEN_VARIABLES[1], "")
    for place, value in places.items():
        if value.strip():
            return _usable(Account(name, value.strip()), place)
    return Account()


def _usable(account: Account, place: str) -> Account:
    token = account.token
    if token != without_quotes(token):
        raise ValueError(f"{place}: the service token is in quotes; give it without them")
    if not (token.isascii() and token.isprintable() and " " not in token):
        raise ValueError(
            f"{place}: the service token has a space, a line break or another character that no token has"
        )
    if not account.username:
        raise ValueError(
            f"{place}: the service token needs the name of its account; give `username`"
        )
    if not account.username.isprintable() or len(account.username) > _SHOWN_NAME:
        raise ValueError("username: it has characters that no account has")
    return account


def _read(file: str) -> Account:
    """Return the token in a file: alone, or in the game's player-data.json with the name."""
    try:
        with Path(file).open("rb") as opened:
            text = opened.read(_MAX_FILE_BYTES).decode("utf-8-sig").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise ValueError(f"--service-token-file {file}: cannot be read: {reason}") from None
    if not text.startswith("{"):
        if not text:
            raise ValueError(f"--service-token-file {file}: the file is empty")
        return Account("", text)
    import json  # noqa: PLC0415 start-up: only for the game's own file

    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError(f"--service-token-file {file}: it is not JSON") from None
    name, token = values.get("service-username"), values.get("service-token")
    if not (isinstance(name, str) and isinstance(token, str) and token):
        raise ValueError(
            f"--service-token-file {file}: it has no service-username and service-token; "
            "log in in the game once"
        )
    return Account(name, token)
