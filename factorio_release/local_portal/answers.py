"""The answer to a request before it is sent, and how a fault changes the sending."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from factorio_release.local_portal.refusals import Refusal

JSON_TYPE = "application/json"


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers and content; content that is a path is sent from that file.

    Only faults set the last five: `missing` bytes are announced in Content-Length and not sent, `padding`
    bytes of white space follow the content, `pause` seconds pass between its bytes, `dropped` resets the
    connection, `hangup` closes it afterwards without having announced it.
    """

    status: int
    content: bytes | Path
    content_type: str = JSON_TYPE
    headers: Mapping[str, str] = field(default_factory=dict)
    missing: int = 0
    padding: int = 0
    pause: float = 0.0
    dropped: bool = False
    hangup: bool = False

    @property
    def size(self) -> int:
        """The bytes that Content-Length announces."""
        added = self.missing + self.padding
        if isinstance(self.content, Path):
            return self.content.stat().st_size + added
        return len(self.content) + added


def json_answer(data: Any, status: int = 200) -> Answer:
    """Return an answer with this value as JSON."""
    return Answer(status, json.dumps(data, ensure_ascii=False).encode())


def refusal_answer(refusal: Refusal) -> Answer:
    """Return the answer for a refused request."""
    return json_answer(refusal.body(), refusal.status)
