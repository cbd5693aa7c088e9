"""The effect of a write is reported as far as it is known: done, refused, or not known."""

from __future__ import annotations

import random
import signal
import sys
from typing import TYPE_CHECKING, Any

import pytest

from factorio_release.local_portal import parse_fault

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from factorio_release.local_portal import LocalPortal

FOR_EVER = "reads=100000"
FINISH = {"publish": "finish_publish", "release": "finish_upload"}
STATUS = {"publish": "published", "release": "uploaded"}
both = pytest.mark.parametrize("scenario", ["publish", "release"])


@pytest.fixture
def release(
    program: Any, without_waits: Any, portal: LocalPortal, repository: Any, key: str
) -> Callable[..., Any]:
    """Release the mod under faults; `scenario` says whether it exists already.

    A run that is interrupted is a process.
    """

    def run(
        scenario: str,
        *faults: str,
        verify: str = "20",
        stop_at: str = "",
        stop_after: str = "",
        cache: Path | None = None,
        **options: str,
    ) -> Any:
        if scenario == "release" and "lamp-post" not in portal.state.mods:
            portal.seed_mod(
                "lamp-post", title="Lamp post", summary="Light at night.", category="utilities"
            )
        for fault in faults:
            portal.add_fault(parse_fault(fault.replace("finish:", f"{FINISH[scenario]}:")))
        given = {"portal-url": portal.url, "verify-timeout": verify, "retries": "2"}
        given |= {name.replace("_", "-"): value for name, value in options.items()}
        where = [f"--{name}={value}" for name, value in given.items()]
        command = ("release", str(repository.root), "--yes", *where)
        env = {"FACTORIO_API_KEY": key}
        if cache:
            env["XDG_CACHE_HOME"] = str(cache)
        if not (stop_at or stop_after):
            return without_waits(*command, env=env)
        gate = portal.hold(1, stop_at or stop_after, after=bool(stop_after))
        process = program.start(*command, env=env)
        gate.wait()
        process.send_signal(signal.SIGINT)
        ran = program.finish(process)
        gate.release()
        portal.wait_until_idle()
        return ran

    return run


def sent(portal: LocalPortal, *endpoints: str) -> int:
    return [record.endpoint for record in portal.log].count(endpoints[0])


def step_of(ran: Any, name: str) -> str:
    steps: dict[str, str] = {step["name"]: step["status"] for step in ran.mod["steps"]}
    return steps[name]


def assert_not_known(ran: Any) -> None:
    assert (ran.code, ran.mod["status"]) == (5, "failed")
    assert step_of(ran, "release") in {"failed", "not-run"}
    assert "not known" in ran.mod["error"]
    assert "refused" not in ran.mod["hint"]
    assert "run the same command again" in ran.mod["hint"]


UNCLEAR = [
    "after-status:500,InternalError",
    "after-status:500,InvalidModUpload",
    "after-status:503,Unknown",
    "after-status:200,InternalError",
    "after-status:400,InternalError",
    "after-drop",
    "after-html",
    "after-rate-limit",
]
# What sends a release is the same for a new mod, so that one kind is enough for it.
each_kind = pytest.mark.parametrize(
    ("scenario", "kind"),
    [*(("release", kind) for kind in UNCLEAR), ("publish", "after-drop")],
)


@each_kind
def test_an_unclear_upload_that_shows_with_its_sum_is_this_runs_own(
    release: Any, portal: LocalPortal, scenario: str, kind: str
) -> None:
    """Without a lag, and with one of a few reads: the same report as after a plain answer."""
    lag = "finish:lag:reads=3" if kind != "after-html" else "finish:lag:reads=0"
    ran = release(scenario, f"finish:{kind}", lag)
    assert ran.code == 0, ran.err
    assert (ran.mod["status"], ran.mod["changed"]) == (STATUS[scenario], True)
    assert sent(portal, FINISH[scenario]) == 1


@each_kind
def test_an_unclear_upload_that_does_not_show_is_not_known_and_not_repeated(
    release: Any, portal: LocalPortal, scenario: str, kind: str
) -> None:
    ran = release(scenario, f"finish:{kind}", f"finish:lag:{FOR_EVER}", verify="0.5")
    assert_not_known(ran)
    assert ran.mod["changed"], "`changed: false` promises that nothing was changed"
    assert sent(portal, FINISH[scenario]) == 1


@both
@pytest.mark.parametrize("kind", ["drop", "html:403", "status:500,InternalError"])
def test_an_upload_that_the_portal_lost_is_not_known(
    release: Any, portal: LocalPortal, scenario: str, kind: str
) -> None:
    """It looks the same as one that does not show yet; the next run finds out."""
    ran = release(scenario, f"finish:{kind}x*", verify="0.5")
    assert_not_known(ran)
    assert sent(portal, FINISH[scenario]) == 1
    portal.clear_faults()
    again = release(scenario)
    assert (again.code, again.mod["status"]) == (0, STATUS[scenario])


@both
def test_an_unclear_upload_that_shows_with_another_sum_is_not_known(
    release: Any, portal: LocalPortal, scenario: str
) -> None:
    """A portal that repacks zips shows this run's upload with another SHA-1, as it shows another run's."""
    ran = release(scenario, "finish:after-drop", "finish:repack")
    assert_not_known(ran)
    shown = portal.state.find("lamp-post").releases[0].sha1
    assert f"the portal shows lamp-post 1.0.0 with SHA-1 {shown}" in ran.mod["error"]
    assert ran.mod["package"]["sha1"] in ran.mod["error"]
    assert "whether this run uploaded it is not known" in ran.mod["error"]
    assert ran.mod["changed"]
    assert sent(portal, FINISH[scenario]) == 1


@both
def test_an_unclear_upload_that_shows_without_a_sum_is_not_known(
    release: Any, portal: LocalPortal, scenario: str
) -> None:
    ran = release(scenario, "finish:after-drop", "mod_full:without:sha1x*")
    assert (ran.code, ran.mod["status"], ran.mod["changed"]) == (5, "failed", True), ran.err
    assert step_of(ran, "release") == "failed"
    assert "the portal shows lamp-post 1.0.0 without a SHA-1" in ran.mod["error"]
    assert "whether this run uploaded it is not known" in ran.mod["error"]
    assert sent(portal, FINISH[scenario]) == 1
    again = release(scenario)
    assert (again.code, again.mod["status"], again.mod["changed"]) == (0, "unchanged", False)
    assert any("does not give its SHA-1" in notice for notice in again.mod["warnings"])


@both
def test_an_unclear_upload_that_the_portal_is_known_to_repack_is_this_runs_own(
    release: Any, portal: LocalPortal, tmp_path: Path, scenario: str
) -> None:
    """An earlier run has learnt the sum that the portal gives to this zip."""
    cache = tmp_path / "cache"
    assert release(scenario, "finish:repack", cache=cache).code == 0
    portal.state.delete_mod("lamp-post")
    ran = release(scenario, "finish:after-drop", "finish:repack", cache=cache)
    assert (ran.code, ran.mod["status"]) == (0, STATUS[scenario]), ran.err


@both
@pytest.mark.skipif(sys.platform == "win32", reason="signals as POSIX has them")
@pytest.mark.parametrize("fault", ["finish:repack", "mod_full:without:sha1x*"])
def test_an_interrupted_upload_that_cannot_be_compared_is_not_known(
    release: Any, scenario: str, fault: str
) -> None:
    ran = release(scenario, fault, stop_after=FINISH[scenario])
    assert (ran.code, ran.mod["status"], ran.mod["changed"]) == (130, "failed", True)
    assert (
        "lamp-post 1.0.0 is public; whether this run uploaded it is not known" in ran.mod["error"]
    )
    assert step_of(ran, "release") == "failed"


@both
def test_a_second_run_while_the_first_upload_does_not_show(
    release: Any, portal: LocalPortal, scenario: str
) -> None:
    """The portal says that it has the release, but does not show it: who uploaded it is not known."""
    release(scenario, "finish:after-drop", f"finish:lag:{FOR_EVER}", verify="0.5")
    second = release(scenario, verify="0.5")
    assert_not_known(second)
    assert "already" in second.mod["error"].lower()
    portal.show_all()
    third = release(scenario)
    assert (third.code, third.mod["status"], third.mod["changed"]) == (0, "unchanged", False)
    assert len(portal.state.find("lamp-post").releases) == 1


@both
@pytest.mark.parametrize("page", [False, True])
def test_a_second_run_while_the_first_upload_shows_late(  # noqa: PLR0917 fixtures
    release: Any, repository: Any, portal: LocalPortal, picture: Any, scenario: str, page: bool
) -> None:
    """The second run waits until the version shows, and reports what it did itself."""
    if page:
        repository.config |= {"images": ["a.png"], "tags": ["trains"]}
        repository.write("a.png", picture(50))
        repository.save()
    first = release(scenario, "finish:after-drop", "finish:lag:reads=8", verify="0.5")
    assert first.code == 5, first.err
    second = release(scenario)
    assert second.code == 0, second.err
    assert (second.mod["status"], second.mod["changed"]) == (("unchanged", "updated")[page], page)
    assert step_of(second, "release") == "done"
    assert len(portal.state.find("lamp-post").releases) == 1


def test_a_run_that_sees_another_run_late_plans_the_page_again(
    release: Any, repository: Any, portal: LocalPortal, picture: Any
) -> None:
    """All of the first run arrived, and the second does not see it when it plans."""
    repository.config |= {"images": ["a.png"], "tags": ["trains"]}
    repository.write("a.png", picture(50))
    repository.save()
    assert release("publish").code == 0
    edits = sent(portal, "edit_details")
    second = release("publish", "mod_full:not-found:Mod not found@1x2")
    assert second.code == 0, second.err
    assert (second.mod["status"], second.mod["changed"]) == ("unchanged", False)
    assert sent(portal, "finish_image") == 1
    assert sent(portal, "edit_details") == edits + 1, "the question about the key alone"


@pytest.mark.parametrize(("scenario", "received"), [("publish", "0"), ("release", "300000")])
def test_an_upload_that_broke_off_is_sent_again(
    release: Any, portal: LocalPortal, repository: Any, scenario: str, received: str
) -> None:
    """Its last byte was never handed over, so that it cannot have been stored: one read, then again."""
    repository.git("config", "core.compression", "0")
    repository.write("graphics/noise.bin", random.Random(1).randbytes(12_000_000))
    repository.save()
    ran = release(scenario, f"finish:reset:{received}")
    assert (ran.code, ran.mod["status"]) == (0, STATUS[scenario]), ran.err
    order = [record.endpoint for record in portal.log]
    first = order.index(FINISH[scenario])
    init = {"publish": "init_publish", "release": "init_upload"}[scenario]
    assert order[first + 1 : first + 4] == ["mod_full", init, FINISH[scenario]]


@both
@pytest.mark.parametrize("kind", ["status:400,InvalidModUpload", "html:413"])
def test_after_a_plain_refusal_the_portal_is_read_once(
    release: Any, portal: LocalPortal, scenario: str, kind: str
) -> None:
    """A 413 refuses the whole request, whoever answers it: the portal, or a proxy with a page of its own."""
    ran = release(scenario, f"finish:{kind}")
    assert (ran.code, ran.mod["status"], ran.mod["changed"]) == (4, "failed", False)
    assert kind.partition(",")[2] in ran.mod["error"]
    assert [record.endpoint for record in portal.log][-2:] == [FINISH[scenario], "mod_full"]


def test_a_taken_name_without_a_mod_is_reported_with_both_causes(
    release: Any, portal: LocalPortal
) -> None:
    """A deleted account's name looks like a mod that another run published and that does not show yet."""
    portal.state.reserve("lamp-post")
    ran = release("publish", verify="0.5")
    assert_not_known(ran)
    assert "choose another" in ran.mod["hint"]
    assert not ran.mod["changed"]


@pytest.fixture
def pictured(repository: Any, picture: Any) -> Any:
    repository.config |= {
        "images": ["b.png", "a.png"],
        "tags": ["trains"],
        "homepage": "https://example.com",
    }
    for shade, name in enumerate("ab", 1):
        repository.write(f"{name}.png", picture(shade * 50))
    repository.save()
    return repository


@pytest.mark.usefixtures("pictured")
@pytest.mark.parametrize("kind", UNCLEAR)
def test_an_image_is_sent_once(release: Any, portal: LocalPortal, kind: str) -> None:
    ran = release("publish", f"finish_image:{kind}", f"finish_image:lag:{FOR_EVER}", verify="0.5")
    assert (ran.code, ran.mod["status"], ran.mod["changed"]) == (5, "failed", True)
    assert "the image b.png" in ran.mod["error"]
    assert "not known" in ran.mod["error"]
    assert sent(portal, "finish_image") == 1
    assert step_of(ran, "release") == "done"


@pytest.mark.usefixtures("pictured")
def test_an_image_of_unknown_effect_is_found_by_the_next_run(
    release: Any, portal: LocalPortal
) -> None:
    faults = ("finish_image:after-drop", f"finish_image:lag:{FOR_EVER}")
    assert release("publish", *faults, verify="0.5").code == 5
    portal.show_all()
    again = release("publish")
    assert again.code == 0, again.err
    assert sent(portal, "finish_image") == 2


@pytest.mark.usefixtures("pictured")
@pytest.mark.parametrize("kind", UNCLEAR)
def test_an_edit_of_unknown_effect_is_repeated(
    release: Any, portal: LocalPortal, kind: str
) -> None:
    """Each attempt sets them in full to the same, so that a repeat does no harm."""
    ran = release("publish", f"edit_details:{kind.removeprefix('after-')}@2")
    assert (ran.code, ran.mod["status"]) == (0, "published"), ran.err
    assert sent(portal, "edit_details") == 3


@pytest.mark.usefixtures("pictured")
def test_an_edit_that_never_shows_is_not_known(release: Any, portal: LocalPortal) -> None:
    ran = release("publish", "edit_details:drop@2x*", verify="0.5", retries="1")
    assert (ran.code, ran.mod["status"]) == (5, "failed")
    assert "tags" in ran.mod["error"]
    assert "not known" in ran.mod["error"]
    assert sent(portal, "edit_details") == 3


@pytest.mark.usefixtures("pictured")
def test_the_repeats_of_layers_do_not_multiply(release: Any, portal: LocalPortal) -> None:
    """Asked 1 + 3 times, and a line for each wait."""
    ran = release("publish", "images_add:dropx*", retries="3")
    assert ran.code == 5
    assert sent(portal, "images_add") == 4
    waits = [line.rpartition("; ")[2] for line in ran.err.splitlines() if "trying again" in line]
    assert [line.rpartition(", ")[2] for line in waits] == ["1 of 3", "2 of 3", "3 of 3"]


def test_a_run_sleeps_between_two_requests(
    program: Any, repository: Any, portal: LocalPortal, key: str
) -> None:
    """The other tests only count the waits."""
    portal.add_fault(parse_fault("init_publish:rate-limit:1"))
    command = ("release", str(repository.root), "--yes", "--portal-url", portal.url)
    assert program(*command, env={"FACTORIO_API_KEY": key}).code == 0
    first, second = (record.time for record in portal.log if record.endpoint == "init_publish")
    assert second - first >= 1


@pytest.mark.usefixtures("pictured")
@pytest.mark.parametrize(
    ("fault", "end"),
    [
        (
            "images_add:rate-limit:60x*",
            "429; this run's time on the portal, 8 s, ends before a wait of 60 s",
        ),
        (
            "finish_image:rate-limit:60x*",
            "wait; this run's time on the portal, 8 s, ends before a wait of 60 s",
        ),
        ("finish_image:dropx*", "this run's time on the portal, 8 s, is over"),
    ],
)
def test_a_run_without_time_ends_and_says_what_is_public(
    release: Any, portal: LocalPortal, fault: str, end: str
) -> None:
    """Its time is over before the wait is."""
    ran = release("publish", fault, verify="900", retries="5", run_timeout="8")
    assert (ran.code, ran.mod["status"], ran.mod["changed"]) == (5, "failed", True)
    assert f"{end}; lamp-post 1.0.0 is public and its page" in ran.mod["error"]
    assert "the image" in ran.mod["error"]
    assert "run the same command again" in ran.mod["hint"]
    assert "run-timeout" in ran.mod["hint"]
    assert len(portal.log) < 25


def test_the_mods_of_a_run_share_its_time(
    without_waits: Any, make_repository: Callable[[str], Any], portal: LocalPortal, key: str
) -> None:
    """The second mod gets what the first leaves; if that is nothing, none of its writes begins."""
    roots = [str(make_repository(name).root) for name in ("a-lamp", "b-lamp")]
    portal.add_fault(parse_fault("finish_publish:drop"))
    options = ("--portal-url", portal.url, "--verify-timeout", "900", "--run-timeout", "4")
    ran = without_waits("release", *roots, "--yes", *options, env={"FACTORIO_API_KEY": key})
    first, second = ran.report["mods"]
    assert (ran.code, first["status"], second["status"]) == (5, "failed", "failed")
    assert "whether a-lamp 1.0.0 is public is not known" in first["error"]
    assert "this run's time on the portal, 4 s, is over" in second["error"]
    assert not second["changed"]
    uploaded = [record.endpoint for record in portal.log].index("finish_publish")
    assert {record.mod for record in portal.log[uploaded:]} == {"a-lamp"}


@both
@pytest.mark.skipif(sys.platform == "win32", reason="signals as POSIX has them")
@pytest.mark.usefixtures("pictured")
def test_an_interrupted_run_reports_what_was_accepted(release: Any, scenario: str) -> None:
    """The portal took the release, and its reads do not show it yet."""
    ran = release(scenario, f"finish:lag:{FOR_EVER}", stop_at="images_add")
    assert (ran.code, ran.mod["status"], ran.mod["changed"]) == (130, "failed", True)
    assert "interrupted; lamp-post 1.0.0 is public and its page" in ran.mod["error"]
    assert "lacks the images b.png and a.png; the page's tags and homepage" in ran.mod["error"]
    assert step_of(ran, "release") == "done"


@both
@pytest.mark.skipif(sys.platform == "win32", reason="signals as POSIX has them")
def test_a_run_interrupted_during_its_upload_reports_that_it_is_not_known(
    release: Any, scenario: str
) -> None:
    ran = release(scenario, stop_at=FINISH[scenario])
    assert (ran.code, ran.mod["status"], ran.mod["changed"]) == (130, "failed", True)
    assert "whether lamp-post 1.0.0 is public is not known" in ran.mod["error"]
    assert step_of(ran, "release") == "failed"
