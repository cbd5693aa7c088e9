"""What is repeated: a call that changes nothing, as often as its write has repeats left; no upload."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from factorio_release.disk.upload_content import PrivateFile, copy_content
from factorio_release.errors import AnswerUnclear, PortalRefused, PortalUnreachable
from factorio_release.portal.retry import Retries
from factorio_release.portal.run_time import RunTime
from factorio_release.portal.transport import PortalAnswer, Transport
from factorio_release.portal.upload_body import UploadBody
from factorio_release.portal.writer import PortalWriter

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from factorio_release.disk.upload_content import UploadContent
    from factorio_release.portal.transport import PortalRequest
    from tests.portal.conftest import Server

KEY = "canary-key-0123456789abcdef"


@pytest.mark.parametrize("call", ["init_publish", "init_upload", "init_image"])
@pytest.mark.parametrize("left", [0, 1])
def test_a_call_without_effect_uses_the_repeats_of_its_write(
    serve: Callable[..., Server], call: str, left: int
) -> None:
    portal = serve(b"")  # closes without an answer
    writer = PortalWriter(Transport(5), portal.url, KEY, retries=3)
    with pytest.raises(AnswerUnclear):
        getattr(writer, call)("lamp", Retries(left, RunTime()))
    assert portal.connections == 1 + left


class Early(Transport):
    """Answers when a part of the body is there."""

    def __init__(self, status: int, *, all_of_it: bool = False) -> None:
        super().__init__()
        self.status, self.all_of_it = status, all_of_it

    def send(self, call: PortalRequest) -> PortalAnswer:
        assert isinstance(call.body, UploadBody)
        call.body.read(10)
        while self.all_of_it and call.body.read():
            pass
        return PortalAnswer(
            self.status, {"Content-Type": "text/html", "Retry-After": "7"}, b"<html>"
        )


@pytest.fixture
def content(tmp_path: Path) -> UploadContent:
    file = tmp_path / "lamp_1.0.0.zip"
    file.write_bytes(b"zip")
    return copy_content(file, PrivateFile())


@pytest.mark.parametrize("status", [302, 403, 413, 500])
def test_an_answer_before_the_end_of_an_upload_is_final(
    content: UploadContent, status: int
) -> None:
    """Nothing was stored, and the same file would get the same answer."""
    writer = PortalWriter(Early(status), "https://portal.invalid", KEY)
    with pytest.raises(PortalRefused, match=f"broke off after 10 of .* with the status {status}"):
        writer.finish_release("https://portal.invalid/upload", content, {})


@pytest.mark.parametrize("status", [429, 503])
def test_not_now_before_the_end_of_an_upload_may_be_repeated(
    content: UploadContent, status: int
) -> None:
    writer = PortalWriter(Early(status), "https://portal.invalid", KEY)
    with pytest.raises(PortalUnreachable, match="broke off after 10 of") as caught:
        writer.finish_release("https://portal.invalid/upload", content, {})
    assert not isinstance(caught.value, AnswerUnclear)


@pytest.mark.parametrize("status", [302, 403, 429, 500, 503])
def test_an_answer_of_a_proxy_after_a_full_upload_is_unclear(
    content: UploadContent, status: int
) -> None:
    writer = PortalWriter(Early(status, all_of_it=True), "https://portal.invalid", KEY)
    with pytest.raises(AnswerUnclear, match="no clear answer"):
        writer.finish_release("https://portal.invalid/upload", content, {})
