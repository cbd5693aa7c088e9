"""What the portal refuses, with the documented codes and the observed texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from factorio_release.local_portal import ENDPOINTS, LocalPortal
from factorio_release.local_portal.refusals import STATUS_OF_CODE
from factorio_release.portal.answers import REMEDIES

if TYPE_CHECKING:
    from factorio_release.local_portal import Endpoint
    from tests.local_portal.conftest import Client, Clock, Connect, MakeBytes

LONG_URL = "https://example.org/" + "x" * 240
REFUSED_FIELDS = [
    ({"title": ""}, "title"),
    ({"title": "x" * 251}, "title"),
    ({"summary": "x" * 501}, "summary"),
    ({"homepage": LONG_URL}, "homepage"),
    ({"homepage": "ftp://example.org"}, "homepage"),
    ({"source_url": "javascript:alert(1)"}, "source_url"),
    ({"category": "general"}, "Category does not exist."),
    ({"tags": [""]}, "Tag does not exist."),
    ({"tags": ["trains", "boats"]}, "Tag does not exist."),
    ({"license": "mit"}, "License does not exist."),
    ({"license": "custom_123"}, "License does not exist."),
    ({"deprecated": "yes"}, "deprecated"),
]
TAKEN_FIELDS = [
    {"title": "x" * 250, "summary": "x" * 500, "homepage": "https://example.org/" + "x" * 236},
    {"license": "custom_0123456789abcdef01234567"},
    {"category": "no-category"},
    {"unknown_field": "is passed over"},
]


@pytest.mark.parametrize(("fields", "text"), REFUSED_FIELDS, ids=lambda one: str(one)[:30])
def test_a_field_beyond_its_rule_changes_nothing(
    client: Client, portal: LocalPortal, fields: dict[str, Any], text: str
) -> None:
    portal.seed_mod("lamp-post", summary="before")
    before = portal.state.snapshot()
    answer = client.call("edit_details", {"mod": "lamp-post", "faq": "also sent", **fields})
    assert (answer.status_code, answer.json()["error"]) == (400, "InvalidRequest")
    assert text in answer.json()["message"]
    assert portal.state.snapshot() == before


@pytest.mark.parametrize("fields", TAKEN_FIELDS, ids=lambda one: next(iter(one)))
def test_a_field_at_its_limit_is_accepted(
    client: Client, portal: LocalPortal, fields: dict[str, Any]
) -> None:
    portal.seed_mod("lamp-post")
    assert client.call("edit_details", {"mod": "lamp-post", **fields}).status_code == 200


def test_the_client_has_a_remedy_for_each_code() -> None:
    own_sentence = {"InvalidApiKey"}  # it names the usage
    passing_faults = {"InternalError", "Unknown"}
    assert set(STATUS_OF_CODE) - own_sentence - passing_faults == set(REMEDIES)


WITH_KEY = [one for one in ENDPOINTS if one.usage]


@pytest.mark.parametrize("endpoint", WITH_KEY, ids=lambda one: one.name)
@pytest.mark.parametrize("usage", ["publish", "upload", "edit"])
def test_a_key_opens_what_its_usage_names(connect: Connect, endpoint: Endpoint, usage: str) -> None:
    name = {"publish": "ModPortal: Publish Mods", "upload": "ModPortal: Upload Mods"}.get(
        usage, usage
    )
    with LocalPortal(keys={"secret": [name]}) as portal:
        client = connect(portal)
        client.key = "secret"
        answer = client.call(endpoint.name, {"mod": "no-such-mod", "images": ""})
        refused = answer.json().get("error") == "InvalidApiKey"
        assert refused == (usage != endpoint.usage), answer.text
        client.key = "wrong"
        assert client.call(endpoint.name, {"mod": "no-such-mod"}).json()["error"] == "InvalidApiKey"


@pytest.mark.parametrize("header", [None, "", "Bearer", "Basic demo-key-of-the-local-portal"])
def test_no_key_at_all(client: Client, portal: LocalPortal, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    url = f"{portal.url}/api/v2/mods/edit_details"
    answer = client.session.post(url, data={"mod": "x"}, headers=headers, timeout=300)
    assert (answer.status_code, answer.json()["error"]) == (403, "InvalidApiKey")


REFUSED_CALLS = [
    ("init_publish", {"mod": "lamp-post"}, "ModAlreadyExists", 409),
    ("init_publish", {"mod": "gone-account"}, "ModAlreadyExists", 409),
    ("init_publish", {"mod": "abc"}, "InvalidRequest", 400),
    ("init_publish", {"mod": "x" * 50}, "InvalidRequest", 400),
    ("init_publish", {"mod": "with space"}, "InvalidRequest", 400),
    ("init_publish", {}, "InvalidRequest", 400),
    ("init_upload", {"mod": "nobody"}, "UnknownMod", 404),
    ("init_upload", {"mod": "foreign"}, "Forbidden", 403),
    ("edit_details", {"mod": "nobody"}, "UnknownMod", 404),
    ("edit_details", {"mod": "foreign"}, "Forbidden", 403),
    ("images_add", {"mod": "nobody"}, "UnknownMod", 404),
    ("images_edit", {"mod": "nobody", "images": ""}, "UnknownMod", 404),
    ("images_edit", {"mod": "lamp-post"}, "InvalidRequest", 400),
    ("images_edit", {"mod": "lamp-post", "images": "0" * 40}, "InvalidRequest", 400),
]


@pytest.mark.parametrize(("endpoint", "fields", "code", "status"), REFUSED_CALLS)
def test_a_call_that_cannot_be(
    *,
    client: Client,
    portal: LocalPortal,
    endpoint: str,
    fields: dict[str, Any],
    code: str,
    status: int,
) -> None:
    portal.seed_mod("lamp-post")
    portal.seed_mod("foreign", owner="somebody")
    portal.state.reserve("gone-account")
    answer = client.call(endpoint, fields)
    assert (answer.json()["error"], answer.status_code) == (code, status)
    assert client.get("/api/mods/gone-account").status_code == 404


def test_texts_that_clients_know(
    client: Client, portal: LocalPortal, mod_zip: MakeBytes, png: MakeBytes
) -> None:
    portal.seed_mod("lamp-post", releases=["1.0.0"], images=[png()])
    assert client.call("edit_details", {"mod": "nobody"}).json()["message"] == "Unknown Mod"
    twice = client.upload(mod_zip(version="1.0.0")).json()
    assert twice == {
        "error": "InvalidModRelease",
        "message": "Release with that version already exists.",
    }
    zeros = client.upload(mod_zip(version="1.00.0")).json()
    assert zeros["message"] == "Release with that version already exists."
    known = client.add_image(png()).json()
    assert known == {"error": "InvalidRequest", "message": "Image already exists"}


def test_an_upload_address_is_good_once_for_one_purpose_and_an_hour(
    client: Client,
    portal: LocalPortal,
    mod_zip: MakeBytes,
    png: MakeBytes,
    clock: Clock,
) -> None:
    portal.seed_mod("lamp-post")
    address = client.begin("init_upload")
    assert client.send(address, "file", mod_zip()).json() == {"success": True}
    assert client.send(address, "file", mod_zip(version="1.0.1")).status_code == 404
    image_address = client.begin("images_add").replace("/image/", "/release/")
    assert client.send(image_address, "file", mod_zip(version="1.0.2")).status_code == 404
    late = client.begin("images_add")
    clock.now += 3601
    assert client.send(late, "image", png()).json()["error"] == "InvalidRequest"
    assert len(client.full()["releases"]) == 1


@pytest.mark.parametrize(
    "content", [b"", b"GIF", b"<svg></svg>" * 9, b"\x89PNG\r\n\x1a\n" + b"\0" * 40]
)
def test_the_kind_of_an_image_follows_from_its_content(
    client: Client, portal: LocalPortal, content: bytes
) -> None:
    portal.seed_mod("lamp-post")
    answer = client.add_image(content)
    assert (answer.status_code, answer.json()["error"]) == (400, "InvalidImageUpload")
    assert "images" not in client.full()


@pytest.mark.parametrize(("start", "extension"), [(b"\xff\xd8\xff\xe0", "jpg"), (b"GIF89a", "gif")])
def test_other_image_formats(
    client: Client, portal: LocalPortal, start: bytes, extension: str
) -> None:
    portal.seed_mod("lamp-post")
    assert client.add_image(start + b"\0" * 60).json()["url"].endswith(f".{extension}")


def test_a_publish_with_a_bad_option_publishes_nothing(client: Client, mod_zip: MakeBytes) -> None:
    answer = client.publish(mod_zip(), license="mine")
    assert answer.json()["error"] == "InvalidRequest"
    assert client.get("/api/mods/lamp-post").status_code == 404


def test_the_file_field_has_a_name(client: Client, portal: LocalPortal, mod_zip: MakeBytes) -> None:
    portal.seed_mod("lamp-post")
    answer = client.send(client.begin("init_upload"), "zip", mod_zip())
    assert answer.json() == {
        "error": "InvalidRequest",
        "message": "Malformed form: the file file is missing",
    }
