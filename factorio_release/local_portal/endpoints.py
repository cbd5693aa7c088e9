"""The table of the portal's endpoints, used to dispatch requests and by tests that cover every endpoint."""

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
    """One endpoint of the portal.

    `usage` is what a key must have, None when no key is needed. `writes` marks the write API, `changes`
    the endpoints that change what players see. Answers of a `cached` endpoint are cached by their exact URL.
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
        """Return the path's parameters, decoded, or None when the path belongs to another endpoint."""
        # Every pattern consists of plain characters and `{name}`, so that nothing needs escaping.
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", self.pattern.replace(".", r"\."))
        found = re.fullmatch(pattern, path)
        if found is None:
            return None
        return {key: unquote(value) for key, value in found.groupdict().items()}


_API = "/api/v2/mods"
# Paths and usages of the API are documented. The paths of uploads, downloads, images and pages are a
# choice of this portal: clients take the first three from its answers.
ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint("init_publish", "POST", f"{_API}/init_publish", usage="publish", writes=True),
    Endpoint("init_upload", "POST", f"{_API}/releases/init_upload", usage="upload", writes=True),
    Endpoint(
        "edit_details", "POST", f"{_API}/edit_details", usage="edit", writes=True, changes=True
    ),
    Endpoint("images_add", "POST", f"{_API}/images/add", usage="edit", writes=True),
    Endpoint("images_edit", "POST", f"{_API}/images/edit", usage="edit", writes=True, changes=True),
    Endpoint(
        "finish_publish",
        "POST",
        "/upload/publish/{token}",
        host="upload",
        writes=True,
        changes=True,
    ),
    Endpoint(
        "finish_upload", "POST", "/upload/release/{token}", host="upload", writes=True, changes=True
    ),
    Endpoint(
        "finish_image", "POST", "/upload/image/{token}", host="upload", writes=True, changes=True
    ),
    Endpoint("mod_full", "GET", "/api/mods/{name}/full", cached=True),
    Endpoint("mod_short", "GET", "/api/mods/{name}", cached=True),
    Endpoint("mod_list", "GET", "/api/mods", cached=True),
    Endpoint("download", "GET", "/download/{name}/{release}"),
    Endpoint("asset", "GET", "/assets/{file}"),
    Endpoint("login", "GET", "/login"),
    Endpoint("api_login", "POST", "/api-login"),
    Endpoint("mod_page", "GET", "/mod/{name}"),
    Endpoint("index_page", "GET", "/"),
    Endpoint("style", "GET", "/style.css"),
)


def find_endpoint(host: Host, method: str, path: str) -> tuple[Endpoint, dict[str, str]]:
    """Return the endpoint of a request and the parameters of its path; HEAD counts as GET.

    Raises:
        Refusal: 404 when no endpoint has the path, 405 when none of those has the method.
    """
    served_method = method
    if method == "HEAD":
        served_method = "GET"
    path_exists = False
    for endpoint in ENDPOINTS:
        if endpoint.host != host:
            continue
        parameters = endpoint.match(path)
        if parameters is None:
            continue
        if endpoint.method == served_method:
            return endpoint, parameters
        path_exists = True
    if path_exists:
        raise Refusal("InvalidRequest", f"{method} is not allowed here", 405)
    raise Refusal("Unknown", "There is no such endpoint", 404)
