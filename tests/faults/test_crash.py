"""Killed at any request, before the portal acted or after: run again, and it is as if nothing had been."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from tests.faults.verdict import faults_of

if TYPE_CHECKING:
    from tests.faults.conftest import Laboratory
    from tests.faults.stages import Stage

posix = pytest.mark.skipif(os.name == "nt", reason="signals as POSIX has them")


def kills(unbroken: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
    return [
        {"nth": nth, "after": after, **more}
        for nth in range(1, len(unbroken["runs"][0]["requests"]) + 1)
        for after in (False, True)
    ]


@posix
@pytest.mark.parametrize("scenario", ["publish", "release"])
def test_a_kill_at_every_request(
    laboratory: Laboratory, stages: dict[str, Stage], unbroken: dict[str, dict[str, Any]], scenario: str
) -> None:
    chosen = kills(unbroken[scenario])
    found = laboratory.results([stages[scenario].case(kill=kill) for kill in chosen])
    wrong = {}
    for kill, result in zip(chosen, found, strict=True):
        faults = faults_of(result, unbroken[scenario]["state"])
        faults += [] if result["runs"][0]["code"] == -9 else ["the process was not killed"]
        if faults:
            wrong[f"request {kill['nth']}, {'after' if kill['after'] else 'before'}"] = faults
    assert wrong == {}


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
    chosen = chosen[0 if name == "SIGINT" else 1 :: 2]
    found = laboratory.results([stages[scenario].case(kill=kill) for kill in chosen])
    wrong = {}
    for kill, result in zip(chosen, found, strict=True):
        faults = faults_of(result, unbroken[scenario]["state"])
        faults += silence_of(result["runs"][0], kill)
        if faults:
            wrong[f"request {kill['nth']}, {'after' if kill['after'] else 'before'}"] = faults
    assert wrong == {}


NOT_KNOWN = "is public is not known"


def expectation(run: dict[str, Any], kill: dict[str, Any], *, public: bool) -> str:
    """Give what the report has to say of the release.

    Where the run was stopped while its upload was on the way, and the portal never acted on it, that
    cannot be known from here.
    """
    last = run["requests"][kill["nth"] - 1][0]
    on_its_way = last in {"finish_publish", "finish_upload"} and not kill["after"]
    if on_its_way and not public:
        return NOT_KNOWN
    return "is public" if public else "is not public"


def silence_of(run: dict[str, Any], kill: dict[str, Any]) -> list[str]:
    """List what an interrupted run should have told and did not."""
    wrong = []
    if run["code"] != 130:
        wrong.append(f"exit code {run['code']}")
    if not run["report"]:
        return [*wrong, "no report"]
    mod = run["report"]["mods"][0]
    public = any(write[0] in {"finish_publish", "finish_upload"} for write in run["accepted"])
    sentence = mod["error"].splitlines()[0]
    writing = any(endpoint not in {"mod_full", "mod_list"} for endpoint, *_ in run["requests"])
    expected = expectation(run, kill, public=public) if writing else "nothing was written"
    if expected not in sentence:
        wrong.append(f"{sentence!r} does not say {expected!r}")
    if sentence not in run["out"] or sentence not in run["summary"]:
        wrong.append("what is public is not printed")
    if "run the same command again" not in mod["hint"]:
        wrong.append(f"no command to run next in {mod['hint']!r}")
    may_differ = expected == NOT_KNOWN  # `changed: false` promises that nothing was changed
    if (bool(run["accepted"]) != mod["changed"] and not may_differ) or "changed<<" not in run["outputs"]:
        wrong.append(f"changed is {mod['changed']} after {len(run['accepted'])} writes")
    return wrong
