"""The log has every request, and no secret."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from factorio_release.local_portal import DEMO_KEY, parse_fault

if TYPE_CHECKING:
    from factorio_release.local_portal import LocalPortal
    from tests.local_portal.conftest import Client, MakeBytes


def test_a_record_says_what_came(client: Client, portal: LocalPortal, mod_zip: MakeBytes) -> None:
    content = mod_zip()
    client.publish(content, description="text")
    init, finish = portal.log
    assert (init.method, init.path, init.endpoint) == (
        "POST",
        "/api/v2/mods/init_publish",
        "init_publish",
    )
    assert (init.status, init.had_key, init.fields) == (200, True, {"mod": ["lamp-post"]})
    assert (finish.host, finish.had_key, finish.fields) == (
        "upload",
        False,
        {"description": ["text"]},
    )
    assert (finish.files["file"].size, finish.files["file"].filename) == (
        len(content),
        "upload.bin",
    )
    assert finish.request_size > len(content)
    assert (
        finish.response_size == len('{"success": true, "url": "/api/mods/lamp-post/full"}') - 1 + 1
    )
    assert [record.index for record in portal.log] == [1, 2]


def test_a_record_says_which_mod_it_is_about(
    client: Client, portal: LocalPortal, mod_zip: MakeBytes, png: MakeBytes
) -> None:
    client.publish(mod_zip())
    client.add_image(png())
    client.call("edit_details", {"mod": "lamp-post"})
    client.full()
    client.get("/api/mods")
    assert [record.mod for record in portal.log] == ["lamp-post"] * 6 + [""]


def test_a_record_says_whether_a_read_hid_a_write(client: Client, portal: LocalPortal) -> None:
    portal.seed_mod("lamp-post")
    portal.add_fault(parse_fault("edit_details:flip:reads=4"))
    client.call("edit_details", {"mod": "lamp-post", "title": "new"})
    for _ in range(3):
        client.full()
    client.get("/api/mods", namelist="lamp-post")
    client.get("/api/mods", namelist="lamp-post", cb="1")
    assert [record.late for record in portal.log] == [False, False, True, False, True, False]


def test_a_key_that_reaches_the_upload_host_is_seen(
    client: Client, portal: LocalPortal, png: MakeBytes
) -> None:
    portal.seed_mod("lamp-post")
    url = client.begin("images_add")
    headers = {"Authorization": f"Bearer {client.key}"}
    client.session.post(url, files={"image": png()}, headers=headers, timeout=300)
    assert [(record.host, record.had_key) for record in portal.log] == [
        ("portal", True),
        ("upload", True),
    ]


def test_no_secret_is_in_the_log(client: Client, portal: LocalPortal, mod_zip: MakeBytes) -> None:
    client.publish(mod_zip(), description=f"my key is {DEMO_KEY}")
    client.get("/download/lamp-post/x", username="demo", token="demo-token")
    client.get("/api/mods/x", token="some-other-token", key=DEMO_KEY)
    headers = {"User-Agent": DEMO_KEY}
    client.session.post(
        portal.url + "/nothing", data={DEMO_KEY: DEMO_KEY}, headers=headers, timeout=300
    )
    client.send(f"{portal.upload_url_base}/upload/image/a-guessed-token", "image", b"")
    written = repr(portal.log)
    secrets = [DEMO_KEY, "demo-token", "some-other-token", "a-guessed-token", *portal.upload_tokens]
    assert len(portal.upload_tokens) == 1
    for secret in (*secrets, base64.b64encode(DEMO_KEY.encode()).decode()):
        assert secret not in written
    assert "/upload/publish/***" in written


def test_a_refusal_is_logged_with_its_code(client: Client, portal: LocalPortal) -> None:
    client.call("init_upload", {"mod": "nobody"})
    assert (portal.log[0].status, portal.log[0].code, portal.log[0].acted) == (
        404,
        "UnknownMod",
        False,
    )
