"""Refusals: the portal's error codes, their texts and the HTTP status that goes with each.

Codes and texts are the documented ones. Which status belongs to which code is not established; the
table below is this portal's choice, and a client must decide by the code.
"""

from __future__ import annotations

STATUS_OF_CODE = {
    "InvalidRequest": 400,
    "InvalidModRelease": 400,
    "InvalidModUpload": 400,
    "InvalidImageUpload": 400,
    "InvalidApiKey": 403,
    "Forbidden": 403,
    "UnknownMod": 404,
    "ModAlreadyExists": 409,
    "InternalError": 500,
    "Unknown": 500,
}

EXECUTABLES_TEXT = (
    "It is not permitted to distribute executable files with your mod. "
    "Please remove all files ending in exe, bat, ps1, sh, py."
)


class Refusal(Exception):
    """A request that the portal answers with an error.

    `code` is None for answers outside the write API, which carry a message alone.
    """

    def __init__(self, code: str | None, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status or STATUS_OF_CODE.get(code or "", 400)

    def body(self) -> dict[str, str]:
        """Return the JSON object that the client receives."""
        if self.code is None:
            return {"message": self.message}
        return {"error": self.code, "message": self.message}
