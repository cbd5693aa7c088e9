"""A portal that keeps what it was sent in a form of its own: nothing is sent again and again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from factorio_release.local_portal import Fault, parse_fault
from tests.test_older_version import writes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from factorio_release.local_portal import LocalPortal
    from tests.support.in_process import InProcess

README = "# Lamp post  \r\n\r\nTwo blanks at the end  \r\nof a line.\t\r\n\r\n"


@pytest.fixture
def program(without_waits: InProcess) -> InProcess:
    """Nothing here needs a process of its own."""
    return without_waits


@pytest.fixture
def lamp(repository: Any, picture: Callable[..., bytes]) -> Any:
    for shade, name in enumerate(("one", "two", "three")):
        repository.write(f"pictures/{name}.png", picture(shade))
    repository.write("README.md", README)
    repository.config |= {
        "description": "README.md",
        "summary": "  Light  at night. ",
        "tags": ["trains", "power", "combat"],
        "homepage": "https://EXAMPLE.com",
        "source-url": "https://example.com/Lamp/",
        "images": ["pictures/two.png", "pictures/one.png", "pictures/three.png"],
        "exclude": ["pictures/**", "*.md"],
    }
    repository.save()
    return repository


@pytest.fixture
def memory(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def run(program: Any, lamp: Any, portal: LocalPortal, key: str, memory: Path) -> Callable[..., Any]:
    """Run on a machine that remembers, or on one that does not (`remembers=False`)."""

    def run(mode: str = "release", *more: str, remembers: bool = True) -> Any:
        yes = ["--yes"] if mode in {"release", "page"} else []
        where = ["--portal-url", portal.url, "--verify-timeout", "0.2", "--retries", "1"]
        env = {"FACTORIO_API_KEY": key} | ({"XDG_CACHE_HOME": str(memory)} if remembers else {})
        return program(mode, str(lamp.root), *where, *yes, *more, env=env)

    return run


def nothing_left(run: Callable[..., Any], portal: LocalPortal, **more: Any) -> None:
    before = writes(portal)
    for mode in ("release", "page"):
        ran = run(mode, **more)
        assert (ran.code, ran.mod["status"], ran.mod["changed"]) == (0, "unchanged", False), ran.out
    assert run("plan", "--detailed-exitcode", **more).code == 0
    assert writes(portal) == before


@pytest.mark.parametrize("form", ["lines", "blanks", "tags", "urls", "title", ""])
def test_a_normal_form_is_no_difference_and_needs_no_memory(
    run: Callable[..., Any], portal: LocalPortal, form: str
) -> None:
    portal.add_fault(parse_fault(f"*:normalise:{form}x*".replace(":x*", "x*")))
    first = run(remembers=False)
    assert (first.code, first.mod["status"], first.mod["warnings"]) == (0, "published", []), (
        first.out
    )
    nothing_left(run, portal, remembers=False)


def test_a_page_seen_with_other_capitals_and_order(
    run: Callable[..., Any], portal: LocalPortal
) -> None:
    assert run(remembers=False).code == 0
    portal.change_mod(
        "lamp-post", tags=["Power", "COMBAT", "trains"], homepage="HTTPS://example.COM:443/"
    )
    nothing_left(run, portal, remembers=False)


def test_links_keep_their_pins_under_a_normal_form(
    run: Callable[..., Any], lamp: Any, portal: LocalPortal
) -> None:
    lamp.git("remote", "add", "origin", "https://github.com/OWNER/lamp-post.git")
    lamp.write("README.md", README + "![one](pictures/one.png)  \n\nThe end.\n")
    lamp.save()
    portal.add_fault(parse_fault("*:normalisex*"))
    assert run(remembers=False).code == 0
    lamp.write("unrelated.md", "Another commit.\n")
    lamp.save()
    assert run("page", remembers=False).mod["status"] == "unchanged"


def test_an_ignored_field_is_reported_and_not_sent_again(
    run: Callable[..., Any], portal: LocalPortal
) -> None:
    assert run().code == 0
    portal.add_fault(parse_fault("edit_details:ignore:homepage+faqx*"))
    portal.change_mod("lamp-post", homepage="https://example.com/other", faq="Old.")
    first = run("page")
    assert (first.code, first.mod["status"]) == (0, "updated")
    (note,) = first.mod["warnings"]
    assert "homepage" in note
    assert "as it was before" in note
    nothing_left(run, portal)
    (again,) = run("plan").mod["warnings"]
    assert "homepage" in again
    assert "not sent again" in again


def test_an_ignored_field_without_memory_is_reported_each_time(
    run: Callable[..., Any], portal: LocalPortal
) -> None:
    portal.add_fault(parse_fault("edit_details:ignore:homepagex*"))
    assert run(remembers=False).code == 0
    again = run("page", remembers=False)
    assert again.code == 0
    assert any("homepage" in warning for warning in again.mod["warnings"])


def test_a_form_without_a_normal_form_is_learnt_once(
    run: Callable[..., Any], lamp: Any, portal: LocalPortal
) -> None:
    def shout(_: object) -> None:
        mod = portal.state.find("lamp-post")
        portal.change_mod(
            "lamp-post", faq=mod.faq.upper(), homepage="https://example.com/?by=portal"
        )

    assert run().code == 0
    lamp.write("FAQ.md", "## Why?\n\nBecause.\n")
    lamp.config |= {"faq": "FAQ.md", "homepage": "https://example.com/lamp"}
    lamp.save()
    portal.add_fault(Fault("edit_details", "call", count=0, after=True, callback=shout))
    first = run("page")
    assert (first.code, first.mod["status"]) == (0, "updated")
    notes = first.mod["warnings"]
    assert [("faq" in note or "homepage" in note, "form of its own" in note) for note in notes] == [
        (True, True),
        (True, True),
    ]
    nothing_left(run, portal)
    assert run("plan").mod["warnings"] == []


def test_a_learnt_form_counts_only_for_its_two_values(
    run: Callable[..., Any], lamp: Any, portal: LocalPortal
) -> None:
    assert run().code == 0
    portal.add_fault(parse_fault("edit_details:ignore:homepagex*"))
    portal.change_mod("lamp-post", homepage="https://example.com/other")
    run("page")
    nothing_left(run, portal)
    portal.clear_faults()
    portal.change_mod("lamp-post", homepage="https://example.com/third")  # somebody else did
    assert run("page").mod["status"] == "updated"
    assert portal.state.find("lamp-post").homepage == "https://EXAMPLE.com"
    portal.change_mod("lamp-post", homepage="https://example.com/other")
    lamp.config["homepage"] = "https://example.com/new"  # the author changed the value
    lamp.save()
    assert run("page").mod["status"] == "updated"
    assert portal.state.find("lamp-post").homepage == "https://example.com/new"


def test_a_gallery_in_the_portals_own_order(run: Callable[..., Any], portal: LocalPortal) -> None:
    portal.add_fault(parse_fault("images_edit:orderx*"))
    first = run()
    assert (first.code, first.mod["status"]) == (0, "published")
    nothing_left(run, portal)


@pytest.mark.parametrize("prune", [True, False])
def test_images_encoded_anew_are_known_by_the_id_that_the_portal_gave(
    run: Callable[..., Any], lamp: Any, portal: LocalPortal, prune: bool
) -> None:
    lamp.config["prune-images"] = prune
    lamp.write("README.md", "![two](pictures/two.png)\n")
    lamp.config["markdown-images"] = "gallery"
    lamp.save()
    portal.add_fault(parse_fault("finish_image:reencodex*"))
    first = run()
    assert (first.code, first.mod["status"]) == (0, "published"), first.out
    assert any("another id" in warning for warning in first.mod["warnings"])
    mod = portal.state.find("lamp-post")
    assert len(mod.images) == 3
    assert mod.images[0].id in mod.description
    nothing_left(run, portal)


@pytest.mark.parametrize("prune", [True, False])
def test_images_encoded_anew_without_memory_lose_nothing(
    run: Callable[..., Any], lamp: Any, portal: LocalPortal, prune: bool
) -> None:
    """The portal answers that it has the images, but their ids are not known: the gallery is left alone."""
    lamp.config["prune-images"] = prune
    lamp.save()
    portal.add_fault(parse_fault("finish_image:reencodex*"))
    assert run(remembers=False).code == 0
    gallery = [image.id for image in portal.state.find("lamp-post").images]
    again = run("page", remembers=False)
    assert (again.code, again.mod["status"], again.mod["changed"]) == (0, "unchanged", False), (
        again.out
    )
    assert any("pictures/two.png" in w or "two.png" in w for w in again.mod["warnings"])
    assert [image.id for image in portal.state.find("lamp-post").images] == gallery


def test_a_package_that_the_portal_repacked_is_ours(
    run: Callable[..., Any], portal: LocalPortal
) -> None:
    portal.add_fault(parse_fault("*:repackx*"))
    first = run()
    assert (first.code, first.mod["status"]) == (0, "published")
    assert any("SHA-1" in warning for warning in first.mod["warnings"])
    nothing_left(run, portal)


def test_a_repacked_package_without_memory_is_not_claimed_to_be_other_content(
    run: Callable[..., Any], portal: LocalPortal
) -> None:
    portal.add_fault(parse_fault("*:repackx*"))
    assert run(remembers=False).code == 0
    again = run(remembers=False)
    assert (again.code, again.mod["changed"]) == (6, False)
    assert "another SHA-1" in again.mod["error"]
    assert "content" not in again.mod["error"]
    assert "repack" in again.mod["hint"]


def test_a_release_without_a_sum_is_a_warning(run: Callable[..., Any], portal: LocalPortal) -> None:
    portal.add_fault(parse_fault("mod_full:without:sha1x*"))
    first = run()
    assert (first.code, first.mod["status"]) == (0, "published")
    assert any("could not be compared" in warning for warning in first.mod["warnings"])
    again = run()
    assert (again.code, again.mod["status"]) == (0, "unchanged")
    assert any("is not known" in warning for warning in again.mod["warnings"])


def test_an_unreadable_memory_is_replaced(
    run: Callable[..., Any], portal: LocalPortal, memory: Path
) -> None:
    portal.add_fault(parse_fault("edit_details:ignore:homepagex*"))
    run()
    (file,) = memory.rglob("*.json")
    for content in (b"", b"{", b"[]", b'{"fields": 7}', b'{"images": {"a": []}}', b"[" * 5000):
        file.write_bytes(content)
        assert run("page").code == 0, content
        assert json.loads(file.read_bytes())["fields"], content


def test_the_memory_holds_no_text_and_no_key(
    run: Callable[..., Any], portal: LocalPortal, memory: Path, key: str
) -> None:
    portal.add_fault(parse_fault("edit_details:ignore:homepage+faqx*"))
    run()
    (file,) = memory.rglob("*.json")
    assert key.encode() not in file.read_bytes()
    assert b"EXAMPLE" not in file.read_bytes()


def test_the_memory_is_never_written_to_the_checkout(
    run: Callable[..., Any], lamp: Any, portal: LocalPortal, program: Any, key: str
) -> None:
    """A pull request could contain a memory that decides which package counts as this one."""
    portal.add_fault(parse_fault("edit_details:ignore:homepagex*"))
    where = ["--portal-url", portal.url, "--verify-timeout", "0.2", "--yes"]
    env = {"FACTORIO_API_KEY": key, "XDG_CACHE_HOME": str(lamp.root / ".cache")}
    assert program("release", str(lamp.root), *where, env=env).code == 0
    assert not (lamp.root / ".cache").exists()
