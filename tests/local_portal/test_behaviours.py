"""Faults that change how the portal handles a request: other bytes, other texts, fields left out."""

from __future__ import annotations

import hashlib
import io
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from factorio_release.local_portal import BEHAVIOURS, KINDS, parse_fault

if TYPE_CHECKING:
    from factorio_release.local_portal import LocalPortal
    from tests.local_portal.conftest import Client, MakeBytes


def _sha1(content: bytes) -> str:
    return hashlib.sha1(content, usedforsecurity=False).hexdigest()


@pytest.mark.parametrize("publish", [True, False])
def test_a_repacked_zip_is_another_file_with_the_same_members(
    portal: LocalPortal, client: Client, mod_zip: MakeBytes, publish: bool
) -> None:
    content = mod_zip(files={"data.lua": "-- light"})
    portal.add_fault(parse_fault("*:repack"))
    if not publish:
        portal.seed_mod("lamp-post", releases=["0.9.0"])
    assert (client.publish if publish else client.upload)(content).json()["success"]
    shown = client.full()["releases"][-1]
    assert shown["sha1"] != _sha1(content) == portal.log[-2].files["file"].sha1
    stored = client.get(shown["download_url"], username="demo", token="demo-token").content
    assert _sha1(stored) == shown["sha1"]
    with zipfile.ZipFile(io.BytesIO(stored)) as now, zipfile.ZipFile(io.BytesIO(content)) as sent:
        assert {n: now.read(n) for n in now.namelist()} == {
            n: sent.read(n) for n in sent.namelist()
        }


def test_what_is_no_zip_is_refused_as_ever(portal: LocalPortal, client: Client) -> None:
    portal.seed_mod("lamp-post")
    portal.add_fault(parse_fault("finish_upload:repack"))
    assert client.upload(b"no zip").json()["error"] == "InvalidModUpload"


def test_an_image_encoded_anew_has_another_id_and_is_known_when_it_comes_again(
    portal: LocalPortal, client: Client, png: MakeBytes
) -> None:
    portal.seed_mod("lamp-post")
    portal.add_fault(parse_fault("finish_image:reencodex*"))
    given = client.add_image(png(shade=7)).json()
    assert given["id"] != _sha1(png(shade=7))
    assert [image["id"] for image in client.full()["images"]] == [given["id"]]
    assert _sha1(client.get(given["url"].removeprefix(portal.url)).content) == given["id"]
    assert client.add_image(png(shade=7)).json()["message"] == "Image already exists"


SENT: dict[str, Any] = {
    "title": " Lamp post ",
    "summary": "Light ",
    "description": "# Lamp \r\n\r\nLight.\t\r\n\r\n",
    "tags": ["trains", "armor"],
    "homepage": "https://EXAMPLE.com",
    "source_url": "https://example.com/Lamp",
}
FORMS: dict[str, dict[str, Any]] = {
    "lines": {"description": "# Lamp \n\nLight.\t\n\n"},
    "blanks": {"summary": "Light", "title": " Lamp post", "description": "# Lamp\r\n\r\nLight."},
    "tags": {"tags": ["armor", "trains"]},
    "urls": {"homepage": "https://example.com/"},
    "title": {"title": "Lamp post", "summary": "Light"},
}
FORMS["tags+urls"] = FORMS["tags"] | FORMS["urls"]
FORMS[""] = {**FORMS["tags+urls"], **FORMS["title"], "description": "# Lamp\n\nLight."}


@pytest.mark.parametrize("form", FORMS)
def test_texts_are_stored_in_the_portals_form(
    portal: LocalPortal, client: Client, form: str
) -> None:
    portal.seed_mod("lamp-post")
    portal.add_fault(parse_fault(f"edit_details:normalise:{form}"))
    assert client.call("edit_details", {"mod": "lamp-post", **SENT}).json()["success"]
    shown = client.full()
    assert {name: shown[name] for name in SENT} == SENT | FORMS[form]


def test_the_options_of_a_publish_are_stored_in_the_portals_form_too(
    portal: LocalPortal, client: Client, mod_zip: MakeBytes
) -> None:
    portal.add_fault(parse_fault("*:normalise"))
    assert client.publish(mod_zip(), description="a \r\n", source_url="https://example.com").json()[
        "success"
    ]
    assert (client.full()["description"], client.full()["source_url"]) == (
        "a",
        "https://example.com/",
    )


@pytest.mark.parametrize(
    ("fields", "taken"), [("faq", {"title": "new"}), ("faq+title", {}), ("", {})]
)
def test_fields_are_ignored_without_a_word(
    portal: LocalPortal, client: Client, fields: str, taken: dict[str, str]
) -> None:
    portal.seed_mod("lamp-post", title="old")
    portal.add_fault(parse_fault(f"edit_details:ignore:{fields}"))
    sent = {"title": "new", "faq": "new"}
    assert client.call("edit_details", {"mod": "lamp-post", **sent}).json()["success"]
    shown = client.full()
    assert {"title": shown["title"], "faq": shown.get("faq")} == {
        "title": "old",
        "faq": None,
    } | taken


def test_a_gallery_in_the_portals_own_order(
    portal: LocalPortal, client: Client, png: MakeBytes
) -> None:
    portal.seed_mod("lamp-post", images=[png(shade=shade) for shade in range(4)])
    ids = sorted((image.id for image in portal.state.mods["lamp-post"].images), reverse=True)
    portal.add_fault(parse_fault("images_edit:order"))
    answer = client.call("images_edit", {"mod": "lamp-post", "images": ",".join(ids[:3])}).json()
    assert [image["id"] for image in answer["images"]] == sorted(ids[:3])
    assert [image["id"] for image in client.full()["images"]] == sorted(ids[:3])


def test_an_edit_of_nothing_can_be_refused(portal: LocalPortal, client: Client) -> None:
    portal.seed_mod("lamp-post")
    portal.add_fault(parse_fault("edit_details:needs-fieldsx*"))
    assert client.call("edit_details", {"mod": "lamp-post"}).json()["error"] == "InvalidRequest"
    assert client.call("edit_details", {"mod": "lamp-post", "title": "x"}).json()["success"]
    client.key = "unknown"
    assert client.call("edit_details", {"mod": "lamp-post"}).json()["error"] == "InvalidApiKey"


def test_fields_are_left_out(portal: LocalPortal, client: Client, png: MakeBytes) -> None:
    portal.seed_mod("lamp-post", releases=["1.0.0"], images=[png()])
    portal.add_fault(parse_fault("mod_full:without"))
    portal.add_fault(parse_fault("mod_full:without:images+license@2"))
    portal.add_fault(parse_fault("init_upload:without:upload_url"))
    bare, pictureless, whole = client.full(), client.full(), client.full()
    assert [*bare["releases"][0]] == ["version"]
    assert {*whole} - {*pictureless} == {"images", "license"}
    assert client.call("init_upload", {"mod": "lamp-post"}).json() == {}


def test_the_answer_is_about_another_mod(portal: LocalPortal, client: Client) -> None:
    portal.seed_mod("lamp-post", releases=["1.0.0"])
    portal.add_fault(parse_fault("mod_full:other-mod"))
    portal.add_fault(parse_fault("mod_full:other-mod:street-lamp@2"))
    names = [client.full()["name"] for _ in range(3)]
    assert names == ["another-mod", "street-lamp", "lamp-post"]
    portal.add_fault(parse_fault("mod_full:other-mod"))
    assert client.get("/api/mods/nothing/full").json() == {"message": "Mod not found"}


def test_addresses_of_images_break_out_of_markdown(
    portal: LocalPortal, client: Client, png: MakeBytes
) -> None:
    portal.seed_mod("lamp-post", images=[png()])
    portal.add_fault(parse_fault("*:image-urlsx*"))
    (image,) = client.full()["images"]
    assert "![y](z)" in image["url"]
    assert "![y](z)" in image["thumbnail"]
    assert "![y](z)" in client.add_image(png(shade=3)).json()["url"]
    portal.clear_faults()
    portal.add_fault(parse_fault("mod_full:image-urls:#)"))
    assert client.full()["images"][0]["url"].endswith(".png#)")


def test_a_404_can_have_any_message(portal: LocalPortal, client: Client) -> None:
    portal.seed_mod("lamp-post")
    portal.add_fault(parse_fault("mod_full:not-found:no upstream"))
    answer = client.get("/api/mods/lamp-post/full")
    assert (answer.status_code, answer.json()) == (404, {"message": "no upstream"})


def test_behaviours_join_each_other_and_one_fault(
    portal: LocalPortal, client: Client, mod_zip: MakeBytes
) -> None:
    portal.seed_mod("lamp-post", releases=["0.9.0"])
    for text in ("lag:reads=1", "repack", "after-status:500,InternalError", "after-drop"):
        portal.add_fault(parse_fault(f"finish_upload:{text}"))
    content = mod_zip()
    assert client.upload(content).status_code == 500
    late, shown = client.full()["releases"], client.full()["releases"]
    assert (len(late), len(shown)) == (1, 2)
    assert shown[1]["sha1"] != _sha1(content)


def test_throttling_is_for_everything(portal: LocalPortal, client: Client) -> None:
    portal.seed_mod("lamp-post")
    portal.add_fault(parse_fault("*:rate-limit:7x3"))
    answers = [client.get("/api/mods/lamp-post"), client.call("edit_details", {"mod": "lamp-post"})]
    answers += [client.get("/"), client.get("/")]
    assert [one.status_code for one in answers] == [429, 429, 429, 200]
    assert answers[1].headers["Retry-After"] == "7"


def test_every_behaviour_is_a_kind_of_fault() -> None:
    assert set(BEHAVIOURS) < set(KINDS)
