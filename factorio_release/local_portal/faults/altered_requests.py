"""What the portal makes of a request before it acts: other bytes, texts in its own form, fields ignored."""

from __future__ import annotations

import hashlib
import re
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from factorio_release.local_portal.faults.faults import NORMAL_FORMS
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
    """Change a form to what the portal takes it for.

    Raises:
        Refusal: where the portal refuses what others would take.
    """
    for fault in behaviours:
        if change := _CHANGES.get(fault.kind):
            change(fault, form)


def _needs_fields(_: Fault, form: Form) -> None:
    if set(form.fields) <= {"mod"}:
        raise Refusal("InvalidRequest", "No fields to edit")


def _ignore(fault: Fault, form: Form) -> None:
    ignored = fault.arg.split("+") if fault.arg else set(form.fields) - {"mod"}
    for name in ignored:
        form.fields.pop(name, None)


def _order(_: Fault, form: Form) -> None:
    form.fields["images"] = [
        ",".join(sorted(one.strip() for one in value.split(","))) for value in form.fields.get("images", [])
    ]


def _normalise(fault: Fault, form: Form) -> None:
    for name in fault.arg.split("+") if fault.arg else NORMAL_FORMS:
        fields, change = _NORMALISERS[name]
        for field in fields:
            if field in form.fields:
                form.fields[field] = change(form.fields[field])


def _each(change: Callable[[str], str]) -> Callable[[list[str]], list[str]]:
    return lambda values: [change(value) for value in values]


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _without_blanks(text: str) -> str:
    """Strip blanks at the end of each line, and of the text."""
    return re.sub(r"[ \t]+(?=\r?\n|\Z)", "", text).rstrip()


def _url(url: str) -> str:
    """Write the host in lower case, and a path that is empty as a slash."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.lower(), parts.path or "/", parts.query, parts.fragment))


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
        return  # refused by the portal as it always is
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
    """Return an upload whose file was changed its size and SHA-1."""
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
