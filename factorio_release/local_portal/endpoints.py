"""The portal's table of endpoints: the dispatcher works from it, and so can a test matrix."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote

from factorio_release.local_portal.refusals import Refusal

Host = Literal["portal", "upload"]
Usage = Literal["publish", "upload", "edit"]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One call of the portal.

    `writes` marks the write API; `changes` the calls after which players see something else.
    `cached` answers are kept up to the cache's time, by the exact URL.
    """

    name: str
    method: Literal["GET", "POST"]
    pattern: str
    host: Host = "portal"
    usage: Usage | None = None
    writes: bool = False
    changes: bool = False
    cached: bool = False

    def match(self, path: str) -> dict[str, str] | None:
        """Return the path's parameters, decoded, or None when the path is another's."""
        found = _compiled(self.pattern).fullmatch(path)
        return None if found is None else {key: unquote(value) for key, value in found.groupdict().items()}


def _compiled(pattern: str) -> re.Pattern[str]:
    pieces = re.split(r"\{(\w+)\}", pattern)
    return re.compile("".join(_piece(n, text) for n, text in enumerate(pieces)))


def _piece(number: int, text: str) -> str:
    return f"(?P<{text}>[^/]+)" if number % 2 else re.escape(text)


_API = "/api/v2/mods"
ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint("init_publish", "POST", f"{_API}/init_publish", usage="publish", writes=True),
    Endpoint("init_upload", "POST", f"{_API}/releases/init_upload", usage="upload", writes=True),
    Endpoint("edit_details", "POST", f"{_API}/edit_details", usage="edit", writes=True, changes=True),
    Endpoint("images_add", "POST", f"{_API}/images/add", usage="edit", writes=True),
    Endpoint("images_edit", "POST", f"{_API}/images/edit", usage="edit", writes=True, changes=True),
    Endpoint("finish_publish", "POST", "/upload/publish/{token}", host="upload", writes=True, changes=True),
    Endpoint("finish_upload", "POST", "/upload/release/{token}", host="upload", writes=True, changes=True),
    Endpoint("finish_image", "POST", "/upload/image/{token}", host="upload", writes=True, changes=True),
    Endpoint("mod_full", "GET", "/api/mods/{name}/full", cached=True),
    Endpoint("mod_short", "GET", "/api/mods/{name}", cached=True),
    Endpoint("mod_list", "GET", "/api/mods", cached=True),
    Endpoint("download", "GET", "/download/{name}/{release}"),
    Endpoint("asset", "GET", "/assets/{file}"),
    Endpoint("login", "GET", "/login"),
    Endpoint("mod_page", "GET", "/mod/{name}"),
    Endpoint("index_page", "GET", "/"),
    Endpoint("style", "GET", "/style.css"),
)


def find_endpoint(host: Host, method: str, path: str) -> tuple[Endpoint, dict[str, str]]:
    """Find who answers a request; HEAD is answered as GET.

    Raises:
        Refusal: 404 when no endpoint has the path, 405 when none of those has the method.
    """
    wanted = "GET" if method == "HEAD" else method
    elsewhere = False
    for endpoint in ENDPOINTS:
        parameters = endpoint.match(path) if endpoint.host == host else None
        if parameters is None:
            continue
        if endpoint.method == wanted:
            return endpoint, parameters
        elsewhere = True
    if elsewhere:
        raise Refusal("InvalidRequest", f"{method} is not allowed here", 405)
    raise Refusal("Unknown", "There is no such endpoint", 404)
