"""Two jobs at the same time for one version: one wins, the other ends well or says so, never half a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.faults.conftest import Pictured
from tests.faults.observed import CHANGING
from tests.faults.portals import thinned
from tests.faults.stages import first_publish, without_git
from tests.faults.verdict import faults_of, listed, repeated

if TYPE_CHECKING:
    from pathlib import Path

    from tests.faults.conftest import Laboratory
    from tests.faults.stages import Stage


def meetings(unbroken: dict[str, Any], repo: str) -> list[dict[str, Any]]:
    """Let another job run in full while the first is held at each of its requests in turn."""
    return [
        {"nth": nth, "after": after, "repo": repo}
        for nth, request in enumerate(unbroken["runs"][0]["requests"], 1)
        for after in (False, True)
        if not after or request["endpoint"] in CHANGING
    ]


@pytest.mark.parametrize("scenario", ["publish", "release"])
def test_two_jobs_with_the_same_content(
    laboratory: Laboratory,
    stages: dict[str, Stage],
    unbroken: dict[str, dict[str, Any]],
    scenario: str,
) -> None:
    stage = stages[scenario]
    chosen = thinned(meetings(unbroken[scenario], stage.repo), 3)
    found = laboratory.results([stage.case(rival=rival) for rival in chosen])
    wrong = {}
    for rival, result in zip(chosen, found, strict=True):
        faults = faults_of({**result, "runs": []}, unbroken[scenario]["state"])
        other, own, last = result["runs"]
        faults += [f"exit codes {other['code']} and {own['code']}: {own['out']}"] * bool(
            other["code"] or own["code"]
        )
        faults += [f"not settled: {last['out']}"] * bool(last["code"] or last["accepted"])
        releases = [
            write for write in own["accepted"] if write[0] in {"finish_publish", "finish_upload"}
        ]
        faults += [f"{len(releases)} releases"] * (len(releases) != 1)
        missing = [run["report"]["mods"][0]["missing"] for run in (other, own)]
        faults += [f"it ended well, and {parts} is missing" for parts in missing if parts]
        released = [run["report"]["mods"][0]["status"] for run in (other, own)]
        faults += [f"both claim the release: {released}"] * (
            len({"published", "uploaded"} & {released[0]})
            + len({"published", "uploaded"} & {released[1]})
            != 1
        )
        if faults:
            wrong[str(rival)] = faults
    assert not wrong, listed(wrong)


@pytest.fixture(scope="module")
def rival_repo(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Make the same version of the same mod with another content and another page."""
    folder: Path = tmp_path_factory.mktemp("rival") / "lamp-post"
    repo = Pictured(folder)
    first_publish(lambda _: repo, folder, words=" From the other branch.")
    repo.config |= {"tags": ["power"]}
    repo.write("control.lua", "script.on_load(function() end)\n")
    repo.save()
    return without_git(str(folder), folder.with_name("plain"))


def test_two_jobs_with_different_content(
    laboratory: Laboratory,
    stages: dict[str, Stage],
    unbroken: dict[str, dict[str, Any]],
    rival_repo: str,
) -> None:
    stage = stages["publish"]
    theirs = laboratory.result({"repo": rival_repo, "state": None})["state"]
    ours = unbroken["publish"]["state"]
    assert ours != theirs
    chosen = thinned(meetings(unbroken["publish"], rival_repo), 2)
    # A button leaves a version alone that is out with other content; here the loser has to say so.
    options = {"if-exists": "fail"}
    found = laboratory.results(
        [stage.case(rival=rival, again=0, options=options) for rival in chosen]
    )
    wrong = {}
    for rival, result in zip(chosen, found, strict=True):
        other, own = result["runs"]
        faults = [f"exit codes {other['code']} and {own['code']}"] * (
            {other["code"], own["code"]} != {0, 6}
        )
        faults += ["half a page"] * (result["state"] != (theirs if other["code"] == 0 else ours))
        faults += [f"a leak: {leak}" for leak in result["leaks"]] + repeated([own])
        loser = own if own["code"] else other
        faults += ["the loser does not say why"] * ("with another SHA-1" not in loser["out"])
        if faults:
            wrong[str(rival)] = faults
    assert not wrong, listed(wrong)
