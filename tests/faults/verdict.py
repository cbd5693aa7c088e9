"""What must hold after a run that was broken and run again, whatever broke it."""

from __future__ import annotations

import json
from typing import Any

RUN_AGAIN = ("run again", "run the same command again", "running the same command again")


def faults_of(result: dict[str, Any], reference: dict[str, Any]) -> list[str]:
    """List what is wrong with an experiment, compared with the state that an unbroken run leaves."""
    runs = result["runs"]
    wrong = [f"a leak: {leak}" for leak in result["leaks"]]
    wrong += [f"a defect of the portal: {defect}" for defect in result["defects"]]
    if result["state"] != reference:
        wrong.append(f"the state is {result['state']}, not {reference}")
    wrong += repeated(runs)
    if len(runs) > 1 and runs[1]["code"] != 0:
        wrong.append(f"the second run ended with {runs[1]['code']}: {runs[1]['err']}")
    last = runs[-1] if runs else {}
    if len(runs) > 2 and (last["report"]["mods"][0]["status"] != "unchanged" or last["accepted"]):
        wrong.append(f"a run after it was not unchanged: {last['out']}")
    for run in runs:
        wrong += untruths(run)
    return wrong


def repeated(runs: list[dict[str, Any]]) -> list[str]:
    """List writes of the same content that the portal accepted twice."""
    seen: set[str] = set()
    twice = []
    for run in runs:
        for write in run["accepted"]:
            form = json.dumps(write)
            twice += [f"written twice: {form[:300]}"] if form in seen else []
            seen.add(form)
    return twice


def untruths(run: dict[str, Any]) -> list[str]:
    """List what a run's report says that did not happen, and what it should have said."""
    if not run["report"] or not run["report"]["mods"]:
        return []
    mod = run["report"]["mods"][0]
    steps = {step["name"]: step["status"] for step in mod["steps"]}
    public = any(write[0] in {"finish_publish", "finish_upload"} for write in run["accepted"])
    wrong = []
    if public and steps["release"] != "done" and "not known" not in mod.get("error", ""):
        wrong.append(f"the release is public, and the report says {steps['release']}: {mod.get('error')}")
    if not public and steps["release"] == "done" and mod["changed"] and mod["status"] != "updated":
        wrong.append("nothing was released, and the report says so")
    if (run["code"] == 0) != (mod["status"] != "failed"):
        wrong.append(f"exit code {run['code']} with the status {mod['status']}")
    if run["report"]["exit_code"] != run["code"]:
        wrong.append(f"exit code {run['code']}, and {run['report']['exit_code']} in the report")
    if run["code"] == 5 and not any(words in mod["hint"] for words in RUN_AGAIN):
        wrong.append(f"no command to run next in {mod['hint']!r}")
    if run["code"] and not (mod.get("error") and mod.get("hint")):
        wrong.append(f"no error or no hint: {mod.get('error')!r}, {mod.get('hint')!r}")
    if run["code"] and mod["error"].splitlines()[0] not in run["out"] + run["err"]:
        wrong.append("the error is not printed")
    return wrong
