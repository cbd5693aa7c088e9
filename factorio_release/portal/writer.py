"""The portal's write API: one method a call, each sent once, each answer judged.

Success is `success: true`, an upload URL or an image id, nothing less. A JSON answer with an error
code is the portal's refusal whatever its status; everything else leaves the outcome unclear.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import urlsplit

from factorio_release.errors import AnswerUnclear, PortalRefused, PortalUnreachable, RunTimeOver
from factorio_release.portal.answers import EARLY, expect_success, read_answer, unclear
from factorio_release.portal.retry import PASSING, Retries, TryAgain, repeat
from factorio_release.portal.transport import LOOPBACK, PortalRequest
from factorio_release.portal.upload_body import UploadBody

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from factorio_release.disk.upload_content import UploadContent
    from factorio_release.portal.transport import Transport

T = TypeVar("T")

KEY_REFUSALS: Final = frozenset({"InvalidApiKey", "Forbidden", "UnknownMod"})
AGAIN = "nothing was changed; run again later, and look at portal-url when it stays so"


class PortalWriter:
    """Changes the portal with the key; the key is never sent to an upload URL.

    `on_secret` is told every upload URL before it is used, because it is a credential of its own.
    All methods raise PortalRefused, PortalUnreachable (nothing was changed) or AnswerUnclear. The calls
    that change nothing are repeated, as often as `retries` of one write allow; the others never are.
    """

    def __init__(
        self,
        transport: Transport,
        base_url: str,
        key: str,
        *,
        retries: int = 5,
        on_secret: Callable[[str], None] | None = None,
    ) -> None:
        self._transport = transport
        self._base_url = base_url
        self._key = key
        self._retries = retries
        self._on_secret = on_secret or (lambda _secret: None)

    def retries(self) -> Retries:
        """Return how often the requests of one write may be repeated, all of them together."""
        return Retries(self._retries, self._transport.run_time)

    def init_publish(self, mod: str, retries: Retries | None = None) -> str:
        """Return an upload URL for a new mod; changes nothing and may be repeated."""
        return self._init("init_publish", mod, retries)

    def init_upload(self, mod: str, retries: Retries | None = None) -> str:
        """Return an upload URL for a release of a mod that exists; changes nothing and may be repeated."""
        return self._init("releases/init_upload", mod, retries)

    def init_image(self, mod: str, retries: Retries | None = None) -> str:
        """Return an upload URL for an image; changes nothing and may be repeated."""
        return self._init("images/add", mod, retries)

    def finish_release(
        self,
        upload_url: str,
        archive: UploadContent,
        fields: Mapping[str, str],
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        """Upload the zip: the release is public at once. `fields` are for a new mod only."""
        body = UploadBody("file", archive, "application/zip", fields=fields, progress=progress)
        answer = self._upload("finish_upload", upload_url, body)
        expect_success("finish_upload", answer)

    def finish_image(
        self,
        upload_url: str,
        image: UploadContent,
        content_type: str,
        progress: Callable[[int, int], None] | None = None,
    ) -> str:
        """Upload an image and return the id that the portal gave it, the SHA-1 of its bytes."""
        body = UploadBody("image", image, content_type, progress=progress)
        answer = self._upload("finish_upload (image)", upload_url, body)
        image_id = answer.get("id")
        if not isinstance(image_id, str) or not image_id:
            raise unclear("finish_upload (image)", "an answer without an image id")
        return image_id.lower()

    def edit_details(self, mod: str, fields: Mapping[str, str | bool | Sequence[str]]) -> None:
        """Change the page's fields that are given, and no others."""
        form = [("mod", mod)]
        for name, value in fields.items():
            if isinstance(value, bool):
                form.append((name, "true" if value else "false"))
            elif isinstance(value, str):
                form.append((name, value))
            else:
                form.extend((name, item) for item in value)
        expect_success("edit_details", self._post("edit_details", form, changes=True))

    def edit_images(self, mod: str, ids: Sequence[str]) -> tuple[str, ...]:
        """Set the gallery to these ids, in this order, and return what the portal then says it is.

        An id left out is deleted (observed), so that the list must be complete.
        """
        answer = self._post("images/edit", [("mod", mod), ("images", ",".join(ids))], changes=True)
        expect_success("images/edit", answer)
        images = answer.get("images")
        found = images if isinstance(images, list) else []
        return tuple(str(image.get("id", "")).lower() for image in found if isinstance(image, dict))

    def may_edit(self, mod: str, *, exists: bool) -> bool:
        """Prove that the key may edit pages, changing nothing; False where that cannot be proved.

        `edit_details` with the mod alone changes no field. It answers UnknownMod for a mod that
        does not exist yet, which a key without the usage never gets to (observed). That such a
        request is taken is not documented, so that only a refusal of the key or the mod is raised.
        """
        try:
            self._repeated("edit_details", [("mod", mod)], expect_success, self.retries())
        except PortalRefused as refusal:
            if refusal.code == "UnknownMod" and not exists:
                return True
            if refusal.code in KEY_REFUSALS:
                raise
            return False
        return True

    def _init(self, call: str, mod: str, retries: Retries | None) -> str:
        url = self._repeated(call, [("mod", mod)], _upload_url, retries or self.retries())
        self._on_secret(url)
        _check_upload_url(url, self._base_url)
        return url

    def _repeated(
        self,
        name: str,
        form: list[tuple[str, str]],
        read: Callable[[str, Mapping[str, Any]], T],
        retries: Retries,
    ) -> T:
        """Send a call that changes nothing, again and again until its answer can be read."""

        def attempt() -> T:
            try:
                return read(name, self._post(name, form))
            except RunTimeOver:
                raise
            except PortalUnreachable as error:
                raise TryAgain(error) from None

        return repeat(attempt, retries)

    def _post(self, name: str, form: list[tuple[str, str]], *, changes: bool = False) -> dict[str, Any]:
        url = f"{self._base_url}/api/v2/mods/{name}"
        answer = self._transport.send(PortalRequest("POST", url, url, self._key, form))
        return read_answer(name, answer, changes=changes)

    def _upload(self, name: str, url: str, body: UploadBody) -> dict[str, Any]:
        """Upload once. A body whose last byte was not handed over cannot have had an effect."""
        status = 0
        try:
            answer = self._transport.send(PortalRequest("POST", url, "the upload URL", body=body))
            status = answer.status
            return read_answer(name, answer, changes=True)
        except AnswerUnclear as error:
            if body.sent_all:
                raise
            what = f"{name}: the upload broke off after {body.tell()} of {len(body)} bytes"
            if status and status not in PASSING:
                raise PortalRefused(f"{what} with the status {status}", EARLY, status=status) from None
            raise PortalUnreachable(what, error.hint, retry_after=error.retry_after) from None


def _upload_url(name: str, answer: Mapping[str, Any]) -> str:
    url = answer.get("upload_url")
    if not isinstance(url, str) or not url:
        raise unclear(name, "an answer without an upload_url")
    return url


def _check_upload_url(url: str, base_url: str) -> None:
    """Refuse an upload URL that is not https; plain http only from and to this machine."""
    try:
        parts = urlsplit(url)
        usable = url.isascii() and url.isprintable() and " " not in url and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise PortalUnreachable("the portal handed out an upload URL that is none; unused", AGAIN)
    local = parts.hostname in LOOPBACK and urlsplit(base_url).hostname in LOOPBACK
    if parts.scheme != "https" and not (parts.scheme == "http" and local):
        raise PortalUnreachable(
            "the portal handed out an upload URL that is not https; nothing was sent to it", AGAIN
        )
    if parts.username is not None or parts.password is not None or not parts.hostname:
        raise PortalUnreachable("the portal handed out an upload URL with a user or no host; unused", AGAIN)
