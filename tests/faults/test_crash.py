"""Killed at any request, before the portal acted or after: run again, and it is as if nothing had been."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from tests.faults.observed import RELEASING
from tests.faults.portals import LONG, SHORT, TURNS, thinned
from tests.faults.verdict import INTERRUPTED, faults_of, listed

if TYPE_CHECKING:
    from tests.faults.conftest import Laboratory
    from tests.faults.stages import Stage

KILLED = -9
posix = pytest.mark.skipif(os.name == "nt", reason="signals as POSIX has them")


def kills(unbroken: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
    return [
        {"nth": nth, "after": after, **more}
        for nth in range(1, len(unbroken["runs"][0]["requests"]) + 1)
        for after in (False, True)
    ]


def at_the_upload(unbroken: dict[str, Any], every: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give the kills after the portal made the release: what is public is hardest to say there."""
    requests = unbroken["runs"][0]["requests"]
    return [
        kill
        for kill in every
        if kill["after"] and requests[kill["nth"] - 1]["endpoint"] in RELEASING
    ]


def verdict_of(
    laboratory: Laboratory, cases: dict[str, dict[str, Any]], reference: dict[str, Any], code: int
) -> dict[str, list[str]]:
    """Kill, run again, and list what is wrong by case; `code` is how the killed process has to end."""
    found = laboratory.results(cases.values())
    wrong = {}
    for (name, case), result in zip(cases.items(), found, strict=True):
        first = result["runs"][0]
        faults = faults_of(result, reference)
        behind_a_lag = bool(case.get("faults"))
        came = len(first["requests"]) >= case["kill"]["nth"]
        if came or not behind_a_lag:
            faults += [f"the process ended with {first['code']}"] * (first["code"] != code)
        if came and code == INTERRUPTED:
            faults += silence_of(first, behind_a_lag=behind_a_lag)
        if faults:
            wrong[name] = faults
    return wrong


def named(stage: Stage, kills: list[dict[str, Any]], **more: Any) -> dict[str, dict[str, Any]]:
    return {
        f"request {kill['nth']}, {'after' if kill['after'] else 'before'}": stage.case(
            kill=kill, **more
        )
        for kill in kills
    }


@posix
@pytest.mark.parametrize("scenario", ["publish", "release"])
def test_a_kill_at_every_request(
    laboratory: Laboratory,
    stages: dict[str, Stage],
    unbroken: dict[str, dict[str, Any]],
    scenario: str,
) -> None:
    cases = named(stages[scenario], thinned(kills(unbroken[scenario]), 5))
    wrong = verdict_of(laboratory, cases, unbroken[scenario]["state"], KILLED)
    assert not wrong, listed(wrong)


@posix
@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT", "SIGHUP"])
@pytest.mark.parametrize("scenario", ["publish", "release"])
def test_an_interrupt_at_every_request(
    laboratory: Laboratory,
    stages: dict[str, Stage],
    unbroken: dict[str, dict[str, Any]],
    scenario: str,
    name: str,
) -> None:
    """Each signal at every request, the portal acting on alternate ones."""
    chosen = kills(unbroken[scenario], signal_name=name)
    chosen = thinned(chosen[0 if name == "SIGINT" else 1 :: 2], 4)
    wrong = verdict_of(
        laboratory, named(stages[scenario], chosen), unbroken[scenario]["state"], INTERRUPTED
    )
    assert not wrong, listed(wrong)


@posix
@pytest.mark.parametrize("name", ["SIGKILL", "SIGTERM"])
@pytest.mark.parametrize("span", [SHORT, LONG, TURNS])
def test_a_kill_while_reads_do_not_show_what_was_written(
    laboratory: Laboratory,
    stages: dict[str, Stage],
    unbroken: dict[str, dict[str, Any]],
    span: str,
    name: str,
) -> None:
    """The run after it sees the portal as it was before; the one after that finds everything."""
    wrong: dict[str, list[str]] = {}
    for scenario, stage in stages.items():
        every = kills(unbroken[scenario], signal_name=name)
        chosen = thinned(every, 17, start=len(span) + len(name))
        chosen += [kill for kill in at_the_upload(unbroken[scenario], every) if kill not in chosen]
        cases = named(stage, chosen, faults=[f"changes:{span}x*"], again=3)
        code = KILLED if name == "SIGKILL" else INTERRUPTED
        found = verdict_of(laboratory, cases, unbroken[scenario]["state"], code)
        wrong |= {f"{scenario}: {case}": faults for case, faults in found.items()}
    assert not wrong, listed(wrong)


@posix
@pytest.mark.parametrize("name", ["SIGKILL", "SIGTERM"])
def test_a_kill_in_a_run_of_several_mods(laboratory: Laboratory, several: Stage, name: str) -> None:
    """At some of its requests, and between the releases: what is left is released by the next run."""
    plain = laboratory.result(several.case(again=0))
    every = kills(plain, signal_name=name)
    chosen = thinned(every, 17, start=len(name))
    chosen += [kill for kill in at_the_upload(plain, every) if kill not in chosen]
    code = KILLED if name == "SIGKILL" else INTERRUPTED
    wrong = verdict_of(laboratory, named(several, chosen, again=2), plain["state"], code)
    assert not wrong, listed(wrong)


def silence_of(run: dict[str, Any], *, behind_a_lag: bool) -> list[str]:
    """List what an interrupted run should have said and did not; the verdict compares it with the portal."""
    if not run["report"]:
        return ["no report"]
    wrong = []
    # Those after it are planned, and those before it have ended.
    (mod,) = [mod for mod in run["report"]["mods"] if "error" in mod]
    sentence = mod["error"].splitlines()[0]
    writing = any(
        request["endpoint"] not in {"mod_full", "mod_list"} and request["mod"] == mod["mod"]
        for request in run["requests"]
    )
    known = ["is public", "is not public"]
    expected = [*known, "not known"] if behind_a_lag else known
    if not any(words in sentence for words in (expected if writing else ["nothing was written"])):
        wrong.append(f"{sentence!r} does not say what is public")
    if sentence not in run["out"] or sentence not in run["summary"]:
        wrong.append("what is public is not printed")
    if "run the same command again" not in mod["hint"]:
        wrong.append(f"no command to run next in {mod['hint']!r}")
    if "changed<<" not in run["outputs"]:
        wrong.append("no outputs")
    return wrong
