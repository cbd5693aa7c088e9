"""The call that gives a service token for a password, as the public one at another host does.

Documented: form fields `username`, `password`, `api_version`, `require_game_ownership` and
`email_authentication_code`; `token` and `username`, or `error` and `message`. From `api_version` 4 on an
error has the status 200, below it 401. That a code comes by mail when it is first asked for is documented
too; here the code of an account is known before.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from factorio_release.local_portal.answers import json_answer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from factorio_release.local_portal.actions import ReceivedRequest
    from factorio_release.local_portal.answers import Answer

_FIRST_WITHOUT_STATUS = 4


@dataclass(frozen=True, slots=True)
class Logins:
    """The accounts: `tokens`, `passwords` and `codes` by user name; one with a code has to send it."""

    tokens: Mapping[str, str]
    passwords: Mapping[str, str]
    codes: Mapping[str, str] = field(default_factory=dict)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What the log must not have."""
        return (*self.tokens.values(), *self.passwords.values(), *self.codes.values())

    def table(self) -> dict[str, Callable[[ReceivedRequest], Answer]]:
        """Return the action of the endpoint by name."""
        return {"api_login": self.log_in}

    def log_in(self, request: ReceivedRequest) -> Answer:
        """Answer with the token of an account, or with what is missing."""
        sent = {name: values[-1] for name, values in request.form.fields.items()}
        name, password = sent.get("username", ""), sent.get("password", "")
        version = sent.get("api_version", "1")
        if not password or self.passwords.get(name) != password:
            return _error("login-failed", "Invalid username or password.", version)
        code = self.codes.get(name)
        if code and not sent.get("email_authentication_code"):
            message = "A code was sent to your e-mail address."
            return _error("email-authentication-required", message, version)
        if code and sent["email_authentication_code"] != code:
            return _error("login-failed", "The code is not valid.", version)
        return json_answer({"token": self.tokens[name], "username": name})


def _error(code: str, message: str, version: str) -> Answer:
    is_new = version.isdigit() and int(version[:6]) >= _FIRST_WITHOUT_STATUS
    return json_answer({"error": code, "message": message, "data": {}}, 200 if is_new else 401)
