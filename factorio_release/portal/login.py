"""A service token for a password: one request, never repeated, because wrong ones are counted.

Documented (the wiki's "Web authentication API"): the answer has `token` and `username`, or `error` and
`message`; the status of an error depends on `api_version`, so that the fields decide.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from factorio_release.errors import AnswerUnclear, PortalRefused
from factorio_release.portal.transport import PortalRequest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factorio_release.portal.transport import Transport

AUTH_URL: Final = "https://auth.factorio.com/api-login"
_PROFILE: Final = "https://factorio.com/profile"
_API_VERSION: Final = "4"
_CODE_NEEDED: Final = "email-authentication-required"
_MAX_SHOWN: Final = 200
_MAX_TOKEN: Final = 500
_TOO_MANY: Final = 429


class CodeNeeded(Exception):
    """The account wants the code that was sent by e-mail; the message is the server's."""


class ServiceToken(NamedTuple):
    """A token and the name of its account."""

    username: str
    token: str

    def __repr__(self) -> str:
        return f"ServiceToken({self.username!r}, …)"


def log_in(
    transport: Transport, url: str, username: str, password: str, code: str = ""
) -> ServiceToken:
    """Return the service token of an account.

    Raises CodeNeeded, PortalRefused for a login that is refused, and PortalUnreachable without a usable
    answer. No message has the password or the code.
    """
    form = [
        ("username", username),
        ("password", password),
        ("api_version", _API_VERSION),
        ("require_game_ownership", "true"),
    ]
    if code:
        form.append(("email_authentication_code", code))
    answer = transport.send(PortalRequest("POST", url, url, body=form))
    if answer.status == _TOO_MANY:
        raise PortalRefused(
            f"POST {url}: too many logins: it answers 429",
            f"wait some minutes, or take the token from {_PROFILE}",
            status=answer.status,
        )
    try:
        value = answer.json()
    except ValueError as error:
        raise AnswerUnclear(
            f"POST {url}: {error}",
            f"see in a browser what the address answers, or take the token from {_PROFILE}",
        ) from None
    return _read(url, answer.status, value, username, {password, code} - {""})


def _read(
    url: str, status: int, value: Mapping[str, Any], username: str, secrets: set[str]
) -> ServiceToken:
    token, name = value.get("token"), value.get("username")
    if isinstance(token, str) and token.isprintable() and 0 < len(token) <= _MAX_TOKEN:
        return ServiceToken(name if isinstance(name, str) and name else username, token)
    error, said = _shown(value.get("error"), secrets), _shown(value.get("message"), secrets)
    if error == _CODE_NEEDED:
        raise CodeNeeded(said)
    if not error:
        raise AnswerUnclear(
            f"POST {url}: {status} with neither a token nor an error",
            f"look for a newer version of this tool, or take the token from {_PROFILE}",
        )
    raise PortalRefused(
        f"the login was refused: {said or error}",
        "nothing was repeated, because wrong passwords are counted; "
        f"the token is also on {_PROFILE} and in the game's player-data.json",
        code=error,
        status=status,
    )


def _shown(value: Any, secrets: set[str]) -> str:
    """Return a text of the answer as it may be shown: bounded, and without what was sent."""
    text = value if isinstance(value, str) else ""
    for secret in secrets:
        text = text.replace(secret, "***")
    return text[:_MAX_SHOWN]
