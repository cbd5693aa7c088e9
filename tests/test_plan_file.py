"""`plan --out FILE` and `release --plan FILE`: what was approved is what is released, and nothing else."""

from __future__ import annotations

import hashlib
import json
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from factorio_release.errors import UsageError
from factorio_release.local_portal import Fault
from factorio_release.plan_file.container import open_plan
from factorio_release.plan_file.records import record_of
from tests.conftest import KEY, png
from tests.support.in_process import run_here

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from factorio_release.local_portal import LocalPortal
    from tests.conftest import ModRepository
    from tests.support.in_process import Answer

RELEASES = ("init_publish", "finish_publish", "init_upload", "finish_upload")


class Desk:
    """A place where plans are made, and another one, without a repository, where they are released."""

    def __init__(
        self, folder: Path, portal: LocalPortal, capsys: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.folder = folder
        self.portal = portal
        self.file = folder / "release.plan"
        self.away = folder / "away"
        self.away.mkdir()
        self._capsys = capsys
        self._monkeypatch = monkeypatch

    def run(self, folder: Path, *arguments: str, **env: str) -> Answer:
        self._monkeypatch.chdir(folder)
        return run_here(self._capsys, *arguments, **env)

    def plan(self, *paths: Path, **env: str) -> Answer:
        names = [str(path) for path in paths or (self.folder / "lamp-post",)]
        where = ("--portal-url", self.portal.url, "--out", str(self.file))
        return self.run(self.folder, "plan", *names, *where, **env)

    def release(self, *more: str, **env: str) -> Answer:
        options = ("--verify-timeout", "0.2", "--retries", "0", "--yes", "--format", "json", *more)
        if "--portal-url" not in more:
            options += ("--portal-url", self.portal.url)
        given = {"FACTORIO_API_KEY": KEY} | env
        return self.run(self.away, "release", "--plan", str(self.file), *options, **given)

    @property
    def writes(self) -> list[str]:
        return [record.endpoint for record in self.portal.log if record.method == "POST"]

    def rewrite(self, change: Callable[[dict[str, bytes]], object], *, sums: bool = True) -> None:
        """Change the entries of the plan file, with sums that fit, as somebody who knows the format could."""
        with zipfile.ZipFile(self.file) as bundle:
            entries = {name: bundle.read(name) for name in bundle.namelist()}
        change(entries)
        if sums:
            lines = [
                f"{hashlib.sha256(content).hexdigest()}  {name}\n"
                for name, content in entries.items()
                if name != "SHA256SUMS"
            ]
            entries["SHA256SUMS"] = "".join(lines).encode()
        with zipfile.ZipFile(self.file, "w") as bundle:
            for name, content in entries.items():
                bundle.writestr(name, content)

    def edit(self, change: Callable[[dict[str, Any]], Any]) -> None:
        """Change the JSON of the plan file, with sums that fit."""

        def entry(entries: dict[str, bytes]) -> None:
            document = json.loads(entries["plan.json"])
            change(document)
            entries["plan.json"] = json.dumps(document).encode()

        self.rewrite(entry)


@pytest.fixture
def desk(tmp_path: Path, portal: LocalPortal, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(tmp_path, portal, capsys, monkeypatch)


@pytest.fixture
def lamp(repository: ModRepository) -> ModRepository:
    """A mod with a page, and two images, of which a text shows one."""
    repository.write("README.md", "# Lamps\n\n![b](gallery/b.png)\n")
    for shade, name in enumerate("ab"):
        repository.write(f"gallery/{name}.png", png(shade))
    repository.config |= {
        "description": "README.md",
        "images": ["gallery/*.png"],
        "markdown-images": "gallery",
    }
    repository.save()
    return repository


@pytest.fixture
def public(lamp: ModRepository, portal: LocalPortal) -> ModRepository:
    """The same mod, public in an older version, with another page."""
    portal.seed_mod(
        "lamp-post",
        title="Lamp post",
        summary="Light at night.",
        description="Old",
        faq="Q",
        category="utilities",
        images=[png(7)],
        releases=["0.9.0"],
    )
    return lamp


def test_a_plan_is_released_without_its_repository(desk: Desk, lamp: ModRepository) -> None:
    planned = desk.plan()
    assert planned.code == 0, planned.err
    assert (
        f"to do: `factorio-release release --plan {desk.file}` makes these changes" in planned.out
    )
    assert desk.writes == []
    lamp.write("control.lua", "changed after the approval")
    lamp.write("README.md", "changed after the approval")
    released = desk.release()
    assert released.code == 0, released.err
    (mod,) = released.mods
    assert (mod["status"], mod["changed"], mod["public"]) == ("published", True, "yes")
    stored = desk.portal.state.find("lamp-post")
    with zipfile.ZipFile(desk.file) as plan:
        package = plan.read("packages/lamp-post_1.0.0.zip")
    assert stored.releases[0].sha1 == hashlib.sha1(package, usedforsecurity=False).hexdigest()
    assert (desk.away / "dist" / "lamp-post_1.0.0.zip").read_bytes() == package
    assert stored.description.startswith("# Lamps\n\n![b](http")
    assert [one.id for one in stored.images] == [
        hashlib.sha1(png(shade), usedforsecurity=False).hexdigest() for shade in (0, 1)
    ]
    before = desk.writes
    again = desk.release()
    assert (again.code, again.mods[0]["status"], desk.writes) == (0, "unchanged", before)


def test_the_same_plan_finishes_what_a_failed_run_left(desk: Desk, public: ModRepository) -> None:
    assert desk.plan().code == 0
    desk.portal.add_fault(Fault("images_edit", "status", "400,InvalidRequest"))
    desk.portal.add_fault(Fault("finish_image", "status", "400,InvalidImageUpload", nth=2))
    first = desk.release()
    assert (first.code, first.mods[0]["public"]) == (4, "yes"), first.err
    desk.portal.clear_faults()
    public.write("README.md", "anything")
    before = desk.writes
    second = desk.release()
    assert (second.code, second.mods[0]["status"]) == (0, "updated"), second.err
    assert not set(desk.writes[len(before) :]).intersection(RELEASES)
    stored = desk.portal.state.find("lamp-post")
    assert len(stored.images) == 3
    assert stored.description.startswith("# Lamps\n\n![b](http")


WRITES = (
    "init_upload",
    "finish_upload",
    "images_add",
    "finish_image",
    "images_edit",
    "edit_details",
)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("endpoint", WRITES)
def test_the_same_plan_goes_on_wherever_a_run_was_cut_off(
    desk: Desk, public: ModRepository, endpoint: str, after: bool
) -> None:
    """The connection breaks at a write, before the portal acted or after it; what is done stays done."""
    public.config["prune-images"] = "true"
    public.save()
    assert desk.plan().code == 0
    # The first call of `edit_details` only proves the key.
    nth = 2 if endpoint == "edit_details" else 1
    desk.portal.add_fault(Fault(endpoint, "drop", nth=nth, after=after))
    desk.release()
    desk.portal.clear_faults()
    second = desk.release()
    assert second.code == 0, second.err
    third = desk.release()
    assert (third.code, third.mods[0]["status"]) == (0, "unchanged"), third.err
    stored = desk.portal.state.find("lamp-post")
    assert [one.version for one in stored.releases] == ["0.9.0", "1.0.0"]
    assert len(stored.images) == 2
    assert stored.description.startswith("# Lamps\n\n![b](http")
    assert desk.writes.count("finish_upload") <= 2


def test_a_portal_that_keeps_images_in_a_form_of_its_own(desk: Desk, public: ModRepository) -> None:
    """This machine has learnt what the portal made of the plan; another one cannot tell it from an edit."""
    assert desk.plan().code == 0
    desk.portal.add_fault(Fault("finish_image", "reencode", count=0))
    cache = {"XDG_CACHE_HOME": str(desk.folder / "cache")}
    assert desk.release(**cache).code == 0
    before = desk.writes
    again = desk.release(**cache)
    assert (again.code, again.mods[0]["status"]) == (0, "unchanged"), again.err
    elsewhere = desk.release()
    assert (elsewhere.code, desk.writes) == (2, before)
    assert "the gallery is another" in elsewhere.mods[0]["error"]
    assert elsewhere.mods[0]["public"] == "yes"


def other_release(portal: LocalPortal, version: str) -> None:
    mod = portal.state.find("lamp-post")
    release = type(mod.releases[0])("x", version, "9" * 40, 1, 0.0, "2.0")
    portal.change_mod("lamp-post", releases=[*mod.releases, release])


@pytest.mark.parametrize(
    ("change", "code", "said"),
    [
        (
            lambda portal: portal.change_mod("lamp-post", faq="By hand"),
            2,
            "the page's faq is another",
        ),
        (lambda portal: portal.change_mod("lamp-post", description="By hand"), 2, "description"),
        (lambda portal: portal.change_mod("lamp-post", tags=["trains"]), 2, "the page's tags"),
        (lambda portal: portal.change_mod("lamp-post", deprecated=True), 2, "deprecated"),
        (lambda portal: portal.change_mod("lamp-post", images=[]), 2, "the gallery is another"),
        (lambda portal: other_release(portal, "0.9.5"), 2, "0.9.5 is new"),
        (lambda portal: portal.change_mod("lamp-post", releases=[]), 2, "0.9.0 is gone"),
        (lambda portal: other_release(portal, "1.0.0"), 6, "with another SHA-1"),
        (lambda portal: portal.state.mods.pop("lamp-post"), 2, "no longer on the portal"),
        (lambda portal: portal.change_mod("lamp-post", downloads_count=9, score=2.0), 0, ""),
        (lambda portal: portal.change_mod("lamp-post", faq="Q\r\n"), 0, ""),
    ],
)
def test_a_portal_that_changed_since_refuses_the_plan(
    desk: Desk, public: ModRepository, change: Callable[[LocalPortal], None], code: int, said: str
) -> None:
    assert desk.plan().code == 0
    change(desk.portal)
    desk.portal.clear_cache()
    ran = desk.release()
    assert ran.code == code, ran.err
    if code:
        assert desk.writes == []
        assert said in ran.mods[0]["error"]
        assert "new" in ran.mods[0]["todo"] or code == 6


def test_a_new_mod_that_somebody_published_meanwhile(desk: Desk, lamp: ModRepository) -> None:
    assert desk.plan().code == 0
    desk.portal.seed_mod("lamp-post", title="Theirs", releases=["0.1.0"])
    ran = desk.release()
    assert (ran.code, desk.writes) == (2, [])
    assert "the mod is on the portal now" in ran.mods[0]["error"]


def first(document: dict[str, Any]) -> dict[str, Any]:
    mod: dict[str, Any] = document["mods"][0]
    return mod


def other_path(entries: dict[str, bytes]) -> None:
    """Change what nothing else depends on."""
    entries["plan.json"] = entries["plan.json"].replace(b'"path": "', b'"path": "other-')


def other_zip(entries: dict[str, bytes]) -> None:
    entries["packages/lamp-post_1.0.0.zip"] += b"more"


DAMAGES: tuple[Callable[[Desk], Any], ...] = (
    lambda desk: desk.file.unlink(),
    lambda desk: desk.file.write_text("not a plan"),
    lambda desk: desk.file.write_bytes(desk.file.read_bytes()[:-200]),
    lambda desk: desk.file.write_bytes(desk.file.read_bytes().replace(b"Lamps", b"Lumps")),
    lambda desk: desk.rewrite(other_path, sums=False),
    lambda desk: desk.rewrite(other_zip, sums=False),
    lambda desk: desk.rewrite(other_zip),
    lambda desk: desk.rewrite(lambda entries: entries.pop("SHA256SUMS"), sums=False),
    lambda desk: desk.rewrite(lambda entries: entries.pop("plan.json")),
    lambda desk: desk.rewrite(lambda entries: entries.pop("packages/lamp-post_1.0.0.zip")),
    lambda desk: desk.rewrite(lambda entries: entries.update({"more": b"x"})),
    lambda desk: desk.rewrite(lambda entries: entries.update({"plan.json": b"[" * 100_000})),
    lambda desk: desk.rewrite(lambda entries: entries.update({"plan.json": b"[]"})),
    lambda desk: desk.edit(lambda document: document.update(format=2)),
    lambda desk: desk.edit(lambda document: document.update(mods={})),
    lambda desk: desk.edit(lambda document: document["mods"].append(document["mods"][0])),
    lambda desk: desk.edit(lambda document: first(document).update(mod="../lamp-post")),
    lambda desk: desk.edit(lambda document: first(document).update(version="1.0.1")),
    lambda desk: desk.edit(lambda document: first(document).update(version="1")),
    lambda desk: desk.edit(lambda document: first(document).update(images=[])),
    lambda desk: desk.edit(lambda document: first(document)["package"].update(size=-1)),
    lambda desk: desk.edit(lambda document: first(document)["package"].update(sha1="0" * 40)),
    lambda desk: desk.edit(lambda document: first(document)["package"].update(file="x.zip")),
    lambda desk: desk.edit(lambda document: first(document)["package"].update(sha256="0" * 64)),
    lambda desk: desk.edit(lambda document: first(document)["changes"].pop()),
    lambda desk: desk.edit(lambda document: first(document)["desired"].update(prune=1)),
    lambda desk: desk.edit(
        lambda document: first(document)["desired"]["page"].update(category="overhaul")
    ),
    lambda desk: desk.edit(lambda document: first(document)["desired"]["page"].update(owner="me")),
    lambda desk: desk.edit(lambda document: first(document)["desired"]["page"].update(tags=[1])),
    lambda desk: desk.edit(
        lambda document: first(document)["desired"]["page"]["images"][0].update(
            {"content-type": "image/png\r\nX: y"}
        )
    ),
    lambda desk: desk.edit(
        lambda document: first(document).update(seen={"releases": [], "page": {}})
    ),
    lambda desk: desk.edit(lambda document: document.update(portal="http://127.0.0.1:1")),
)


def test_a_plan_file_that_was_changed_is_refused(desk: Desk, lamp: ModRepository) -> None:
    assert desk.plan().code == 0
    whole = desk.file.read_bytes()
    requests = len(desk.portal.log)
    for number, damage in enumerate(DAMAGES):
        desk.file.write_bytes(whole)
        damage(desk)
        ran = desk.release()
        assert (ran.code, ran.out) == (2, ""), (number, ran.err)
        assert "error: plan: " in ran.err, number
        assert len(desk.portal.log) == requests, number
        assert [*desk.away.iterdir()] == [], number


def test_a_byte_that_changed_is_noticed_or_means_nothing(desk: Desk, lamp: ModRepository) -> None:
    """In each region of the file: what is read is what was written, and only a refusal is raised."""
    assert desk.plan().code == 0
    whole = desk.file.read_bytes()
    written = record_of(open_plan(desk.file).saved)
    changed = desk.folder / "changed.plan"
    refused = 0
    positions = [*range(0, len(whole), 41), *range(len(whole) - 400, len(whole), 3)]
    for position in positions:
        changed.write_bytes(
            whole[:position] + bytes([whole[position] ^ 0x5A]) + whole[position + 1 :]
        )
        try:
            assert record_of(open_plan(changed).saved) == written, position
        except UsageError:
            refused += 1
    assert refused > len(positions) / 2


def test_the_package_of_another_mod_is_refused(
    desk: Desk, lamp: ModRepository, make_repository: Callable[[str], ModRepository]
) -> None:
    """Everything in the file agrees, but the zip is not of the mod that the plan names."""
    make_repository("other")
    assert desk.plan(desk.folder / "other").code == 0
    with zipfile.ZipFile(desk.file) as bundle:
        theirs = bundle.read("packages/other_1.0.0.zip")
    assert desk.plan().code == 0

    def change(entries: dict[str, bytes]) -> None:
        document = json.loads(entries["plan.json"])
        entries["packages/lamp-post_1.0.0.zip"] = theirs
        first(document)["package"] |= {
            "size": len(theirs),
            "sha1": hashlib.sha1(theirs, usedforsecurity=False).hexdigest(),
            "sha256": hashlib.sha256(theirs).hexdigest(),
        }
        entries["plan.json"] = json.dumps(document).encode()

    desk.rewrite(change)
    ran = desk.release()
    assert (ran.code, desk.writes) == (3, [])
    assert "is one of other 1.0.0" in ran.mods[0]["error"]


def test_the_key_goes_where_the_run_says_and_nowhere_else(desk: Desk, lamp: ModRepository) -> None:
    assert desk.plan().code == 0
    elsewhere = desk.release("--portal-url", "http://127.0.0.1:9")
    assert elsewhere.code == 2
    assert f"was made for {desk.portal.url}" in elsewhere.err
    assert KEY not in desk.file.read_bytes().decode("latin-1")


def test_the_digest_names_the_approved_file(desk: Desk, lamp: ModRepository) -> None:
    said = desk.plan().err
    digest = hashlib.sha256(desk.file.read_bytes()).hexdigest()
    assert digest in said
    wrong = desk.release("--plan-sha256", "0" * 64)
    assert (wrong.code, desk.writes) == (2, [])
    assert "another file than the approved one" in wrong.err
    assert desk.release("--plan-sha256", "nonsense").code == 2
    assert desk.release("--plan-sha256", digest.upper()).code == 0


def test_a_run_without_a_key_shows_what_the_file_would_do(desk: Desk, lamp: ModRepository) -> None:
    assert desk.plan().code == 0
    ran = desk.release("--dry-run", FACTORIO_API_KEY="")
    assert (ran.code, desk.writes) == (0, [])
    assert [change["kind"] for change in ran.mods[0]["plan"]] == [
        "publish",
        "add-image",
        "add-image",
        "edit-details",
    ]


CI = {"CI": "true", "GITHUB_ACTIONS": "true", "GITHUB_REF": "refs/heads/main"}


@pytest.mark.parametrize(
    ("event", "status"),
    [
        ({"GITHUB_EVENT_NAME": "pull_request"}, "planned"),
        ({"GITHUB_EVENT_NAME": "push"}, "unchanged"),
        ({"GITHUB_EVENT_NAME": "push", "FACTORIO_RELEASE_FIRST_PUBLISH": "true"}, "published"),
        ({"GITHUB_EVENT_NAME": "workflow_dispatch"}, "published"),
        ({"GITHUB_EVENT_NAME": "push", "GITHUB_REF": "refs/tags/v1.0.0"}, "published"),
        ({"GITHUB_EVENT_NAME": "push", "GITHUB_REF": "refs/tags/docs-1"}, "skipped"),
        ({"GITHUB_EVENT_NAME": "push", "GITHUB_REF": "refs/tags/v1.0.1"}, "failed"),
    ],
)
def test_the_event_decides_what_a_plan_may_do(
    desk: Desk, lamp: ModRepository, event: dict[str, str], status: str
) -> None:
    assert desk.plan().code == 0
    ran = desk.release(**CI | event)
    assert ran.mods[0]["status"] == status, ran.err
    assert bool(desk.writes) is (status == "published")
    assert ran.code == (3 if status == "failed" else 0)


def test_a_key_in_the_package_is_seen_where_the_key_is(desk: Desk, lamp: ModRepository) -> None:
    """The job that plans has no key, so that it cannot look for it."""
    lamp.write("control.lua", f'local key = "{KEY}"\n')
    lamp.save()
    assert desk.plan().code == 0
    ran = desk.release()
    assert (ran.code, ran.codes, desk.writes) == (3, {"secret"}, [])


def test_several_mods_are_one_approval(
    desk: Desk, make_repository: Callable[[str], ModRepository]
) -> None:
    names = ("big-mod", "small-mod", "left-mod", "own-mod")
    big, small, left, own = (make_repository(name) for name in names)
    big.info["dependencies"] = ["base >= 2.0.0", "small-mod >= 1.0.0"]
    big.save()
    left.config["dry-run"] = "true"
    left.save()
    del small.config["license"]
    small.save()
    desk.portal.seed_mod("small-mod", title="Small", description="Text", releases=["0.9.0"])
    planned = desk.plan(big.root, small.root, left.root, own.root)
    assert planned.code == 0, planned.err
    desk.portal.change_mod("small-mod", summary="By hand")
    refused = desk.release()
    assert (refused.code, desk.writes) == (2, [])
    reports = {one["mod"]: one for one in refused.mods}
    assert "summary is another" in reports["small-mod"]["error"]
    assert "it requires small-mod, which failed" in reports["big-mod"]["error"]
    assert "carried out, because small-mod failed" in reports["own-mod"]["error"]
    assert desk.plan(big.root, small.root, left.root, own.root).code == 0
    released = desk.release()
    assert released.code == 0, released.err
    assert [(one["mod"], one["status"]) for one in released.mods] == [
        ("small-mod", "uploaded"),
        ("big-mod", "published"),
        ("own-mod", "published"),
        ("left-mod", "unchanged"),
    ]
    assert "left-mod" not in desk.portal.state.mods
    # The portal's list, which has a part of each page alone, is not compared with what the plan saw.
    again = desk.release()
    assert (again.code, {one["status"] for one in again.mods}) == (0, {"unchanged"}), again.err


def test_two_versions_of_a_mod(desk: Desk, lamp: ModRepository) -> None:
    """The page is left to the higher one; a second run finds both."""
    assert desk.plan().code == 0
    build = ("build", str(lamp.root), "--output-dir", str(desk.folder / "zips"))
    desk.run(desk.folder, *build)
    lamp.release("1.1.0")
    desk.run(desk.folder, *build)
    zips = sorted((desk.folder / "zips").glob("*.zip"))
    page = {"FACTORIO_RELEASE_CATEGORY": "utilities", "FACTORIO_RELEASE_LICENSE": "default_mit"}
    planned = desk.plan(*zips, **page)
    assert planned.code == 0, planned.err
    for status in (["published", "uploaded"], ["unchanged", "unchanged"]):
        ran = desk.release()
        assert ([one["status"] for one in ran.mods], ran.code) == (status, 0), ran.err
    versions = [one.version for one in desk.portal.state.find("lamp-post").releases]
    assert versions == ["1.0.0", "1.1.0"]


def test_a_plan_with_nothing_to_do_is_a_file_too(desk: Desk, repository: ModRepository) -> None:
    assert desk.plan().code == 0
    assert desk.release().code == 0
    assert desk.plan().code == 0
    before = desk.writes
    ran = desk.release()
    assert (ran.code, [one["status"] for one in ran.mods]) == (0, ["unchanged"])
    assert desk.writes == before


def test_a_plan_that_is_not_whole_is_no_file(desk: Desk, repository: ModRepository) -> None:
    """An older plan stays what it was."""
    assert desk.plan().code == 0
    older = desk.file.read_bytes()
    repository.write("control.lua", "this is not Lua")
    repository.save()
    planned = desk.plan()
    assert planned.code == 3
    assert "release.plan was not written" in planned.err
    assert desk.file.read_bytes() == older


def test_no_other_file_is_replaced_by_a_plan(desk: Desk, repository: ModRepository) -> None:
    desk.file.write_text("somebody's")
    planned = desk.plan()
    assert (planned.code, "a file is there that is not a plan" in planned.err) == (2, True)
    assert desk.file.read_text() == "somebody's"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("release", "--plan", "x", "--category", "utilities", "mods/a"),
            "category: this was decided",
        ),
        (("release", "--plan", "x", "mods/a"), "path: this was decided when the plan was made"),
        (("release", "--plan-sha256", "0" * 64), "plan-sha256: it belongs to a plan file"),
        (("release", "--plan", "no such file"), "no such file cannot be copied"),
    ],
)
def test_what_the_plan_has_decided_is_not_given_again(
    capsys: Any, arguments: tuple[str, ...], said: str
) -> None:
    ran = run_here(capsys, *arguments, "--yes", FACTORIO_API_KEY=KEY)
    assert (ran.code, said in ran.err) == (2, True), ran.err


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"INPUT_MODE": "release", "INPUT_OUT": "x"}, "out: `plan` writes a plan into a file"),
        ({"INPUT_MODE": "page", "INPUT_PLAN": "x"}, "plan: `release` carries out the plan"),
        ({"INPUT_PLAN": "x", "INPUT_EXCLUDE": "**/*.xcf"}, "exclude: this was decided"),
    ],
)
def test_inputs_that_do_not_fit(capsys: Any, inputs: dict[str, str], said: str) -> None:
    ran = run_here(capsys, "action", **CI, **inputs, **{"INPUT_API-KEY": KEY})
    assert (ran.code, said in ran.err) == (2, True), ran.err


def test_the_action_hands_the_plan_on(desk: Desk, lamp: ModRepository) -> None:
    output = desk.folder / "output"
    output.touch()
    env = CI | {"GITHUB_EVENT_NAME": "workflow_dispatch", "GITHUB_OUTPUT": str(output)}
    env |= {"FACTORIO_RELEASE_PORTAL_URL": desk.portal.url}
    inputs = {"INPUT_MODE": "plan", "INPUT_OUT": "dist/release.plan"}
    ran = desk.run(lamp.root, "action", **env, **inputs)
    assert ran.code == 0, ran.err
    lines = output.read_text().splitlines()
    values = {
        line.partition("<<")[0]: lines[number + 1]
        for number, line in enumerate(lines)
        if "<<" in line
    }
    assert values["plan"] == "dist/release.plan"
    assert (
        values["plan-sha256"]
        == hashlib.sha256((lamp.root / values["plan"]).read_bytes()).hexdigest()
    )
    given = {
        "INPUT_PLAN": str(lamp.root / values["plan"]),
        "INPUT_PLAN-SHA256": values["plan-sha256"],
        "INPUT_API-KEY": KEY,
    }
    ran = desk.run(desk.away, "action", **env, **given)
    assert ran.code == 0, ran.err
    assert [one.version for one in desk.portal.state.find("lamp-post").releases] == ["1.0.0"]


def test_what_the_config_file_says_of_the_page_goes_along(desk: Desk, lamp: ModRepository) -> None:
    lamp.config["page-failure"] = "warn"
    lamp.save()
    assert desk.plan().code == 0
    desk.portal.add_fault(Fault("edit_details", "status", "400,InvalidRequest", nth=2))
    ran = desk.release()
    assert (ran.code, ran.mods[0]["status"]) == (0, "published"), ran.err
    assert any("details" in one for one in ran.mods[0]["warnings"])
