"""The portal's write API: one method a call, each sent once, each answer judged.

Success is what the portal documents as success: `success: true`, an upload URL or an image id. A JSON answer
with an error code is a refusal of the portal. Everything else leaves the effect of the call unknown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import urlsplit

from factorio_release.errors import AnswerUnclear, PortalRefused, PortalUnreachable, RunTimeOver
from factorio_release.portal.answers import NOTHING_STORED, expect_success, read_answer, unclear
from factorio_release.portal.retry import TEMPORARY_STATUSES, Retries, TryAgain, repeat
from factorio_release.portal.transport import LOOPBACK, PortalRequest
from factorio_release.portal.upload_body import UploadBody

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from factorio_release.disk.upload_content import UploadContent
    from factorio_release.portal.transport import PortalAnswer, Transport

T = TypeVar("T")

KEY_REFUSALS: Final = frozenset({"InvalidApiKey", "Forbidden", "UnknownMod"})
BAD_URL_HINT: Final = (
    "nothing was changed; run again later, and look at portal-url when it stays so"
)


class PortalWriter:
    """Changes the portal with the key, which never goes to an upload URL.

    An upload URL is a credential of its own and may lead to another host (documented). `on_secret` receives
    each one before it is used.

    All methods raise PortalRefused or PortalUnreachable, after which nothing was changed, or AnswerUnclear.
    Calls that change nothing are repeated, as often as the `retries` of one write allow. Calls that change
    something are sent once.
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
        """Return the repeats that one write has, for all its requests together."""
        return Retries(self._retries, self._transport.run_time)

    def init_publish(self, mod: str, retries: Retries | None = None) -> str:
        """Return an upload URL for a new mod; changes nothing and may be repeated."""
        return self._init("init_publish", mod, retries)

    def init_upload(self, mod: str, retries: Retries | None = None) -> str:
        """Return an upload URL for a release of an existing mod; changes nothing and may be repeated."""
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
        """Upload the zip, which makes the release public at once; `fields` are for a new mod only."""
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
        """Upload an image, which is in the gallery at once (observed); return the id that it was given.

        The id is documented as the SHA-1 of the bytes.
        """
        body = UploadBody("image", image, content_type, progress=progress)
        answer = self._upload("finish_upload (image)", upload_url, body)
        image_id = answer.get("id")
        if not isinstance(image_id, str) or not image_id:
            raise unclear("finish_upload (image)", "an answer without an image id")
        return image_id.lower()

    def edit_details(self, mod: str, fields: Mapping[str, str | bool | Sequence[str]]) -> None:
        """Set the fields given; the portal changes no others (observed)."""
        form = [("mod", mod)]
        for name, value in fields.items():
            if isinstance(value, bool):
                form.append((name, "true" if value else "false"))  # observed
            elif isinstance(value, str):
                form.append((name, value))
            else:
                form.extend((name, item) for item in value)  # documented: the field once a tag
        expect_success("edit_details", self._post("edit_details", form, changes=True))

    def edit_images(self, mod: str, ids: Sequence[str]) -> None:
        """Set the gallery to these ids, in this order.

        An id that is left out is deleted (documented), so the list must be complete.
        """
        form = [("mod", mod), ("images", ",".join(ids))]
        expect_success("images/edit", self._post("images/edit", form, changes=True))

    def may_edit(self, mod: str, *, exists: bool) -> bool:
        """Return True if the key is proved to edit pages; False if that cannot be proved.

        Changes nothing: `edit_details` with the mod alone has no field to change. For a mod that does not
        exist yet, the answer UnknownMod is the proof, since a key without the usage gets InvalidApiKey first
        (observed). Whether such a request is accepted is not established, so a refusal of anything but the
        key or the mod proves nothing. A refusal of these is raised.
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
        # Registered before it is judged, so that no error message can show it.
        self._on_secret(url)
        _check_upload_url(url, self._base_url)
        return url

    def _repeated(
        self,
        call: str,
        form: list[tuple[str, str]],
        read: Callable[[str, Mapping[str, Any]], T],
        retries: Retries,
    ) -> T:
        """Send a call that changes nothing until its answer can be read, as `retries` allows."""

        def attempt() -> T:
            try:
                return read(call, self._post(call, form))
            except RunTimeOver:
                raise
            except PortalUnreachable as error:
                raise TryAgain(error) from None

        return repeat(attempt, retries)

    def _post(
        self, call: str, form: list[tuple[str, str]], *, changes: bool = False
    ) -> dict[str, Any]:
        url = f"{self._base_url}/api/v2/mods/{call}"
        answer = self._transport.send(PortalRequest("POST", url, url, self._key, form))
        return read_answer(call, answer, changes=changes)

    def _upload(self, call: str, url: str, body: UploadBody) -> dict[str, Any]:
        """Send an upload once and return its answer.

        Raises PortalRefused if the portal or a proxy answered before all was sent, PortalUnreachable if the
        upload broke off without an answer, and AnswerUnclear if all was sent and no usable answer came.
        """
        answer: PortalAnswer | None = None
        try:
            answer = self._transport.send(PortalRequest("POST", url, "the upload URL", body=body))
            return read_answer(call, answer, changes=True)
        except PortalRefused as refusal:
            if refusal.code or body.sent_all:
                raise
            raise _broke_off(call, body, answer, refusal) from None
        except AnswerUnclear as error:
            if body.sent_all:
                raise
            raise _broke_off(call, body, answer, error) from None


def _broke_off(
    call: str,
    body: UploadBody,
    answer: PortalAnswer | None,
    error: PortalRefused | AnswerUnclear,
) -> PortalRefused | PortalUnreachable:
    """Return the error for an upload whose last byte was not handed over, so that nothing was stored.

    An answer before the end is final, since the same file would get it again. "Not now" is not.
    """
    message = f"{call}: the upload broke off after {body.tell()} of {len(body)} bytes"
    if answer is not None and answer.status not in TEMPORARY_STATUSES:
        status = answer.status
        return PortalRefused(f"{message} with the status {status}", NOTHING_STORED, status=status)
    if isinstance(error, AnswerUnclear):
        return PortalUnreachable(message, error.hint, retry_after=error.retry_after)
    return PortalUnreachable(message, error.hint)


def _upload_url(call: str, answer: Mapping[str, Any]) -> str:
    url = answer.get("upload_url")
    if not isinstance(url, str) or not url:
        raise unclear(call, "an answer without an upload_url")
    return url


def _check_upload_url(url: str, base_url: str) -> None:
    """Raise PortalUnreachable for an upload URL that must not be used; the message does not show it.

    A zip that is sent in plain text could be replaced on its way, so only https is used. Plain http is for
    a portal on this machine. A user or password in the URL would be sent as a header.
    """
    try:
        parts = urlsplit(url)
        is_url = url.isascii() and url.isprintable() and " " not in url and parts.port != 0
    except ValueError:
        is_url = False
    if not is_url:
        raise PortalUnreachable(
            "the portal handed out an upload URL that is none; unused", BAD_URL_HINT
        )
    is_local = parts.hostname in LOOPBACK and urlsplit(base_url).hostname in LOOPBACK
    if parts.scheme != "https" and not (parts.scheme == "http" and is_local):
        raise PortalUnreachable(
            "the portal handed out an upload URL that is not https; nothing was sent to it",
            BAD_URL_HINT,
        )
    if parts.username is not None or parts.password is not None or not parts.hostname:
        raise PortalUnreachable(
            "the portal handed out an upload URL with a user or no host; unused", BAD_URL_HINT
        )
