"""Faults that change a request before the portal acts on it: other bytes, other texts, fewer fields.

What the public portal does to texts and files is not established. These faults are the cases that a client
must be ready for.
"""

from __future__ import annotations

import hashlib
import re
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from factorio_release.local_portal.faults.kinds import NORMAL_FORMS
from factorio_release.local_portal.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from factorio_release.local_portal.faults.faults import Fault
    from factorio_release.local_portal.http.form import Form, Upload

_TEXTS = ("title", "summary", "description", "faq")
_TITLES = ("title", "summary")
_URLS = ("homepage", "source_url")
# Decoders stop at an image's end, so that bytes after it make another file of the same picture.
_AFTER_IMAGE = b"encoded anew"
_COMMENT = b"packed anew"


def alter_request(behaviours: Iterable[Fault], form: Form) -> None:
    """Change a form as these behaviours say.

    Raises:
        Refusal: InvalidRequest from `needs-fields`.
    """
    for fault in behaviours:
        change = _CHANGES.get(fault.kind)
        if change is not None:
            change(fault, form)


def _needs_fields(_: Fault, form: Form) -> None:
    if set(form.fields) <= {"mod"}:
        raise Refusal("InvalidRequest", "No fields to edit")


def _ignore(fault: Fault, form: Form) -> None:
    ignored = set(form.fields) - {"mod"}
    if fault.arg:
        ignored = set(fault.arg.split("+"))
    for name in ignored:
        form.fields.pop(name, None)


def _order(_: Fault, form: Form) -> None:
    ordered = []
    for value in form.fields.get("images", []):
        ids = sorted(one.strip() for one in value.split(","))
        ordered.append(",".join(ids))
    form.fields["images"] = ordered


def _normalise(fault: Fault, form: Form) -> None:
    names: Iterable[str] = NORMAL_FORMS
    if fault.arg:
        names = fault.arg.split("+")
    for name in names:
        fields, change = _NORMALISERS[name]
        for field in fields:
            if field in form.fields:
                form.fields[field] = change(form.fields[field])


def _each(change: Callable[[str], str]) -> Callable[[list[str]], list[str]]:
    def change_all(values: list[str]) -> list[str]:
        return [change(value) for value in values]

    return change_all


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _without_blanks(text: str) -> str:
    """Strip blanks at the end of each line, and of the text."""
    return re.sub(r"[ \t]+(?=\r?\n|\Z)", "", text).rstrip()


def _url(url: str) -> str:
    """Write the host in lower case, and a path that is empty as a slash."""
    parts = urlsplit(url)
    return urlunsplit(
        (parts.scheme, parts.netloc.lower(), parts.path or "/", parts.query, parts.fragment)
    )


def _tags(tags: list[str]) -> list[str]:
    return sorted(tag.lower() for tag in tags)


_NORMALISERS: dict[str, tuple[tuple[str, ...], Callable[[list[str]], list[str]]]] = {
    "lines": (_TEXTS, _each(_lines)),
    "blanks": (_TEXTS, _each(_without_blanks)),
    "tags": (("tags",), _tags),
    "urls": (_URLS, _each(_url)),
    "title": (_TITLES, _each(str.strip)),
}


def _repack(_: Fault, form: Form) -> None:
    upload = form.files.get("file")
    if upload is None or not zipfile.is_zipfile(upload.path):
        return  # the action refuses it
    # A comment changes the SHA-1 and nothing else, so that the zip is still valid.
    with zipfile.ZipFile(upload.path, "a") as archive:
        archive.comment = _COMMENT
    form.files["file"] = _measured(upload)


def _reencode(_: Fault, form: Form) -> None:
    upload = form.files.get("image")
    if upload is None:
        return
    with upload.path.open("ab") as file:
        file.write(_AFTER_IMAGE)
    form.files["image"] = _measured(upload)


def _measured(upload: Upload) -> Upload:
    """Return an upload with the size and SHA-1 that its file has now."""
    with upload.path.open("rb") as file:
        sha1 = hashlib.file_digest(file, lambda: hashlib.sha1(usedforsecurity=False)).hexdigest()
    return replace(upload, size=upload.path.stat().st_size, sha1=sha1)


_CHANGES: dict[str, Callable[[Fault, Form], None]] = {
    "needs-fields": _needs_fields,
    "ignore": _ignore,
    "order": _order,
    "normalise": _normalise,
    "repack": _repack,
    "reencode": _reencode,
}
