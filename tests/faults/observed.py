"""What the portal knows of one run: its own state before and after, and every request that came.

Used by the laboratory, which is a script, and by the histories; it imports nothing of the program but its
embedded portal.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

from factorio_release.local_portal import BEHAVIOURS, ENDPOINTS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from factorio_release.local_portal import LocalPortal, RequestRecord

CHANGING: Final = frozenset(endpoint.name for endpoint in ENDPOINTS if endpoint.changes)
RELEASING: Final = {"finish_publish": "published", "finish_upload": "uploaded"}
# Faults under which an answer arrives as the portal gave it.
HARMLESS: Final = frozenset({"delay", "hangup", "call"})


def public_state(portal: LocalPortal) -> dict[str, Any]:
    """Give each mod's releases by version, and a mark of its page, as the portal itself knows them."""
    with portal.state.lock:
        pages = portal.state.snapshot()
        return {
            name: {
                "releases": {
                    one.version: {"sha1": one.sha1, "path": f"/download/{name}/{one.id}"}
                    for one in mod.releases
                },
                "page": _mark_of(pages[name]),
            }
            for name, mod in portal.state.mods.items()
        }


def _mark_of(page: dict[str, Any]) -> str:
    kept = {key: value for key, value in page.items() if key not in {"releases", "downloads_count"}}
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()


def request_of(record: RequestRecord) -> dict[str, Any]:
    """Give what matters of a request as JSON values; `clear` tells whether its answer arrived as given."""
    kinds = [_kind(text) for text in record.fault.split(" ") if text]
    fields = {name: values for name, values in sorted(record.fields.items()) if name != "mod"}
    files = sorted(file.sha1 for file in record.files.values())
    return {
        "endpoint": record.endpoint,
        "mod": record.mod,
        "status": record.status,
        "code": record.code,
        "fault": record.fault,
        "clear": all(kind in BEHAVIOURS or kind in HARMLESS for kind in kinds),
        "late": record.late,
        "shows_sha1": "without" not in kinds,
        "content": [fields, files],
        "arrived": record.endpoint in CHANGING and bool(fields or files),
        "accepted": record.endpoint in CHANGING and record.acted and bool(fields or files),
    }


def _kind(fault: str) -> str:
    return fault.split(":")[1].removeprefix("after-").partition("@")[0]


def accepted(requests: Iterable[dict[str, Any]]) -> list[list[Any]]:
    """Give every write that changed the portal, with its mod and content; asking about the key is none."""
    return [[one["endpoint"], one["mod"], *one["content"]] for one in requests if one["accepted"]]
