"""An answer before it goes over the wire, and what may be done to it on the way."""

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
    """Status, headers and content; a path is sent as a file.

    The last five are a fault's: `missing` bytes are promised and not sent, `padding` bytes of white
    space follow the content, `pause` seconds pass between its bytes, `dropped` resets the connection,
    `hangup` closes it afterwards without a word.
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
        """Count the bytes that the answer promises."""
        length = self.content.stat().st_size if isinstance(self.content, Path) else len(self.content)
        return length + self.missing + self.padding


def json_answer(data: Any, status: int = 200) -> Answer:
    """Answer with JSON."""
    return Answer(status, json.dumps(data, ensure_ascii=False).encode())


def refusal_answer(refusal: Refusal) -> Answer:
    """Answer with the portal's error."""
    return json_answer(refusal.body(), refusal.status)
