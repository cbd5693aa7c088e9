"""What an answer of the write API means: success, a refusal, or an effect that is not known."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from factorio_release.errors import RUN_AGAIN, AlreadyThere, AnswerUnclear, PortalRefused
from factorio_release.portal.retry import TEMPORARY_STATUSES, retry_after
from factorio_release.project import home

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factorio_release.portal.transport import PortalAnswer

OK: Final = range(200, 300)
TOO_LARGE: Final = 413
REFUSING: Final = range(400, 500)
INTERNAL: Final = "InternalError"
NOTHING_STORED: Final = (
    "nothing was stored; 413 means that the file is larger than the portal or a "
    "proxy on the way takes"
)
# Documented. A key without the usage gets the same code as a wrong key (observed), so the message names it.
USAGES: Final = {
    "init_publish": "ModPortal: Publish Mods",
    "releases/init_upload": "ModPortal: Upload Mods",
    "edit_details": "ModPortal: Edit Mods",
    "images/add": "ModPortal: Edit Mods",
    "images/edit": "ModPortal: Edit Mods",
}
# The codes are documented; what to do about each is ours.
REMEDIES: Final = {
    # Everything that is known to be refused is an error of the check, which ran before.
    "InvalidModUpload": "the portal's message says why it refused the zip; the check knows no such rule: "
    f"please report it, {home()}/issues",
    "InvalidModRelease": "the portal's message says why it refused info.json; the check knows no such rule: "
    f"please report it, {home()}/issues",
    "ModAlreadyExists": "the name is taken; choose another name in info.json",
    "UnknownMod": "the portal has no such mod for this key's owner; check the name and whose key it is",
    "Forbidden": "the key's owner may not change this mod; use a key of its owner or of a collaborator",
    "InvalidImageUpload": "the portal takes PNG, JPEG and GIF images; check the file",
    "InvalidRequest": "a field was refused; the message above says which",
}


def read_answer(call: str, answer: PortalAnswer, *, changes: bool = False) -> dict[str, Any]:
    """Return the JSON of an answer that is neither a refusal nor unclear.

    `call` is the call's name below `/api/v2/mods/`. `changes` says that the call changes the portal.

    Raises PortalRefused for an error code of the portal, and AnswerUnclear for anything that is not the
    portal's: a proxy's page, an empty body, a redirect, a status that only says "not now". Which status
    goes with which code is not established, so the code decides.
    """
    try:
        value = answer.json()
    except ValueError as error:
        # 413 refuses the whole request, whether the portal or a proxy answers. A repeat would get it again.
        if answer.status == TOO_LARGE:
            raise PortalRefused(f"{call}: {error}", NOTHING_STORED, status=answer.status) from None
        raise unclear(call, str(error), answer) from None
    if answer.status in TEMPORARY_STATUSES:
        raise unclear(call, f"the portal answers {answer.status}", answer)
    code = value.get("error")
    if isinstance(code, str) and code:
        message = str(value.get("message") or "")
        # The portal refuses zips with a 500 too (observed), but it may also have failed after it stored
        # what was sent. Only a 4xx refuses a call that changes something, and never InternalError.
        is_refused = answer.status in REFUSING and code != INTERNAL
        if changes and not is_refused:
            raise unclear(call, f"the portal answers {answer.status}, {code}: {message}", answer)
        raise _refusal(call, code, message, answer.status)
    if answer.status not in OK:
        raise unclear(call, f"{answer.status} without an error code", answer)
    return value


def expect_success(call: str, answer: Mapping[str, Any]) -> None:
    """Raise AnswerUnclear unless the answer has `success: true`, which is the documented success."""
    if answer.get("success") is not True:
        raise unclear(call, "an answer without success: true")


def unclear(call: str, what: str, answer: PortalAnswer | None = None) -> AnswerUnclear:
    """Return the error for a call whose effect is not known."""
    seconds = 0.0
    if answer is not None:
        seconds = retry_after(answer.headers, time.time())
    return AnswerUnclear(f"{call}: no clear answer: {what}", RUN_AGAIN, retry_after=seconds)


def _refusal(call: str, code: str, message: str, status: int) -> PortalRefused:
    """Return the error for a refusal: the portal's words, and a remedy for each known code."""
    if code == "InvalidApiKey":
        usage = USAGES.get(call, "ModPortal: …")
        remedy = (
            f"the key is wrong or lacks the usage `{usage}`; "
            "make one with it on the factorio.com profile"
        )
    else:
        remedy = REMEDIES.get(
            code, "see the portal's message; run again if it looks like a passing fault"
        )
    # An existing version has the code of a bad info.json, an existing image that of a bad field. Only the
    # messages differ (observed: "Release with that version already exists.", "Image already exists").
    already_exists = code == "ModAlreadyExists" or "already exist" in message.casefold()
    kind = AlreadyThere if already_exists else PortalRefused
    return kind(f"{call}: the portal refused: {code}: {message}", remedy, code=code, status=status)
