"""What an answer of the write API means: success, a refusal, or an outcome that is not known."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from factorio_release.errors import AlreadyThere, AnswerUnclear, PortalRefused
from factorio_release.portal.retry import PASSING, wished_wait

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factorio_release.portal.transport import PortalAnswer

OK: Final = 200
REDIRECT: Final = 300
TOO_LARGE: Final = 413
CLIENT_ERROR: Final = 400
SERVER_ERROR: Final = 500
INTERNAL: Final = "InternalError"
EARLY: Final = (
    "nothing was stored; 413 means that the file is larger than the portal or a proxy on the way takes"
)
USAGES: Final = {
    "init_publish": "ModPortal: Publish Mods",
    "releases/init_upload": "ModPortal: Upload Mods",
    "edit_details": "ModPortal: Edit Mods",
    "images/add": "ModPortal: Edit Mods",
    "images/edit": "ModPortal: Edit Mods",
}
RUN_AGAIN: Final = "look at the mod's page, then run the same command again: it finishes what is missing"
REMEDIES: Final = {
    "InvalidModUpload": "the zip was refused; `factorio-release check` names what the portal does not accept",
    "InvalidModRelease": "info.json was refused; `factorio-release check` names what is wrong with it",
    "ModAlreadyExists": "the name is taken; choose another name in info.json",
    "UnknownMod": "the portal has no such mod for this key's owner; check the name and whose key it is",
    "Forbidden": "the key's owner may not change this mod; use a key of its owner or of a collaborator",
    "InvalidImageUpload": "the portal takes PNG, JPEG and GIF images; check the file",
    "InvalidRequest": "a field was refused; the message above says which",
}


def read_answer(name: str, answer: PortalAnswer, *, changes: bool = False) -> dict[str, Any]:
    """Return the answer's JSON to the call `name`; `changes` tells whether the call changes the portal.

    Raises PortalRefused for an error code and for a 413 of whatever form, and AnswerUnclear for
    anything that is not the portal's: a proxy's page, an empty body, a redirect, and whatever 429, 502,
    503 or 504 bring, which say "not now" and nothing about the call. A call that changes something is
    refused by a 4xx alone, and never by InternalError: otherwise the portal may have failed after it
    stored what was sent.
    """
    try:
        value = answer.json()
    except ValueError as error:
        if answer.status == TOO_LARGE:  # whoever says so has not taken the request, and would not the next
            raise PortalRefused(f"{name}: {error}", EARLY, status=answer.status) from None
        raise unclear(name, str(error), answer) from None
    if answer.status in PASSING:
        raise unclear(name, f"the portal answers {answer.status}", answer)
    code = value.get("error")
    if isinstance(code, str) and code:
        message = str(value.get("message") or "")
        refused = CLIENT_ERROR <= answer.status < SERVER_ERROR and code != INTERNAL
        if changes and not refused:
            raise unclear(name, f"the portal answers {answer.status}, {code}: {message}", answer)
        raise _refusal(name, code, message, answer.status)
    if not OK <= answer.status < REDIRECT:
        raise unclear(name, f"{answer.status} without an error code", answer)
    return value


def expect_success(name: str, answer: Mapping[str, Any]) -> None:
    """Accept `success: true` and nothing less."""
    if answer.get("success") is not True:
        raise unclear(name, "an answer without success: true")


def unclear(name: str, what: str, answer: PortalAnswer | None = None) -> AnswerUnclear:
    """Return the error for a call whose effect is not known."""
    wish = wished_wait(answer.headers, time.time()) if answer else 0.0
    return AnswerUnclear(f"{name}: no clear answer: {what}", RUN_AGAIN, retry_after=wish)


def _refusal(name: str, code: str, message: str, status: int) -> PortalRefused:
    if code == "InvalidApiKey":
        usage = USAGES.get(name, "ModPortal: …")
        remedy = (
            f"the key is wrong or lacks the usage `{usage}`; make one with it on the factorio.com profile"
        )
    else:
        remedy = REMEDIES.get(code, "see the portal's message; run again if it looks like a passing fault")
    # The message alone tells an existing version from a bad info.json (observed: "Release with that
    # version already exists.", "Image already exists").
    exists = code == "ModAlreadyExists" or "already exist" in message.casefold()
    kind = AlreadyThere if exists else PortalRefused
    return kind(f"{name}: the portal refused: {code}: {message}", remedy, code=code, status=status)
