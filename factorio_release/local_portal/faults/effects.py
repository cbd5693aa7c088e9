"""The effect of each fault on an answer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from factorio_release.local_portal.answers import Answer, json_answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from factorio_release.local_portal.faults.faults import Fault

NOT_ACTED = json_answer(
    {"message": "The portal did not act on this request (a fault was asked for)"}
)
# With these kinds the portal acts on the request even without `after-`.
ACTING_KINDS = frozenset({"delay", "hold", "call", "drip", "hangup"})
_PROXY_PAGE = b"""<!DOCTYPE html>
<html><head><title>502 Bad Gateway</title></head>
<body><center><h1>502 Bad Gateway</h1></center><hr><center>gateway</center></body></html>
"""
# Larger than any answer that a client has to accept.
_GIANT_BYTES = 64 << 20


def distort(fault: Fault, answer: Answer) -> Answer:
    """Return the answer as the fault changes it; kinds that only take time change nothing."""
    change = _CHANGES.get(fault.kind)
    if change is None:
        return answer
    return change(fault, answer)


def content_of(answer: Answer) -> bytes:
    """Return the content of an answer as bytes; a file is read."""
    if isinstance(answer.content, bytes):
        return answer.content
    return answer.content.read_bytes()


def _status(fault: Fault, _: Answer) -> Answer:
    status, _comma, code = fault.arg.partition(",")
    number = int(status or 500)
    if not code:
        code = "Unknown"
        if number >= 500:  # noqa: PLR2004 - server errors
            code = "InternalError"
    return json_answer({"error": code, "message": "A fault was asked for"}, number)


def _text(fault: Fault, _: Answer) -> Answer:
    return Answer(int(fault.number(500)), b"Internal Server Error\n", "text/plain; charset=utf-8")


def _html(fault: Fault, _: Answer) -> Answer:
    return Answer(int(fault.number(502)), _PROXY_PAGE, "text/html; charset=utf-8")


def _empty(fault: Fault, answer: Answer) -> Answer:
    return Answer(int(fault.number(200)), b"", answer.content_type)


def _truncated(_: Fault, answer: Answer) -> Answer:
    content = content_of(answer)
    return replace(answer, content=content[: len(content) // 2])


def _cut(_: Fault, answer: Answer) -> Answer:
    content = content_of(answer)
    kept = content[: len(content) // 2]
    return replace(answer, content=kept, missing=len(content) - len(kept))


def _type(fault: Fault, answer: Answer) -> Answer:
    return replace(answer, content_type=fault.arg or "text/html; charset=utf-8")


def _redirect(fault: Fault, _: Answer) -> Answer:
    status, comma, url = fault.arg.partition(",")
    if not comma or not status.isdigit():
        status, url = "302", fault.arg
    return Answer(int(status), b"", "text/plain; charset=utf-8", {"Location": url or "/login"})


def _rate_limit(fault: Fault, _: Answer) -> Answer:
    answer = json_answer({"error": "Unknown", "message": "Too many requests"}, 429)
    return replace(answer, headers={"Retry-After": fault.arg or "1"})


def _not_found(fault: Fault, _: Answer) -> Answer:
    return json_answer({"message": fault.arg or "Mod not found"}, 404)


def _giant(fault: Fault, answer: Answer) -> Answer:
    return replace(answer, padding=max(0, int(fault.number(_GIANT_BYTES)) - answer.size))


def _drip(fault: Fault, answer: Answer) -> Answer:
    return replace(answer, pause=fault.number(0.05))


def _hangup(_: Fault, answer: Answer) -> Answer:
    return replace(answer, hangup=True)


def _drop(_: Fault, answer: Answer) -> Answer:
    return replace(answer, dropped=True)


_CHANGES: dict[str, Callable[[Fault, Answer], Answer]] = {
    "status": _status,
    "text": _text,
    "html": _html,
    "empty": _empty,
    "truncated": _truncated,
    "cut": _cut,
    "type": _type,
    "redirect": _redirect,
    "rate-limit": _rate_limit,
    "not-found": _not_found,
    "giant": _giant,
    "drip": _drip,
    "hangup": _hangup,
    "drop": _drop,
    "reset": _drop,
}
