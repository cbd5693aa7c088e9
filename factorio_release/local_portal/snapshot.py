"""The page of a mod as one HTML file that needs no portal: it contains its style and pictures."""

from __future__ import annotations

import re
from base64 import b64encode
from html import escape
from typing import TYPE_CHECKING

from factorio_release.local_portal.pages.mod_page import mod_article
from factorio_release.local_portal.pages.pages import STYLE
from factorio_release.local_portal.pages.pictures import (
    OWN_PICTURE,
    replace_sources,
    without_remote,
)
from factorio_release.local_portal.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from factorio_release.local_portal.portal import LocalPortal

POLICY = "default-src 'none'; img-src {pictures}; style-src 'unsafe-inline'"
OWN_PICTURES = "data:"
ALL_PICTURES = "data: https: http:"
# A larger picture is left out: the file is opened in a browser and attached to workflow runs.
MAX_PICTURE_BYTES = 20_000_000
# Addresses of the portal, which is gone when the file is read.
_LINK = re.compile(r'<a( class="[a-z]+")? href="/(?:assets|download|mod)/[^"]*"')
_TYPES = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif"}


def page_snapshot(
    portal: LocalPortal,
    name: str,
    find: Callable[[str], bytes | None] = lambda _url: None,
    *,
    remote_pictures: bool = False,
) -> str | None:
    """Return the page of a mod as one file, or None when there is no such mod.

    `find` returns the bytes of pictures that are not public yet by their address, such as those
    which a README refers to at a tag that is still to be pushed. What it does not find is shown as a box
    with the name of the server; with `remote_pictures` the browser asks that server.
    """
    try:
        with portal.state.lock:
            mod = portal.state.find(name)
            body = mod_article(mod, portal.state, "")
    except Refusal:
        return None

    def inside(url: str) -> str | None:
        asset = OWN_PICTURE.fullmatch(url)
        content = _read(portal, *asset.groups()) if asset else find(url)
        if content is None or len(content) > MAX_PICTURE_BYTES:
            return None
        kind = _TYPES.get(url.rpartition(".")[2].lower(), "image/png")
        return f"data:{kind};base64,{b64encode(content).decode()}"

    body = replace_sources(body, inside)
    pictures = ALL_PICTURES
    if not remote_pictures:
        body, pictures = without_remote(body), OWN_PICTURES
    body = _LINK.sub(r"<a\1", body)
    return _document(mod.title, body, pictures)


def _document(title: str, body: str, pictures: str) -> str:
    """Return the whole file; `pictures` are the sources from which its policy lets pictures come."""
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="generator" content="factorio-release rehearse">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta http-equiv="x-dns-prefetch-control" content="off">
<meta http-equiv="Content-Security-Policy" content="{POLICY.format(pictures=pictures)}">
<title>{escape(title)} · rehearsal</title>
<style>{STYLE.read_text("utf-8")}</style>
</head>
<body>
<header class="bar"><span>Rehearsal: nothing here is public</span></header>
<main>
{body}
</main>
</body>
</html>
"""


def _read(portal: LocalPortal, sha1: str, extension: str) -> bytes | None:
    path = portal.state.store.file(sha1, extension)
    if not path.is_file():
        return None
    return path.read_bytes()
