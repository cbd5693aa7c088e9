"""The kinds of faults: their arguments, and the endpoints and phases that they apply to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from factorio_release.local_portal.endpoints import ENDPOINTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from factorio_release.local_portal.endpoints import Endpoint

KINDS = {
    "status": "JSON error with this status, or STATUS,CODE (500)",
    "text": "plain text with this status (500)",
    "html": "a proxy's HTML page with this status (502)",
    "empty": "no body, with this status (200)",
    "truncated": "half of the answer, with a Content-Length of that half",
    "cut": "half of the answer, then the connection closes",
    "type": "the answer under another Content-Type (text/html)",
    "redirect": "redirect to this address, or STATUS,URL (302 to /login)",
    "rate-limit": "429 with Retry-After of these seconds (1)",
    "not-found": "404 with this message and no code (Mod not found)",
    "giant": "an answer of this many bytes (67108864)",
    "delay": "the portal waits for these seconds (1), then acts and answers",
    "drip": "the portal acts, but its answer comes byte by byte, these seconds apart (0.05)",
    "hangup": "the portal acts and answers, then closes a connection that seemed to stay open",
    "drop": "the connection is reset instead of an answer",
    "reset": "the connection is reset after this many bytes of the body (half of it)",
    "hold": "held until released, until the client closes the connection, or for these seconds (600)",
    "call": "tests only: calls Fault.callback, then the portal acts and answers",
    "lag": "reads show the mod as it was before the write: reads=N of them, or for seconds=N (reads=3)",
    "flip": "reads show the mod with the write and without it by turns, as long as with lag (reads=6)",
    "repack": "the zip is stored with other bytes, so that its SHA-1 is another",
    "reencode": "the image is stored with other bytes, so that its id is not the SHA-1 of what was sent",
    "normalise": "texts are stored in the portal's own form: lines+blanks+tags+urls+title (all of these)",
    "ignore": "these fields are not stored, FIELD+FIELD (all of them)",
    "order": "the gallery is kept in the order of the ids, whatever order is sent",
    "needs-fields": "an edit without any field is refused as InvalidRequest",
    "without": "the JSON lacks these fields, FIELD+FIELD (sha1+download_url+file_name+released_at+info_json)",
    "other-mod": "the answer is about the mod of this name (another-mod)",
    "image-urls": "this is added to the addresses of images (characters that Markdown gives a meaning)",
}
_ZIPS = frozenset({"finish_publish", "finish_upload"})
_DETAILS = frozenset({"finish_publish", "edit_details"})
_CHANGING = frozenset(endpoint.name for endpoint in ENDPOINTS if endpoint.changes)
# Kinds that change how the portal handles a request, with the endpoints that they apply to. Several of them,
# and one of the other kinds, can apply to the same request.
BEHAVIOURS: dict[str, frozenset[str]] = {
    "lag": _CHANGING,
    "flip": _CHANGING,
    "repack": _ZIPS,
    "reencode": frozenset({"finish_image"}),
    "normalise": _DETAILS,
    "ignore": _DETAILS,
    "order": frozenset({"images_edit"}),
    "needs-fields": frozenset({"edit_details"}),
    "without": frozenset(endpoint.name for endpoint in ENDPOINTS),
    "other-mod": frozenset({"mod_full", "mod_short"}),
    "image-urls": frozenset({"mod_full", "finish_image", "images_edit"}),
}
NORMAL_FORMS = ("lines", "blanks", "tags", "urls", "title")
GROUPS: dict[str, Callable[[Endpoint], bool]] = {
    "*": lambda _: True,
    "reads": lambda endpoint: not endpoint.writes,
    "writes": lambda endpoint: endpoint.writes,
    "changes": lambda endpoint: endpoint.changes,
}
# Kinds without an `after-`: the portal always acts, or the fault comes before the action.
PHASE_BOUND = {"drip", "reset", "hangup", *BEHAVIOURS}
# The digits are bounded, so that no argument becomes an infinite float or an endless wait.
_NUMBER = (re.compile(r"\d{1,12}(\.\d{1,6})?"), "a number")
_SPAN = (re.compile(r"reads=\d{1,6}|seconds=\d{1,6}(\.\d{1,3})?"), "reads=N or seconds=N")
_FIELDS = (re.compile(r"\w+(\+\w+)*"), "FIELD+FIELD")
_ONE_FORM = f"({'|'.join(NORMAL_FORMS)})"
ARGUMENTS = {
    **dict.fromkeys(("text", "html", "empty", "giant", "reset", "rate-limit"), _NUMBER),
    **dict.fromkeys(("delay", "drip", "hold"), _NUMBER),
    **dict.fromkeys(("lag", "flip"), _SPAN),
    **dict.fromkeys(("without", "ignore"), _FIELDS),
    "status": (re.compile(r"[2-5]\d\d(,\w+)?"), "a status or STATUS,CODE"),
    "normalise": (re.compile(rf"{_ONE_FORM}(\+{_ONE_FORM})*"), f"some of {'+'.join(NORMAL_FORMS)}"),
}
