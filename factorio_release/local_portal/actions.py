"""What each endpoint does, once the request has been read."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from factorio_release.local_portal.answers import Answer, json_answer
from factorio_release.local_portal.read_api import full_view, image_view, list_view, short_view
from factorio_release.local_portal.refusals import Refusal
from factorio_release.local_portal.state.images import CONTENT_TYPES
from factorio_release.local_portal.state.late_reads import LateReads

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from factorio_release.local_portal.cache import ReadCache
    from factorio_release.local_portal.endpoints import Endpoint
    from factorio_release.local_portal.faults.faults import Fault
    from factorio_release.local_portal.http.form import Form
    from factorio_release.local_portal.log import RequestRecord
    from factorio_release.local_portal.state.records import StoredMod, StoredRelease
    from factorio_release.local_portal.state.state import State


@dataclass(frozen=True, slots=True)
class ReceivedRequest:
    """One request, read in full, with the faults that change how the portal handles it.

    `target` is the request's path with its query; `parameters` come from the path; `authorization` is the
    header's value, `""` when there is none.
    """

    endpoint: Endpoint
    target: str
    parameters: Mapping[str, str]
    authorization: str
    form: Form
    record: RequestRecord
    behaviours: tuple[Fault, ...] = ()

    @property
    def query(self) -> dict[str, str]:
        """The parameters of the query; of a repeated one, the last value."""
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))


@dataclass(slots=True)
class Actions:
    """The action of every endpoint that answers with JSON or a file.

    `keys` maps a key to its usages, `accounts` a user name to its download token. The two addresses
    are set once the servers listen. `shuffle` puts releases in random order, since their order is not
    established.
    """

    state: State
    cache: ReadCache
    keys: Mapping[str, Collection[str]]
    accounts: Mapping[str, str]
    shuffle: bool = False
    url: str = ""
    upload_url_base: str = ""
    random: random.Random = field(default_factory=random.Random)
    reads: LateReads = field(init=False)

    def __post_init__(self) -> None:
        self.reads = LateReads(self.state)

    def table(self) -> dict[str, Callable[[ReceivedRequest], Answer]]:
        """Return the action of each endpoint by name."""
        return {
            "init_publish": self.init_publish,
            "init_upload": self.init_upload,
            "edit_details": self.edit_details,
            "images_add": self.images_add,
            "images_edit": self.images_edit,
            "finish_publish": self.finish_publish,
            "finish_upload": self.finish_upload,
            "finish_image": self.finish_image,
            "mod_short": self.mod_short,
            "mod_full": self.mod_full,
            "mod_list": self.mod_list,
            "download": self.download,
            "asset": self.asset,
        }

    def authorize(self, request: ReceivedRequest) -> None:
        """Refuse a request whose key is missing, unknown or without the endpoint's usage.

        Raises:
            Refusal: InvalidApiKey; observed: the portal does not distinguish these cases.
        """
        if request.endpoint.usage is None:
            return
        usages: Collection[str] = ()
        scheme, _, key = request.authorization.partition(" ")
        if scheme.lower() == "bearer":
            usages = self.keys.get(key.strip(), ())
        if request.endpoint.usage not in usages:
            raise Refusal("InvalidApiKey", "Missing or invalid API key for the endpoint")

    def init_publish(self, request: ReceivedRequest) -> Answer:
        """Answer with the upload address for a new mod."""
        return self._upload_address(self.state.init_publish(request.form.value("mod")))

    def init_upload(self, request: ReceivedRequest) -> Answer:
        """Answer with the upload address for a further release."""
        return self._upload_address(self.state.init_upload(request.form.value("mod")))

    def images_add(self, request: ReceivedRequest) -> Answer:
        """Answer with the upload address for an image."""
        return self._upload_address(self.state.init_image(request.form.value("mod")))

    def finish_publish(self, request: ReceivedRequest) -> Answer:
        """Publish a new mod from its zip and its first details."""
        form = request.form
        mod = self.state.finish_publish(request.parameters["token"], form.file("file"), form.fields)
        return json_answer({"success": True, "url": f"/api/mods/{mod.name}/full"})

    def finish_upload(self, request: ReceivedRequest) -> Answer:
        """Publish a further release from its zip."""
        self.state.finish_upload(request.parameters["token"], request.form.file("file"))
        return json_answer({"success": True})

    def finish_image(self, request: ReceivedRequest) -> Answer:
        """Add an image to the gallery."""
        image = self.state.finish_image(request.parameters["token"], request.form.file("image"))
        return json_answer(image_view(image, self.url))

    def edit_details(self, request: ReceivedRequest) -> Answer:
        """Change the fields that were sent."""
        mod = self.state.edit_details(request.form.value("mod"), request.form.fields)
        return json_answer({"success": True, "url": f"/api/mods/{mod.name}/full"})

    def images_edit(self, request: ReceivedRequest) -> Answer:
        """Replace the gallery."""
        # Documented: the ids are separated by commas, and an image whose id is missing is deleted.
        ids = [one.strip() for one in request.form.value("images").split(",") if one.strip()]
        mod = self.state.edit_images(request.form.value("mod"), ids)
        return json_answer(
            {"success": True, "images": [image_view(one, self.url) for one in mod.images]}
        )

    def mod_short(self, request: ReceivedRequest) -> Answer:
        """Answer with the short form of a mod."""
        with self.state.lock:
            return json_answer(self._shuffled(short_view(self._shown_mod(request))))

    def mod_full(self, request: ReceivedRequest) -> Answer:
        """Answer with the full form of a mod."""
        with self.state.lock:
            return json_answer(self._shuffled(full_view(self._shown_mod(request), self.url)))

    def mod_list(self, request: ReceivedRequest) -> Answer:
        """Answer with a page of the list of mods."""
        with self.state.lock:
            mods, request.record.late = self.reads.all()
            return json_answer(list_view(mods, request.query, self.url))

    def download(self, request: ReceivedRequest) -> Answer:
        """Return the zip of a release; without a valid account token, redirect to the login (documented)."""
        query = request.query
        token = self.accounts.get(query.get("username", ""))
        if token is None or token != query.get("token"):
            return Answer(302, b"", "text/plain; charset=utf-8", {"Location": f"{self.url}/login"})
        with self.state.lock:
            mod = self.state.find(request.parameters["name"])
            release = _release_by_id(mod, request.parameters["release"])
            mod.downloads_count += 1
            self.state.store.save_mod(mod)
        name = f"{mod.name}_{release.version}.zip"
        disposition = {"Content-Disposition": f'attachment; filename="{_header_text(name)}"'}
        return Answer(
            200, self.state.store.file(release.sha1, "zip"), "application/zip", disposition
        )

    def asset(self, request: ReceivedRequest) -> Answer:
        """Return an image of a gallery, or a mod's thumbnail."""
        name, _, rest = request.parameters["file"].partition(".")
        extension = rest.removeprefix("thumb.")
        path = self.state.store.file(name, extension)
        # The path parameter is decoded: it may hold slashes and dots, which must not leave the folder.
        is_file_name = name.isalnum() and extension in CONTENT_TYPES
        if not is_file_name or not path.is_file():
            raise Refusal(None, "File not found", 404)
        return Answer(200, path, CONTENT_TYPES[extension])

    def _shown_mod(self, request: ReceivedRequest) -> StoredMod:
        mod, request.record.late = self.reads.find(request.parameters["name"])
        if mod is None:
            raise Refusal(None, "Mod not found", 404)
        return mod

    def _upload_address(self, path: str) -> Answer:
        return json_answer({"upload_url": f"{self.upload_url_base}{path}"})

    def _shuffled(self, view: dict[str, list[object]]) -> dict[str, list[object]]:
        if self.shuffle:
            self.random.shuffle(view["releases"])
        return view


def _release_by_id(mod: StoredMod, release_id: str) -> StoredRelease:
    for release in mod.releases:
        if release.id == release_id:
            return release
    raise Refusal(None, "Release not found", 404)


def _header_text(text: str) -> str:
    """Replace what would end a quoted header value: a seed's name is any text."""
    return re.sub(r'[^ -~]|["\\]', "_", text)
