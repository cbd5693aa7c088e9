"""The page follows the repository: what arrives, what is left alone, and what a failure leaves behind."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import pytest

from factorio_release.local_portal import Fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from factorio_release.local_portal import LocalPortal
    from tests.support.in_process import InProcess

README = """# Lamp post

![A lamp](pictures/one.png) and [its manual](docs/manual.md#wiring), [elsewhere](https://example.com).

- [ ] a task with_an_underscore

```
![not](a/picture.png)
```
<!-- portal:skip -->
Only in the repository.
<!-- portal:end -->
"""
REMOTE = "https://github.com/OWNER/lamp-post"


def sha1(data: bytes) -> str:
    return hashlib.sha1(data, usedforsecurity=False).hexdigest()


@pytest.fixture
def program(without_waits: InProcess) -> InProcess:
    """Nothing here needs a process of its own."""
    return without_waits


@pytest.fixture
def lamp(repository: Any, picture: Callable[..., bytes]) -> Any:
    """A mod whose page is declared in full, with three images."""
    repository.git("remote", "add", "origin", f"{REMOTE}.git")
    for shade, name in enumerate(("one", "two", "three")):
        repository.write(f"pictures/{name}.png", picture(shade))
    repository.write("README.md", README)
    repository.write("docs/manual.md", "# Manual\n")
    repository.write("FAQ.md", "## Why?\n\nBecause.\n")
    repository.config |= {
        "description": "README.md",
        "faq": "FAQ.md",
        "tags": ["trains", "power"],
        "homepage": "https://example.com/lamp",
        "source-url": "auto",
        "images": ["pictures/two.png", "pictures/*.png"],
        "exclude": ["pictures/**", "docs/**", "*.md"],
    }
    repository.save()
    return repository


@pytest.fixture
def sync(program: Any, lamp: Any, portal: LocalPortal, key: str) -> Callable[..., Any]:
    def run(mode: str = "release", *more: str) -> Any:
        yes = ["--yes"] if mode in {"release", "page"} else []
        where = ["--portal-url", portal.url, "--verify-timeout", "0.2", "--retries", "1"]
        return program(mode, str(lamp.root), *where, *yes, *more, env={"FACTORIO_API_KEY": key})

    return run


def ids(portal: LocalPortal) -> list[str]:
    return [image.id for image in portal.state.find("lamp-post").images]


def image_ids(lamp: Any, *names: str) -> list[str]:
    return [sha1((lamp.root / "pictures" / f"{name}.png").read_bytes()) for name in names]


def writes(portal: LocalPortal) -> list[str]:
    return [record.endpoint for record in portal.log if record.method == "POST"]


def test_everything_declared_arrives_and_the_second_run_writes_nothing(
    sync: Callable[..., Any], lamp: Any, portal: LocalPortal
) -> None:
    first = sync()
    assert first.code == 0, first.out + first.err
    mod = portal.state.find("lamp-post")
    head = lamp.git("rev-parse", "HEAD").strip()
    raw = f"https://raw.githubusercontent.com/OWNER/lamp-post/{head}"
    expected = README.replace("pictures/one.png", f"{raw}/pictures/one.png", 1)
    expected = expected.replace(
        "docs/manual.md#wiring", f"{REMOTE}/blob/{head}/docs/manual.md#wiring"
    )
    expected = expected.replace(
        "<!-- portal:skip -->\nOnly in the repository.\n<!-- portal:end -->\n", ""
    )
    assert mod.description.replace("\r\n", "\n").strip() == expected.strip()
    assert mod.faq.strip() == "## Why?\n\nBecause."
    assert sorted(mod.tags) == ["power", "trains"]
    assert (mod.homepage, mod.source_url) == ("https://example.com/lamp", REMOTE)
    assert ids(portal) == image_ids(lamp, "two", "one", "three")

    before = len(writes(portal))
    assert sync().mod["status"] == "unchanged"
    assert sync("page").mod["status"] == "unchanged"
    assert sync("plan", "--detailed-exitcode").code == 0
    assert writes(portal)[before:] == []


def test_drift_is_shown_field_by_field(sync: Callable[..., Any], portal: LocalPortal) -> None:
    sync()
    portal.change_mod("lamp-post", faq="Somebody else's words.", tags=["trains"])
    ran = sync("plan", "--detailed-exitcode")
    assert ran.code == 10
    (edit,) = ran.mod["plan"]
    assert edit["kind"] == "edit-details"
    assert set(edit["after"]) == {"faq", "tags"}
    assert "  ~ faq: 1 line changed, 2 added\n" in ran.out
    assert "Because." not in ran.out
    ran = sync("plan", "--diff")
    assert "- Somebody else's words." in ran.out
    assert "+ Because." in ran.out


def test_the_page_alone_never_releases(
    sync: Callable[..., Any], lamp: Any, portal: LocalPortal
) -> None:
    refused = sync("page")
    assert refused.code == 4
    assert "publish the mod first" in refused.mod["hint"]
    sync()
    lamp.write("FAQ.md", "## How?\n\nLike this.\n")
    lamp.write("control.lua", "-- changed after the release\n")
    lamp.save()
    shown = sync("page", "--plan", "--detailed-exitcode")
    assert shown.code == 10
    assert [step["status"] for step in shown.mod["steps"] if step["name"] == "details"] == [
        "not-run"
    ]
    ran = sync("page")
    assert (ran.code, ran.mod["status"]) == (0, "updated")
    mod = portal.state.find("lamp-post")
    assert "Like this." in mod.faq
    assert len(mod.releases) == 1


def test_order_additions_and_removals(
    sync: Callable[..., Any], lamp: Any, portal: LocalPortal, picture: Callable[..., bytes]
) -> None:
    sync()
    lamp.write("pictures/four.png", picture(4))
    lamp.config["images"] = ["pictures/three.png", "pictures/four.png", "pictures/two.png"]
    lamp.save()
    kept = sync("page")
    assert ids(portal) == [*image_ids(lamp, "three", "four", "two"), *image_ids(lamp, "one")]
    assert "prune-images: true" in " ".join(kept.mod["warnings"])
    lamp.config["prune-images"] = True
    lamp.save()
    sync("page")
    assert ids(portal) == image_ids(lamp, "three", "four", "two")


def test_an_image_that_is_there_already_is_not_sent_again(
    sync: Callable[..., Any], lamp: Any, portal: LocalPortal, picture: Callable[..., bytes]
) -> None:
    sync()
    uploads = writes(portal).count("add_image")
    lamp.write("pictures/same.png", picture(0))
    lamp.save()
    assert sync("page").mod["status"] == "unchanged"
    assert writes(portal).count("add_image") == uploads


def test_a_failing_image_leaves_the_gallery_whole_and_the_next_run_finishes(
    sync: Callable[..., Any], lamp: Any, portal: LocalPortal
) -> None:
    portal.add_fault(Fault("finish_image", "status", arg="500", nth=2, count=100))
    first = sync()
    assert first.code in {4, 5}
    assert first.mod["status"] == "failed"
    assert first.mod["changed"] is True
    steps = {step["name"]: step["status"] for step in first.mod["steps"]}
    assert (steps["release"], steps["images"], steps["details"]) == ("done", "failed", "done")
    assert ids(portal) == image_ids(lamp, "two")
    portal.clear_faults()
    again = sync()
    assert (again.code, again.mod["status"]) == (0, "updated")
    assert ids(portal) == image_ids(lamp, "two", "one", "three")
    assert len(portal.state.find("lamp-post").releases) == 1


def test_page_failure_warn_does_not_fail_a_successful_release(
    sync: Callable[..., Any], portal: LocalPortal
) -> None:
    portal.add_fault(Fault("edit_details", "status", arg="500", nth=2, count=100))
    ran = sync("release", "--page-failure", "warn")
    assert (ran.code, ran.mod["status"]) == (0, "published")
    steps = {step["name"]: step["status"] for step in ran.mod["steps"]}
    assert (steps["release"], steps["details"]) == ("done", "failed")
    assert any("details" in warning for warning in ran.mod["warnings"])


def test_an_image_the_portal_would_refuse_is_found_before(
    sync: Callable[..., Any], lamp: Any, portal: LocalPortal
) -> None:
    lamp.write("pictures/broken.png", "no picture at all")
    lamp.save()
    ran = sync()
    assert ran.code == 3
    assert any("broken.png" in finding["message"] for finding in ran.mod["findings"])
    assert writes(portal) == []


def test_sync_chooses_the_fields(sync: Callable[..., Any], portal: LocalPortal) -> None:
    assert sync("release", "--sync", "category, license, faq").code == 0
    mod = portal.state.find("lamp-post")
    assert "Because." in mod.faq
    assert (mod.description, mod.tags, mod.images) == ("", [], [])
    before = len(writes(portal))
    assert sync("plan", "--sync", "none").mod["status"] == "unchanged"
    assert writes(portal)[before:] == []


def test_a_field_that_is_not_synced_has_no_findings(sync: Callable[..., Any], lamp: Any) -> None:
    lamp.write("README.md", "[gone](nowhere.md)\n")
    lamp.config["category"] = "utilties"
    lamp.save()
    assert {f["code"] for f in sync("plan").mod["findings"]} == {
        "page-category",
        "page-link-missing",
    }
    spared = sync("plan", "--sync", "license, faq, category").mod["findings"]
    assert {f["code"] for f in spared} == {"page-category"}


def test_page_findings_can_be_ignored_with_a_reason(sync: Callable[..., Any], lamp: Any) -> None:
    lamp.write("README.md", "[later](later.md)\n")
    lamp.config["ignore"] = {"page-link-missing": "written next week"}
    lamp.save()
    ran = sync("plan")
    assert ran.mod["findings"] == []
    assert "(reason: written next week)" in ran.out


def test_pictures_of_the_readme_can_go_to_the_gallery(
    sync: Callable[..., Any], lamp: Any, portal: LocalPortal
) -> None:
    lamp.config |= {"markdown-images": "gallery", "images": ["pictures/three.png"]}
    lamp.save()
    ran = sync()
    assert ran.code == 0, ran.out + ran.err
    mod = portal.state.find("lamp-post")
    one = image_ids(lamp, "one")[0]
    assert set(ids(portal)) == {one, *image_ids(lamp, "three")}
    assert f"![A lamp]({portal.url}/assets/{one}.png)" in mod.description
    assert sync().mod["status"] == "unchanged"


def test_a_page_declared_by_fmtks_object_alone_arrives(
    sync: Callable[..., Any], lamp: Any, portal: LocalPortal
) -> None:
    for name in ("description", "faq", "images"):
        del lamp.config[name]
    lamp.info["package"] = {
        "readme": "README.md",
        "gallery": ["pictures/*.png"],
        "markdown": {"images": "url"},
    }
    lamp.save()
    ran = sync()
    assert ran.code == 0, ran.out + ran.err
    mod = portal.state.find("lamp-post")
    assert mod.description.startswith("\n![A lamp]") or mod.description.startswith("![A lamp]")
    assert "Because." in mod.faq
    assert ids(portal) == image_ids(lamp, "one", "three", "two")


def test_a_field_that_the_portal_ignores_is_a_warning(
    sync: Callable[..., Any], lamp: Any, portal: LocalPortal
) -> None:
    sync()
    lamp.config["homepage"] = "https://example.com/other"
    lamp.save()
    empty = {"homepage": ""}
    spoil = Fault(
        "edit_details",
        "call",
        nth=2,
        after=True,
        callback=lambda _: portal.change_mod("lamp-post", **empty),
    )
    portal.add_fault(spoil)
    ran = sync("page")
    assert ran.code == 0
    assert any("homepage" in warning for warning in ran.mod["warnings"])


def test_links_get_a_new_pin_only_when_their_files_have_changed(
    sync: Callable[..., Any], lamp: Any, portal: LocalPortal
) -> None:
    sync()
    first = lamp.git("rev-parse", "HEAD").strip()
    lamp.write("unrelated.lua", "-- nothing the README shows\n")
    lamp.save()
    assert sync("page").mod["status"] == "unchanged"
    lamp.write("docs/manual.md", "# Another manual\n")
    lamp.save()
    assert sync("page").mod["status"] == "updated"
    second = lamp.git("rev-parse", "HEAD").strip()
    description = portal.state.find("lamp-post").description
    assert second in description
    assert first not in description


def test_a_failing_probe_of_the_key_does_not_stop_a_release(
    sync: Callable[..., Any], portal: LocalPortal
) -> None:
    """An `edit_details` with the mod alone is nothing that the portal's documents promise to answer."""
    portal.add_fault(Fault("edit_details", "status", arg="400,InvalidRequest"))
    ran = sync()
    assert (ran.code, ran.mod["status"]) == (0, "published")
    assert any("ModPortal: Edit Mods" in warning for warning in ran.mod["warnings"])
    assert portal.state.find("lamp-post").tags
