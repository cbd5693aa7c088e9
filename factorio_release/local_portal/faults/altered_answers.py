"""Faults that change the content of a JSON answer: fields left out, another mod, other addresses."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from factorio_release.local_portal.answers import JSON_TYPE, json_answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from factorio_release.local_portal.answers import Answer
    from factorio_release.local_portal.faults.faults import Fault

OK = 200
# Fields that a client could take for granted, though the read API is internal and may change (documented).
_OPTIONAL = "sha1+download_url+file_name+released_at+info_json"
# Each of these ends or begins something in Markdown or HTML.
_MARKDOWN = "?x=)![y](z) \"'<i>|`*_\\"


def alter_answer(behaviours: Iterable[Fault], answer: Answer) -> Answer:
    """Return the answer as these behaviours change it; only JSON with status 200 is changed."""
    if (
        answer.status != OK
        or answer.content_type != JSON_TYPE
        or not isinstance(answer.content, bytes)
    ):
        return answer
    for fault in behaviours:
        change = _CHANGES.get(fault.kind)
        if change is not None:
            data = change(fault, json.loads(answer.content))
            answer = json_answer(data)
    return answer


def _without(fault: Fault, data: Any) -> Any:
    names = fault.arg or _OPTIONAL
    return _lacking(frozenset(names.split("+")), data)


def _lacking(names: frozenset[str], data: Any) -> Any:
    if isinstance(data, list):
        return [_lacking(names, one) for one in data]
    if isinstance(data, dict):
        return {key: _lacking(names, value) for key, value in data.items() if key not in names}
    return data


def _other_mod(fault: Fault, data: Any) -> Any:
    return {**data, "name": fault.arg or "another-mod"}


def _image_urls(fault: Fault, data: Any) -> Any:
    added = fault.arg or _MARKDOWN
    # The answer of `finish_image` is one image, the others have a list of them.
    if "thumbnail" in data and "id" in data:
        return _with_addition(added, data)
    return {**data, "images": [_with_addition(added, image) for image in data.get("images", [])]}


def _with_addition(added: str, image: dict[str, str]) -> dict[str, str]:
    return {**image, "url": image["url"] + added, "thumbnail": image["thumbnail"] + added}


_CHANGES: dict[str, Callable[[Fault, Any], Any]] = {
    "without": _without,
    "other-mod": _other_mod,
    "image-urls": _image_urls,
}
