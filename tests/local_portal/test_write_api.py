"""The write API with valid requests."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from factorio_release.local_portal import LocalPortal
    from tests.local_portal.conftest import Client, Clock, MakeBytes


def test_a_publish_makes_the_mod_and_its_release(client: Client, mod_zip: MakeBytes) -> None:
    content = mod_zip(
        files={"changelog.txt": "---\r\nVersion: 1.0.0\r\n"}, space_travel_required=True
    )
    answer = client.publish(
        content,
        description="# Light",
        category="utilities",
        license="default_apache2",
        source_url="https://example.org/lamp",
    )
    assert answer.json() == {"success": True, "url": "/api/mods/lamp-post/full"}
    full = client.full()
    release = full.pop("releases")[0]
    assert release["sha1"] == hashlib.sha1(content).hexdigest()
    assert release["info_json"] == {"factorio_version": "2.0", "dependencies": ["base"]}
    assert (release["version"], release["file_name"]) == ("1.0.0", "lamp-post_1.0.0.zip")
    assert release["feature_flags"] == ["space_travel"]
    assert full["license"]["id"] == "default_apache2"
    shown = {
        key: full[key] for key in ("title", "summary", "description", "category", "source_url")
    }
    assert shown == {
        "title": "Lamp post",
        "summary": "Light at night",
        "description": "# Light",
        "category": "utilities",
        "source_url": "https://example.org/lamp",
    }
    assert full["changelog"] == "---\nVersion: 1.0.0\n"


def test_a_publish_without_options_is_mit_without_category(
    client: Client, mod_zip: MakeBytes
) -> None:
    client.publish(mod_zip())
    full = client.full()
    assert full["license"]["id"] == "default_mit"
    assert not {"category", "description", "faq", "images", "tags", "deprecated", "homepage"} & set(
        full
    )


def test_an_upload_adds_a_release_and_leaves_the_page(client: Client, mod_zip: MakeBytes) -> None:
    client.publish(mod_zip(), description="kept")
    newer = mod_zip(version="1.0.1", title="Other", files={"changelog.txt": "new"})
    assert client.upload(newer).json() == {"success": True}
    older = mod_zip(version="0.9.0", files={"changelog.txt": "backport"})
    assert client.upload(older).json() == {"success": True}
    full = client.full()
    assert [one["version"] for one in full["releases"]] == ["1.0.0", "1.0.1", "0.9.0"]
    assert (full["title"], full["description"], full["changelog"]) == (
        "Lamp post",
        "kept",
        "backport",
    )


DETAILS = [
    ("title", "A new title"),
    ("summary", "Short"),
    ("description", "# Ünïcode 🚂\r\nand lines"),
    ("faq", "Q?"),
    ("category", "mod-packs"),
    ("homepage", "http://example.org"),
    ("source_url", "https://example.org/x?y=1#z"),
    ("tags", ["trains", "planets"]),
]


@pytest.mark.parametrize(("field", "value"), DETAILS, ids=[field for field, _ in DETAILS])
def test_only_the_field_sent_changes(
    client: Client, portal: LocalPortal, field: str, value: Any
) -> None:
    portal.seed_mod("lamp-post", title="Before", tags=["mining"], category="content")
    before = client.full()
    assert client.call("edit_details", {"mod": "lamp-post", field: value}).json()["success"] is True
    after = client.full()
    assert after == {**before, field: value, "updated_at": after["updated_at"]}


@pytest.mark.parametrize(
    "field", ["summary", "description", "faq", "category", "homepage", "source_url"]
)
def test_an_empty_value_clears_and_is_left_out(
    client: Client, portal: LocalPortal, field: str
) -> None:
    start = {field: "https://example.org" if field in {"homepage", "source_url"} else "content"}
    portal.seed_mod("lamp-post")
    portal.change_mod("lamp-post", **start)
    assert field in client.full()
    client.call("edit_details", {"mod": "lamp-post", field: ""})
    assert field not in client.full()


def test_deprecated_comes_and_goes(client: Client, portal: LocalPortal) -> None:
    portal.seed_mod("lamp-post")
    client.call("edit_details", {"mod": "lamp-post", "deprecated": "true"})
    assert client.full()["deprecated"] is True
    client.call("edit_details", {"mod": "lamp-post", "deprecated": "false"})
    assert "deprecated" not in client.full()


def test_a_mod_name_alone_changes_nothing(
    client: Client, portal: LocalPortal, clock: Clock
) -> None:
    portal.seed_mod("lamp-post")
    before = client.full()
    clock.now += 60
    assert client.call("edit_details", {"mod": "lamp-post"}).json()["success"] is True
    assert client.full() == before


def test_multipart_and_repeated_fields(client: Client, portal: LocalPortal) -> None:
    portal.seed_mod("lamp-post")
    parts = [("mod", (None, "lamp-post")), ("tags", (None, "trains")), ("tags", (None, "power"))]
    client.session.post(
        f"{portal.url}/api/v2/mods/edit_details",
        files=parts,
        headers={"Authorization": f"Bearer {client.key}"},
        timeout=300,
    )
    assert client.full()["tags"] == ["trains", "power"]


def test_the_gallery_is_what_images_edit_says(
    client: Client, portal: LocalPortal, png: MakeBytes
) -> None:
    portal.seed_mod("lamp-post")
    pictures = [png(shade=n) for n in range(3)]
    ids = [hashlib.sha1(one).hexdigest() for one in pictures]
    answers = [client.add_image(one).json() for one in pictures]
    assert [one["id"] for one in answers] == ids
    assert [one["id"] for one in client.full()["images"]] == ids
    assert client.session.get(answers[1]["url"], timeout=300).content == pictures[1]
    assert (
        client.session.get(answers[1]["thumbnail"], timeout=300).headers["Content-Type"]
        == "image/png"
    )
    answer = client.call("images_edit", {"mod": "lamp-post", "images": f"{ids[2]},{ids[0]}"}).json()
    assert (answer["success"], [one["id"] for one in answer["images"]]) == (True, [ids[2], ids[0]])
    assert client.full()["images"] == answer["images"]
    assert client.call("images_edit", {"mod": "lamp-post", "images": ids[1]}).status_code == 400
    client.call("images_edit", {"mod": "lamp-post", "images": ""})
    assert "images" not in client.full()


def test_an_init_changes_nothing(client: Client, portal: LocalPortal) -> None:
    portal.seed_mod("lamp-post")
    before = portal.state.snapshot()
    for endpoint, mod in (
        ("init_publish", "new-mod"),
        ("init_upload", "lamp-post"),
        ("images_add", "lamp-post"),
    ):
        assert client.begin(endpoint, mod).startswith(f"{portal.upload_url_base}/upload/")
        assert client.begin(endpoint, mod) != client.begin(endpoint, mod)
    assert portal.state.snapshot() == before
    assert portal.upload_url_base != portal.url
